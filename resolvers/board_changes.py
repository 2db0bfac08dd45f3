"""Which logged changes a board can follow row by row, and which ask for loading it anew."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from domain.changes import Change, EntityType
from domain.covers import Cover
from domain.later_boards import CellKey, CoverKey, LaterRows, cover_key, later
from domain.schedules import Board, Schedule
from domain.shifts import ShiftAssignment
from store.codec import from_row

BESIDE_BOARDS: Final = frozenset(
    {EntityType.MEMBERSHIP, EntityType.COVERAGE_GAP, EntityType.GENERATION_RUN}
)
DATED: Final = frozenset({EntityType.SHIFT_ASSIGNMENT, EntityType.COVER})
WRITTEN_WITH_EVERYTHING: Final = frozenset({"revision", "updated_at"})
Row = dict[str, object]


class LoadAnew(Exception):  # noqa: N818 - an answer to whoever follows the log, and no failure
    """A change that reaches a board by more than its own rows."""


def followed(board: Board, revision: int, changes: Iterable[Change]) -> Board:
    """The board at a later revision, by all changes since its own; raises `LoadAnew`."""
    rows = rows_since(board, changes)
    return later(board, replace(board.restaurant, revision=revision), rows)


def rows_since(board: Board, changes: Iterable[Change]) -> LaterRows:
    """What the changes have made of the schedule's own rows; raises `LoadAnew` for others."""
    schedule = board.schedule
    cells: dict[CellKey, ShiftAssignment | None] = {}
    covers: dict[CoverKey, Cover | None] = {}
    for change in changes:
        if change.entity_type in BESIDE_BOARDS or not _concerns(board, change):
            continue
        if change.entity_type is EntityType.SCHEDULE:
            schedule = _rewritten(change)
        elif change.entity_type is EntityType.SHIFT_ASSIGNMENT:
            cell = from_row(ShiftAssignment, change.after or change.before)
            cells[cell.staff_id, cell.date] = None if change.after is None else cell
        else:
            cover = from_row(Cover, change.after or change.before)
            covers[cover_key(cover)] = None if change.after is None else cover
    return LaterRows(schedule=schedule, cells=cells, covers=covers)


def _concerns(board: Board, change: Change) -> bool:
    """Whether a change is of the board's own rows; raises `LoadAnew` for all else that reaches it.

    Another schedule is its past, by cells before its start and by who covered then.
    """
    found = change.before if change.after is None else change.after
    if found is None:
        raise LoadAnew
    if change.entity_type is EntityType.SCHEDULE:
        is_own = found["id"] == board.schedule.id
        begins_later = _day(found["start"]) >= board.schedule.start
        if not _is_rewritten(change) and (is_own or not begins_later):
            raise LoadAnew
        return is_own
    if change.entity_type not in DATED:
        raise LoadAnew
    is_own = found["schedule_id"] == board.schedule.id
    if not is_own and _day(found["date"]) < board.schedule.start:
        raise LoadAnew
    return is_own


def _is_rewritten(change: Change) -> bool:
    """Whether a row took a new revision and stayed as it was."""
    if change.before is None or change.after is None:
        return False
    return _lasting(change.before) == _lasting(change.after)


def _lasting(row: Row) -> Row:
    return {name: said for name, said in row.items() if name not in WRITTEN_WITH_EVERYTHING}


def _rewritten(change: Change) -> Schedule:
    return from_row(Schedule, change.after)


def _day(text: object) -> date:
    return date.fromisoformat(str(text))
