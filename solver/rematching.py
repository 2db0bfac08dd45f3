"""The covers of a day chosen anew, with every cell and every pinned cover as it stands."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from domain.covers import Cover
from domain.edits import without_cover
from domain.eligibility import fits_as_it_stands
from domain.facts import is_frozen
from domain.ids import StaffId
from domain.schedules import Board
from domain.shifts import ShiftAssignment, ShiftSource
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
    loose = [c for c in board.covers if c.date == day and not c.pinned]
    lent = [c for c in loose if _is_lent(board, c) and _fits(board, c)]
    free = [c for c in loose if c not in lent]
    bare = board.edited(
        covers=tuple(
            replace(c, pinned=True) if c in lent else c for c in board.covers if c not in free
        )
    )
    return _with_covers(board, free, chosen_on(bare, day, free))


def _is_lent(board: Board, cover: Cover) -> bool:
    homes = board.groups_of.get((cover.staff_id, cover.date), ())
    return any(home != cover.group_id for home in homes)


def _fits(board: Board, cover: Cover) -> bool:
    is_in_use = cover.group_id in board.group_by_id
    return is_in_use and fits_as_it_stands(board, cover.staff_id, cover.group_id, cover.date)


def _with_covers(board: Board, free: Iterable[Cover], chosen: tuple[Cover, ...]) -> Board:
    wanted = {(c.staff_id, c.group_id) for c in chosen}
    for cover in free:
        if (cover.staff_id, cover.group_id) not in wanted:
            board = without_cover(board, cover)
    stands = {(c.staff_id, c.group_id, c.date) for c in board.covers}
    added = tuple(c for c in chosen if (c.staff_id, c.group_id, c.date) not in stands)
    covering = {(c.staff_id, c.date): _covering(board, c.staff_id, c.date) for c in chosen}
    cells = {**board.cells, **covering}
    return board.edited(shifts=tuple(cells.values()), covers=(*board.covers, *added))


def _covering(board: Board, staff_id: StaffId, day: date) -> ShiftAssignment:
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
