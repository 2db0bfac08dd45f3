"""Types that people prefer or avoid on given weekdays."""

from collections.abc import Iterable

from domain.limits import HALF_DAYS_PER_CELL
from domain.priorities import breaks_priority
from solver.expressions import count
from solver.rules.penalty import Penalty, outside
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    board = variables.board
    for rule in board.priority_rules:
        broken = count(
            variables.has(rule.staff_id, day, code)
            for day in board.open_days_of.get(rule.staff_id, ())
            for code in variables.codes(rule.staff_id, day)
            if breaks_priority(rule, day, code)
        )
        yield outside(rule.level, rule.weight, broken * HALF_DAYS_PER_CELL)
