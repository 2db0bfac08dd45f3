"""Unbroken runs of the listed types: where they can live, and which are too long or too short."""

from dataclasses import dataclass
from datetime import date

from domain.ids import StaffId
from domain.kept import once_per_setting
from domain.limit_units import HALF_DAYS_PER_CELL
from domain.limits import Breach, Lookup, people_in_scope, units_outside
from domain.periods import ONE_DAY, consecutive
from domain.rules import LimitWindow, WorkLimit
from domain.schedules import Board
from domain.staff import StaffMember


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Consecutive open employed days of the schedule, in which a run can live.

    `before` is the known length in days of the listed run that ends right before the first day.
    """

    days: tuple[date, ...]
    before: int
    open_start: bool
    open_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunScope:
    limit: WorkLimit
    staff_id: StaffId
    stretches: tuple[Stretch, ...]


@once_per_setting
def run_scopes(board: Board, limit: WorkLimit) -> tuple[RunScope, ...]:
    """Where the runs of a CONSECUTIVE_DAYS limit can live, for each person in scope."""
    if limit.window is not LimitWindow.CONSECUTIVE_DAYS:
        return ()
    return tuple(
        RunScope(limit=limit, staff_id=p.id, stretches=_stretches(board, limit, p))
        for p in people_in_scope(board, limit)
    )


def _stretches(board: Board, limit: WorkLimit, person: StaffMember) -> tuple[Stretch, ...]:
    return tuple(
        _stretch(board, limit, person, days) for days in consecutive(board.open_days_of[person.id])
    )


def _stretch(
    board: Board, limit: WorkLimit, person: StaffMember, days: tuple[date, ...]
) -> Stretch:
    before, is_open = 0, False
    if days[0] == board.schedule.start:
        before, is_open = _run_before(board, limit, person)
    is_last = days[-1] == board.schedule.end
    return Stretch(days=days, before=before, open_start=is_open, open_end=is_last)


def _run_before(board: Board, limit: WorkLimit, person: StaffMember) -> tuple[int, bool]:
    """Length of the run that history ends with, and whether its beginning is unknown."""
    length, day = 0, board.schedule.start - ONE_DAY
    while day not in board.closed_days and person.is_employed_on(day):
        cell = board.history_cells.get((person.id, day))
        if cell is None:
            return length, True
        if cell.shift_type not in limit.shift_types:
            break
        length, day = length + 1, day - ONE_DAY
    return length, False


def run_breaches(scope: RunScope, lookup: Lookup) -> list[Breach]:
    """The runs of one person that are too long or too short; those wholly in history are not."""
    return [
        Breach(limit=scope.limit, staff_id=scope.staff_id, dates=days, outside=outside)
        for stretch in scope.stretches
        for days in _runs_in(scope, stretch, lookup)
        if (outside := _run_outside(scope.limit, stretch, days)) > 0
    ]


def _runs_in(scope: RunScope, stretch: Stretch, lookup: Lookup) -> list[tuple[date, ...]]:
    listed = scope.limit.shift_types
    return consecutive(d for d in stretch.days if lookup(scope.staff_id, d) in listed)


def _run_outside(limit: WorkLimit, stretch: Stretch, days: tuple[date, ...]) -> int:
    touches_start, touches_end = days[0] == stretch.days[0], days[-1] == stretch.days[-1]
    before = stretch.before if touches_start else 0
    length = HALF_DAYS_PER_CELL * (before + len(days))
    high, low = limit.maximum_half_days, limit.minimum_half_days
    if high is not None and before:
        high = max(high, HALF_DAYS_PER_CELL * before)
    is_cut = (touches_start and stretch.open_start) or (touches_end and stretch.open_end)
    return units_outside(length, None if is_cut else low, high)
