"""A day with its unpinned covers set aside, for its needs to be matched anew."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from domain.covers import Cover
from domain.eligibility import fits_as_it_stands, is_open
from domain.ids import StaffId
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
    return board.restaurant.borrowing and any(home != cover.group_id for home in homes)


def _fits(bare: Board, cover: Cover) -> bool:
    is_in_use = cover.group_id in bare.group_by_id
    return is_in_use and fits_as_it_stands(bare, cover.staff_id, cover.group_id, cover.date)


def _settled(board: Board, day: date) -> Board:
    """Whoever holds a cover that day works the standard type where their cell is open."""
    holders = dict.fromkeys(c.staff_id for c in board.covers if c.date == day)
    found = (s for s in holders if board.people[s].is_employed_on(day) and is_open(board, s, day))
    opened = tuple(found)
    if board.standard_type is None or not opened:
        return board
    made = {(staff_id, day): covering_cell(board, staff_id, day) for staff_id in opened}
    return board.edited(shifts=tuple({**board.cells, **made}.values()))


def covering_cell(board: Board, staff_id: StaffId, day: date) -> ShiftAssignment:
    """The cell of whoever covers: what it holds if that may cover, else the standard type."""
    cell = board.cells.get((staff_id, day))
    standard = board.standard_type
    if cell is not None and (standard is None or board.types[cell.shift_type].can_cover):
        return cell
    if standard is None:
        raise ValueError("nobody fits where no type covers")
    made = cell or ShiftAssignment(
        staff_id=staff_id,
        date=day,
        shift_type=standard.code,
        source=ShiftSource.COVER,
        schedule_id=board.schedule.id,
    )
    return replace(made, shift_type=standard.code, source=ShiftSource.COVER)
