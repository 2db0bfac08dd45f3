"""A day with its unpinned covers set aside, for its needs to be matched anew."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from domain.covers import Cover
from domain.eligibility import fits_as_it_stands
from domain.schedules import Board, once_per_board
from domain.shifts import ShiftAssignment, ShiftSource


@once_per_board
def pinned_alone(board: Board) -> dict[date, Board]:
    """For every open day the board with pinned covers alone; each holder is in their cell."""
    bare = _without_loose(board, board.open_days)
    return {day: _settled(bare, day) for day in board.open_days}


@once_per_board
def with_lent(board: Board) -> dict[date, Board]:
    """The same with covers that lend a member who still fits pinned too."""
    return {day: _with_lent(board, bare, day) for day, bare in pinned_alone(board).items()}


def set_aside(board: Board, day: date) -> Board:
    """The board with one day laid bare so, whoever is lent staying lent; other days as they are.

    To lend somebody else, or nobody, changes the needs themselves, which is for a run to weigh.
    """
    return _with_lent(board, _settled(_without_loose(board, (day,)), day), day)


def _without_loose(board: Board, days: Collection[date]) -> Board:
    kept = tuple(c for c in board.covers if c.pinned or c.date not in days)
    return board if len(kept) == len(board.covers) else board.edited(covers=kept)


def _with_lent(board: Board, bare: Board, day: date) -> Board:
    loose = (c for c in board.covers if c.date == day and not c.pinned)
    lent = [replace(c, pinned=True) for c in loose if _is_lent(bare, c) and _fits(bare, c)]
    return _settled(bare.edited(covers=(*bare.covers, *lent)), day) if lent else bare


def _is_lent(board: Board, cover: Cover) -> bool:
    homes = board.groups_of.get((cover.staff_id, cover.date), ())
    return any(home != cover.group_id for home in homes)


def _fits(bare: Board, cover: Cover) -> bool:
    is_in_use = cover.group_id in bare.group_by_id
    return is_in_use and fits_as_it_stands(bare, cover.staff_id, cover.group_id, cover.date)


def _settled(board: Board, day: date) -> Board:
    """Whoever holds a cover that day works the standard type where their cell is empty."""
    holders = dict.fromkeys(c.staff_id for c in board.covers if c.date == day)
    empty = [
        staff_id
        for staff_id in holders
        if (staff_id, day) not in board.cells and board.people[staff_id].is_employed_on(day)
    ]
    if board.standard_type is None or not empty:
        return board
    made = (
        ShiftAssignment(
            staff_id=staff_id,
            date=day,
            shift_type=board.standard_type.code,
            source=ShiftSource.COVER,
            schedule_id=board.schedule.id,
        )
        for staff_id in empty
    )
    return board.edited(shifts=(*board.shifts, *made))
