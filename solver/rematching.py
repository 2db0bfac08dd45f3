"""The covers of a day chosen anew, with every cell and every pinned cover as it stands."""

from collections.abc import Collection
from datetime import date

from domain.covers import Cover
from domain.edits import without_cover
from domain.facts import is_frozen
from domain.schedules import Board
from domain.set_aside import covering_cell, set_aside
from solver.matching import chosen_on


def rematched(board: Board, days: Collection[date]) -> Board:
    """The heaviest gaps closed first; whoever covers now goes on wherever that costs no unit.

    Members who are not lent already stay at home: lending is for a run to weigh.
    """
    for day in board.open_days:
        if day in days and not is_frozen(board, day):
            board = _rematched_on(board, day)
    return board


def _rematched_on(board: Board, day: date) -> Board:
    bare = set_aside(board, day)
    kept = {(c.staff_id, c.group_id) for c in bare.covers if c.date == day}
    loose = [c for c in board.covers if c.date == day and (c.staff_id, c.group_id) not in kept]
    chosen = chosen_on(bare, day, loose)
    taken = {(c.staff_id, c.group_id) for c in chosen}
    for cover in loose:
        if (cover.staff_id, cover.group_id) not in taken:
            board = without_cover(board, cover)
    return _with_covers(board, bare, day, chosen)


def _with_covers(board: Board, bare: Board, day: date, chosen: tuple[Cover, ...]) -> Board:
    """The covers added, and everybody who covers that day in a cell that may."""
    stands = {(c.staff_id, c.group_id) for c in board.covers if c.date == day}
    added = tuple(c for c in chosen if (c.staff_id, c.group_id) not in stands)
    settled = {(c.staff_id, day) for c in bare.covers if c.date == day} & bare.cells.keys()
    covering = {(c.staff_id, day): covering_cell(bare, c.staff_id, day) for c in chosen}
    cells = {**board.cells, **{key: bare.cells[key] for key in settled}, **covering}
    return board.edited(shifts=tuple(cells.values()), covers=(*board.covers, *added))
