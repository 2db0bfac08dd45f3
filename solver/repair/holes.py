"""What is broken in a schedule, by place: rows and days against hard rules, and gaps."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from domain.ids import GroupId, StaffId
from domain.need import absent_members
from domain.schedules import Board
from domain.staff import CoverageMode
from domain.tiers import broken_by, broken_on, gaps_on
from solver.cells import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """Somebody's row, a day that breaks limits of all, or the gap of a group on a day."""

    staff_id: StaffId | None = None
    group_id: GroupId | None = None
    day: date | None = None


def holes_in(board: Board, people: Collection[StaffId], days: Collection[date]) -> dict[Hole, int]:
    """The holes of these rows and days with what each weighs: half-days, or a gap's weight."""
    rows = {Hole(staff_id=who): broken_by(board, who)[0] for who in people}
    open_days = [day for day in days if day not in board.closed_days]
    whole = {Hole(day=day): broken_on(board, day)[0] for day in open_days}
    gaps = {
        Hole(group_id=group_id, day=day): weight
        for day in open_days
        for group_id, weight in gaps_on(board, day).items()
    }
    return {hole: weight for hole, weight in {**rows, **whole, **gaps}.items() if weight}


def weight_of(board: Board, hole: Hole) -> int:
    people = () if hole.staff_id is None else (hole.staff_id,)
    days = () if hole.day is None else (hole.day,)
    return holes_in(board, people, days).get(hole, 0)


def all_holes(board: Board) -> tuple[Hole, ...]:
    """Every hole, the most urgent first."""
    return ordered(board, holes_in(board, board.people.keys(), board.open_days))


def opened(before: Board, after: Board, places: Collection[Cell]) -> tuple[Hole, ...]:
    """What is more broken than it was in the rows and on the days of these places."""
    people, days = {staff_id for staff_id, _ in places}, {day for _, day in places}
    old, new = holes_in(before, people, days), holes_in(after, people, days)
    return ordered(after, {hole: w for hole, w in new.items() if w > old.get(hole, 0)})


def ordered(board: Board, holes: dict[Hole, int]) -> tuple[Hole, ...]:
    """Hard rules first, then gaps of required groups; of each the latest edit, then the weight."""

    def urgency(hole: Hole) -> tuple[bool, bool, int, int]:
        group = None if hole.group_id is None else board.group_by_id[hole.group_id]
        is_desired = group is not None and group.coverage_mode is CoverageMode.DESIRED
        return group is not None, is_desired, -_edited_at(board, hole), -holes[hole]

    return tuple(sorted(holes, key=urgency))


def _edited_at(board: Board, hole: Hole) -> int:
    """The newest revision among the cells of those who are missed."""
    if hole.group_id is None or hole.day is None:
        return 0
    absent = absent_members(board, hole.group_id, hole.day)
    cells = (board.cells.get((member, hole.day)) for member in absent)
    return max((cell.revision for cell in cells if cell is not None), default=0)
