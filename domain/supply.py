"""How the eligible people of a day meet its needs, the day's unpinned covers set aside."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from domain.eligibility import facts_against, fits_as_it_stands
from domain.ids import GroupId, StaffId
from domain.lending import Weighed
from domain.matching import DayMatching, meet
from domain.need import absent_members, gap_units, gap_weight, is_counting, need, need_of
from domain.schedules import Board, once_per_board
from domain.staff import CoverageMode, StaffGroup

Fits = Callable[[Board, StaffId, GroupId, date], bool]


@dataclass(frozen=True, kw_only=True)
class DaySupply:
    """`demands` are needs less pinned covers, negative where those exceed the need."""

    day: date
    demands: dict[GroupId, int]
    matching: DayMatching
    unmet: dict[GroupId, int]


def unit_weight(board: Board, group: StaffGroup, day: date) -> Weighed:
    """What one met unit of a group's need takes from its gap that day."""
    return unit_weight_of(group, len(absent_members(board, group.id, day)))


def unit_weight_of(group: StaffGroup, absent: int) -> Weighed:
    """The same for a number of absences, whatever stands on the board."""
    weight = gap_weight(group) * gap_units(group, 1, absent)
    return (weight, 0) if group.coverage_mode is CoverageMode.REQUIRED else (0, weight)


def by_weight(board: Board, day: date) -> list[StaffGroup]:
    """The group whose unit weighs most first; creation order stays among equals."""
    return sorted(board.groups, key=lambda g: unit_weight(board, g, day), reverse=True)


def passes_facts(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    return not facts_against(board, staff_id, group_id, day)


@once_per_board
def supplies(board: Board) -> dict[date, DaySupply]:
    """The supply of every open day as the board stands (E1 to E10)."""
    return {day: supply_on(board, day) for day in board.open_days}


def supply_on(board: Board, day: date, fits: Fits = fits_as_it_stands) -> DaySupply:
    """The heaviest matching of the day's needs with everybody who fits."""
    pinned = pinned_on(board, day)
    demands = {
        group.id: need(board, group.id, day) - sum(g == group.id for _, g in pinned)
        for group in by_weight(board, day)
    }
    matching = DayMatching(
        eligible={g.id: eligible_on(board, g.id, day, fits) for g in board.groups},
        capacity=capacities(board, pinned),
    )
    unmet = meet(matching, demands.items())
    return DaySupply(day=day, demands=demands, matching=matching, unmet=unmet)


def eligible_on(board: Board, group_id: GroupId, day: date, fits: Fits) -> tuple[StaffId, ...]:
    assigned = {a.staff_id for a in board.assignments_of_group.get(group_id, ())}
    pinned = {staff_id for staff_id, g in pinned_on(board, day) if g == group_id}
    found = (s for s in assigned - pinned if fits(board, s, group_id, day))
    return tuple(sorted(found, key=board.staff_order.__getitem__))


@once_per_board
def _pinned(board: Board) -> dict[date, frozenset[tuple[StaffId, GroupId]]]:
    found: dict[date, set[tuple[StaffId, GroupId]]] = {}
    for cover in board.covers:
        if cover.pinned and is_counting(board, cover):
            found.setdefault(cover.date, set()).add((cover.staff_id, cover.group_id))
    return {day: frozenset(pairs) for day, pairs in found.items()}


def pinned_on(board: Board, day: date) -> frozenset[tuple[StaffId, GroupId]]:
    """Who holds a counting pinned cover of which group that day."""
    return _pinned(board).get(day, frozenset())


def capacities(board: Board, pinned: Iterable[tuple[StaffId, GroupId]]) -> dict[StaffId, int]:
    """How many more groups everybody may cover beside their pinned covers."""
    left = {p.id: p.maximum_groups_per_day for p in board.staff}
    for staff_id, _ in pinned:
        left[staff_id] = max(0, left[staff_id] - 1)
    return left


def slack(supply: DaySupply, needing: Iterable[GroupId]) -> int | None:
    """How many may drop out, whichever; negative when so many units cannot be met at all.

    Equal to the smallest surplus over all sets of needing groups: for each group as a member of
    the set, its own demand is raised without end and the flow counted.
    """
    values = [_slack_with(supply, group_id) for group_id in needing]
    return min(values, default=None)


def _slack_with(supply: DaySupply, group_id: GroupId) -> int:
    trial = supply.matching.copy()
    spare = -supply.unmet.get(group_id, 0)
    spare -= min(0, supply.demands[group_id])
    while trial.augment(group_id):
        spare += 1
    return spare - sum(units for g, units in supply.unmet.items() if g != group_id)


def short_set(
    supply: DaySupply, group_id: GroupId
) -> tuple[tuple[GroupId, ...], tuple[StaffId, ...]]:
    """The groups that compete with an unmet one for too few people, and these people."""
    groups, people = supply.matching.reachable(group_id)
    return tuple(g for g in supply.demands if g in groups), tuple(sorted(people))


def added_needs(board: Board, staff_id: StaffId, day: date) -> list[tuple[GroupId, int]]:
    """The units by which somebody's absence would raise the needs of their groups."""
    found: list[tuple[GroupId, int]] = []
    for group_id in board.groups_of.get((staff_id, day), ()):
        absent = absent_members(board, group_id, day)
        if staff_id in absent:
            continue
        employed = len(board.members(group_id, day))
        group = board.group_by_id[group_id]
        raised = need_of(group, employed, len(absent) + 1, closed=False)
        found.append((group_id, raised - need(board, group_id, day)))
    return [(group_id, units) for group_id, units in found if units > 0]


def single_points_on(board: Board, supply: DaySupply) -> tuple[StaffId, ...]:
    """The people working that day whose absence would raise the least possible missing units."""
    day = supply.day
    working = [
        person.id
        for person in board.staff
        if person.is_employed_on(day)
        and (cell := board.cells.get((person.id, day))) is not None
        and board.types[cell.shift_type].works
    ]
    return tuple(s for s in working if failing_without(board, supply, s))


def failing_without(
    board: Board, supply: DaySupply, staff_id: StaffId
) -> tuple[DayMatching, GroupId] | None:
    """A group that stays unmet when somebody is absent, and the matching that shows it."""
    lost = [
        g
        for s, g in pinned_on(board, supply.day)
        if s == staff_id and supply.demands.get(g, -1) >= 0
    ]
    needed = added_needs(board, staff_id, supply.day)
    if not lost and not needed and not supply.matching.held.get(staff_id):
        return None
    rest, freed = supply.matching.without(staff_id)
    for group_id, units in [*((g, 1) for g in (*freed, *lost)), *needed]:
        spare = max(0, -supply.demands[group_id])
        if meet(rest, [(group_id, max(0, units - spare))]):
            return rest, group_id
    return None
