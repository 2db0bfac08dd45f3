"""A type that should not follow another on the next day; the day before the start counts too."""

from collections.abc import Iterable, Iterator
from datetime import date

from domain.ids import ShiftCode, StaffId
from domain.limit_units import HALF_DAYS_PER_CELL
from domain.periods import ONE_DAY
from domain.priorities import code_on
from domain.rules import SuccessionRule
from solver.cells import Cell, Cells
from solver.expressions import FALSE, TRUE, Literal
from solver.rules.penalty import Part, Penalty, outside
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    for rule in variables.board.succession_rules:
        for part in parts(variables, rule, variables.employed_cells()):
            yield outside(rule.level, rule.weight, part.half_days)


def parts(cells: Cells, rule: SuccessionRule, seconds: Iterable[Cell]) -> Iterator[Part]:
    """What each of these cells may break as the second of two days."""
    for staff_id, day in seconds:
        yesterday = day - ONE_DAY
        first = _had(cells, staff_id, yesterday, rule.from_type)
        broken = cells.model.all_of([first, cells.has(staff_id, day, rule.to_type)])
        is_known = yesterday < cells.board.schedule.start
        yield Part(
            staff_id=staff_id,
            dates=(day,) if is_known else (yesterday, day),
            half_days=broken * HALF_DAYS_PER_CELL,
            known=HALF_DAYS_PER_CELL if is_known else 0,
        )


def _had(cells: Cells, staff_id: StaffId, day: date, code: ShiftCode) -> Literal:
    if day >= cells.board.schedule.start:
        return cells.has(staff_id, day, code)
    return TRUE if code_on(cells.board, staff_id, day) == code else FALSE
