"""Copies of one group or assignment in several configuration versions."""

from collections.abc import Mapping
from dataclasses import replace

from domain.backups import BackupAssignment
from domain.covers import Cover
from domain.ids import BackupAssignmentId
from domain.schedules import Board
from domain.staff import StaffGroup


def carried_over(board: Board, to: Board) -> Board:
    """The board with its covers under the groups and assignments that stand for theirs in `to`.

    A cover whose group has no copy there stays as it is; one whose assignment has none names none.
    """
    if board.configuration.id == to.configuration.id:
        return board
    groups = {first_of(group): group.id for group in to.groups}
    assignments = {first_of(assignment): assignment.id for assignment in to.backup_assignments}
    group_heirs = {group.id: groups.get(first_of(group)) for group in board.groups}
    heirs = {a.id: assignments.get(first_of(a)) for a in board.backup_assignments}
    covers = tuple(
        replace(cover, group_id=heir, backup_assignment_id=_heir(heirs, cover))
        if (heir := group_heirs.get(cover.group_id)) is not None
        else cover
        for cover in board.covers
    )
    return replace(board, covers=covers)


def first_of(copy: StaffGroup | BackupAssignment) -> int:
    """The id that this and all its copies share."""
    return copy.id if copy.lineage_id is None else copy.lineage_id


def _heir(
    heirs: Mapping[BackupAssignmentId, BackupAssignmentId | None], cover: Cover
) -> BackupAssignmentId | None:
    return None if cover.backup_assignment_id is None else heirs.get(cover.backup_assignment_id)
