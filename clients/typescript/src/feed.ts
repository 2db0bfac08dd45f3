/** The changes of a restaurant: each once and in order, over any number of connections. */

import { createClient, type Client } from "graphql-ws/client";

import { CHANGES, type ChangeSet, type FeedEvent } from "./documents.js";
import { backOff, failure, Refused, Unreachable } from "./http.js";
import type { GraphQLFailure, Server } from "./http.js";

/** How far somebody has come: a revision, and the history that it counts. */
export interface Position {
  readonly epoch: string;
  readonly revision: number;
}

export type Connection = "connecting" | "live" | "offline" | "ended";

export interface Follower {
  /** Read everything anew, in one snapshot; its position. */
  read(): Promise<Position>;
  take(changeSet: ChangeSet): void;
  tell(connection: Connection, error: Error | null): void;
}

const TOKEN_EXPIRED = 4401;
const TOKEN_REFUSED = 4403;
/** Faults of the client's own: another try would end the same way. */
const FAULTS = new Set([4400, 4406, 4409, 4429]);

export class Feed {
  position: Position | null = null;
  #failures = 0;
  #token = "";
  #leave: (reason?: Refused) => void = () => {};
  readonly #closing = new AbortController();
  readonly #socket: Client;

  constructor(
    private readonly server: Server,
    private readonly restaurantId: string,
    private readonly follower: Follower,
    webSocketImpl?: unknown,
  ) {
    this.#socket = createClient({
      url: server.url.replace(/^http/, "ws"),
      connectionParams: async () => {
        this.#token = await server.token();
        return { authorization: `Bearer ${this.#token}` };
      },
      connectionAckWaitTimeout: server.timing.silenceMs,
      lazyCloseTimeout: 2_000,
      // The library would send the first `after` again; trying again is done here.
      retryAttempts: 0,
      ...(webSocketImpl === undefined ? {} : { webSocketImpl }),
    });
  }

  /** Follow until closed or refused; whatever else happens is told and tried again. */
  async run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        this.position ??= await this.follower.read();
        await this.#listen(this.position);
      } catch (error) {
        const cause = await this.#judge(error);
        if (this.#closing.signal.aborted) return;
        if (cause instanceof Refused) return this.follower.tell("ended", cause);
        this.follower.tell("offline", cause);
        await backOff(this.server.timing, this.#failures++, this.#closing.signal);
      }
    }
  }

  /** Leave the subscription, read everything anew and follow from there. */
  readAnew(): void {
    this.position = null;
    this.#leave();
  }

  /** Follow no further, for a reason that was found in what was told. */
  end(reason: Refused): void {
    this.#leave(reason);
  }

  close(): void {
    this.#closing.abort();
    this.#leave();
    this.#socket.terminate();
  }

  #listen({ epoch, revision }: Position): Promise<void> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const end = (settle: () => void) => {
        isOver = true;
        silence.end();
        leave();
        settle();
      };
      const silence = new Silence(this.server.timing.silenceMs, () => {
        end(() => reject(new Unreachable("The line is silent.")));
        this.#socket.terminate();
      });
      const variables = { restaurantId: this.restaurantId, after: revision, epoch };
      const leave = this.#socket.subscribe<{ changes: FeedEvent }>(
        { query: CHANGES, variables },
        {
          next: ({ data, errors }) => {
            if (isOver) return;
            silence.begin();
            const trouble = errors ? failure(errors) : data ? this.#hear(data.changes) : null;
            if (trouble) end(() => reject(trouble));
          },
          error: (error) => end(() => reject(error)),
          complete: () => end(() => reject(new Unreachable("The server ended the feed."))),
        },
      );
      this.#leave = (reason) => end(() => (reason ? reject(reason) : resolve()));
    });
  }

  /** Take an event; what is wrong with it, if something is. */
  #hear(event: FeedEvent): Unreachable | null {
    const position = this.position;
    if (position === null) return new Unreachable("Everything is to be read anew.");
    if (event.__typename === "SnapshotRequired") {
      this.position = null;
      return new Unreachable(`The server asks to read everything anew: ${event.reason}.`);
    }
    if (event.__typename !== "ChangeSet") {
      if (event.revision !== position.revision) return gap(position, event.revision);
      if (event.__typename === "CaughtUp") this.#failures = 0;
      this.follower.tell("live", null);
      return null;
    }
    if (event.revision <= position.revision) return null;
    if (event.previousRevision !== position.revision) return gap(position, event.previousRevision);
    this.position = { ...position, revision: event.revision };
    this.follower.take(event);
    return null;
  }

  /** What an ended subscription means: Refused is the end, anything else is worth another try. */
  async #judge(error: unknown): Promise<Error> {
    if (Array.isArray(error)) return failure(error as GraphQLFailure[]);
    if (error instanceof Refused || error instanceof Unreachable) return error;
    if (!isClosing(error)) return new Unreachable("The line has failed.", { cause: error });
    const said = `The socket was closed: ${error.code} ${error.reason}`.trim();
    if (FAULTS.has(error.code)) return new Refused("BAD_REQUEST", said);
    if (error.code === TOKEN_REFUSED) return new Refused("UNAUTHENTICATED", said);
    if (error.code !== TOKEN_EXPIRED || (await this.#hasNewToken())) return new Unreachable(said);
    return new Refused("UNAUTHENTICATED", said);
  }

  async #hasNewToken(): Promise<boolean> {
    try {
      return (await this.server.token()) !== this.#token;
    } catch {
      return true; // it cannot be had at the moment: the next try asks for it again
    }
  }
}

function gap(position: Position, told: number): Unreachable {
  return new Unreachable(`The feed stands at ${told}, and this client at ${position.revision}.`);
}

function isClosing(error: unknown): error is { code: number; reason: string } {
  return typeof error === "object" && error !== null && "code" in error && "reason" in error;
}

/** Calls once when nothing has begun it again for a while: a line that is open at one end only. */
class Silence {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly milliseconds: number,
    private readonly call: () => void,
  ) {
    this.begin();
  }

  begin(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.call, this.milliseconds);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
