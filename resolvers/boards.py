"""A board within a transaction: loaded under the lock, written back as a difference."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from domain import coverage, edits
from domain.access import Right
from domain.covers import Cover, CoverageGap
from domain.ids import CoverId, GroupId, ScheduleId
from domain.later_boards import CellKey, CoverKey, LaterRows, cover_key, later
from domain.refusals import not_found
from domain.schedules import Board, Schedule
from domain.shifts import ShiftAssignment
from resolvers.transaction import WriteTransaction
from store import boards, schedules
from store.engine import ReadConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleGap:
    """A coverage gap as the log names it: with its schedule, and `gap` None when it is closed."""

    schedule_id: ScheduleId
    group_id: GroupId
    date: date
    gap: CoverageGap


async def enter_schedule(
    tx: WriteTransaction, schedule_id: ScheduleId, path: tuple[str, ...] = ("scheduleId",)
) -> Schedule:
    """The schedule as it stands under the lock; raises NotFoundRefusal for a stranger's."""
    found = await _find(tx, schedule_id)
    if found is None:
        raise not_found("schedule", path)
    await tx.enter(found.restaurant_id, Right.EDIT, what="schedule", path=path)
    standing = await _find(tx, schedule_id)
    if standing is None:
        raise not_found("schedule", path)
    return standing


async def _find(tx: WriteTransaction, schedule_id: ScheduleId) -> Schedule | None:
    found = (await schedules.by_ids(tx.connection, [schedule_id])).get(schedule_id)
    return found if found is not None and found.is_active else None


async def get_board(tx: WriteTransaction, schedule: Schedule) -> Board:
    board = await tx.board(schedule.id)
    if board is None:
        raise not_found("schedule", ("scheduleId",))
    return board


async def save(tx: WriteTransaction, before: Board, after: Board) -> Board:
    """Write and record whatever differs; returns `after` with its new ids and revisions.

    The schedule takes the revision too, so that it says when anything on it last changed.
    """
    if not _changed_cells(before, after) and not _changed_covers(before, after):
        return after
    cells = await _save_shifts(tx, before, after)
    covers = await _save_covers(tx, before, after)
    schedule = await schedules.update(tx.connection, replace(before.schedule, revision=tx.revision))
    tx.record(before.schedule, schedule)
    rows = LaterRows(schedule=schedule, cells=cells, covers=covers)
    saved = later(before, tx.restaurant, rows)
    tx.hold(saved)
    await _record_gaps(tx, before, saved)
    return saved


async def settle_absences(tx: WriteTransaction, board: Board) -> Board:
    """Record for whom a draft's covers are now; from its publication on they stay so."""
    covers = await _save_covers(tx, board, edits.with_absent_members(board))
    return later(board, tx.restaurant, LaterRows(schedule=board.schedule, covers=covers))


async def covers_by_ids(
    connection: ReadConnection, ids: Collection[CoverId]
) -> dict[CoverId, Cover]:
    """Covers as their schedules show them."""
    found = await schedules.covers_by_ids(connection, ids)
    first_of = {cover.schedule_id: cover.date for cover in found.values()}
    for schedule_id, day in first_of.items():
        board = await boards.load(connection, schedule_id, day)
        if board is not None:
            shown = edits.with_absent_members(board).covers
            found |= {cover.id: cover for cover in shown if cover.id in found}
    return found


async def gaps_on(board: Board, days: Collection[date]) -> tuple[CoverageGap, ...]:
    """The gaps of some days; counted beside the event loop, which has others to serve."""
    found = await asyncio.to_thread(coverage.gaps, board)
    return tuple(gap for gap in found if gap.date in days)


async def _save_shifts(
    tx: WriteTransaction, before: Board, after: Board
) -> dict[CellKey, ShiftAssignment | None]:
    """The cells that were written; None for those that were cleared."""
    schedule_id = before.schedule.id
    changed = _changed_cells(before, after)
    cleared = [key for key in changed if key not in after.cells]
    written = await schedules.upsert_shifts(
        tx.connection,
        schedule_id,
        [after.cells[key] for key in changed if key in after.cells],
        tx.revision,
    )
    await schedules.clear_shifts(tx.connection, schedule_id, cleared, tx.revision)
    for cell in written:
        tx.record(before.cells.get((cell.staff_id, cell.date)), cell)
    for key in cleared:
        tx.record(before.cells[key], None)
    return {**dict.fromkeys(cleared), **{(s.staff_id, s.date): s for s in written}}


async def _save_covers(
    tx: WriteTransaction, before: Board, after: Board
) -> dict[CoverKey, Cover | None]:
    """The covers that were written; None for those that were released."""
    schedule_id = before.schedule.id
    stood, stands = _covers(before), _covers(after)
    changed = _changed_covers(before, after)
    released = [stood[key] for key in changed if key not in stands]
    await schedules.delete_covers(tx.connection, [cover.id for cover in released])
    written = await schedules.upsert_covers(
        tx.connection,
        schedule_id,
        [stands[key] for key in changed if key in stands],
        tx.revision,
    )
    for cover in released:
        tx.record(cover, None)
    for cover in written:
        tx.record(stood.get(cover_key(cover)), cover)
    return {**{cover_key(c): None for c in released}, **{cover_key(c): c for c in written}}


async def _record_gaps(tx: WriteTransaction, before: Board, after: Board) -> None:
    changes = await asyncio.to_thread(edits.gap_changes, before, after)
    for change in changes:
        tx.record(
            _named(before.schedule.id, change.before), _named(before.schedule.id, change.after)
        )


def _named(schedule_id: ScheduleId, gap: CoverageGap | None) -> ScheduleGap | None:
    if gap is None:
        return None
    return ScheduleGap(schedule_id=schedule_id, group_id=gap.group_id, date=gap.date, gap=gap)


def _changed_cells(before: Board, after: Board) -> list[CellKey]:
    keys = sorted(before.cells.keys() | after.cells.keys(), key=lambda key: (key[1], key[0]))
    return [k for k in keys if _decision(before.cells.get(k)) != _decision(after.cells.get(k))]


def _decision(cell: ShiftAssignment | None) -> tuple[object, ...] | None:
    return None if cell is None else (cell.shift_type, cell.source, cell.pinned)


def _covers(board: Board) -> dict[CoverKey, Cover]:
    return {cover_key(cover): cover for cover in board.covers}


def _changed_covers(before: Board, after: Board) -> list[CoverKey]:
    stood, stands = _covers(before), _covers(after)
    return [
        key
        for key in sorted(stood.keys() | stands.keys())
        if _agreed(stood.get(key)) != _agreed(stands.get(key))
    ]


def _agreed(cover: Cover | None) -> Cover | None:
    """A cover without what the database gave it."""
    if cover is None:
        return None
    return replace(cover, id=CoverId(0), schedule_id=ScheduleId(0), revision=0)
