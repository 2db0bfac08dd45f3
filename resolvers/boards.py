"""A board within a transaction: loaded under the lock, written back as a difference."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ParamSpec, TypeVar

from domain import coverage, edits
from domain.access import Right
from domain.covers import Cover, CoverageGap
from domain.ids import CoverId, GroupId, ScheduleId
from domain.later_boards import CellKey, CoverKey, LaterRows, cover_key, later
from domain.refusals import not_found
from domain.schedules import Board, Schedule, changed_cells
from domain.shifts import ShiftAssignment
from resolvers.transaction import WriteTransaction
from store import boards, schedules
from store.engine import ReadConnection

SMALL = 10

CoverChange = tuple[Cover | None, Cover | None]

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


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


async def enter_board(
    tx: WriteTransaction, schedule_id: ScheduleId, path: tuple[str, ...] = ("scheduleId",)
) -> Board:
    """The same with everything about it, which an edit of cells or covers begins with."""
    restaurant_id = tx.restaurant_of(schedule_id)
    if restaurant_id is None:
        await enter_schedule(tx, schedule_id, path)
    else:
        await tx.enter(restaurant_id, Right.EDIT, what="schedule", path=path)
    board = await tx.board(schedule_id)
    if board is None or not board.schedule.is_active:
        raise not_found("schedule", path)
    return board


async def get_board(tx: WriteTransaction, schedule: Schedule) -> Board:
    board = await tx.board(schedule.id)
    if board is None:
        raise not_found("schedule", ("scheduleId",))
    return board


async def save(tx: WriteTransaction, before: Board, after: Board) -> Board:
    """Write and record whatever differs; returns `after` with its new ids and revisions.

    The schedule takes the revision too, so that it says when anything on it last changed.
    """
    decided, agreed = _changed_cells(before, after), _changed_covers(before, after)
    if not decided and not agreed:
        return after
    cells = await _save_shifts(tx, before, after, decided)
    covers = await _save_covers(tx, before.schedule.id, agreed)
    schedule = await schedules.take_revision(tx.connection, before.schedule.id, tx.revision)
    tx.record(before.schedule, schedule)
    rows = LaterRows(schedule=schedule, cells=cells, covers=covers)
    saved = later(before, tx.restaurant, rows)
    tx.hold(saved)
    await _record_gaps(tx, before, saved, len(cells) + len(covers))
    return saved


async def settle_absences(tx: WriteTransaction, board: Board) -> Board:
    """Record for whom a draft's covers are now; from its publication on they stay so."""
    after = edits.with_absent_members(board)
    covers = await _save_covers(tx, board.schedule.id, _changed_covers(board, after))
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


async def counted(
    board: Board, size: int, work: Callable[Given, Answer], *given: Given.args, **more: Given.kwargs
) -> Answer:
    """What some work on a board answers, counted beside the event loop, which has others to serve.

    A small edit of a board whose gaps are known is done at once: it takes less than a thread does.
    """
    if size <= SMALL and board.kept.shared:
        return work(*given, **more)
    return await asyncio.to_thread(work, *given, **more)


async def gaps_on(board: Board, days: Collection[date]) -> tuple[CoverageGap, ...]:
    """The gaps of some days, by date and group order."""
    return await counted(board, len(days), _gaps_on, board, days)


def _gaps_on(board: Board, days: Collection[date]) -> tuple[CoverageGap, ...]:
    return tuple(gap for day in sorted(days) for gap in coverage.gaps_on(board, day))


async def _save_shifts(
    tx: WriteTransaction, before: Board, after: Board, changed: Sequence[CellKey]
) -> dict[CellKey, ShiftAssignment | None]:
    """The cells that were written; None for those that were cleared."""
    schedule_id = before.schedule.id
    cleared = [key for key in changed if key not in after.cells]
    wanted = [after.cells[key] for key in changed if key in after.cells]
    written = await schedules.upsert_shifts(tx.connection, schedule_id, wanted, tx.revision)
    await schedules.clear_shifts(tx.connection, schedule_id, cleared, tx.revision)
    for cell in written:
        tx.record(before.cells.get((cell.staff_id, cell.date)), cell)
    for key in cleared:
        tx.record(before.cells[key], None)
    return {**dict.fromkeys(cleared), **{(s.staff_id, s.date): s for s in written}}


async def _save_covers(
    tx: WriteTransaction, schedule_id: ScheduleId, changed: Sequence[CoverChange]
) -> dict[CoverKey, Cover | None]:
    """The covers that were written; None for those that were released."""
    released = [was for was, now in changed if was is not None and now is None]
    await schedules.delete_covers(tx.connection, [cover.id for cover in released])
    written = await schedules.upsert_covers(
        tx.connection,
        schedule_id,
        [now for _, now in changed if now is not None],
        tx.revision,
    )
    stood = {cover_key(was): was for was, _ in changed if was is not None}
    for cover in released:
        tx.record(cover, None)
    for cover in written:
        tx.record(stood.get(cover_key(cover)), cover)
    return {**{cover_key(c): None for c in released}, **{cover_key(c): c for c in written}}


async def _record_gaps(tx: WriteTransaction, before: Board, after: Board, size: int) -> None:
    for change in await counted(before, size, edits.gap_changes, before, after):
        tx.record(
            _named(before.schedule.id, change.before), _named(before.schedule.id, change.after)
        )


def _named(schedule_id: ScheduleId, gap: CoverageGap | None) -> ScheduleGap | None:
    if gap is None:
        return None
    return ScheduleGap(schedule_id=schedule_id, group_id=gap.group_id, date=gap.date, gap=gap)


def _changed_cells(before: Board, after: Board) -> list[CellKey]:
    """The cells that were decided or cleared, by date and person."""
    old, new = before.cells, after.cells
    other = changed_cells(before, after)
    is_any_cleared = len(old) + sum(key not in old for key in other) > len(new)
    cleared = old.keys() - new.keys() if is_any_cleared else ()
    written = (k for k in other if _is_decided_anew(before, after, k))
    return sorted((*cleared, *written), key=lambda key: (key[1], key[0]))


def _is_decided_anew(before: Board, after: Board, key: CellKey) -> bool:
    return _decision(before.cells.get(key)) != _decision(after.cells[key])


def _decision(cell: ShiftAssignment | None) -> tuple[object, ...] | None:
    return None if cell is None else (cell.shift_type, cell.source, cell.pinned)


def _changed_covers(before: Board, after: Board) -> list[CoverChange]:
    """What stood and what stands, by place, wherever the two do not agree."""
    old, new = set(map(id, before.covers)), set(map(id, after.covers))
    stood = {cover_key(c): c for c in before.covers if id(c) not in new}
    stands = {cover_key(c): c for c in after.covers if id(c) not in old}
    pairs = ((stood.get(k), stands.get(k)) for k in sorted(stood.keys() | stands.keys()))
    return [(was, now) for was, now in pairs if _agreed(was) != _agreed(now)]


def _agreed(cover: Cover | None) -> Cover | None:
    """A cover without what the database gave it."""
    if cover is None:
        return None
    return replace(cover, id=CoverId(0), schedule_id=ScheduleId(0), revision=0)
