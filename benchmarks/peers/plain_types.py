"""The types of our schema that the harness's documents ask for, in plain Strawberry."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from domain.backups import AssignmentType
from domain.covers import CoverSource
from domain.rules import Level
from domain.schedules import ScheduleStatus
from domain.shifts import ShiftSource

for enum in (AssignmentType, CoverSource, Level, ScheduleStatus, ShiftSource):
    strawberry.enum(enum)


@strawberry.interface
class Node:
    id: strawberry.ID


@strawberry.type
class StaffMember(Node):
    name: str | None = None


@strawberry.type
class StaffGroup(Node):
    name: str | None = None


@strawberry.type
class ShiftType:
    code: str
    symbol: str
    works: bool


@strawberry.type
class ShiftAssignment(Node):
    staff: StaffMember
    date: date
    shift_type: ShiftType
    source: ShiftSource
    pinned: bool
    revision: int


@strawberry.type
class BackupAssignment(Node):
    staff: StaffMember | None = None
    group: StaffGroup | None = None
    assignment_type: AssignmentType | None = None
    priority_order: int | None = None
    effective_from: date | None = None
    effective_until: date | None = None
    is_active: bool | None = None
    notes: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    revision: int | None = None


@strawberry.type
class Cover:
    date: date
    group: StaffGroup
    staff: StaffMember
    backup_assignment: BackupAssignment | None
    priority_order: int | None
    absent_members: list[StaffMember]
    source: CoverSource
    pinned: bool


@strawberry.type
class CoverReason:
    staff: StaffMember | None
    code: str
    message: str


@strawberry.type
class CoverageGap:
    date: date
    group: StaffGroup
    needed: int
    covered: int
    missing: int
    reasons: list[CoverReason]


@strawberry.type
class Violation:
    code: str
    level: Level
    message: str
    staff: StaffMember | None
    group: StaffGroup | None
    dates: list[date]


@strawberry.type
class Schedule(Node):
    status: ScheduleStatus
    start: date
    end: date
    revision: int
    shifts: list[ShiftAssignment]
    covers: list[Cover]
    gaps: list[CoverageGap]
    violations: list[Violation]


@strawberry.input
class ShiftInput:
    staff_id: strawberry.ID
    date: date
    shift_type: str
    pinned: bool | None = None


@strawberry.input
class SetShiftsInput:
    schedule_id: strawberry.ID
    shifts: list[ShiftInput]
    client_mutation_id: strawberry.ID | None = None
    expected_revision: int | None = None


@strawberry.interface
class Problem:
    code: str
    message: str
    path: list[str]


@strawberry.type
class ConflictProblem(Problem):
    current: list[Node]


@strawberry.type
class SetShiftsPayload:
    shifts: list[ShiftAssignment]
    gaps: list[CoverageGap]
    revision: int


SetShiftsResult = Annotated[SetShiftsPayload | ConflictProblem, strawberry.union("SetShiftsResult")]


@strawberry.interface
class Change:
    entity_id: strawberry.ID


@strawberry.type
class BackupAssignmentChanged(Change):
    backup_assignment: BackupAssignment


@strawberry.type
class ShiftChanged(Change):
    shift: ShiftAssignment


@strawberry.type
class CoverChanged(Change):
    cover: Cover


@strawberry.type
class ScheduleChanged(Change):
    schedule: Schedule | None = None


@strawberry.type
class EntityDeleted(Change):
    entity_type: str


@strawberry.type
class ChangeSet:
    revision: int
    previous_revision: int
    committed_at: datetime
    client_mutation_id: strawberry.ID | None
    changes: list[Change]


@strawberry.type
class CaughtUp:
    epoch: strawberry.ID
    revision: int


@strawberry.type
class SnapshotRequired:
    reason: str
    epoch: strawberry.ID
    revision: int


@strawberry.type
class Heartbeat:
    revision: int
    at: datetime


ChangesEvent = Annotated[
    ChangeSet | CaughtUp | SnapshotRequired | Heartbeat, strawberry.union("ChangesEvent")
]
