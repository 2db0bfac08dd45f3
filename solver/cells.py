"""The questions that rules ask about cells still open: who has which type on which day.

A type that a cell cannot have has no variable; a question about it is answered FALSE, and one that
leaves no choice TRUE.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from domain.facts import BY_HAND
from domain.ids import ShiftCode, StaffId
from domain.schedules import Board
from domain.shifts import ShiftType
from domain.staff import StaffMember
from solver.expressions import FALSE, TRUE, Literal, Values, holds
from solver.model import Model

Cell = tuple[StaffId, date]
Codes = Mapping[Cell, ShiftCode]


class Cells:
    """Cells as `has[staff, day, code]`; those that were never added are asked about in vain."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.model = Model()
        self._has: dict[Cell, dict[ShiftCode, Literal]] = {}

    def _add(self, cell: Cell, codes: list[ShiftCode]) -> None:
        self._has[cell] = self._choice(codes)

    def _choice(self, codes: list[ShiftCode]) -> dict[ShiftCode, Literal]:
        if len(codes) == 1:
            return {codes[0]: TRUE}
        if len(codes) == 2:
            first = self.model.decide()
            return {codes[0]: first, codes[1]: ~first}
        choice = {code: self.model.decide() for code in codes}
        self.model.require_exactly_one(choice.values())
        return choice

    def employed_cells(self) -> Iterable[Cell]:
        """Every cell that was added, in that order: person by person."""
        return self._has.keys()

    def codes(self, staff_id: StaffId, day: date) -> Iterable[ShiftCode]:
        """The types that the cell may still have, in list order."""
        return self._has.get((staff_id, day), {}).keys()

    def has(self, staff_id: StaffId, day: date, code: ShiftCode) -> Literal:
        """Whether the cell has this type; FALSE outside employment."""
        return self._has.get((staff_id, day), {}).get(code, FALSE)

    def has_one_of(self, staff_id: StaffId, day: date, codes: Iterable[ShiftCode]) -> Literal:
        possible = self._has.get((staff_id, day), {})
        wanted = set(codes)
        inside = [literal for code, literal in possible.items() if code in wanted]
        outside = [literal for code, literal in possible.items() if code not in wanted]
        if len(inside) > 1 and len(outside) == 1:
            return ~outside[0]
        return TRUE if inside and not outside else self.model.any_of(inside)

    def works(self, staff_id: StaffId, day: date) -> Literal:
        types = self.board.shift_types
        return self.has_one_of(staff_id, day, (t.code for t in types if t.works))

    def can_cover(self, staff_id: StaffId, day: date) -> Literal:
        types = self.board.shift_types
        return self.has_one_of(staff_id, day, (t.code for t in types if t.can_cover))

    def cells_in(self, values: Values) -> dict[Cell, ShiftCode]:
        return {
            cell: next(code for code, literal in choice.items() if holds(literal, values))
            for cell, choice in self._has.items()
        }


def standby_type(board: Board) -> ShiftType | None:
    """What a person on standby gets on a day without a cover: the last type that does not work."""
    return next((t for t in reversed(board.shift_types) if not t.works), None)


def working_codes(board: Board, person: StaffMember, day: date) -> list[ShiftCode]:
    """Types that the person may be given, and the one that somebody has given them already."""
    cell = board.cells.get((person.id, day))
    entered = cell.shift_type if cell is not None and cell.source in BY_HAND else None
    return [
        t.code
        for t in board.shift_types
        if t.works and (t.code == entered or t.is_allowed_for(person.employment_type))
    ]


def free_codes(board: Board, person: StaffMember, day: date) -> list[ShiftCode]:
    """Types that generation may write in a cell that nothing decides."""
    rest = [] if board.rest_type is None else [board.rest_type.code]
    return [*working_codes(board, person, day), *rest]
