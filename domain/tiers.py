"""What a schedule is measured by, tier after tier; all values are integers."""

from collections.abc import Callable, Iterable
from datetime import date

from domain.candidates import ranks_of_people
from domain.configurations import Restaurant
from domain.ids import GroupId, StaffId
from domain.kept import once_per_day, once_per_row
from domain.limit_breaches import breaches_of, breaches_on
from domain.limits import Breach
from domain.need import absent_members, gap_units, gap_weight, missing
from domain.priorities import RuleBreach, rule_breaches_of, rule_breaches_on
from domain.rules import Level
from domain.runs import GenerationMode, TierName
from domain.schedules import Board, once_per_board
from domain.staff import CoverageMode, EmploymentType, StaffGroup


def tier_order(restaurant: Restaurant, mode: GenerationMode) -> tuple[TierName, ...]:
    """The tiers in the order in which they are minimised."""
    order = list(TierName)
    if restaurant.soft_rules_before_priority:
        order.remove(TierName.SOFT_RULES)
        order.insert(order.index(TierName.PRIORITY_ORDER), TierName.SOFT_RULES)
    if mode is GenerationMode.REPLAN:
        order.remove(TierName.CHANGES)
        order.insert(order.index(TierName.REQUIRED_GAPS) + 1, TierName.CHANGES)
    return tuple(order)


def tier_values(before: Board, after: Board, mode: GenerationMode) -> dict[TierName, int]:
    """The value of every tier, in the order of the mode; CANONICAL is an order and counts 0."""
    order = tier_order(after.restaurant, mode)
    return {name: value_of(name, before, after) for name in order}


def value_of(name: TierName, before: Board, after: Board) -> int:
    """What one tier counts in a schedule that `before` became."""
    return _MEASURES[name](before, after)


@once_per_row
def broken_by(board: Board, staff_id: StaffId) -> tuple[int, int]:
    """Half-days by which one row breaks hard rules, and what it pays for soft ones."""
    limits = [b for limit in board.work_limits for b in breaches_of(board, staff_id, limit)]
    return _paid(limits, rule_breaches_of(board, staff_id))


@once_per_day
def broken_on(board: Board, day: date) -> tuple[int, int]:
    """The same for what counts several people on one open day."""
    limits = [b for limit in board.work_limits for b in breaches_on(board, day, limit)]
    return _paid(limits, rule_breaches_on(board, day))


def _paid(limits: Iterable[Breach], rules: Iterable[RuleBreach]) -> tuple[int, int]:
    found = [(b.limit.level, b.limit.weight, b.half_days) for b in limits]
    found += [(b.level, b.weight, b.half_days) for b in rules]
    hard = sum(half_days for level, _, half_days in found if level is Level.HARD)
    return hard, sum(
        weight * half_days for level, weight, half_days in found if level is Level.SOFT
    )


@once_per_board
def _broken(board: Board) -> tuple[int, int]:
    found = [broken_by(board, person.id) for person in board.staff]
    found += [broken_on(board, day) for day in board.open_days]
    return sum(hard for hard, _ in found), sum(soft for _, soft in found)


def hard_half_days(board: Board) -> int:
    """How far hard limits, priority rules and successions are broken."""
    return _broken(board)[0]


def weighted_half_days(board: Board) -> int:
    """How far soft rules are broken, each half-day times the weight of its rule."""
    return _broken(board)[1]


def gap_value(board: Board, mode: CoverageMode) -> int:
    """The weighted units of the gaps of all groups with that coverage mode."""
    modes = {group.id: group.coverage_mode for group in board.groups}
    return sum(
        weight
        for day in board.open_days
        for group_id, weight in gaps_on(board, day).items()
        if modes[group_id] is mode
    )


@once_per_day
def gaps_on(board: Board, day: date) -> dict[GroupId, int]:
    """What each gap of an open day weighs, in the order of the groups."""
    found = {group.id: _gap_of(board, group, day) for group in board.groups}
    return {group_id: weight for group_id, weight in found.items() if weight}


def _gap_of(board: Board, group: StaffGroup, day: date) -> int:
    lacking = missing(board, group.id, day)
    if not lacking:
        return 0
    return gap_units(group, lacking, len(absent_members(board, group.id, day))) * gap_weight(group)


