"""What decides a cell before any rule is asked; facts are never given up."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.covers import Cover, CoverSource
from domain.findings import About, Conflict, Severity, finding, spoken
from domain.ids import ShiftCode, StaffId
from domain.kept import once_per_row
from domain.runs import GenerationMode
from domain.schedules import Board, ScheduleStatus, once_per_board
from domain.shifts import ShiftAssignment, ShiftSource
from domain.staff import HolidayPolicy

FILL = GenerationMode.FILL
BY_HAND = (ShiftSource.MANUAL, ShiftSource.IMPORTED)


class FactKind(StrEnum):
    FROZEN = "FROZEN"
    PINNED = "PINNED"
    TYPED = "TYPED"
    COVER = "COVER"
    CLOSED = "CLOSED"
    REQUEST = "REQUEST"
    MUST_WORK = "MUST_WORK"
    HOLIDAY = "HOLIDAY"


CELL_FACTS = (FactKind.FROZEN, FactKind.PINNED, FactKind.TYPED)
SET_FACTS = (*CELL_FACTS, FactKind.COVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`shift_type` is None only for MUST_WORK: some type that works."""

    kind: FactKind
    shift_type: ShiftCode | None


def fact_for(
    board: Board, staff_id: StaffId, day: date, mode: GenerationMode = FILL
) -> Fact | None:
    """The fact that decides an employed cell, the first that applies; None when it is free."""
    set_fact = _set_fact(board, staff_id, day, mode)
    return set_fact or _calendar_fact(board, staff_id, day)


def _set_fact(board: Board, staff_id: StaffId, day: date, mode: GenerationMode) -> Fact | None:
    cell = board.cells.get((staff_id, day))
    kind = None if cell is None else _kind_of(board, cell, mode)
    if cell is not None and kind is not None:
        return Fact(kind=kind, shift_type=cell.shift_type)
    if (staff_id, day) not in _kept_holders(board):
        return None
    covering = _covering_type(board, cell)
    return None if covering is None else Fact(kind=FactKind.COVER, shift_type=covering)


def _kind_of(board: Board, cell: ShiftAssignment, mode: GenerationMode) -> FactKind | None:
    if is_frozen(board, cell.date):
        return FactKind.FROZEN
    if cell.pinned:
        return FactKind.PINNED
    if cell.source not in BY_HAND:
        return None
    is_kept = mode is FILL or not board.types[cell.shift_type].works
    return FactKind.TYPED if is_kept else None


def _covering_type(board: Board, cell: ShiftAssignment | None) -> ShiftCode | None:
    if cell is not None and board.types[cell.shift_type].can_cover:
        return cell.shift_type
    return None if board.standard_type is None else board.standard_type.code


def _calendar_fact(board: Board, staff_id: StaffId, day: date) -> Fact | None:
    rest = None if board.rest_type is None else board.rest_type.code
    if day in board.closed_days:
        return Fact(kind=FactKind.CLOSED, shift_type=rest)
    if (staff_id, day) in board.requested_days_off:
        return Fact(kind=FactKind.REQUEST, shift_type=rest)
    if day in board.must_work_days:
        return Fact(kind=FactKind.MUST_WORK, shift_type=None)
    if day in board.holidays and board.people[staff_id].holiday_policy is HolidayPolicy.OFF:
        return Fact(kind=FactKind.HOLIDAY, shift_type=rest)
    return None


def is_frozen(board: Board, day: date) -> bool:
    """Whether the past of a published schedule that contains today holds this day."""
    schedule = board.schedule
    if schedule.status is not ScheduleStatus.PUBLISHED:
        return False
    return schedule.start <= day < board.today <= schedule.end


def is_kept(board: Board, cover: Cover) -> bool:
    """Whether a run must keep this cover."""
    return cover.pinned or cover.source is CoverSource.MANUAL or is_frozen(board, cover.date)


@once_per_board
def _kept_holders(board: Board) -> frozenset[tuple[StaffId, date]]:
    return frozenset((c.staff_id, c.date) for c in board.covers if is_kept(board, c))


