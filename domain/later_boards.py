"""A board some revisions later: the board before, and the rows that were written since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from domain.configurations import Restaurant
from domain.covers import Cover
from domain.ids import GroupId, StaffId
from domain.schedules import OF_CELLS, OF_COVERS, OF_SETTINGS, Board, Schedule
from domain.shifts import ShiftAssignment

CellKey = tuple[StaffId, date]
CoverKey = tuple[date, GroupId, StaffId]

LASTING = (*OF_SETTINGS, *OF_CELLS, *OF_COVERS)

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterRows:
    """A schedule, and those of its cells and covers that were written; None for what is gone."""

    schedule: Schedule
    cells: Mapping[CellKey, ShiftAssignment | None] = field(default_factory=dict)
    covers: Mapping[CoverKey, Cover | None] = field(default_factory=dict)


def later(board: Board, restaurant: Restaurant, rows: LaterRows) -> Board:
    """The board with other rows, in the order of a loaded one; what they leave alone is kept.

    The restaurant may differ in its revision, the schedule in its revision and instants.
    """
    if not rows.cells and not rows.covers:
        return _with_heads(board, restaurant, rows.schedule)
    cells = _laid(board.cells, rows.cells, _place_of_cell)
    after = replace(
        board,
        restaurant=restaurant,
        schedule=rows.schedule,
        shifts=tuple(cells.values()) if rows.cells else board.shifts,
        covers=_covers(board, rows),
    )
    touched = {*rows.cells, *((staff_id, day) for day, _, staff_id in rows.covers)}
    people, days = {staff_id for staff_id, _ in touched}, {day for _, day in touched}
    known = vars(board)
    same = OF_SETTINGS if rows.covers else (*OF_SETTINGS, *OF_COVERS)
    vars(after).update({name: known[name] for name in same if name in known})
    vars(after).update(cells=cells, kept=board.kept.without(people, days))
    if "rows" in known:
        vars(after)["rows"] = _rows_laid(board.rows, rows.cells)
    return after


def _with_heads(board: Board, restaurant: Restaurant, schedule: Schedule) -> Board:
    if (board.restaurant, board.schedule) == (restaurant, schedule):
        return board
    after = replace(board, restaurant=restaurant, schedule=schedule)
    vars(after).update({name: known for name, known in vars(board).items() if name in LASTING})
    vars(after)["kept"] = board.kept
    return after


def _covers(board: Board, rows: LaterRows) -> tuple[Cover, ...]:
    if not rows.covers:
        return board.covers
    known = {cover_key(cover): cover for cover in board.covers}
    return tuple(_laid(known, rows.covers, _place_of_cover).values())


def cover_key(cover: Cover) -> CoverKey:
    return cover.date, cover.group_id, cover.staff_id


def _laid(known: dict[K, V], rows: Mapping[K, V | None], place: Any) -> dict[K, V]:
    if not rows:
        return known
    gone = [key for key, row in rows.items() if row is None]
    standing = {**known, **{key: row for key, row in rows.items() if row is not None}}
    is_longer = len(standing) > len(known)
    for key in gone:
        standing.pop(key, None)
    if is_longer or _has_moved(known, rows, place):
        return _sorted(standing.items(), place)
    return standing


def _rows_laid(
    known: Mapping[StaffId, tuple[ShiftAssignment, ...]],
    cells: Mapping[CellKey, ShiftAssignment | None],
) -> dict[StaffId, tuple[ShiftAssignment, ...]]:
    """Each person's cells by date; other people's are what they were."""
    written: dict[StaffId, dict[date, ShiftAssignment | None]] = {}
    for (staff_id, day), cell in cells.items():
        written.setdefault(staff_id, {})[day] = cell
    found = dict(known)
    for staff_id, new in written.items():
        row = {**{cell.date: cell for cell in known.get(staff_id, ())}, **new}
        found[staff_id] = tuple(cell for day in sorted(row) if (cell := row[day]) is not None)
    return {staff_id: row for staff_id, row in found.items() if row}


def _has_moved(known: Mapping[K, V], rows: Mapping[K, V | None], place: Any) -> bool:
    return any(row is not None and place(row) != place(known[key]) for key, row in rows.items())


def _sorted(items: Iterable[tuple[K, V]], place: Any) -> dict[K, V]:
    return dict(sorted(items, key=lambda item: place(item[1])))


def _place_of_cell(cell: ShiftAssignment) -> tuple[date, StaffId]:
    return cell.date, cell.staff_id


def _place_of_cover(cover: Cover) -> tuple[date, GroupId, bool, int, StaffId]:
    """Those without a rank come last, as the database has it."""
    return cover.date, cover.group_id, cover.rank is None, cover.rank or 0, cover.staff_id
