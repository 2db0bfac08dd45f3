"""A board with a handful of other cells and covers, at a cost that hardly grows with the board."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from domain.covers import Cover
from domain.ids import GroupId, StaffId
from domain.schedules import OF_SETTINGS, Board
from domain.shifts import ShiftAssignment

Key = TypeVar("Key")


def with_few(
    board: Board,
    cells: Collection[ShiftAssignment] = (),
    *,
    gone: Collection[Cover] = (),
    come: Iterable[Cover] = (),
) -> Board:
    """What `Board.edited` answers when the caller knows all that differs.

    `cells` replace those of their people and dates; `gone` are covers of the board itself.
    """
    now = {**board.cells, **{(cell.staff_id, cell.date): cell for cell in cells}}
    added, lost = tuple(come), {id(cover) for cover in gone}
    after = replace(
        board,
        shifts=tuple(now.values()),
        covers=(*(cover for cover in board.covers if id(cover) not in lost), *added),
    )
    touched = [(cell.staff_id, cell.date) for cell in cells]
    touched += [(cover.staff_id, cover.date) for cover in (*gone, *added)]
    people, days = {staff_id for staff_id, _ in touched}, {day for _, day in touched}
    known = vars(board)
    vars(after).update({name: known[name] for name in OF_SETTINGS if name in known})
    vars(after).update(
        cells=now,
        kept=board.kept.without(people, days),
        covers_by_need=_placed(board.covers_by_need, gone, added, _need_of),
        covers_by_holder=_placed(board.covers_by_holder, gone, added, _holder_of),
    )
    return after


def _need_of(cover: Cover) -> tuple[GroupId, date]:
    return cover.group_id, cover.date


def _holder_of(cover: Cover) -> tuple[StaffId, date]:
    return cover.staff_id, cover.date


def _placed(
    known: Mapping[Key, tuple[Cover, ...]],
    gone: Collection[Cover],
    added: tuple[Cover, ...],
    place: Callable[[Cover], Key],
) -> dict[Key, tuple[Cover, ...]]:
    found = dict(known)
    for cover in gone:
        left = tuple(c for c in found.pop(place(cover)) if c is not cover)
        if left:
            found[place(cover)] = left
    for cover in added:
        found[place(cover)] = (*found.get(place(cover), ()), cover)
    return found
