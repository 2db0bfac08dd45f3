"""Who backs a group from when until when, and where its backing ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from domain.backups import BackupAssignment
from domain.candidates import assignment_on, ranks_of_people
from domain.ids import BackupAssignmentId, GroupId
from domain.periods import ONE_DAY
from domain.schedules import Board


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupInForce:
    assignment: BackupAssignment
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSpan:
    """Consecutive days, both included, with the same backups in rank order."""

    start: date
    end: date
    backups: tuple[BackupInForce, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupTimeline:
    """`next_expiry` is the last day of those in force that end first, on or after today.

    `last_backup_lost` holds the first day of each stretch without a backup that follows one with.
    """

    group_id: GroupId
    spans: tuple[BackupSpan, ...]
    next_expiry: date | None
    expiring_ids: tuple[BackupAssignmentId, ...]
    last_backup_lost: tuple[date, ...]


def backups_in_force(board: Board, group_id: GroupId, day: date) -> tuple[BackupInForce, ...]:
    """Whoever passes E1 to E4 on a day, which need not lie in the schedule."""
    ranks = ranks_of_people(board, group_id, day)
    members = board.members(group_id, day)
    found = [
        BackupInForce(assignment=assignment, rank=rank)
        for staff_id, rank in ranks.items()
        if staff_id not in members
        and board.people[staff_id].is_employed_on(day)
        and (assignment := assignment_on(board, staff_id, group_id, day))
    ]
    return tuple(sorted(found, key=lambda b: (b.rank, board.staff_order[b.assignment.staff_id])))


def timeline(board: Board, group_id: GroupId) -> BackupTimeline:
    """The days of the board in spans, split wherever the backups or their ranks change."""
    expiry, expiring = _next_expiry(board, group_id)
    return BackupTimeline(
        group_id=group_id,
        spans=_spans(board, group_id),
        next_expiry=expiry,
        expiring_ids=expiring,
        last_backup_lost=_lost(board, group_id),
    )


def _spans(board: Board, group_id: GroupId) -> tuple[BackupSpan, ...]:
    found = []
    for backups, run in groupby(board.days, lambda day: backups_in_force(board, group_id, day)):
        days = tuple(run)
        found.append(BackupSpan(start=days[0], end=days[-1], backups=backups))
    return tuple(found)


def _lost(board: Board, group_id: GroupId) -> tuple[date, ...]:
    return tuple(
        day
        for day in board.days
        if not backups_in_force(board, group_id, day)
        and backups_in_force(board, group_id, day - ONE_DAY)
    )


def _next_expiry(
    board: Board, group_id: GroupId
) -> tuple[date | None, tuple[BackupAssignmentId, ...]]:
    """Judged from today on, whichever days the board has."""
    ends = {a.id: _last_day(board, a) for a in board.assignments_of_group.get(group_id, ())}
    ahead = {key: last for key, last in ends.items() if last is not None and last >= board.today}
    first = min(ahead.values(), default=None)
    return first, tuple(key for key, last in ahead.items() if last == first)


def _last_day(board: Board, assignment: BackupAssignment) -> date | None:
    """The last day in force; None if it is open, or if there is none at all."""
    person = board.people[assignment.staff_id]
    leaving = person.deactivated_on and person.deactivated_on - ONE_DAY
    last = _earliest((assignment.effective_until, person.employed_until, leaving))
    if last is None or last < max(assignment.effective_from or last, person.employed_from):
        return None
    return last


def _earliest(days: Sequence[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)
