"""A working type other than the standard one that no preference for that day asks for."""

from collections.abc import Iterable

from domain.limit_units import HALF_DAYS_PER_CELL
from domain.priorities import is_not_asked
from domain.rules import Level, StandingRuleKind
from solver.expressions import count
from solver.rules.penalty import Penalty, outside
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    board = variables.board
    for rule in board.standing_rules:
        if rule.kind is not StandingRuleKind.SHIFT_NOT_ASKED:
            continue
        cells = count(
            variables.has(staff_id, day, code)
            for staff_id, days in board.open_days_of.items()
            for day in days
            for code in variables.codes(staff_id, day)
            if is_not_asked(board, staff_id, day, code)
        )
        yield outside(Level.SOFT, rule.weight, cells * HALF_DAYS_PER_CELL)
