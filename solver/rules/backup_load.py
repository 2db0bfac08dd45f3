"""Covers spread fairly: each backup's load squared, the covers before the start included."""

from collections.abc import Iterable

from domain.ids import StaffId
from domain.runs import TierName
from solver.expressions import Sum, count, total
from solver.rules.penalty import Penalty
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    board = variables.board
    backups = {a.staff_id for a in board.backup_assignments} | {c.staff_id for c in variables.kept}
    loads = [_squared(variables, b) for b in sorted(backups, key=board.staff_order.__getitem__)]
    yield Penalty(TierName.BACKUP_LOAD, total(loads))


def _squared(variables: Variables, backup: StaffId) -> Sum:
    """The next cover after n earlier ones adds 2n + 1, so the steps grow and fill in order."""
    board = variables.board
    before = board.past_cover_counts.get(backup, 0)
    before += sum(cover.staff_id == backup for cover in variables.kept)
    covers = count(
        literal for day in board.days for literal in variables.open_covers_by(backup, day).values()
    )
    steps = variables.model.steps(covers)
    return total(step * (2 * (before + n) + 1) for n, step in enumerate(steps)) + before**2
