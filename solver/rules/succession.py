"""A type that should not follow another on the next day; the day before the start counts too."""

from collections.abc import Iterable
from datetime import date

from domain.ids import ShiftCode, StaffId
from domain.limits import HALF_DAYS_PER_CELL
from domain.periods import ONE_DAY
from domain.priorities import code_on
from solver.expressions import FALSE, TRUE, Literal
from solver.rules.penalty import Penalty, outside
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    for rule in variables.board.succession_rules:
        for staff_id, day in variables.employed_cells():
            first = _had(variables, staff_id, day - ONE_DAY, rule.from_type)
            second = variables.has(staff_id, day, rule.to_type)
            broken = variables.model.all_of([first, second])
            yield outside(rule.level, rule.weight, broken * HALF_DAYS_PER_CELL)


def _had(variables: Variables, staff_id: StaffId, day: date, code: ShiftCode) -> Literal:
    if day >= variables.board.schedule.start:
        return variables.has(staff_id, day, code)
    return TRUE if code_on(variables.board, staff_id, day) == code else FALSE
