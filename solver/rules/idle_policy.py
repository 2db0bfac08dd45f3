"""People on standby work exactly when they cover."""

from collections.abc import Iterable

from domain.staff import IdlePolicy
from solver.rules.penalty import Penalty
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    board = variables.board
    for staff_id, day in variables.employed_cells():
        is_decided = (staff_id, day) in variables.facts
        if is_decided or board.people[staff_id].idle_policy is not IdlePolicy.STANDBY:
            continue
        covers = variables.open_covers_by(staff_id, day).values()
        variables.model.require_any([~variables.works(staff_id, day), *covers])
    return ()
