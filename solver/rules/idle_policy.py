"""People on standby work exactly when they cover; others are wanted at work on every free day."""

from collections.abc import Iterable

from domain.staff import IdlePolicy
from solver.cells import Cell
from solver.expressions import count
from solver.rules.penalty import Penalty, Unreported
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    """Rests of people who are wanted at work remain for hard rules to call for, and only those."""
    for staff_id, day in _free_cells(variables, IdlePolicy.STANDBY):
        covers = variables.open_covers_by(staff_id, day).values()
        variables.model.require_any([~variables.works(staff_id, day), *covers])
    wanted = _free_cells(variables, IdlePolicy.WORK)
    yield Penalty(Unreported.IDLE_DAYS, count(~variables.works(*cell) for cell in wanted))


def _free_cells(variables: Variables, policy: IdlePolicy) -> list[Cell]:
    people = variables.board.people
    return [
        (staff_id, day)
        for staff_id, day in variables.employed_cells()
        if (staff_id, day) not in variables.facts and people[staff_id].idle_policy is policy
    ]
