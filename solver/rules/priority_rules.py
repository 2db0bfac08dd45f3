"""Types that people prefer or avoid on given weekdays."""

from collections.abc import Iterable, Iterator

from domain.limit_units import HALF_DAYS_PER_CELL
from domain.priorities import breaks_priority
from domain.rules import PriorityRule
from solver.cells import Cells
from solver.expressions import count, total
from solver.rules.penalty import Part, Penalty, outside
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    for rule in variables.board.priority_rules:
        broken = total(part.half_days for part in parts(variables, rule))
        yield outside(rule.level, rule.weight, broken)


def parts(cells: Cells, rule: PriorityRule) -> Iterator[Part]:
    """Each open day on which the person may have a type against the rule."""
    for day in cells.board.open_days_of.get(rule.staff_id, ()):
        broken = count(
            cells.has(rule.staff_id, day, code)
            for code in cells.codes(rule.staff_id, day)
            if breaks_priority(rule, day, code)
        )
        half_days = broken * HALF_DAYS_PER_CELL
        yield Part(staff_id=rule.staff_id, dates=(day,), half_days=half_days)
