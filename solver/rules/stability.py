"""Cells that were set and covers that were held stay as they are where they can."""

from collections.abc import Iterable

from domain.runs import TierName
from solver.expressions import count
from solver.rules.penalty import Penalty
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    board = variables.board
    changed = [
        ~variables.has(staff_id, day, cell.shift_type)
        for (staff_id, day), cell in board.cells.items()
        if board.people[staff_id].is_employed_on(day)
    ]
    gone = [~variables.covers(c.staff_id, c.group_id, c.date) for c in board.covers]
    yield Penalty(TierName.CHANGES, count([*changed, *gone]))
