"""Schedules: made, deleted, published, and the cells that people set."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain import conflicts, coverage, edits, publications, violations
from domain.access import Caller, Right
from domain.covers import CoverageGap
from domain.edits import ShiftDraft
from domain.findings import Severity
from domain.ids import RestaurantId, ScheduleId
from domain.later_boards import CellKey
from domain.refusals import ConflictRefusal, ValidationRefusal
from domain.rules import Level
from domain.runs import GenerationRun, TierName, TierResult, TierStatus, Violation
from domain.schedules import MAXIMUM_SCHEDULE_DAYS, Board, Schedule, ScheduleStatus
from domain.shifts import ShiftAssignment
from domain.staff import CoverageMode
from resolvers import runs as run_reads
from resolvers.boards import (
    counted,
    enter_board,
    enter_schedule,
    gaps_on,
    get_board,
    save,
    settle_absences,
)
from resolvers.texts import note_of
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import runs, schedules
from store.engine import ReadConnection

EARLIEST = date(1900, 1, 1)
LATEST = date(2999, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleResult:
    schedule: Schedule
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftsResult:
    """`shifts` are the touched cells that are set; `gaps` all gaps of the touched dates."""

    schedule: Schedule
    shifts: tuple[ShiftAssignment, ...]
    gaps: tuple[CoverageGap, ...]
    revision: int


async def create(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    restaurant_id: RestaurantId,
    dates: tuple[date, date],
) -> ScheduleResult:
    """An empty draft from the first to the last date; drafts may overlap."""
    start, end = dates
    _require_length(start, end)

    async def work(tx: WriteTransaction) -> ScheduleResult:
        await tx.enter(restaurant_id, Right.EDIT, what="restaurant", path=("restaurantId",))
        draft = Schedule(
            id=ScheduleId(0),
            restaurant_id=restaurant_id,
            start=start,
            end=end,
            revision=tx.revision,
        )
        schedule = await schedules.insert(tx.connection, draft)
        tx.record(None, schedule)
        return ScheduleResult(schedule=schedule, revision=tx.revision)

    return await transactions.write(caller, intent, ScheduleResult, work)


def is_within_calendar(start: date, end: date) -> bool:
    """Whether both dates leave room for the weeks and months that are looked at around them."""
    return start >= EARLIEST and end <= LATEST


def _require_length(start: date, end: date) -> None:
    if not 0 <= (end - start).days < MAXIMUM_SCHEDULE_DAYS:
        raise ValidationRefusal(
            code="SCHEDULE_LENGTH",
            message=f"A schedule has 1 to {MAXIMUM_SCHEDULE_DAYS} days; choose another end.",
            path=("end",),
        )
    if not is_within_calendar(start, end):
        raise ValidationRefusal(
            code="DATE_OUT_OF_RANGE",
            message=f"A schedule lies between {EARLIEST} and {LATEST}; choose other dates.",
            path=("start",),
        )


async def delete(
    transactions: Transactions, caller: Caller, intent: Intent, schedule_id: ScheduleId
) -> ScheduleResult:
    """Take a draft out of every list; its row, cells and log stay."""

    async def work(tx: WriteTransaction) -> ScheduleResult:
        schedule = await enter_schedule(tx, schedule_id)
        tx.expect(schedule)
        if schedule.status is ScheduleStatus.PUBLISHED:
            raise ConflictRefusal(
                code="SCHEDULE_PUBLISHED",
                message="A published schedule is not deleted: people rely on it.",
                path=("scheduleId",),
                current=(schedule,),
            )
        active = await runs.active_of_schedule(tx.connection, schedule_id)
        if active is not None:
            raise run_reads.run_in_progress(active)
        deleted = replace(schedule, is_active=False)
        return await _update(tx, schedule, deleted)

    return await transactions.write(caller, intent, ScheduleResult, work)


async def _update(tx: WriteTransaction, before: Schedule, after: Schedule) -> ScheduleResult:
    schedule = await schedules.update(tx.connection, replace(after, revision=tx.revision))
    tx.record(before, schedule)
    return ScheduleResult(schedule=schedule, revision=tx.revision)


async def set_shifts(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    schedule_id: ScheduleId,
    drafts: Sequence[ShiftDraft],
) -> ShiftsResult:
    """Set and clear cells, all or nothing; covers that lose their cell or need go with it."""

    async def work(tx: WriteTransaction) -> ShiftsResult:
        board = await enter_board(tx, schedule_id)
        keys = [(draft.staff_id, draft.date) for draft in drafts]
        await expect_cells(tx, board, keys)
        edit = await counted(board, len(drafts), edits.apply_shifts, board, drafts)
        saved = await save(tx, board, edit.after)
        return ShiftsResult(
            schedule=saved.schedule,
            shifts=tuple(saved.cells[key] for key in keys if key in saved.cells),
            gaps=await gaps_on(saved, {day for _, day in keys}),
            revision=tx.revision,
        )

    return await transactions.write(caller, intent, ShiftsResult, work)


async def expect_cells(tx: WriteTransaction, board: Board, keys: Sequence[CellKey]) -> None:
    """Refuse unless none of the cells has changed, or was cleared, after the expected revision."""
    expected = tx.intent.expected_revision
    if expected is None:
        return
    changed = await schedules.cells_changed_after(tx.connection, board.schedule.id, keys, expected)
    if changed:
        raise ConflictRefusal(
            code="STALE_REVISION",
            message=f"{len(changed)} of these cells changed after revision {expected}.",
            path=("expectedRevision",),
            current=tuple(board.cells[key] for key in keys if key in board.cells),
        )


async def publish(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    schedule_id: ScheduleId,
    override: str | None,
) -> ScheduleResult:
    """Make a draft the schedule that people rely on; what is left undone needs a reason."""
    reason = note_of(override, ("override",))

    async def work(tx: WriteTransaction) -> ScheduleResult:
        schedule = await enter_schedule(tx, schedule_id)
        tx.expect(schedule)
        await _require_publishable(tx, schedule)
        board = await get_board(tx, schedule)
        left = [*await asyncio.to_thread(left_undone, board), *await _stale_run(tx, schedule)]
        if left and reason is None:
            raise ValidationRefusal(
                code="OVERRIDE_NEEDED",
                message="Publishing needs a reason in `override`: " + " ".join(left),
                path=("override",),
            )
        board = await settle_absences(tx, board)
        published = replace(schedule, status=ScheduleStatus.PUBLISHED, published_at=tx.now)
        tx.note(reason)
        told = publications.published(board, tx.revision)
        await schedules.keep_published(tx.connection, schedule.id, told)
        return await _update(tx, schedule, published)

    return await transactions.write(caller, intent, ScheduleResult, work)


async def _require_publishable(tx: WriteTransaction, schedule: Schedule) -> None:
    if schedule.status is ScheduleStatus.PUBLISHED:
        raise ConflictRefusal(
            code="SCHEDULE_PUBLISHED",
            message="This schedule is published already; later edits are visible at once.",
            path=("scheduleId",),
            current=(schedule,),
        )
    overlapping = await schedules.overlapping_published(
        tx.connection, schedule.restaurant_id, schedule.start, schedule.end
    )
    if overlapping:
        raise ConflictRefusal(
            code="SCHEDULE_OVERLAPS",
            message="Another published schedule holds some of these dates.",
            path=("scheduleId",),
            current=overlapping,
        )


def left_undone(board: Board) -> list[str]:
    """What publishing needs a reason for, each once and as a sentence."""
    found = [
        *(
            f"{board.group_by_id[gap.group_id].name} lacks {gap.missing} on {gap.date}."
            for gap in coverage.gaps(board)
            if board.group_by_id[gap.group_id].coverage_mode is CoverageMode.REQUIRED
        ),
        *(v.message for v in violations.violations(board) if v.level is Level.HARD),
        *(c.message for c in conflicts.conflicts(board) if c.severity is Severity.ERROR),
    ]
    return list(dict.fromkeys(found))


async def _stale_run(tx: WriteTransaction, schedule: Schedule) -> list[str]:
    run = await last_applied(tx, schedule.id)
    if run is None or not await run_reads.is_stale(tx.connection, run):
        return []
    return ["Settings, staff, calendar or requests changed after the last generation."]


async def last_applied(tx: WriteTransaction, schedule_id: ScheduleId) -> GenerationRun | None:
    return await runs.last_applied_of(tx.connection, schedule_id)


async def gaps(connection: ReadConnection, board: Board) -> tuple[CoverageGap, ...]:
    """All gaps with their reasons."""
    tiers = await runs.tiers_applied_at(connection, board.schedule.id, board.schedule.revision)
    unknown = len(board.days) - len(board.kept.days)
    is_early = _ended_early(tiers)
    return await counted(board, unknown, coverage.gaps, board, search_ended=is_early)


def _ended_early(tiers: Sequence[TierResult] | None) -> bool:
    """Whether what stands is a run's own result and the run had not decided about all gaps."""
    if tiers is None:
        return False
    statuses = {tier.name: tier.status for tier in tiers}
    about_gaps = (TierName.REQUIRED_GAPS, TierName.DESIRED_GAPS)
    return any(statuses.get(name) is not TierStatus.OPTIMAL for name in about_gaps)


async def violations_of(board: Board) -> tuple[Violation, ...]:
    unknown = len(board.staff) - len(board.kept.rows)
    return await counted(board, unknown, violations.violations, board)
