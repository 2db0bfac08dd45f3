"""One schedule among equals: the first in an order that everybody can follow.

Covers by date and group, whoever's last cover is longest ago first, then staff order; then cells by
date and staff, types in list order. A cover's place depends on earlier covers, so the days are
settled one after another.
"""

from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from domain.ids import StaffId
from domain.runs import TierName
from solver.best import candidate
from solver.expressions import TRUE, Literal, holds, times, total
from solver.variables import Variables

if TYPE_CHECKING:
    from solver.search import Search

# Weights double along the chunk; longer ones would strain the solver's arithmetic.
CHUNK = 20


def settle(search: "Search") -> bool:
    """Make the best schedule the canonical one; False when time ran out on the way."""
    variables = search.variables
    for day in variables.board.days:
        if not _settle(search, _covers_of_day(variables, day, search.best.values)):
            return False
    cells = [x for day in variables.board.days for x in _cells_of_day(variables, day)]
    return _settle(search, cells)


def _covers_of_day(variables: Variables, day: date, values: tuple[int, ...]) -> list[Literal]:
    last = _last_covers(variables, day, values)
    order = variables.board.staff_order
    return [
        variables.covers(holder, group.id, day)
        for group in variables.board.groups
        for holder in sorted(
            variables.open_holders(group.id, day),
            key=lambda s: (last.get(s, date.min), order[s]),
        )
    ]


def _last_covers(variables: Variables, day: date, values: tuple[int, ...]) -> dict[StaffId, date]:
    last = dict(variables.board.last_cover_dates)
    held = [(c.staff_id, c.date) for c in variables.kept]
    held += [(staff_id, on) for staff_id, _, on in variables.covers_in(values)]
    earlier = sorted((h for h in held if h[1] < day), key=lambda h: h[1])
    return last | dict(earlier)


def _cells_of_day(variables: Variables, day: date) -> list[Literal]:
    """The last type a cell may have follows from the others."""
    return [
        variables.has(person.id, day, code)
        for person in variables.board.staff
        if person.is_employed_on(day)
        for code in list(variables.codes(person.id, day))[:-1]
    ]


def _settle(search: "Search", literals: list[Literal]) -> bool:
    """Fix the literals one by one, each true if it can be."""
    left = [literal for literal in literals if literal != TRUE]
    while left:
        settled = list(takewhile(lambda x: holds(x, search.best.values), left))
        if not settled:
            settled = left[:CHUNK]
            if not _maximise(search, settled):
                return False
        for literal in settled:
            is_true = holds(literal, search.best.values)
            search.model.require_any([literal if is_true else ~literal])
        left = left[len(settled) :]
    return True


def _maximise(search: "Search", literals: list[Literal]) -> bool:
    """The lexicographically largest values that these literals can take."""
    if not search.may_start(TierName.CANONICAL):
        return False
    solver = search.clock.solver_for(TierName.CANONICAL)
    amount = total(times(x, -(2 ** (len(literals) - n))) for n, x in enumerate(literals))
    if search.run(solver, amount) != cp_model.OPTIMAL:
        return False
    values = search.model.recount(list(solver.response_proto.solution))
    search.best = candidate(search.variables, values)
    return True
