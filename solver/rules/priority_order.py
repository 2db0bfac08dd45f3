"""Better ranks are asked first, and nobody is lent without gain."""

from collections.abc import Iterable

from domain.runs import TierName
from domain.tiers import is_borrowed
from solver.choices import CoverKey
from solver.expressions import Sum, times, total
from solver.rules.penalty import Penalty
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    open_covers = [
        times(literal, _steps_down(variables, key))
        for key, literal in variables.open_covers.items()
    ]
    kept = [Sum(_steps_down(variables, (c.staff_id, c.group_id, c.date))) for c in variables.kept]
    yield Penalty(TierName.PRIORITY_ORDER, total([*open_covers, *kept]))


def _steps_down(variables: Variables, key: CoverKey) -> int:
    staff_id, group_id, day = key
    rank = variables.rank(staff_id, group_id, day)
    return (0 if rank is None else rank - 1) + is_borrowed(variables.board, *key)
