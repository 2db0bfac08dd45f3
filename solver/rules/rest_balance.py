"""The same rest for everybody of one employment type who is there on every open day."""

from collections.abc import Iterable

from domain.ids import StaffId
from domain.runs import TierName
from domain.tiers import comparable_people
from solver.expressions import Sum, times, total
from solver.rules.penalty import Penalty
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    for people in comparable_people(variables.board):
        rests = [_rest(variables, staff_id) for staff_id in people]
        spread = variables.model.largest(rests) - variables.model.smallest(rests)
        yield Penalty(TierName.REST_BALANCE, spread)


def _rest(variables: Variables, staff_id: StaffId) -> Sum:
    board = variables.board
    return total(
        times(variables.has(staff_id, day, code), board.types[code].rest_half_days)
        for day in board.open_days
        for code in variables.codes(staff_id, day)
    )
