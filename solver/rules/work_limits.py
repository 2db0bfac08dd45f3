"""Listed types counted in a day, a week, the period or any stretch of days, within bounds."""

from collections.abc import Iterable

from domain.limits import Span, counts, spans
from solver.expressions import Sum, times, total
from solver.rules.penalty import Penalty, outside
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    for limit in variables.board.work_limits:
        counted = counts(variables.board, limit)
        for span in spans(variables.board, limit):
            inside = total(
                times(variables.has(*cell, code), half_days)
                for cell in span.cells
                for code, half_days in counted.items()
            )
            half_days = _outside(variables, span, inside + span.known_half_days)
            yield outside(limit.level, limit.weight, half_days)


def _outside(variables: Variables, span: Span, counted: Sum) -> Sum:
    over = under = Sum()
    if span.maximum is not None:
        over = variables.model.excess(counted - span.maximum)
    if span.minimum is not None:
        under = variables.model.excess(-counted + span.minimum)
    return over + under
