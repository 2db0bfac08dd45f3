/**
 * The documents that this client sends, and what they answer.
 *
 * Each selects at least what the client contract's document of the same name selects. Beyond it:
 * ids of cells and covers, by which `EntityDeleted` names them; the restaurant's revision in the
 * same snapshot as the board; gaps and the schedule itself among the changes.
 */

const SHIFT_PARTS = `
fragment ShiftParts on ShiftAssignment {
  id
  staff { id }
  date
  shiftType { code symbol works }
  source
  pinned
  revision
}`;

const COVER_PARTS = `
fragment CoverParts on Cover {
  id
  date
  group { id }
  staff { id }
  backupAssignment { id }
  priorityOrder
  absentMembers { id }
  source
  pinned
}`;

const COVERAGE_GAP_PARTS = `
fragment CoverageGapParts on CoverageGap {
  date
  group { id }
  needed
  covered
  missing
  reasons { staff { id } code message }
}`;

const BACKUP_ASSIGNMENT_PARTS = `
fragment BackupAssignmentParts on BackupAssignment {
  id
  staff { id name }
  group { id name }
  assignmentType
  priorityOrder
  effectiveFrom
  effectiveUntil
  isActive
  notes
  createdAt
  updatedAt
  revision
}`;

const PROBLEM_PARTS = `
fragment ProblemParts on Problem {
  __typename
  code
  message
  path
}`;

export const SCHEDULE_BOARD = `
query ScheduleBoard($restaurantId: ID!, $scheduleId: ID!) {
  restaurant(id: $restaurantId) { revision epoch }
  schedule(id: $scheduleId) {
    id
    status
    start
    end
    revision
    shifts { ...ShiftParts }
    covers { ...CoverParts }
    gaps { ...CoverageGapParts }
    violations { code level message staff { id } group { id } dates }
  }
}
${SHIFT_PARTS}${COVER_PARTS}${COVERAGE_GAP_PARTS}`;

export const SET_SHIFTS = `
mutation SetShifts($input: SetShiftsInput!) {
  setShifts(input: $input) {
    ... on SetShiftsPayload {
      shifts { ...ShiftParts }
      gaps { ...CoverageGapParts }
      revision
    }
    ...ProblemParts
    ... on ConflictProblem { current { ...ShiftParts } }
  }
}
${SHIFT_PARTS}${COVERAGE_GAP_PARTS}${PROBLEM_PARTS}`;

export const CHANGES = `
subscription Changes($restaurantId: ID!, $after: Int, $epoch: ID) {
  changes(restaurantId: $restaurantId, after: $after, epoch: $epoch) {
    __typename
    ... on ChangeSet {
      revision
      previousRevision
      committedAt
      clientMutationId
      changes {
        __typename
        entityId
        ... on BackupAssignmentChanged { backupAssignment { ...BackupAssignmentParts } }
        ... on ShiftChanged { shift { ...ShiftParts } }
        ... on CoverChanged { cover { ...CoverParts } }
        ... on CoverageGapChanged {
          date
          group { id }
          schedule { id }
          gap { ...CoverageGapParts }
        }
        ... on ScheduleChanged { schedule { id status start end revision isActive } }
        ... on EntityDeleted { entityType }
      }
    }
    ... on CaughtUp { epoch revision }
    ... on SnapshotRequired { reason epoch revision }
    ... on Heartbeat { revision at }
  }
}
${BACKUP_ASSIGNMENT_PARTS}${SHIFT_PARTS}${COVER_PARTS}${COVERAGE_GAP_PARTS}`;

interface Reference {
  readonly id: string;
}

export interface Shift {
  readonly id: string;
  readonly staff: Reference;
  readonly date: string;
  readonly shiftType: { readonly code: string; readonly symbol: string; readonly works: boolean };
  readonly source: string;
  readonly pinned: boolean;
  readonly revision: number;
}

export interface Cover {
  readonly id: string;
  readonly date: string;
  readonly group: Reference;
  readonly staff: Reference;
  readonly backupAssignment: Reference | null;
  readonly priorityOrder: number | null;
  readonly absentMembers: readonly Reference[];
  readonly source: string;
  readonly pinned: boolean;
}

export interface CoverageGap {
  readonly date: string;
  readonly group: Reference;
  readonly needed: number;
  readonly covered: number;
  readonly missing: number;
  readonly reasons: readonly {
    readonly staff: Reference | null;
    readonly code: string;
    readonly message: string;
  }[];
}

export interface Violation {
  readonly code: string;
  readonly level: string;
  readonly message: string;
  readonly staff: Reference | null;
  readonly group: Reference | null;
  readonly dates: readonly string[];
}

export interface Schedule {
  readonly id: string;
  readonly status: string;
  readonly start: string;
  readonly end: string;
  readonly revision: number;
}

export interface ScheduleBoard {
  readonly restaurant: { readonly revision: number; readonly epoch: string } | null;
  readonly schedule:
    | (Schedule & {
        readonly shifts: readonly Shift[];
        readonly covers: readonly Cover[];
        readonly gaps: readonly CoverageGap[];
        readonly violations: readonly Violation[];
      })
    | null;
}

export interface Problem {
  readonly __typename: string;
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[];
  /** Of a `ConflictProblem`: the rows that stand now. What is no cell is an empty object. */
  readonly current?: readonly (Shift | Record<string, never>)[];
}

export interface SetShifts {
  readonly setShifts: { readonly revision: number } | Problem;
}

interface ShiftChanged {
  readonly __typename: "ShiftChanged";
  readonly entityId: string;
  readonly shift: Shift;
}

interface CoverChanged {
  readonly __typename: "CoverChanged";
  readonly entityId: string;
  readonly cover: Cover;
}

interface CoverageGapChanged {
  readonly __typename: "CoverageGapChanged";
  readonly entityId: string;
  readonly date: string;
  readonly group: Reference;
  readonly schedule: Reference;
  readonly gap: CoverageGap | null;
}

interface ScheduleChanged {
  readonly __typename: "ScheduleChanged";
  readonly entityId: string;
  readonly schedule: Schedule & { readonly isActive: boolean };
}

interface EntityDeleted {
  readonly __typename: "EntityDeleted";
  readonly entityId: string;
  readonly entityType: string;
}

/** A row of the settings; which one does not matter to a board, it is read anew. */
interface SettingChanged {
  readonly __typename: "SettingChanged";
  readonly entityId: string;
}

export type Change =
  | ShiftChanged
  | CoverChanged
  | CoverageGapChanged
  | ScheduleChanged
  | EntityDeleted
  | SettingChanged;

export interface ChangeSet {
  readonly __typename: "ChangeSet";
  readonly revision: number;
  readonly previousRevision: number;
  readonly committedAt: string;
  readonly clientMutationId: string | null;
  readonly changes: readonly Change[];
}

export type FeedEvent =
  | ChangeSet
  | { readonly __typename: "CaughtUp"; readonly epoch: string; readonly revision: number }
  | {
      readonly __typename: "SnapshotRequired";
      readonly reason: string;
      readonly epoch: string;
      readonly revision: number;
    }
  | { readonly __typename: "Heartbeat"; readonly revision: number; readonly at: string };
