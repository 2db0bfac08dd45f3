"""Who covers whom: a recorded decision, never inferred from a working cell."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.ids import BackupAssignmentId, CoverId, GroupId, ScheduleId, StaffId


class CoverSource(StrEnum):
    MANUAL = "MANUAL"
    SOLVER = "SOLVER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """`priority_order` and `rank` are those of the moment of recording; rank 1 is asked first.

    Both are None, as `backup_assignment_id` is, for somebody without an assignment.
    """

    date: date
    group_id: GroupId
    staff_id: StaffId
    source: CoverSource
    backup_assignment_id: BackupAssignmentId | None = None
    priority_order: int | None = None
    rank: int | None = None
    absent_member_ids: tuple[StaffId, ...] = ()
    pinned: bool = False
    id: CoverId = CoverId(0)
    schedule_id: ScheduleId = ScheduleId(0)
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why somebody does not cover (or does); `staff_id` is None when it is about nobody."""

    code: str
    message: str
    staff_id: StaffId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageGap:
    date: date
    group_id: GroupId
    needed: int
    covered: int
    reasons: tuple[Reason, ...] = ()
    is_provisional: bool = False

    @property
    def missing(self) -> int:
        return self.needed - self.covered
