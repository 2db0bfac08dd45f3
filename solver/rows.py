"""Rows of some people filled so that hard rules are broken least, while all other cells stand."""

from collections.abc import Collection, Iterable
from datetime import date

from domain.ids import ShiftCode
from domain.staff import IdlePolicy, StaffMember
from solver.allowance import Allowance
from solver.cells import Cell, Cells, Codes, free_codes, standby_type, working_codes
from solver.expressions import total
from solver.loosened import Extent, Scene, hard_parts


def filled(
    scene: Scene, standing: Codes, cells: Collection[Cell], allowance: Allowance
) -> dict[Cell, ShiftCode]:
    """What these cells had best be; the best that was found, if not all could be tried."""
    if not cells:
        return {}
    rows = _Rows(scene, standing, cells)
    rows.model.minimise(total(part.half_days for _, part in hard_parts(rows, rows.extent)))
    solver, _ = allowance.solve(rows.model.cp)
    found = rows.cells_in(solver.response_proto.solution)
    return {cell: found[cell] for cell in cells}


class _Rows(Cells):
    """Cells that stand have the one type that they have."""

    def __init__(self, scene: Scene, standing: Codes, cells: Collection[Cell]) -> None:
        super().__init__(scene.board)
        whom, is_open = {staff_id for staff_id, _ in cells}, set(cells)
        people = tuple(person for person in self.board.staff if person.id in whom)
        self.extent = Extent(people=people, days=self.board.days, is_everybody=True)
        for person in self.board.staff:
            for day in filter(person.is_employed_on, self.board.days):
                cell = (person.id, day)
                if cell in is_open:
                    self._add(cell, allowed(scene, person, day))
                    self._suggest(cell, standing[cell])
                else:
                    self._add(cell, [standing[cell]])

    def _suggest(self, cell: Cell, code: ShiftCode) -> None:
        for other, literal in self._has[cell].items():
            if literal > 0:
                self.model.suggest(literal, int(other == code))

    def employed_cells(self) -> Iterable[Cell]:
        """Those of whoever has open cells."""
        whom = {person.id for person in self.extent.people}
        return [cell for cell in self._has if cell[0] in whom]


def allowed(scene: Scene, person: StaffMember, day: date) -> list[ShiftCode]:
    """What a run may write there; people on standby work only where they are called."""
    board, fact = scene.board, scene.facts.get((person.id, day))
    if fact is not None and fact.shift_type is not None:
        return [fact.shift_type]
    working = working_codes(board, person, day)
    if fact is not None and working:
        return working
    standby, standard = standby_type(board), board.standard_type
    if person.idle_policy is not IdlePolicy.STANDBY or standby is None:
        return free_codes(board, person, day)
    called = [] if standard is None or (person.id, day) not in scene.called else [standard.code]
    return [standby.code, *(code for code in called if code in working)]
