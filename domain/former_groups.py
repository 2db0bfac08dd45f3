"""Groups that were deleted: what they needed before stays in the figures of their time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TypeVar

from domain.backups import BackupAssignment
from domain.periods import ONE_DAY
from domain.schedules import Board, FormerGroup, once_per_board
from domain.staff import GroupMembership

Dated = TypeVar("Dated", GroupMembership, BackupAssignment)


@once_per_board
def with_former_groups(board: Board) -> Board:
    """The board as figures see it: deleted groups are there until the day before their deletion.

    Nothing else asks for them: no run covers them, and no gap of theirs is left to close.
    """
    if not board.former_groups:
        return board
    memberships, assignments = [*board.memberships], [*board.backup_assignments]
    for former in board.former_groups:
        memberships += _until_deleted(former, former.memberships)
        ended = _until_deleted(former, former.backup_assignments)
        assignments += (replace(assignment, is_active=True) for assignment in ended)
    gone = (replace(former.group, count_vacancy=False) for former in board.former_groups)
    return replace(
        board,
        groups=(*board.groups, *gone),
        memberships=tuple(memberships),
        backup_assignments=tuple(assignments),
        former_groups=(),
    )


def _until_deleted(former: FormerGroup, dated: tuple[Dated, ...]) -> Iterator[Dated]:
    """What held before the deletion, ended by it."""
    for one in dated:
        last = _last_day(former, one.effective_until)
        if one.effective_from is None or one.effective_from <= last:
            yield replace(one, effective_until=last)


def _last_day(former: FormerGroup, until: date | None) -> date:
    if former.group.deactivated_on is None:
        raise ValueError("A group that was never deleted is no former group.")
    last = former.group.deactivated_on - ONE_DAY
    return last if until is None else min(last, until)
