"""What stood fixed before a run, and which of it a run gave up."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.checker.reading import Reading
from domain.covers import Cover, CoverSource
from domain.ids import ShiftCode, StaffId
from domain.rules import CalendarRuleKind
from domain.runs import GenerationMode
from domain.schedules import Board, ScheduleStatus
from domain.shifts import ShiftAssignment, ShiftSource, ShiftType
from domain.staff import HolidayPolicy, IdlePolicy

BY_A_PERSON = (ShiftSource.MANUAL, ShiftSource.IMPORTED)


class Promise(StrEnum):
    FROZEN = "frozen"
    PINNED = "pinned"
    COVER = "a kept cover"
    TYPED = "set by a person"
    CLOSED = "closed"
    REQUEST = "requested off"
    MUST_WORK = "a day all must work"
    HOLIDAY = "a holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A promised cell; `code` is None where any working type keeps the promise."""

    promise: Promise
    code: ShiftCode | None


def is_frozen(board: Board, day: date) -> bool:
    schedule = board.schedule
    if schedule.status is not ScheduleStatus.PUBLISHED:
        return False
    return schedule.start <= board.today <= schedule.end and day < board.today


def kept_covers(board: Board) -> list[Cover]:
    return [
        c
        for c in board.covers
        if c.pinned or c.source is CoverSource.MANUAL or is_frozen(board, c.date)
    ]


def rest_code(reading: Reading) -> ShiftCode | None:
    for kind in reading.board.shift_types:
        if not kind.works and kind.rest_half_days == 2:
            return kind.code
    return None


def covering_types(reading: Reading) -> list[ShiftType]:
    return [t for t in reading.board.shift_types if t.works and t.can_cover]


def decided(reading: Reading, mode: GenerationMode, staff_id: StaffId, day: date) -> Decided | None:
    """The promise that decides an employed cell, None where the cell is free."""
    board = reading.board
    cell = reading.rows.get((staff_id, day))
    if cell is not None and is_frozen(board, day):
        return Decided(promise=Promise.FROZEN, code=cell.shift_type)
    if cell is not None and cell.pinned:
        return Decided(promise=Promise.PINNED, code=cell.shift_type)
    if cell is not None and _is_typed(reading, mode, cell):
        return Decided(promise=Promise.TYPED, code=cell.shift_type)
    if any((c.staff_id, c.date) == (staff_id, day) for c in kept_covers(board)):
        code = _covering_code(reading, staff_id, day)
        if code is not None:
            return Decided(promise=Promise.COVER, code=code)
    return _by_calendar(reading, staff_id, day)


def _by_calendar(reading: Reading, staff_id: StaffId, day: date) -> Decided | None:
    board = reading.board
    kinds = {r.kind for r in board.calendar_rules if r.date == day}
    rest = rest_code(reading)
    if CalendarRuleKind.CLOSED in kinds:
        return Decided(promise=Promise.CLOSED, code=rest)
    if any((r.staff_id, r.date) == (staff_id, day) for r in board.day_off_requests):
        return Decided(promise=Promise.REQUEST, code=rest)
    if CalendarRuleKind.MUST_WORK in kinds:
        return Decided(promise=Promise.MUST_WORK, code=None)
    person = reading.people[staff_id]
    if CalendarRuleKind.HOLIDAY in kinds and person.holiday_policy is HolidayPolicy.OFF:
        return Decided(promise=Promise.HOLIDAY, code=rest)
    return None


def _is_typed(reading: Reading, mode: GenerationMode, cell: ShiftAssignment) -> bool:
    if cell.source not in BY_A_PERSON:
        return False
    kind = reading.types.get(cell.shift_type)
    return mode is GenerationMode.FILL or (kind is not None and not kind.works)


def _covering_code(reading: Reading, staff_id: StaffId, day: date) -> ShiftCode | None:
    own = reading.type_of(staff_id, day)
    if own is not None and own.can_cover:
        return own.code
    able = covering_types(reading)
    return able[0].code if able else None


