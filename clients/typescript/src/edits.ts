/** Edits on their way: shown at once, sent until answered, then confirmed or rolled back. */

import { cellKey, type CellEdit } from "./board.js";
import { SET_SHIFTS, type Problem, type SetShifts, type Shift } from "./documents.js";
import type { Position } from "./feed.js";
import { ask, backOff, Refused, Unreachable, type Server } from "./http.js";

export type Outcome =
  | { readonly status: "CONFIRMED"; readonly revision: number }
  /** Nothing was written. `current` holds the cells that stand now, as far as the problem tells. */
  | {
      readonly status: "ROLLED_BACK";
      readonly problem: Problem;
      readonly current: readonly Shift[];
    }
  /** The store was closed before the answer came: whether it was written is not known. */
  | { readonly status: "ABANDONED" };

class Edit {
  readonly id = crypto.randomUUID();
  readonly keys: ReadonlySet<string>;
  /** Earlier edits of the same cells, which are settled first. */
  readonly earlier: readonly Promise<Outcome>[];
  readonly outcome: Promise<Outcome>;
  settle!: (outcome: Outcome) => void;
  /** `ACCEPTED`: the server has written it as `revision`, and the feed is not there yet. */
  state: "WAITING" | "SENT" | "ACCEPTED" = "WAITING";
  revision = 0;
  /** Whether somebody else has changed one of its cells while it waited. */
  isOvertaken = false;

  constructor(
    readonly cells: readonly CellEdit[],
    /** Where the client stood when it was made: what its author saw. */
    readonly seen: Position,
    others: Iterable<Edit>,
  ) {
    this.keys = new Set(cells.map((cell) => cellKey(cell.staffId, cell.date)));
    const earlier = [...others].filter((other) => other.touches(this.keys));
    this.earlier = earlier.map((other) => other.outcome);
    this.outcome = new Promise((resolve) => (this.settle = resolve));
  }

  touches(keys: ReadonlySet<string>): boolean {
    return [...this.keys].some((key) => keys.has(key));
  }
}

export class Edits {
  readonly #edits = new Map<string, Edit>();
  readonly #closing = new AbortController();
  /** One request at a time: more would only wait for each other at the server. */
  #queue = Promise.resolve();
  #hasFeed = true;
  /** Cells that a conflict has shown. */
  #shown: Shift[] = [];

  constructor(
    private readonly server: Server,
    private readonly scheduleId: string,
    private readonly position: () => Position,
    private readonly changed: () => void,
  ) {}

  get size(): number {
    return this.#edits.size;
  }

  /** The cells of all edits, oldest first. */
  cells(): CellEdit[] {
    return [...this.#edits.values()].flatMap((edit) => edit.cells);
  }

  /** Cells that a conflict has shown and the feed has not told yet. */
  newer(): Shift[] {
    const { revision } = this.position();
    return (this.#shown = this.#shown.filter((shift) => shift.revision > revision));
  }

  make(cells: readonly CellEdit[]): Promise<Outcome> {
    const edit = new Edit(cells, this.position(), this.#edits.values());
    this.#edits.set(edit.id, edit);
    this.#queue = this.#queue.then(() => this.#send(edit));
    this.changed();
    return edit.outcome;
  }

  /** Whether the mutation is one of these; its edit is confirmed then. */
  confirm(clientMutationId: string | null, revision: number): boolean {
    const edit = this.#edits.get(clientMutationId ?? "");
    if (!edit) return false;
    this.#settle(edit, { status: "CONFIRMED", revision });
    return true;
  }

  /** Somebody else has changed cells. */
  overtake(cells: ReadonlySet<string>): void {
    for (const edit of this.#edits.values()) {
      if (edit.state === "WAITING" && edit.touches(cells)) edit.isOvertaken = true;
    }
  }

  /** Everything was read anew: what it holds is confirmed, what is older than it unseen. */
  readAnew(position: Position): void {
    this.#shown = [];
    for (const edit of this.#edits.values()) {
      const isOther = edit.seen.epoch !== position.epoch;
      if (edit.state === "ACCEPTED" && (isOther || edit.revision <= position.revision)) {
        this.#settle(edit, { status: "CONFIRMED", revision: edit.revision });
      } else if (edit.state === "WAITING" && isOther) {
        this.#rollBack(edit, problem("OTHER_EPOCH", "The server counts another history now."));
      } else {
        edit.isOvertaken = true;
      }
    }
  }

  /** The feed has ended: no echo will come any more. */
  feedEnded(): void {
    this.#hasFeed = false;
    for (const edit of this.#edits.values()) {
      if (edit.state !== "ACCEPTED") continue;
      this.#settle(edit, { status: "CONFIRMED", revision: edit.revision });
    }
  }

  close(): void {
    this.#closing.abort();
    for (const edit of this.#edits.values()) this.#settle(edit, { status: "ABANDONED" });
  }

  async #send(edit: Edit): Promise<void> {
    await Promise.all(edit.earlier);
    if (!this.#edits.has(edit.id)) return;
    // What came since its author looked is the author's own, unless somebody overtook the edit.
    const expectedRevision = edit.isOvertaken ? edit.seen.revision : this.position().revision;
    edit.state = "SENT";
    const { scheduleId } = this;
    // The same key and the same input each time: however often it arrives, it is written once.
    const input = { scheduleId, shifts: edit.cells, expectedRevision, clientMutationId: edit.id };
    for (let failures = 0; this.#edits.has(edit.id); failures++) {
      try {
        const asked = ask<SetShifts>(this.server, SET_SHIFTS, { input });
        // The feed may be faster, or the only one to arrive.
        const answer = await Promise.race([asked, edit.outcome]);
        if ("setShifts" in answer) this.#answered(edit, answer.setShifts);
        return;
      } catch (error) {
        if (error instanceof Refused) {
          return this.#rollBack(edit, problem(error.code, error.message));
        }
        await backOff(this.server.timing, failures, this.#closing.signal);
      }
    }
  }

  #answered(edit: Edit, answer: SetShifts["setShifts"]): void {
    if (!this.#edits.has(edit.id)) return;
    if ("code" in answer) {
      if (answer.__typename === "UnavailableProblem") throw new Unreachable(answer.message);
      return this.#rollBack(edit, answer);
    }
    edit.state = "ACCEPTED";
    edit.revision = answer.revision;
    const { epoch, revision } = this.position();
    if (!this.#hasFeed || epoch !== edit.seen.epoch || answer.revision <= revision) {
      this.#settle(edit, { status: "CONFIRMED", revision: answer.revision });
    }
  }

  #rollBack(edit: Edit, problem: Problem): void {
    const current = (problem.current ?? []).filter((row): row is Shift => "revision" in row);
    if (edit.seen.epoch === this.position().epoch) this.#shown.push(...current);
    this.#settle(edit, { status: "ROLLED_BACK", problem, current });
  }

  #settle(edit: Edit, outcome: Outcome): void {
    this.#edits.delete(edit.id);
    edit.settle(outcome);
    this.changed();
  }
}

function problem(code: string, message: string): Problem {
  return { __typename: "Problem", code, message, path: [] };
}
