/** A schedule's table as the server has told it, and as it looks with edits laid over it. */

import type {
  Change,
  ChangeSet,
  Cover,
  CoverageGap,
  Schedule,
  ScheduleBoard,
  Shift,
  Violation,
} from "./documents.js";

export interface CellEdit {
  readonly staffId: string;
  readonly date: string;
  /** The code of a shift type; null clears the cell. */
  readonly shiftType: string | null;
  readonly pinned?: boolean;
}

export interface Cell {
  readonly staffId: string;
  readonly date: string;
  readonly shiftType: string | null;
  readonly pinned: boolean;
  /** Whether this is an edit that the server has not confirmed. */
  readonly isPending: boolean;
  /** What the server says; null for an empty cell. */
  readonly confirmed: Shift | null;
}

export interface Board {
  readonly schedule: Schedule;
  readonly cells: ReadonlyMap<string, Cell>;
  readonly covers: readonly Cover[];
  readonly gaps: readonly CoverageGap[];
  /** As of the last reading: changes do not tell them. */
  readonly violations: readonly Violation[];
}

export function cellKey(staffId: string, date: string): string {
  return `${date} ${staffId}`;
}

/** What a change set means for a board beyond the rows that were taken. */
export interface Taken {
  readonly cells: ReadonlySet<string>;
  /** `ANEW`: what follows from it is told by no event, the board has to be read. */
  readonly rest: "NONE" | "ANEW" | "DELETED";
}

const WITHOUT_EFFECT = new Set(["GenerationRunChanged", "MembershipChanged"]);

/** Holds confirmed rows only, by their ids. A cell stays the same object until it changes. */
export class Confirmed {
  readonly #cells = new Map<string, Cell>();
  readonly #covers = new Map<string, Cover>();
  readonly #gaps = new Map<string, CoverageGap>();
  readonly #violations: readonly Violation[];
  #schedule: Schedule;

  constructor(read: NonNullable<ScheduleBoard["schedule"]>) {
    const { shifts, covers, gaps, violations, ...schedule } = read;
    this.#schedule = schedule;
    this.#violations = violations;
    for (const shift of shifts) this.#cells.set(shift.id, confirmedCell(shift));
    for (const cover of covers) this.#covers.set(cover.id, cover);
    for (const gap of gaps) this.#gaps.set(cellKey(gap.group.id, gap.date), gap);
  }

  /** Take the rows of a change set that are this schedule's. */
  take({ changes }: ChangeSet): Taken {
    const schedules = changes.filter((change) => change.__typename === "ScheduleChanged");
    const isOurs = schedules.some((change) => change.entityId === this.#schedule.id);
    const cells = new Set<string>();
    let rest: Taken["rest"] = "NONE";
    for (const change of changes) {
      const found = this.#takeOne(change, isOurs, cells);
      if (found !== "NONE" && rest !== "DELETED") rest = found;
    }
    // Cells and covers do not name their schedule: beside another one, whose they are is unclear.
    return { cells, rest: isOurs && schedules.length > 1 && rest === "NONE" ? "ANEW" : rest };
  }

  #takeOne(change: Change, isOurs: boolean, cells: Set<string>): Taken["rest"] {
    switch (change.__typename) {
      case "ShiftChanged":
        if (isOurs) this.#put(change.entityId, confirmedCell(change.shift), cells);
        return "NONE";
      case "CoverChanged":
        if (isOurs) this.#covers.set(change.entityId, change.cover);
        return "NONE";
      case "CoverageGapChanged":
        if (change.schedule.id === this.#schedule.id) this.#putGap(change);
        return "NONE";
      case "ScheduleChanged":
        if (change.entityId !== this.#schedule.id) return "NONE";
        this.#schedule = { ...this.#schedule, ...change.schedule };
        return change.schedule.isActive ? "NONE" : "DELETED";
      case "EntityDeleted":
        return this.#remove(change.entityId, change.entityType, cells);
      default:
        return WITHOUT_EFFECT.has(change.__typename) ? "NONE" : "ANEW";
    }
  }

  #put(id: string, cell: Cell, cells: Set<string>): void {
    this.#cells.set(id, cell);
    cells.add(keyOf(cell));
  }

  #putGap({ group, date, gap }: Extract<Change, { __typename: "CoverageGapChanged" }>): void {
    const key = cellKey(group.id, date);
    if (gap) this.#gaps.set(key, gap);
    else this.#gaps.delete(key);
  }

  #remove(id: string, entityType: string, cells: Set<string>): Taken["rest"] {
    if (entityType === "COVER") this.#covers.delete(id);
    else if (entityType === "SHIFT_ASSIGNMENT") {
      const cell = this.#cells.get(id);
      if (cell) cells.add(keyOf(cell));
      this.#cells.delete(id);
    } else if (entityType !== "MEMBERSHIP") return "ANEW";
    return "NONE";
  }

  /** The table with newer cells and then edits laid over it, the later ones on top. */
  under(newer: Iterable<Shift>, edits: Iterable<CellEdit>): Board {
    const cells = new Map<string, Cell>();
    for (const cell of this.#cells.values()) cells.set(keyOf(cell), cell);
    for (const shift of newer) cells.set(cellKey(shift.staff.id, shift.date), confirmedCell(shift));
    for (const edit of edits) cells.set(keyOf(edit), pendingCell(edit, cells.get(keyOf(edit))));
    return {
      schedule: this.#schedule,
      cells,
      covers: [...this.#covers.values()],
      gaps: [...this.#gaps.values()],
      violations: this.#violations,
    };
  }
}

function keyOf({ staffId, date }: { staffId: string; date: string }): string {
  return cellKey(staffId, date);
}

function confirmedCell(shift: Shift): Cell {
  return {
    staffId: shift.staff.id,
    date: shift.date,
    shiftType: shift.shiftType.code,
    pinned: shift.pinned,
    isPending: false,
    confirmed: shift,
  };
}

function pendingCell({ staffId, date, shiftType, pinned }: CellEdit, below?: Cell): Cell {
  return {
    staffId,
    date,
    shiftType,
    pinned: pinned ?? false,
    isPending: true,
    confirmed: below?.confirmed ?? null,
  };
}
