"""Listed types counted in a day, a week, the period, its weekends or any stretch, within bounds."""

from collections.abc import Iterable, Iterator

from domain.limit_units import HALF_DAYS_PER_WEEKEND, counts, units_per_half_day
from domain.limits import Span, spans
from domain.rules import LimitWindow, Side, WorkLimit
from solver.cells import Cell, Cells
from solver.expressions import Sum, times, total
from solver.rules.penalty import Part, Penalty, outside
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    for limit in variables.board.work_limits:
        for span in spans(variables.board, limit):
            for part in parts(variables, span):
                yield outside(limit.level, limit.weight, part.half_days)


def parts(cells: Cells, span: Span) -> Iterator[Part]:
    """What the window may hold too much, and what it may lack."""
    inside, per = _counted(cells, span), units_per_half_day(span.limit)
    if span.maximum is not None:
        too_much = cells.model.excess(inside - span.maximum, per)
        yield _part(span, Side.MAXIMUM, span.maximum, too_much)
    if span.minimum is not None:
        too_little = cells.model.excess(-inside + span.minimum, per)
        yield _part(span, Side.MINIMUM, span.minimum, too_little)


def _counted(cells: Cells, span: Span) -> Sum:
    if span.limit.window is LimitWindow.WEEKENDS:
        return total(_weekend(cells, span.limit, weekend) for weekend in span.weekends)
    counted = counts(cells.board, span.limit)
    inside = total(
        times(cells.has(*cell, code), units)
        for cell in span.cells
        for code, units in counted.on(cell[1]).items()
    )
    return inside + span.known


def _weekend(cells: Cells, limit: WorkLimit, weekend: tuple[Cell, ...]) -> Sum:
    """A weekend counts once, on however many of its days a listed type is set."""
    days = (cells.has_one_of(*cell, limit.shift_types) for cell in weekend)
    return times(cells.model.any_of(days), HALF_DAYS_PER_WEEKEND)


def _part(span: Span, side: Side, bound: int, half_days: Sum) -> Part:
    return Part(
        staff_id=span.staff_id,
        dates=span.dates,
        half_days=half_days,
        side=side,
        bound=bound,
        known=span.known,
    )
