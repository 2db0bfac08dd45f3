"""Unbroken runs of listed types, neither longer nor shorter than allowed.

One clause per window that is too long, one per start and length that is too short.
"""

from collections.abc import Iterable, Iterator

from domain.limits import HALF_DAYS_PER_CELL, RunScope, Stretch, run_scopes
from solver.expressions import FALSE, Literal, Sum
from solver.rules.penalty import Penalty, outside
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    for limit in variables.board.work_limits:
        for scope in run_scopes(variables.board, limit):
            for half_days in _outside(variables, scope):
                yield outside(limit.level, limit.weight, half_days)


def _outside(variables: Variables, scope: RunScope) -> Iterator[Sum]:
    limit = scope.limit
    for stretch in scope.stretches:
        listed = [
            variables.has_one_of(scope.staff_id, day, limit.shift_types) for day in stretch.days
        ]
        if limit.maximum_half_days is not None:
            yield from _too_long(variables, stretch, listed, limit.maximum_half_days)
        if limit.minimum_half_days is not None:
            yield from _too_short(variables, stretch, listed, limit.minimum_half_days)


def _too_long(
    variables: Variables, stretch: Stretch, listed: list[Literal], maximum: int
) -> Iterator[Sum]:
    """The day that makes a run one cell too long costs two half-days, or one and one more."""
    first = maximum // HALF_DAYS_PER_CELL + 1
    costs = {first: HALF_DAYS_PER_CELL}
    if maximum % HALF_DAYS_PER_CELL:
        costs = {first: 1, first + 1: 1}
    for length, cost in costs.items():
        for last in range(len(listed)):
            start = last + 1 - length
            if -start <= stretch.before:
                yield variables.model.all_of(listed[max(0, start) : last + 1]) * cost


def _too_short(
    variables: Variables, stretch: Stretch, listed: list[Literal], minimum: int
) -> Iterator[Sum]:
    fenced = [FALSE, *listed, FALSE]
    for start in range(len(listed)):
        before = stretch.before if start == 0 else 0
        if start == 0 and stretch.open_start:
            continue
        for end in range(start + 1, len(listed) + 1):
            missing = minimum - HALF_DAYS_PER_CELL * (before + end - start)
            is_cut = end == len(listed) and stretch.open_end
            if missing <= 0 or is_cut:
                break
            run = [~fenced[start], *listed[start:end], ~fenced[end + 1]]
            yield variables.model.all_of(run) * missing
