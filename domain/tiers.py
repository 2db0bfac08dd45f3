"""What a schedule is measured by, tier after tier; all values are integers."""

from collections.abc import Callable
from datetime import date

from domain.candidates import ranks_of_people
from domain.configurations import Restaurant
from domain.covers import Cover
from domain.ids import GroupId, StaffId
from domain.limit_breaches import breaches
from domain.need import absent_members, gap_units, gap_weight, missing, needs
from domain.priorities import rule_breaches
from domain.rules import Level
from domain.runs import GenerationMode, TierName
from domain.schedules import Board, once_per_board
from domain.staff import CoverageMode, EmploymentType


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
    values: dict[TierName, Callable[[], int]] = {
        TierName.HARD_RULES: lambda: hard_half_days(after),
        TierName.REQUIRED_GAPS: lambda: gap_value(after, CoverageMode.REQUIRED),
        TierName.DESIRED_GAPS: lambda: gap_value(after, CoverageMode.DESIRED),
        TierName.PRIORITY_ORDER: lambda: sum(_cover_value(after, c) for c in after.covers),
        TierName.SOFT_RULES: lambda: weighted_half_days(after),
        TierName.BACKUP_LOAD: lambda: sum(load**2 for load in backup_loads(after).values()),
        TierName.REST_BALANCE: lambda: rest_imbalance(after),
        TierName.CHANGES: lambda: changes(before, after),
        TierName.CANONICAL: lambda: 0,
    }
    return {name: values[name]() for name in tier_order(after.restaurant, mode)}


@once_per_board
def _broken(board: Board) -> tuple[tuple[Level, int, int], ...]:
    limits = [
        (limit.level, limit.weight, breach.half_days)
        for limit in board.work_limits
        for breach in breaches(board, limit)
    ]
    return (*limits, *((b.level, b.weight, b.half_days) for b in rule_breaches(board)))


def hard_half_days(board: Board) -> int:
    """How far hard limits, priority rules and successions are broken."""
    return sum(half_days for level, _, half_days in _broken(board) if level is Level.HARD)


def weighted_half_days(board: Board) -> int:
    """How far soft rules are broken, each half-day times the weight of its rule."""
    return sum(w * half_days for level, w, half_days in _broken(board) if level is Level.SOFT)


def gap_value(board: Board, mode: CoverageMode) -> int:
    """The weighted units of the gaps of all groups with that coverage mode."""
    return sum(
        gap_units(group, missing(board, group_id, day), len(absent_members(board, group_id, day)))
        * gap_weight(group)
        for group_id, day in needs(board)
        if (group := board.group_by_id[group_id]).coverage_mode is mode
    )


def is_borrowed(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    """Whether somebody who covers a group is that day a member of another one."""
    return any(home != group_id for home in board.groups_of.get((staff_id, day), ()))


def _cover_value(board: Board, cover: Cover) -> int:
    return steps_down(board, cover.staff_id, cover.group_id, cover.date)


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


def _rest_of(board: Board, staff_id: StaffId) -> int:
    cells = (board.cells.get((staff_id, day)) for day in board.open_days)
    return sum(board.types[cell.shift_type].rest_half_days for cell in cells if cell is not None)


def changes(before: Board, after: Board) -> int:
    """Cells that were set and now differ, and covers that are gone."""
    changed = sum(
        (now := after.cells.get(key)) is None or now.shift_type != cell.shift_type
        for key, cell in before.cells.items()
        if after.people[key[0]].is_employed_on(key[1])
    )
    kept = {_key(cover) for cover in after.covers}
    return changed + sum(_key(cover) not in kept for cover in before.covers)


def _key(cover: Cover) -> tuple[date, GroupId, StaffId]:
    return cover.date, cover.group_id, cover.staff_id
