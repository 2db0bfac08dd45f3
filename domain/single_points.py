"""Whose absence would leave more units of a day unmet, its other unpinned covers matched anew."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from domain.hard_breaches import shifts_of_day
from domain.ids import GroupId, StaffId
from domain.matching import DayMatching, meet
from domain.need import absence_type, absent_members, need, need_of
from domain.schedules import Board, once_per_board
from domain.set_aside import set_aside, with_lent
from domain.shifts import ShiftAssignment, ShiftSource
from domain.supply import (
    DaySupply,
    eligible_on,
    fits_and_is_at_hand,
    pinned_on,
    supply_on,
    widened,
)

Failing = tuple[DayMatching, GroupId]


def single_points_on(board: Board, supply: DaySupply) -> tuple[StaffId, ...]:
    """The people working that day whose absence would raise the least possible missing units."""
    return tuple(s for s in _working(board, supply.day) if failing_without(board, supply, s))


def failing_without(board: Board, supply: DaySupply, staff_id: StaffId) -> Failing | None:
    """A group that stays unmet when somebody is absent, and the matching that shows it."""
    if staff_id in _moving(board).get(supply.day, ()):
        return _failing_in_the_world_without(board, supply, staff_id)
    bare = with_lent(board)[supply.day]
    lost = [g for s, g in pinned_on(bare, supply.day) if s == staff_id]
    raised = Counter(lost) + Counter(_raised_needs(bare, staff_id, supply.day))
    if not raised and not supply.matching.held.get(staff_id):
        return None
    rest, freed = supply.matching.without(staff_id)
    for group_id, units in (Counter(freed) + _open_units(supply, raised)).items():
        if meet(rest, [(group_id, units)]):
            return rest, group_id
    return None


def _working(board: Board, day: date) -> list[StaffId]:
    return [
        person.id
        for person in board.staff
        if person.is_employed_on(day)
        and (cell := board.cells.get((person.id, day))) is not None
        and board.types[cell.shift_type].works
    ]


def _raised_needs(board: Board, staff_id: StaffId, day: date) -> dict[GroupId, int]:
    """The units by which somebody's absence would raise the needs of their groups."""
    found: dict[GroupId, int] = {}
    for group_id in board.groups_of.get((staff_id, day), ()):
        absent = absent_members(board, group_id, day)
        if staff_id in absent:
            continue
        employed = len(board.members(group_id, day))
        raised = need_of(board.group_by_id[group_id], employed, len(absent) + 1, closed=False)
        found[group_id] = raised - need(board, group_id, day)
    return found


def _open_units(supply: DaySupply, raised: Counter[GroupId]) -> Counter[GroupId]:
    """What is left of raised demands where pinned covers beyond the need meet them first."""
    old = supply.demands
    return Counter({g: max(0, old[g] + n) - max(0, old[g]) for g, n in raised.items() if g in old})


# A hard limit of a day counts people together: an absence may let others come, or stop them.


@once_per_board
def _moving(board: Board) -> dict[date, frozenset[StaffId]]:
    """By day, the people whose absence changes who else may come."""
    found = {day: frozenset(_moving_on(board, day)) for day in board.open_days}
    return {day: people for day, people in found.items() if people}


def _moving_on(board: Board, day: date) -> Iterator[StaffId]:
    code = absence_type(board)
    if code is None:
        return
    alike: dict[tuple[int, ...], list[StaffId]] = {}
    for staff_id in _working(board, day):
        alike.setdefault(shifts_of_day(board, staff_id, day, code), []).append(staff_id)
    for added, people in alike.items():
        # The first two tell about everybody: each about all but themselves.
        if any(added) and any(_moves_others(board, s, day) for s in people[:2]):
            yield from people


def _moves_others(board: Board, staff_id: StaffId, day: date) -> bool:
    with_them, without = with_lent(board)[day], _bare_without(board, staff_id, day)
    return _others(with_them, staff_id, day) != _others(without, staff_id, day)


def _others(bare: Board, staff_id: StaffId, day: date) -> list[tuple[GroupId, StaffId]]:
    """Everybody else who stands for a group already or may come."""
    standing = {(g, s) for s, g in pinned_on(bare, day)}
    coming = {
        (group.id, s)
        for group in bare.groups
        for s in eligible_on(bare, group.id, day, fits_and_is_at_hand)
    }
    return sorted((g, s) for g, s in standing | coming if s != staff_id)


def _bare_without(board: Board, staff_id: StaffId, day: date) -> Board:
    code = absence_type(board)
    if code is None:
        raise ValueError("nobody can be absent where no type is an absence")
    key = (staff_id, day)
    away = ShiftAssignment(
        staff_id=staff_id, date=day, shift_type=code, source=ShiftSource.MANUAL, pinned=True
    )
    covers = tuple(c for c in board.covers if (c.staff_id, c.date) != key)
    cells = {**board.cells, key: away}
    return set_aside(board.edited(shifts=tuple(cells.values()), covers=covers), day)


def _failing_in_the_world_without(
    board: Board, supply: DaySupply, staff_id: StaffId
) -> Failing | None:
    day = supply.day
    after = supply_on(_bare_without(board, staff_id, day), day, fits_and_is_at_hand)
    after = widened(after, [pair for pair in supply.wider if pair[0] != staff_id])
    if sum(after.unmet.values()) <= sum(supply.unmet.values()):
        return None
    worse = (g for g, units in after.unmet.items() if units > supply.unmet.get(g, 0))
    return after.matching, next(worse)
