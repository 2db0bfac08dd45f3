"""Who may be asked for a need, and in which order."""

from dataclasses import dataclass
from datetime import date

from domain.backups import BackupAssignment, ranks_on
from domain.ids import GroupId, StaffId
from domain.kept import once_per_day, once_per_setting
from domain.schedules import Board


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """`rank` is None without an assignment in force that day, `assignment` without any at all."""

    staff_id: StaffId
    assignment: BackupAssignment | None = None
    rank: int | None = None


def assignments_of(
    board: Board, staff_id: StaffId, group_id: GroupId
) -> tuple[BackupAssignment, ...]:
    """The active assignments of one person to one group."""
    return _assignments_of_pairs(board).get((staff_id, group_id), ())


@once_per_setting
def _assignments_of_pairs(
    board: Board,
) -> dict[tuple[StaffId, GroupId], tuple[BackupAssignment, ...]]:
    found: dict[tuple[StaffId, GroupId], list[BackupAssignment]] = {}
    for assignments in board.assignments_of_group.values():
        for assignment in assignments:
            found.setdefault((assignment.staff_id, assignment.group_id), []).append(assignment)
    return {pair: tuple(assignments) for pair, assignments in found.items()}


def assignment_on(
    board: Board, staff_id: StaffId, group_id: GroupId, day: date
) -> BackupAssignment | None:
    """The assignment in force on a day; of overlapping ones the lowest order counts."""
    in_force = [a for a in assignments_of(board, staff_id, group_id) if a.is_in_force_on(day)]
    return min(in_force, key=lambda a: a.priority_order, default=None)


def ranks_of_people(board: Board, group_id: GroupId, day: date) -> dict[StaffId, int]:
    """The best rank of everybody whose assignment is in force on a day."""
    return _ranks_on(board, day, group_id)


@once_per_day
def _ranks_on(board: Board, day: date, group_id: GroupId) -> dict[StaffId, int]:
    assignments = board.assignments_of_group.get(group_id, ())
    ranks = ranks_on(assignments, group_id, day)
    best: dict[StaffId, int] = {}
    for assignment in assignments:
        rank = ranks.get(assignment.id)
        if rank is not None:
            best[assignment.staff_id] = min(rank, best.get(assignment.staff_id, rank))
    return best


def candidates(board: Board, group_id: GroupId, day: date) -> tuple[Candidate, ...]:
    """Everybody with an active assignment and whoever holds a cover, in rank order.

    Assignments not in force that day come after those that are, people without one last.
    """
    return _candidates_on(board, day, group_id)


@once_per_day
def _candidates_on(board: Board, day: date, group_id: GroupId) -> tuple[Candidate, ...]:
    ranks = ranks_of_people(board, group_id, day)
    assigned = {a.staff_id for a in board.assignments_of_group.get(group_id, ())}
    holders = {c.staff_id for c in board.covers_by_need.get((group_id, day), ())}
    found = [_candidate(board, s, group_id, day, ranks.get(s)) for s in assigned | holders]
    return tuple(sorted(found, key=lambda c: _place(board, c)))


def _candidate(
    board: Board, staff_id: StaffId, group_id: GroupId, day: date, rank: int | None
) -> Candidate:
    every = assignments_of(board, staff_id, group_id)
    first = min(every, key=lambda a: a.priority_order, default=None)
    chosen = assignment_on(board, staff_id, group_id, day) or first
    return Candidate(staff_id=staff_id, assignment=chosen, rank=rank)


def _place(board: Board, candidate: Candidate) -> tuple[bool, int, bool, int, int]:
    assignment = candidate.assignment
    return (
        candidate.rank is None,
        candidate.rank or 0,
        assignment is None,
        0 if assignment is None else assignment.priority_order,
        board.staff_order[candidate.staff_id],
    )