def is_borrowed(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    """Whether somebody who covers a group is that day a member of another one."""
    return any(home != group_id for home in board.groups_of.get((staff_id, day), ()))


def _steps_down(board: Board) -> int:
    days = dict.fromkeys(cover.date for cover in board.covers)
    return sum(_steps_down_on(board, day) for day in days)


@once_per_day
def _steps_down_on(board: Board, day: date) -> int:
    held = (c for c in board.covers if c.date == day)
    return sum(steps_down(board, c.staff_id, c.group_id, day) for c in held)


def steps_down(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> int:
    """What a cover by this person adds to PRIORITY_ORDER; without a rank only being lent counts."""
    rank = ranks_of_people(board, group_id, day).get(staff_id)
    return (0 if rank is None else rank - 1) + is_borrowed(board, staff_id, group_id, day)


def backup_loads(board: Board) -> dict[StaffId, int]:
    """Covers of the 90 days before and of this schedule, for every backup and holder."""
    loads = {
        staff_id: board.past_cover_counts.get(staff_id, 0)
        for staff_id in (
            *(a.staff_id for a in board.backup_assignments),
            *(c.staff_id for c in board.covers),
        )
    }
    for cover in board.covers:
        loads[cover.staff_id] += 1
    return loads


def rest_imbalance(board: Board) -> int:
    """Largest minus smallest rest among the always employed, summed over employment types."""
    rests = [[_rest_of(board, person) for person in people] for people in comparable_people(board)]
    return sum(max(found) - min(found) for found in rests)


def comparable_people(board: Board) -> list[list[StaffId]]:
    """Who is employed on every open day, by employment type; nobody where no day is open."""
    if not board.open_days:
        return []
    found: dict[EmploymentType, list[StaffId]] = {}
    for person in board.staff:
        if len(board.open_days_of[person.id]) == len(board.open_days):
            found.setdefault(person.employment_type, []).append(person.id)
    return list(found.values())


@once_per_row
def _rest_of(board: Board, staff_id: StaffId) -> int:
    cells = (board.cells.get((staff_id, day)) for day in board.open_days)
    return sum(board.types[cell.shift_type].rest_half_days for cell in cells if cell is not None)


def changes(before: Board, after: Board) -> int:
    """Cells that were set and now differ, and covers that are gone."""
    now = after.cells
    edited = {key for key, cell in before.cells.items() if now.get(key) is not cell}
    return changes_at(before, after, edited | before.covers_by_holder.keys())


def changes_at(before: Board, after: Board, places: Iterable[tuple[StaffId, date]]) -> int:
    """The same, counted for some people on some days alone."""
    return sum(_changes_of(before, after, place) for place in places)


def _changes_of(before: Board, after: Board, place: tuple[StaffId, date]) -> int:
    was, now = before.cells.get(place), after.cells.get(place)
    is_other = was is not None and (now is None or now.shift_type != was.shift_type)
    is_changed = is_other and after.people[place[0]].is_employed_on(place[1])
    held = {cover.group_id for cover in after.covers_by_holder.get(place, ())}
    gone = (c for c in before.covers_by_holder.get(place, ()) if c.group_id not in held)
    return is_changed + len({cover.group_id for cover in gone})


_MEASURES: dict[TierName, Callable[[Board, Board], int]] = {
    TierName.HARD_RULES: lambda _, after: hard_half_days(after),
    TierName.REQUIRED_GAPS: lambda _, after: gap_value(after, CoverageMode.REQUIRED),
    TierName.DESIRED_GAPS: lambda _, after: gap_value(after, CoverageMode.DESIRED),
    TierName.PRIORITY_ORDER: lambda _, after: _steps_down(after),
    TierName.SOFT_RULES: lambda _, after: weighted_half_days(after),
    TierName.BACKUP_LOAD: lambda _, after: sum(n**2 for n in backup_loads(after).values()),
    TierName.REST_BALANCE: lambda _, after: rest_imbalance(after),
    TierName.CHANGES: changes,
    TierName.CANONICAL: lambda _, __: 0,
}
