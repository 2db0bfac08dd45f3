"""Unbroken runs of listed types, neither longer nor shorter than allowed.

One clause per window that is too long, one per start and length that is too short.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from domain.limit_runs import RunScope, Stretch, run_scopes
from domain.limit_units import HALF_DAYS_PER_CELL
from domain.rules import Side
from solver.cells import Cells
from solver.expressions import FALSE, Literal, Sum
from solver.rules.penalty import Part, Penalty, outside
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    for limit in variables.board.work_limits:
        for scope in run_scopes(variables.board, limit):
            for part in parts(variables, scope):
                yield outside(limit.level, limit.weight, part.half_days)


@dataclass(frozen=True, slots=True)
class _Row:
    """One stretch of somebody's days, and for each day whether its type is listed."""

    cells: Cells
    scope: RunScope
    stretch: Stretch
    listed: list[Literal]

    def part(self, side: Side, dates: tuple[date, ...], known_days: int, half_days: Sum) -> Part:
        limit = self.scope.limit
        return Part(
            staff_id=self.scope.staff_id,
            dates=dates,
            half_days=half_days,
            side=side,
            bound=limit.maximum_half_days if side is Side.MAXIMUM else limit.minimum_half_days,
            known=HALF_DAYS_PER_CELL * known_days,
        )


def parts(cells: Cells, scope: RunScope) -> Iterator[Part]:
    """Each window that may hold too long a run, and each run that may be too short."""
    limit = scope.limit
    for stretch in scope.stretches:
        days = stretch.days
        listed = [cells.has_one_of(scope.staff_id, day, limit.shift_types) for day in days]
        row = _Row(cells, scope, stretch, listed)
        if limit.maximum_half_days is not None:
            yield from _too_long(row, limit.maximum_half_days)
        if limit.minimum_half_days is not None:
            yield from _too_short(row, limit.minimum_half_days)


def _too_long(row: _Row, maximum: int) -> Iterator[Part]:
    """The day that makes a run one cell too long costs two half-days, or one and one more."""
    first = maximum // HALF_DAYS_PER_CELL + 1
    costs = {first: HALF_DAYS_PER_CELL}
    if maximum % HALF_DAYS_PER_CELL:
        costs = {first: 1, first + 1: 1}
    for length, cost in costs.items():
        for last in range(len(row.listed)):
            start = last + 1 - length
            if -start <= row.stretch.before:
                inside = slice(max(0, start), last + 1)
                half_days = row.cells.model.all_of(row.listed[inside]) * cost
                yield row.part(Side.MAXIMUM, row.stretch.days[inside], max(0, -start), half_days)


def _too_short(row: _Row, minimum: int) -> Iterator[Part]:
    fenced = [FALSE, *row.listed, FALSE]
    for start in range(len(row.listed)):
        before = row.stretch.before if start == 0 else 0
        if start == 0 and row.stretch.open_start:
            continue
        for end in range(start + 1, len(row.listed) + 1):
            missing = minimum - HALF_DAYS_PER_CELL * (before + end - start)
            is_cut = end == len(row.listed) and row.stretch.open_end
            if missing <= 0 or is_cut:
                break
            run = [~fenced[start], *row.listed[start:end], ~fenced[end + 1]]
            dates = row.stretch.days[max(0, start - 1) : end + 1]
            half_days = row.cells.model.all_of(run) * missing
            yield row.part(Side.MINIMUM, dates, before, half_days)
