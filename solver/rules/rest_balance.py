"""The same rest for everybody of one employment type who is there on every open day."""

from collections.abc import Iterable

from domain.ids import StaffId
from domain.runs import TierName
from domain.staff import EmploymentType
from solver.expressions import Sum, times, total
from solver.rules.penalty import Penalty
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    board = variables.board
    if not board.open_days:
        return
    rests: dict[EmploymentType, list[Sum]] = {}
    for person in board.staff:
        if len(board.open_days_of[person.id]) == len(board.open_days):
            rests.setdefault(person.employment_type, []).append(_rest(variables, person.id))
    for found in rests.values():
        spread = variables.model.largest(found) - variables.model.smallest(found)
        yield Penalty(TierName.REST_BALANCE, spread)


def _rest(variables: Variables, staff_id: StaffId) -> Sum:
    board = variables.board
    return total(
        times(variables.has(staff_id, day, code), board.types[code].rest_half_days)
        for day in board.open_days
        for code in variables.codes(staff_id, day)
    )
