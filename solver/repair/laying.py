"""An edit laid over a schedule, with what follows of itself from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.covers import Cover
from domain.facts import is_kept
from domain.ids import StaffId
from domain.need import is_counting, need
from domain.schedules import Board
from domain.shifts import ShiftAssignment
from domain.small_edits import with_few
from domain.staff import IdlePolicy
from solver.best import cover, shift
from solver.cells import Cell, standby_type
from solver.choices import Choices
from solver.repair.edits import Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """The schedule after an edit, and whose cells and covers on which days it touched."""

    board: Board
    places: frozenset[Cell]


def laid(choices: Choices, board: Board, edit: Edit) -> Laid:
    """No more is covered than needed then, and nobody on standby works without a cover."""
    cells = [shift(choices.board, *edit.cell, covers=False)] if edit.cell else []
    come = [cover(choices, key) for key in edit.come]
    touched = [(cell.staff_id, cell.date) for cell in cells]
    touched += [(called.staff_id, called.date) for called in (*edit.gone, *come)]
    after = with_few(board, cells, gone=edit.gone, come=come)
    return settled(choices, after, touched)


def settled(choices: Choices, board: Board, places: Iterable[Cell]) -> Laid:
    """The schedule without covers beyond the need on the days of these places."""
    after, touched = board, [*places]
    for day in dict.fromkeys(day for _, day in touched):
        while beyond := _beyond_need(choices, after, day):
            after = with_few(after, gone=(beyond,))
            touched.append((beyond.staff_id, day))
    idle = _idle(choices, after, touched)
    after = with_few(after, idle) if idle else after
    return Laid(board=after, places=frozenset(touched))


def _beyond_need(choices: Choices, board: Board, day: date) -> Cover | None:
    """The worst cover of the first need of a day that has too many."""
    for group in board.groups:
        held = board.covers_by_need.get((group.id, day), ())
        loose = [c for c in held if not is_kept(board, c)]
        kept = sum(is_counting(board, c) for c in held if is_kept(board, c))
        if loose and len(loose) > need(board, group.id, day) - kept:
            return max(loose, key=lambda c: choices.rank(c.staff_id, c.group_id, day) or 0)
    return None


def _idle(
    choices: Choices, board: Board, touched: list[tuple[StaffId, date]]
) -> list[ShiftAssignment]:
    """The cells of people on standby who have nobody to cover any more."""
    standby = standby_type(board)
    if standby is None:
        return []
    return [
        shift(choices.board, key, standby.code, covers=False)
        for key in dict.fromkeys(touched)
        if board.people[key[0]].idle_policy is IdlePolicy.STANDBY
        and key not in choices.facts
        and key not in board.covers_by_holder
        and board.types[board.cells[key].shift_type].works
    ]
