"""When a shift begins and ends, and how long people rest between two: measured between instants.

A shift belongs to the local date on which it begins. A day may have 23 or 25 hours: a clock time
that a spring night skips is moved on by what is skipped, one that an autumn night has twice is the
earlier one.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from domain.periods import ONE_DAY
from domain.schedules import Board
from domain.shifts import ShiftAssignment, ShiftType

SECONDS_PER_MINUTE = 60
STEADY = ZoneInfo("UTC")
"""Its clocks are never changed, so that all its days are alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """Two instants, in UTC."""

    begins: datetime
    ends: datetime

    @property
    def minutes(self) -> int:
        return _minutes_between(self.begins, self.ends)


def working_time(kind: ShiftType, day: date, zone: ZoneInfo) -> WorkingTime | None:
    """When a shift of that type begins and ends; None without work or without both clock times.

    It ends on the next day where its end is not after its beginning. One that lies within what a
    spring night skips has no length, and never one below 0.
    """
    if not kind.works or kind.starts_at is None or kind.ends_at is None:
        return None
    last = day if kind.ends_at > kind.starts_at else day + ONE_DAY
    begins = _instant(day, kind.starts_at, zone)
    return WorkingTime(begins=begins, ends=max(begins, _instant(last, kind.ends_at, zone)))


def usual_minutes(kind: ShiftType) -> int | None:
    """How long such a shift is on a day of 24 hours; None where it has no length."""
    usual = working_time(kind, date(2000, 1, 1), STEADY)
    return None if usual is None else usual.minutes


def rest_minutes_before(board: Board, cell: ShiftAssignment) -> int | None:
    """Minutes from the end of the person's shift before to the beginning of this one.

    None where either has no clock times, or a day between them is not known. Negative where the
    two overlap.
    """
    zone = ZoneInfo(board.restaurant.time_zone)
    now = working_time(board.types[cell.shift_type], cell.date, zone)
    before = None if now is None else _shift_before(board, cell)
    ended = None if before is None else working_time(*before, zone)
    return None if now is None or ended is None else _minutes_between(ended.ends, now.begins)


def _shift_before(board: Board, cell: ShiftAssignment) -> tuple[ShiftType, date] | None:
    day = cell.date - ONE_DAY
    while (known := _cell_on(board, cell, day)) is not None:
        kind = board.types[known.shift_type]
        if kind.works:
            return kind, day
        day -= ONE_DAY
    return None


def _cell_on(board: Board, cell: ShiftAssignment, day: date) -> ShiftAssignment | None:
    key = (cell.staff_id, day)
    return board.cells.get(key) if day >= board.schedule.start else board.history_cells.get(key)


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def _minutes_between(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds()) // SECONDS_PER_MINUTE
