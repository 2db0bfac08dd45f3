"""Which covers a run may record, and which it must have kept."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from domain.checker.needs import counting_on, need_on
from domain.checker.promises import (
    Decided,
    Promise,
    covering_types,
    decided,
    is_frozen,
    kept_covers,
)
from domain.checker.reading import Reading, is_within
from domain.covers import Cover, CoverSource
from domain.ids import GroupId, ShiftCode, StaffId
from domain.periods import Weekday
from domain.rules import Direction, Level
from domain.runs import GenerationMode
from domain.shifts import ShiftType

CoverKey = tuple[date, GroupId, StaffId]


def broken_covers(before: Reading, after: Reading, mode: GenerationMode) -> Iterator[str]:
    now = Counter(_key(c) for c in after.board.covers)
    for (day, group_id, staff_id), count in now.items():
        if count > 1:
            yield f"{day}: staff {staff_id} covers group {group_id} {count} times"
    kept = {_key(c): c for c in kept_covers(before.board)}
    yield from _vanished(after, kept)
    chosen = [c for c in after.board.covers if _key(c) not in kept]
    for cover in chosen:
        for fault in _faults(before, after, mode, cover):
            yield f"{cover.date}: staff {cover.staff_id} covers group {cover.group_id}: {fault}"
    yield from _beyond_need(after, chosen)
    yield from _beyond_capacity(after, chosen)


def _key(cover: Cover) -> CoverKey:
    return cover.date, cover.group_id, cover.staff_id


def _vanished(after: Reading, kept: dict[CoverKey, Cover]) -> Iterator[str]:
    now = {_key(c): c for c in after.board.covers}
    for key, cover in kept.items():
        where = f"{cover.date}: staff {cover.staff_id} for group {cover.group_id}"
        stands = now.get(key)
        if stands is None:
            yield f"{where}: a kept cover vanished"
        elif (stands.pinned, stands.source) != (cover.pinned, cover.source):
            yield f"{where}: a kept cover changed"


def _faults(before: Reading, after: Reading, mode: GenerationMode, cover: Cover) -> Iterator[str]:
    if cover.group_id not in {g.id for g in before.board.groups}:
        yield "no such group"
        return
    if cover.date not in before.days:
        yield "outside the schedule"
        return
    if cover.source is not CoverSource.SOLVER or cover.pinned:
        yield "recorded as a person's decision"
    if is_frozen(before.board, cover.date):
        yield "written into the frozen past"
    own = after.type_of(cover.staff_id, cover.date)
    if own is None or not own.can_cover:
        yield "the cell cannot cover"
    elif _is_open(before, mode, cover) and own.code not in _standard_codes(before):
        yield "an open cell covers in another type than the standard one"
    homes = before.homes.get((cover.staff_id, cover.date), frozenset())
    if homes - {cover.group_id} and not before.board.restaurant.borrowing:
        yield "lent although borrowing is off"
    yield from facts_against(before, mode, cover.staff_id, cover.group_id, cover.date)


def _standard_codes(reading: Reading) -> list[ShiftCode]:
    return [t.code for t in covering_types(reading)[:1]]


def _is_open(before: Reading, mode: GenerationMode, cover: Cover) -> bool:
    if (cover.staff_id, cover.date) not in before.employed:
        return False
    promised = decided(before, mode, cover.staff_id, cover.date)
    return promised is None or promised.code is None


def facts_against(
    reading: Reading, mode: GenerationMode, staff_id: StaffId, group_id: GroupId, day: date
) -> Iterator[str]:
    """The codes of the tests E1 to E9 that somebody fails, in that order."""
    rows = [
        a
        for a in reading.board.backup_assignments
        if a.staff_id == staff_id and a.group_id == group_id
    ]
    if not rows:
        yield "ASSIGNMENT_NOT_ACTIVE"
    elif not any(is_within(a.effective_from, a.effective_until, day) for a in rows):
        yield "OUTSIDE_EFFECTIVE_PERIOD"
    is_there = (staff_id, day) in reading.employed
    if not is_there:
        yield "NOT_EMPLOYED"
    if staff_id in reading.members[group_id, day]:
        yield "MEMBER_OF_GROUP"
    if day in reading.closed:
        yield "DAY_CLOSED"
    promised = decided(reading, mode, staff_id, day) if is_there else None
    if promised is not None:
        yield from _promised_elsewhere(reading, promised, staff_id, group_id, day)
    if not _may_cover(reading, promised, staff_id, day):
        yield "SHIFT_NOT_ALLOWED"


def _promised_elsewhere(
    reading: Reading, promised: Decided, staff_id: StaffId, group_id: GroupId, day: date
) -> Iterator[str]:
    if promised.promise is Promise.HOLIDAY:
        yield "HOLIDAY_BLOCKED"
        return
    kind = None if promised.code is None else reading.types.get(promised.code)
    if kind is None or promised.promise is Promise.CLOSED:
        return
    if not kind.works:
        yield "BACKUP_ABSENT"
        return
    is_called = any(c.pinned and _key(c) == (day, group_id, staff_id) for c in reading.board.covers)
    cell = reading.rows.get((staff_id, day))
    is_held = (
        cell is not None
        and cell.pinned
        and bool(reading.homes.get((staff_id, day), frozenset()) - {group_id})
        and not is_called
    )
    if not kind.can_cover or is_held:
        yield "OTHER_SHIFT"


def _may_cover(reading: Reading, promised: Decided | None, staff_id: StaffId, day: date) -> bool:
    """Whether the type that a cover leaves or puts in the cell is open to somebody."""
    able = covering_types(reading)
    person = reading.people[staff_id]
    allowed = [
        t for t in able if not t.employment_types or person.employment_type in t.employment_types
    ]
    fixed = None if promised is None or promised.code is None else promised.code
    kind = None if fixed is None else reading.types.get(fixed)
    if kind is not None and kind.can_cover:
        return bool(allowed) and not _is_forbidden(reading, staff_id, day, kind)
    if not able or able[0] not in allowed:
        return False
    return not _is_forbidden(reading, staff_id, day, able[0])


def _is_forbidden(reading: Reading, staff_id: StaffId, day: date, kind: ShiftType) -> bool:
    for rule in reading.board.priority_rules:
        if rule.staff_id != staff_id or rule.level is not Level.HARD:
            continue
        if list(Weekday)[day.weekday()] not in rule.weekdays:
            continue
        if (rule.shift_type == kind.code) == (rule.direction is Direction.AVOID):
            return True
    return False


def _beyond_need(after: Reading, chosen: list[Cover]) -> Iterator[str]:
    for group in after.board.groups:
        for day in after.days:
            here = [c for c in chosen if (c.group_id, c.date) == (group.id, day)]
            if not here:
                continue
            counting = counting_on(after, group.id, day)
            standing = counting - sum(_counts(after, c) for c in here)
            left = max(0, need_on(after, group, day) - standing)
            if len(here) > left:
                yield f"{day}: group {group.id} got {len(here)} covers, needs {left}"


def _counts(after: Reading, cover: Cover) -> bool:
    own = after.type_of(cover.staff_id, cover.date)
    return own is not None and own.can_cover


def _beyond_capacity(after: Reading, chosen: list[Cover]) -> Iterator[str]:
    for staff_id, day in sorted({(c.staff_id, c.date) for c in chosen}):
        held = len(after.lent[staff_id, day])
        if held > after.people[staff_id].maximum_groups_per_day:
            yield f"{day}: staff {staff_id} covers {held} groups at once"
