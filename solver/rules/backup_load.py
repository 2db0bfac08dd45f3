"""Covers spread fairly: each backup's load squared, the covers before the start included."""

from collections.abc import Iterable

from domain.ids import StaffId
from domain.runs import TierName
from solver.expressions import Sum, count, total
from solver.rules.penalty import Penalty
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    loads = [_squared(variables, backup) for backup in _backups(variables)]
    yield Penalty(TierName.BACKUP_LOAD, total(loads))


def _backups(variables: Variables) -> list[StaffId]:
    board = variables.board
    backups = {a.staff_id for a in board.backup_assignments} | {c.staff_id for c in variables.kept}
    return sorted(backups, key=board.staff_order.__getitem__)


def _squared(variables: Variables, backup: StaffId) -> Sum:
    """The next cover after n earlier ones adds 2n + 1, so the steps grow and fill in order."""
    before = covers_before(variables, backup)
    covers = count(
        literal
        for day in variables.board.days
        for literal in variables.open_covers_by(backup, day).values()
    )
    steps = variables.model.steps(covers)
    return total(step * (2 * (before + n) + 1) for n, step in enumerate(steps)) + before**2


def covers_before(variables: Variables, backup: StaffId) -> int:
    """The covers that count for somebody whatever the schedule will be."""
    kept = sum(cover.staff_id == backup for cover in variables.kept)
    return variables.board.past_cover_counts.get(backup, 0) + kept


def load_before(variables: Variables) -> int:
    """The tier's value as far as it is settled before the first cover of the search."""
    return sum(covers_before(variables, backup) ** 2 for backup in _backups(variables))