def broken_cells(before: Reading, after: Reading, mode: GenerationMode) -> Iterator[str]:
    counted = Counter((s.staff_id, s.date) for s in after.board.shifts)
    for (staff_id, day), count in counted.items():
        if count > 1:
            yield f"{day}: staff {staff_id} has {count} cells"
    yield from _strays(before, after)
    for staff_id, day in sorted(before.employed):
        cell = after.rows.get((staff_id, day))
        if cell is None or cell.shift_type not in after.types:
            yield f"{day}: staff {staff_id} has no known type"
            continue
        promised = decided(before, mode, staff_id, day)
        if promised is not None:
            yield from _given_up(before, after, promised, cell)
        if promised is None or promised.code is None:
            yield from _not_writable(before, after, cell)
        if promised is None:
            yield from _not_on_standby(before, after, cell)


def _strays(before: Reading, after: Reading) -> Iterator[str]:
    """Cells of days that nobody works; those that stood there before stay as history."""
    stood = {(s.staff_id, s.date, s.shift_type) for s in before.board.shifts}
    for cell in after.board.shifts:
        if (cell.staff_id, cell.date) in before.employed:
            continue
        if (cell.staff_id, cell.date, cell.shift_type) not in stood:
            yield f"{cell.date}: staff {cell.staff_id} has a cell outside employment or schedule"


def _given_up(
    before: Reading, after: Reading, promised: Decided, cell: ShiftAssignment
) -> Iterator[str]:
    where = f"{cell.date}: staff {cell.staff_id}"
    if promised.code is None:
        if not after.types[cell.shift_type].works and _may_work(before, cell.staff_id):
            yield f"{where} rests on {promised.promise.value}"
        return
    if cell.shift_type != promised.code:
        yield f"{where} has {cell.shift_type}, {promised.promise.value} {promised.code}"
    stood = before.rows.get((cell.staff_id, cell.date))
    if stood is None or promised.promise not in (Promise.FROZEN, Promise.PINNED, Promise.TYPED):
        return
    if stood.pinned != cell.pinned:
        yield f"{where} is no longer pinned as it was"
    if stood.source in BY_A_PERSON and cell.source is not stood.source:
        yield f"{where} is no longer said to be set by a person"


def _may_work(reading: Reading, staff_id: StaffId) -> bool:
    person = reading.people[staff_id]
    return any(
        t.works and (not t.employment_types or person.employment_type in t.employment_types)
        for t in reading.board.shift_types
    )


def _not_on_standby(before: Reading, after: Reading, cell: ShiftAssignment) -> Iterator[str]:
    """Somebody on standby whose free day is neither covered nor left to standby."""
    if before.people[cell.staff_id].idle_policy is not IdlePolicy.STANDBY:
        return
    if after.lent.get((cell.staff_id, cell.date)):
        return
    if cell.shift_type != standby_code(before):
        yield f"{cell.date}: staff {cell.staff_id} is not on standby"


def _not_writable(before: Reading, after: Reading, cell: ShiftAssignment) -> Iterator[str]:
    """Types that generation may not write in a cell that it may decide."""
    where = f"{cell.date}: staff {cell.staff_id}"
    person = before.people[cell.staff_id]
    kind = after.types[cell.shift_type]
    stood = before.rows.get((cell.staff_id, cell.date))
    if stood is not None and stood.source in BY_A_PERSON and stood.shift_type == cell.shift_type:
        return
    if cell.pinned:
        yield f"{where} was pinned by nobody"
    if kind.works:
        if kind.employment_types and person.employment_type not in kind.employment_types:
            yield f"{where} may not work {kind.code}"
        return
    if kind.code == rest_code(before):
        return
    if person.idle_policy is not IdlePolicy.STANDBY or kind.code != standby_code(before):
        yield f"{where} was given {kind.code}"


def standby_code(reading: Reading) -> ShiftCode | None:
    """The type of a standby day: the last in the list that does not work."""
    resting = [t.code for t in reading.board.shift_types if not t.works]
    return resting[-1] if resting else None
