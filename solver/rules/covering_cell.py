"""A cover needs somebody who works a covering type, in as many places as the person may be."""

from collections.abc import Iterable

from solver.expressions import FALSE, count
from solver.rules.penalty import Penalty
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    """The fixed type covers if it can; a cell that is still open gets the standard type."""
    model, standard = variables.model, variables.board.standard_type
    for (backup, _, day), cover in variables.open_covers.items():
        codes = list(variables.codes(backup, day))
        if len(codes) == 1:
            covering = variables.can_cover(backup, day)
        else:
            covering = FALSE if standard is None else variables.has(backup, day, standard.code)
        model.require_any([~cover, covering])
    for backup, day in variables.employed_cells():
        held = len(variables.kept_by(backup, day))
        left = max(0, variables.board.people[backup].maximum_groups_per_day - held)
        model.require_at_most(count(variables.open_covers_by(backup, day).values()), left)
    return ()
