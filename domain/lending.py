"""What lending a member to another group opens at home and closes there (test E12)."""

from datetime import date

from domain.ids import GroupId, StaffId
from domain.need import absent_members, counting_covers, gap_units, gap_weight, need_of
from domain.schedules import Board
from domain.staff import CoverageMode

Weighed = tuple[int, int]
NOTHING: Weighed = (0, 0)


def weighed_gap(board: Board, group_id: GroupId, day: date, absent: int, covering: int) -> Weighed:
    """REQUIRED and DESIRED weight of the gap with so many absent and so many covering."""
    group = board.group_by_id[group_id]
    employed = len(board.members(group_id, day))
    needed = need_of(group, employed, absent, closed=day in board.closed_days)
    weight = gap_units(group, needed - covering, absent) * gap_weight(group)
    return (weight, 0) if group.coverage_mode is CoverageMode.REQUIRED else (0, weight)


def closed_by(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> Weighed:
    """The weight that a cover by this person takes from the gap of the group."""
    absent = len(absent_members(board, group_id, day))
    others = [c for c in counting_covers(board, group_id, day) if c.staff_id != staff_id]
    now = weighed_gap(board, group_id, day, absent, len(others))
    then = weighed_gap(board, group_id, day, absent, len(others) + 1)
    return now[0] - then[0], now[1] - then[1]


def opened_at(
    board: Board, staff_id: StaffId, home: GroupId, group_id: GroupId, day: date
) -> Weighed:
    """The weight that lending a member to the group adds to the gap at home."""
    absent = [m for m in absent_members(board, home, day) if m != staff_id]
    away = is_away_without(board, staff_id, home, group_id, day)
    covering = len(counting_covers(board, home, day))
    now = weighed_gap(board, home, day, len(absent) + away, covering)
    then = weighed_gap(board, home, day, len(absent) + 1, covering)
    return then[0] - now[0], then[1] - now[1]


def is_away_without(
    board: Board, staff_id: StaffId, home: GroupId, group_id: GroupId, day: date
) -> bool:
    """Whether a member would be absent at home also without a cover of that group."""
    cell = board.cells.get((staff_id, day))
    if cell is not None and board.types[cell.shift_type].absent_for_coverage:
        return True
    held = board.covers_by_holder.get((staff_id, day), ())
    return any(cover.group_id not in (home, group_id) for cover in held)


def is_at_hand(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    """Whether somebody could cover a group without being missed at home more than now."""
    homes = [home for home in board.groups_of.get((staff_id, day), ()) if home != group_id]
    if homes and not board.restaurant.borrowing:
        return False
    return all(is_away_without(board, staff_id, home, group_id, day) for home in homes)


def opened_by_lending(
    board: Board, staff_id: StaffId, group_id: GroupId, day: date
) -> dict[GroupId, Weighed]:
    """What opens at each home group of the person that day."""
    homes = board.groups_of.get((staff_id, day), ())
    opened = {
        home: opened_at(board, staff_id, home, group_id, day) for home in homes if home != group_id
    }
    return {home: weight for home, weight in opened.items() if weight > NOTHING}


def total(weights: dict[GroupId, Weighed]) -> Weighed:
    return sum(w[0] for w in weights.values()), sum(w[1] for w in weights.values())
