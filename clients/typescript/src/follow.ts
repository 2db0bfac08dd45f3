/** A schedule that stays equal to the server's, with the edits of this client laid over it. */

import { Confirmed, type Board, type CellEdit } from "./board.js";
import { SCHEDULE_BOARD, type ChangeSet, type ScheduleBoard } from "./documents.js";
import { Edits, type Outcome } from "./edits.js";
import { Feed, type Connection, type Position } from "./feed.js";
import { ask, pause, Refused, USUAL_TIMING, type Server, type Timing } from "./http.js";

export interface Options {
  /** The address of `/graphql`, beginning with http or https. */
  readonly url: string;
  /** The bearer token: asked for with each request and each connection. */
  readonly token: () => string | Promise<string>;
  readonly restaurantId: string;
  readonly scheduleId: string;
  /** Called after each change set that was taken; `OWN` is the echo of an edit made here. */
  readonly onChangeSet?: (changeSet: ChangeSet, origin: "OWN" | "FOREIGN") => void;
  /** Called each time that everything was read anew. */
  readonly onSnapshot?: (position: Position) => void;
  readonly timing?: Partial<Timing>;
  /** Needed where there is no global WebSocket, as in Node before 22. */
  readonly webSocketImpl?: unknown;
}

export interface State {
  readonly connection: Connection;
  /** Why it is offline or has ended. */
  readonly error: Error | null;
  /** Null until the board has been read. */
  readonly board: Board | null;
  readonly position: Position | null;
  /** How many edits are neither confirmed nor rolled back. */
  readonly pendingEdits: number;
}

export interface Store {
  /** The same object until something changes. */
  readonly state: State;
  /** Be called after each change of `state`; returns what ends it. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Show cells at once and write them, all or none. Refusals are outcomes, not exceptions. */
  readonly setShifts: (cells: readonly CellEdit[]) => Promise<Outcome>;
  /** Read everything anew, `violations` too. */
  readonly refetch: () => void;
  readonly close: () => void;
}

export function follow(options: Options): Store {
  return new FollowedSchedule(options);
}

/** Settings come in bursts, and many clients hear of them at once. */
const SETTLING_MS = 500;

class FollowedSchedule implements Store {
  readonly #server: Server;
  readonly #feed: Feed;
  readonly #edits: Edits;
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  #connection: Connection = "connecting";
  #error: Error | null = null;
  #confirmed: Confirmed | null = null;
  #position: Position | null = null;
  #state: State | null = null;
  #isStale = false;
  #isTelling = false;

  constructor(private readonly options: Options) {
    const timing = { ...USUAL_TIMING, ...options.timing };
    this.#server = { url: options.url, token: options.token, timing };
    const position = () => this.#position ?? { epoch: "", revision: 0 };
    this.#edits = new Edits(this.#server, options.scheduleId, position, () => this.#changed());
    const follower = {
      read: () => this.#read(),
      take: (changeSet: ChangeSet) => this.#take(changeSet),
      tell: (connection: Connection, error: Error | null) => this.#tell(connection, error),
    };
    this.#feed = new Feed(this.#server, options.restaurantId, follower, options.webSocketImpl);
    void this.#feed.run();
  }

  get state(): State {
    this.#state ??= {
      connection: this.#connection,
      error: this.#error,
      board: this.#confirmed?.under(this.#edits.newer(), this.#edits.cells()) ?? null,
      position: this.#position,
      pendingEdits: this.#edits.size,
    };
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly setShifts = async (cells: readonly CellEdit[]): Promise<Outcome> => {
    if (!this.#position) throw new Error("The board has not been read yet.");
    if (this.#closing.signal.aborted) throw new Error("The store is closed.");
    return this.#edits.make(cells);
  };

  readonly refetch = (): void => this.#feed.readAnew();

  readonly close = (): void => {
    this.#closing.abort();
    this.#feed.close();
    this.#edits.close();
  };

  async #read(): Promise<Position> {
    const { restaurantId, scheduleId } = this.options;
    const variables = { restaurantId, scheduleId };
    const { restaurant, schedule } = await ask<ScheduleBoard>(
      this.#server,
      SCHEDULE_BOARD,
      variables,
    );
    if (!restaurant || !schedule) throw new Refused("NOT_FOUND", "There is no such schedule.");
    this.#confirmed = new Confirmed(schedule);
    this.#position = restaurant;
    this.#edits.readAnew(restaurant);
    queueMicrotask(() => this.options.onSnapshot?.(restaurant));
    this.#changed();
    return restaurant;
  }

  #take(changeSet: ChangeSet): void {
    const { clientMutationId, revision } = changeSet;
    const taken = this.#confirmed?.take(changeSet);
    this.#position = this.#feed.position;
    const isOwn = this.#edits.confirm(clientMutationId, revision);
    if (taken && !isOwn) this.#edits.overtake(taken.cells);
    if (taken?.rest === "DELETED") {
      this.#feed.end(new Refused("NOT_FOUND", "The schedule was deleted."));
    } else if (taken?.rest === "ANEW") void this.#readAnewSoon();
    this.#changed();
    // Apart, so that what the caller throws cannot break the line.
    queueMicrotask(() => this.options.onChangeSet?.(changeSet, isOwn ? "OWN" : "FOREIGN"));
  }

  async #readAnewSoon(): Promise<void> {
    if (this.#isStale) return;
    this.#isStale = true;
    await pause(SETTLING_MS * (0.5 + Math.random()), this.#closing.signal);
    this.#isStale = false;
    if (!this.#closing.signal.aborted) this.#feed.readAnew();
  }

  #tell(connection: Connection, error: Error | null): void {
    if (connection === this.#connection && error === this.#error) return;
    this.#connection = connection;
    this.#error = error;
    if (connection === "ended") this.#edits.feedEnded();
    this.#changed();
  }

  /** Tell the listeners once, however much changes in one go. */
  #changed(): void {
    this.#state = null;
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      this.#listeners.forEach((listener) => listener());
    });
  }
}
