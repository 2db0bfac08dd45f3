"""What stands, mended where it is broken: the answer before any model is built."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.facts import is_kept
from domain.runs import TierName
from domain.schedules import Board, changed_cells
from domain.small_edits import with_few
from domain.tiers import tier_values
from solver import standing
from solver.best import schedule, shift
from solver.choices import Choices, CoverKey
from solver.fallback import Draft
from solver.repair.chains import Chains
from solver.repair.holes import Hole, all_holes, opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A full schedule and what it is worth by the tiers, in their order."""

    board: Board
    worth: dict[TierName, int]


def repairs(choices: Choices) -> Iterator[Mended]:
    """What stands with its facts, then each better schedule; nothing where a cell is not set."""
    first = stood(choices)
    if first is not None:
        yield first
        yield from chained(choices, first)


def stood(choices: Choices) -> Mended | None:
    """What stands with its facts, broken as it is; None where a cell is not set."""
    board = _standing(choices)
    return None if board is None else Mended(board=board, worth=worth_of(choices, board))


def chained(choices: Choices, first: Mended) -> Iterator[Mended]:
    """Each better schedule that small edits make of what stands.

    What broke since the schedule was made comes first, and is closed together.
    """
    chains = Chains(choices, first.board)
    for board in chains.close(_fresh(choices.board, first.board)):
        yield Mended(board=board, worth=chains.worth)
    for hole in all_holes(chains.board):
        for board in chains.close((hole,)):
            yield Mended(board=board, worth=chains.worth)


def _standing(choices: Choices) -> Board | None:
    """The board with what facts make of it: who has to be off is off, covers that fail are gone."""
    draft, board = standing.build(choices), choices.board
    if draft is None:
        return None
    cells = [
        shift(board, key, code, covers=False)
        for key, code in draft.cells.items()
        if key not in board.cells or board.cells[key].shift_type != code
    ]
    held = set(draft.covers)
    loose = (c for c in board.covers if not is_kept(board, c))
    gone = [c for c in loose if (c.staff_id, c.group_id, c.date) not in held]
    return with_few(board, cells, gone=gone)


def laid_out(choices: Choices, draft: Draft) -> Board:
    """The board with a draft's cells and covers as they would be stored."""
    shifts, covers = schedule(choices, draft.cells, draft.covers)
    strays = (cell for key, cell in choices.board.cells.items() if key not in draft.cells)
    return choices.board.edited(shifts=(*shifts, *strays), covers=covers)


def _fresh(before: Board, stood: Board) -> tuple[Hole, ...]:
    places = set(changed_cells(before, stood))
    places |= {(c.staff_id, c.date) for c in set(before.covers) ^ set(stood.covers)}
    return opened(before, stood, places)


def worth_of(choices: Choices, board: Board) -> dict[TierName, int]:
    return tier_values(choices.board, board, choices.mode)


def draft_of(choices: Choices, board: Board) -> Draft:
    """The cells and the covers that are not kept, as a search takes them up."""
    cells = {key: board.cells[key].shift_type for key in choices.employed_cells()}
    held = ((c.staff_id, c.group_id, c.date) for c in board.covers)
    kept: set[CoverKey] = {(c.staff_id, c.group_id, c.date) for c in choices.kept}
    return Draft(cells, [key for key in held if key not in kept])
