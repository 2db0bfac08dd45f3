"""Shift types are data; behaviour comes from their flags, never from a symbol or a code."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from domain.ids import (
    RestaurantId,
    ScheduleId,
    ShiftAssignmentId,
    ShiftCode,
    ShiftTypeId,
    StaffId,
)
from domain.staff import EmploymentType


class ShiftSource(StrEnum):
    MANUAL = "MANUAL"
    GENERATED = "GENERATED"
    COVER = "COVER"
    IMPORTED = "IMPORTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftType:
    """`rest_half_days` is 0, 1 or 2; `employment_types` empty means everybody may work it."""

    id: ShiftTypeId
    restaurant_id: RestaurantId
    code: ShiftCode
    symbol: str
    name: str
    works: bool
    rest_half_days: int
    absent_for_coverage: bool
    can_cover: bool
    position: int
    employment_types: tuple[EmploymentType, ...] = ()
    starts_at: time | None = None
    ends_at: time | None = None
    revision: int = 0

    def is_allowed_for(self, employment_type: EmploymentType) -> bool:
        return not self.employment_types or employment_type in self.employment_types


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftAssignment:
    """One cell of the table; a cell that is not decided has no value of this class."""

    staff_id: StaffId
    date: date
    shift_type: ShiftCode
    source: ShiftSource
    pinned: bool = False
    id: ShiftAssignmentId = ShiftAssignmentId(0)
    schedule_id: ScheduleId = ScheduleId(0)
    revision: int = 0


def standard_type(types: Iterable[ShiftType]) -> ShiftType | None:
    """The type a cover works: the first that works and can cover."""
    return next((t for t in types if t.works and t.can_cover), None)


def rest_type(types: Iterable[ShiftType]) -> ShiftType | None:
    """The type a day off gets: the first that does not work and rests a whole day."""
    return next((t for t in types if not t.works and t.rest_half_days == 2), None)
