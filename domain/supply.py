"""How many units of a day's needs can be met, its unpinned covers set aside."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, combinations

from domain.eligibility import facts_against, fits_as_it_stands
from domain.ids import GroupId, StaffId
from domain.kept import once_per_row
from domain.lending import Weighed, is_at_hand
from domain.matching import DayMatching, meet
from domain.need import absent_members, gap_units, gap_weight, is_counting, need
from domain.schedules import Board, once_per_board
from domain.set_aside import pinned_alone, with_lent
from domain.staff import CoverageMode, StaffGroup

MOST_COMPARED = 10
Fits = Callable[[Board, StaffId, GroupId, date], bool]
Pair = tuple[StaffId, GroupId]


@dataclass(frozen=True, kw_only=True)
class DaySupply:
    """`demands` are needs less pinned covers, negative where those exceed the need.

    `wider` are pairs that may come beside those who fit.
    """

    day: date
    demands: dict[GroupId, int]
    matching: DayMatching
    unmet: dict[GroupId, int]
    wider: tuple[Pair, ...] = ()


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


@once_per_row
def passes_facts(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    return not facts_against(board, staff_id, group_id, day)


def fits_and_is_at_hand(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    """Whether somebody passes E1 to E10 and no other group of theirs would miss them."""
    fits = fits_as_it_stands(board, staff_id, group_id, day)
    return fits and is_at_hand(board, staff_id, group_id, day)


@once_per_board
def supplies(board: Board) -> dict[date, DaySupply]:
    """How much of every open day can be met by matching it anew; who is lent stays lent."""
    return {
        day: supply_on(bare, day, fits_and_is_at_hand) for day, bare in with_lent(board).items()
    }


def supply_for_slack(board: Board, day: date) -> DaySupply:
    """The same by E1 to E10 alone: members may come as well, and nobody is lent already."""
    members = {s for s, on in board.groups_of if on == day}
    asked = {a.staff_id for a in board.backup_assignments}
    asked |= {c.staff_id for c in board.covers if c.date == day}
    if members.isdisjoint(asked):
        return supplies(board)[day]
    return supply_on(pinned_alone(board)[day], day, needs_of=board)


def supply_on(
    board: Board, day: date, fits: Fits = fits_as_it_stands, *, needs_of: Board | None = None
) -> DaySupply:
    """The heaviest matching of the day's needs with everybody who fits."""
    pinned = pinned_on(board, day)
    wanting = needs_of or board
    demands = {
        group.id: need(wanting, group.id, day) - sum(g == group.id for _, g in pinned)
        for group in by_weight(wanting, day)
    }
    matching = DayMatching(
        eligible={g.id: eligible_on(board, g.id, day, fits) for g in board.groups},
        capacity=_capacities(board, day),
    )
    unmet = meet(matching, demands.items())
    return DaySupply(day=day, demands=demands, matching=matching, unmet=unmet)


def widened(supply: DaySupply, pairs: Iterable[Pair]) -> DaySupply:
    """The day with these pairs eligible too, matched on from where it was."""
    wider = tuple(pairs)
    eligible = {g: tuple(people) for g, people in supply.matching.eligible.items()}
    for staff_id, group_id in wider:
        eligible[group_id] = (*eligible[group_id], staff_id)
    old = supply.matching.copy()
    matching = DayMatching(eligible=eligible, capacity=old.capacity, held=old.held)
    unmet = meet(matching, supply.unmet.items())
    return replace(supply, matching=matching, unmet=unmet, wider=(*supply.wider, *wider))


def eligible_on(board: Board, group_id: GroupId, day: date, fits: Fits) -> tuple[StaffId, ...]:
    """Whoever fits and holds no pinned cover of the group yet, in staff order."""
    assigned = {a.staff_id for a in board.assignments_of_group.get(group_id, ())}
    held = {c.staff_id for c in board.covers_by_need.get((group_id, day), ()) if c.pinned}
    found = (s for s in assigned - held if fits(board, s, group_id, day))
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


def _capacities(board: Board, day: date) -> dict[StaffId, int]:
    """How many more groups everybody may cover beside their pinned covers, counting or not."""
    pinned = {(c.staff_id, c.group_id) for c in board.covers if c.pinned and c.date == day}
    held = Counter(staff_id for staff_id, _ in pinned)
    return {p.id: max(0, p.maximum_groups_per_day - held[p.id]) for p in board.staff}


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
    """The fewest groups that an unmet one lacks people together with, and all these people.

    Each of them is needed for that. Where very many compete, all who do are named.
    """
    rivals = supply.matching.reachable(group_id)[0] - {group_id}
    places = list(supply.demands)
    choices = _choices(sorted(rivals, key=places.index))
    found = next(chosen for chosen in choices if _lacks_with(supply, group_id, chosen))
    groups = tuple(g for g in places if g == group_id or g in found)
    people = {s for g in groups for s in supply.matching.eligible[g]}
    return groups, tuple(sorted(s for s in people if supply.matching.capacity.get(s, 0)))


def _choices(rivals: Sequence[GroupId]) -> Iterator[tuple[GroupId, ...]]:
    """All choices of rivals, the smallest first."""
    sizes = range(len(rivals) if len(rivals) <= MOST_COMPARED else 0)
    yield from chain.from_iterable(combinations(rivals, size) for size in sizes)
    yield tuple(rivals)


def _lacks_with(supply: DaySupply, group_id: GroupId, rivals: tuple[GroupId, ...]) -> bool:
    """Whether these groups together lack people, and more of them because of this one."""
    return _lacking(supply, (group_id, *rivals)) > max(0, _lacking(supply, rivals))


def _lacking(supply: DaySupply, groups: tuple[GroupId, ...]) -> int:
    """How many more units these groups need than the people eligible for them may cover."""
    matching = supply.matching
    asked = Counter(staff_id for g in groups for staff_id in matching.eligible[g])
    able = sum(min(n, matching.capacity.get(staff_id, 0)) for staff_id, n in asked.items())
    return sum(supply.demands[g] for g in groups) - able
