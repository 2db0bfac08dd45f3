"""Members of one group absent on the same day, each beyond the first."""

from collections.abc import Iterable

from domain.limit_units import HALF_DAYS_PER_CELL
from domain.rules import Level, StandingRuleKind
from solver.expressions import count
from solver.rules.penalty import Penalty, outside
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    board = variables.board
    for rule in board.standing_rules:
        if rule.kind is not StandingRuleKind.GROUP_ABSENT_TOGETHER:
            continue
        for group in board.groups:
            for day in board.open_days:
                beyond = count(variables.absences(group.id, day)) - 1
                half_days = variables.model.excess(beyond) * HALF_DAYS_PER_CELL
                yield outside(Level.SOFT, rule.weight, half_days)
