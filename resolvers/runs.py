"""Generation runs as people see them: asked for, cancelled, applied, followed."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass, replace

from domain.access import Caller, Right
from domain.changes import EntityType
from domain.ids import RestaurantId, RunId, ScheduleId
from domain.refusals import ConflictRefusal, UnavailableRefusal, ValidationRefusal, not_found
from domain.runs import GenerationRequest, GenerationRun, RunState
from domain.schedules import Schedule
from domain.shifts import rest_type, standard_type
from feed.channels import run_channel
from feed.doorbell import Doorbell
from resolvers.boards import enter_schedule, get_board
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import change_log, jobs, restaurants, runs, shift_types
from store.engine import Database, ReadConnection

SHORTEST_SECONDS = 1
LONGEST_SECONDS = 600
LARGEST_SEED = 2**31 - 1
LOOK_SECONDS = 2.0

READ_BY_A_RUN = frozenset(EntityType) - {
    EntityType.MEMBERSHIP,
    EntityType.SCHEDULE,
    EntityType.SHIFT_ASSIGNMENT,
    EntityType.COVER,
    EntityType.COVERAGE_GAP,
    EntityType.GENERATION_RUN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    run: GenerationRun
    revision: int


async def request(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    schedule_id: ScheduleId,
    asked: GenerationRequest,
) -> RunResult:
    """Queue a run and its job in one transaction: neither is ever there without the other."""
    _require_bounds(asked)

    async def work(tx: WriteTransaction) -> RunResult:
        schedule = await enter_schedule(tx, schedule_id)
        tx.expect(schedule)
        active = await runs.active_of_schedule(tx.connection, schedule_id)
        if active is not None:
            raise run_in_progress(active)
        await _require_types(tx, schedule)
        run = await runs.insert(
            tx.connection,
            GenerationRun(
                id=RunId(0),
                restaurant_id=schedule.restaurant_id,
                schedule_id=schedule_id,
                request=asked,
                configuration_revision=tx.revision,
                revision=tx.revision,
                created_at=tx.now,
            ),
        )
        await jobs.enqueue_generation(tx.connection, run.id, schedule_id)
        tx.record(None, run)
        tx.ring_run(run.id)
        return RunResult(run=run, revision=tx.revision)

    return await transactions.write(caller, intent, RunResult, work)


def _require_bounds(asked: GenerationRequest) -> None:
    if not SHORTEST_SECONDS <= asked.time_limit_seconds <= LONGEST_SECONDS:
        raise ValidationRefusal(
            code="TIME_LIMIT_OUT_OF_RANGE",
            message=f"timeLimitSeconds must be from {SHORTEST_SECONDS} to {LONGEST_SECONDS}.",
            path=("timeLimitSeconds",),
        )
    if not 0 <= asked.seed <= LARGEST_SEED:
        raise ValidationRefusal(
            code="SEED_OUT_OF_RANGE",
            message=f"seed must be from 0 to {LARGEST_SEED}.",
            path=("seed",),
        )
    if not 0 <= asked.good_enough_percent <= 100:
        raise ValidationRefusal(
            code="GOOD_ENOUGH_OUT_OF_RANGE",
            message="goodEnoughPercent must be from 0 to 100.",
            path=("goodEnoughPercent",),
        )


async def _require_types(tx: WriteTransaction, schedule: Schedule) -> None:
    """Refuse what no search could plan: people, but no type to cover in, or none to rest in."""
    kinds = await shift_types.of_restaurants(tx.connection, [schedule.restaurant_id])
    if standard_type(kinds) is None:
        missing = "works and can cover; set works and canCover of one"
    elif rest_type(kinds) is None:
        missing = "rests a whole day; set works of one to false and its restHalfDays to 2"
    else:
        return
    if (await get_board(tx, schedule)).staff:
        message = f"No shift type {missing} (updateShiftType)."
        raise ValidationRefusal(code="CANNOT_BE_PLANNED", message=message, path=("scheduleId",))


def run_in_progress(active: GenerationRun) -> ConflictRefusal:
    return ConflictRefusal(
        code="RUN_IN_PROGRESS",
        message="A generation run of this schedule is under way; wait for it or cancel it.",
        path=("scheduleId",),
        current=(active,),
    )


async def cancel(
    transactions: Transactions, caller: Caller, intent: Intent, run_id: RunId, *, keep_best: bool
) -> RunResult:
    """Ask a running search to stop; one that nobody has begun is over at once."""

    async def work(tx: WriteTransaction) -> RunResult:
        run = await _enter_run(tx, run_id)
        tx.expect(run)
        if run.state.is_over:
            raise ConflictRefusal(
                code="RUN_NOT_ACTIVE",
                message=f"This run is over ({run.state.value}); there is nothing to cancel.",
                path=("runId",),
                current=(run,),
            )
        cancelled = replace(run, cancel_requested=True, keep_best=keep_best)
        if run.state is RunState.QUEUED:
            cancelled = replace(cancelled, state=RunState.CANCELLED, finished_at=tx.now)
        await runs.update(tx.connection, cancelled)
        tx.record(run, cancelled)
        tx.ring_run(run.id)
        return RunResult(run=cancelled, revision=tx.revision)

    return await transactions.write(caller, intent, RunResult, work)


async def _enter_run(tx: WriteTransaction, run_id: RunId) -> GenerationRun:
    path = ("runId",)
    found = (await runs.by_ids(tx.connection, [run_id])).get(run_id)
    if found is None:
        raise not_found("generation run", path)
    await tx.enter(found.restaurant_id, Right.EDIT, what="generation run", path=path)
    run = await runs.lock(tx.connection, run_id)
    if run is None:
        raise not_found("generation run", path)
    return run


async def is_stale(connection: ReadConnection, run: GenerationRun) -> bool:
    """Whether anything that the run has read was changed after it was read."""
    newest = await settings_revisions(connection, [run.restaurant_id])
    return newest.get(run.restaurant_id, 0) > run.configuration_revision


async def settings_revisions(
    connection: ReadConnection, restaurant_ids: Collection[RestaurantId]
) -> dict[RestaurantId, int]:
    """The revision at which anything that a run reads was last changed.

    Versions being prepared are not read, nor whether the one in use is locked.
    """
    return await change_log.newest_revisions(connection, restaurant_ids, READ_BY_A_RUN)


async def follow(
    database: Database, doorbell: Doorbell, caller: Caller, run_id: RunId
) -> AsyncGenerator[GenerationRun]:
    """Yield the run as it stands, then each time it has changed, last when it is over.

    Raises NotFoundRefusal before the first item when the caller has no such run. A database that
    goes away later is waited for.
    """
    async with doorbell.watch(run_channel(run_id)) as watch:
        told = await _look(database, caller, run_id)
        yield told
        while not told.state.is_over:
            await watch.wait(LOOK_SECONDS)
            try:
                run = await _look(database, caller, run_id)
            except UnavailableRefusal:
                # Nothing is lost by asking again; a ring must not make this spin meanwhile.
                await asyncio.sleep(LOOK_SECONDS)
                continue
            if run != told:
                told = run
                yield told


async def _look(database: Database, caller: Caller, run_id: RunId) -> GenerationRun:
    async with database.read() as connection:
        run = (await runs.by_ids(connection, [run_id])).get(run_id)
        if run is not None and await restaurants.membership_of(
            connection, caller, run.restaurant_id
        ):
            return run
    raise not_found("generation run", ("runId",))