def kept_covers(board: Board) -> tuple[Cover, ...]:
    """Covers that a run must keep, whoever holds them: pinned, set by hand, frozen."""
    return tuple(c for c in board.covers if is_kept(board, c))


def facts_of(board: Board, mode: GenerationMode = FILL) -> dict[tuple[StaffId, date], Fact]:
    """Every employed cell of the schedule that a fact decides."""
    facts = {
        (person.id, day): fact_for(board, person.id, day, mode)
        for person in board.staff
        for day in board.days
        if person.is_employed_on(day)
    }
    return {key: fact for key, fact in facts.items() if fact is not None}


def silenced(board: Board) -> tuple[Conflict, ...]:
    """Facts that a higher fact overrules, one finding for each code and person.

    A request is told as well while a generated cell works that day; the next run keeps it.
    """
    return tuple(found for person in board.staff for found in _silenced_of(board, person.id))


@once_per_row
def _silenced_of(board: Board, staff_id: StaffId) -> tuple[Conflict, ...]:
    found: dict[str, list[date]] = {}
    for day in filter(board.people[staff_id].is_employed_on, board.days):
        fact = fact_for(board, staff_id, day)
        for code in [] if fact is None else _codes_silenced(board, staff_id, day, fact):
            found.setdefault(code, []).append(day)
    return tuple(_conflict(board, code, staff_id, tuple(days)) for code, days in found.items())


def _codes_silenced(board: Board, staff_id: StaffId, day: date, fact: Fact) -> list[str]:
    works = fact.shift_type is not None and board.types[fact.shift_type].works
    requested = (staff_id, day) in board.requested_days_off
    codes: list[str] = []
    if requested and (works or _stands_at_work(board, staff_id, day)):
        codes.append("REQUEST_NOT_KEPT")
    if fact.kind is FactKind.REQUEST and day in board.must_work_days:
        codes.append("REQUEST_ON_MUST_WORK")
    if fact.kind is FactKind.MUST_WORK and _is_off_by_policy(board, staff_id, day):
        codes.append("MUST_WORK_VS_HOLIDAY")
    if day in board.closed_days and works:
        codes.append("WORKS_ON_CLOSED_DAY")
    return codes


def _stands_at_work(board: Board, staff_id: StaffId, day: date) -> bool:
    cell = board.cells.get((staff_id, day))
    return cell is not None and board.types[cell.shift_type].works


def _is_off_by_policy(board: Board, staff_id: StaffId, day: date) -> bool:
    return day in board.holidays and board.people[staff_id].holiday_policy is HolidayPolicy.OFF


_WORDS: dict[str, tuple[Severity, str, str]] = {
    "REQUEST_NOT_KEPT": (
        Severity.WARNING,
        "{name} asked for a day off on {dates} and is to work.",
        "Generate again if the cell was generated, else change it; or decline the request.",
    ),
    "REQUEST_ON_MUST_WORK": (
        Severity.WARNING,
        "{name} asked for a day off on {dates}, when everybody must work; the request is kept.",
        "Decline the request, or take the calendar rule back.",
    ),
    "MUST_WORK_VS_HOLIDAY": (
        Severity.WARNING,
        "{name} rests on holidays, yet everybody must work on {dates}; {name} works.",
        "Take the calendar rule back, or agree on the day with {name}.",
    ),
    "WORKS_ON_CLOSED_DAY": (
        Severity.INFO,
        "{name} has been set to work on {dates}, when the restaurant is closed.",
        "Clear the cell, or open the restaurant on that day.",
    ),
}


def _conflict(board: Board, code: str, staff_id: StaffId, dates: tuple[date, ...]) -> Conflict:
    severity, message, fix = _WORDS[code]
    name = board.people[staff_id].name
    said = message.format(name=name, dates=spoken(dates))
    about = About(staff_id=staff_id)
    return finding(code, severity, about, said, fix=fix.format(name=name), dates=dates)
