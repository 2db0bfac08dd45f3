"""Generation runs: the row that subscriptions read, beside the queue's own."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import bindparam, func, select

from domain.ids import RunId, ScheduleId
from domain.runs import GenerationRun, RunState, TierResult
from store import rows
from store.codec import adapter
from store.engine import ReadConnection, WriteConnection
from store.tables import generation_runs

# Made once: building a statement over a table costs more than executing it.
_TIERS_APPLIED_AT: Final = select(generation_runs.c.tiers).where(
    generation_runs.c.schedule_id == bindparam("schedule"),
    generation_runs.c.is_applied,
    generation_runs.c.revision == bindparam("made"),
)
_ACTIVE = generation_runs.c.state.in_([RunState.QUEUED, RunState.RUNNING])


async def insert(connection: WriteConnection, run: GenerationRun) -> GenerationRun:
    """The new row; a second active run of one schedule is RUN_IN_PROGRESS."""
    return await rows.insert(connection, generation_runs, run)


async def update(
    connection: WriteConnection, run: GenerationRun, *, attempt: int | None = None
) -> GenerationRun | None:
    """The run as it stands; with `attempt`, None when another worker has taken it since.

    Read the run by `lock` in the same transaction, so that nothing written meanwhile is undone.
    """
    columns = rows.columns_of(generation_runs, run)
    for settled in ("id", "restaurant_id", "schedule_id", "attempt", "created_at"):
        columns.pop(settled, None)
    statement = (
        generation_runs.update()
        .where(generation_runs.c.id == run.id)
        .values(columns)
        .returning(*rows.of_table(generation_runs, GenerationRun).selected_columns)
    )
    if attempt is not None:
        statement = statement.where(generation_runs.c.attempt == attempt)
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else rows.value_of(GenerationRun, row)


async def take(connection: WriteConnection, run_id: RunId, worker: str) -> GenerationRun | None:
    """The run, running in this worker's hands from now on; None when it is over already.

    Each taking is an attempt of its own, so that an earlier worker's writes find no row.
    """
    statement = (
        generation_runs.update()
        .where(rows.is_among(generation_runs.c.id, [run_id]), _ACTIVE)
        .values(
            state=RunState.RUNNING,
            attempt=generation_runs.c.attempt + 1,
            worker=worker,
            started_at=func.coalesce(generation_runs.c.started_at, func.now()),
        )
        .returning(*rows.of_table(generation_runs, GenerationRun).selected_columns)
    )
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else rows.value_of(GenerationRun, row)


async def by_ids(connection: ReadConnection, ids: Iterable[RunId]) -> dict[RunId, GenerationRun]:
    return await rows.by_ids(connection, generation_runs, GenerationRun, ids)


async def lock(connection: WriteConnection, run_id: RunId) -> GenerationRun | None:
    """The run, held until the end of the transaction: worker and callers both write its row."""
    statement = (
        rows.of_table(generation_runs, GenerationRun)
        .where(rows.is_among(generation_runs.c.id, [run_id]))
        .with_for_update()
    )
    found = rows.values_of(GenerationRun, await connection.execute(statement))
    return found[0] if found else None


async def hand_back(connection: WriteConnection, run_id: RunId) -> None:
    """Queue a run again as if it had not been taken; call it under the lock of its worker."""
    await connection.execute(
        generation_runs.update()
        .where(generation_runs.c.id == run_id)
        .values(state=RunState.QUEUED, attempt=generation_runs.c.attempt - 1, started_at=None)
    )


async def active_of_schedule(
    connection: ReadConnection, schedule_id: ScheduleId
) -> GenerationRun | None:
    """The run that is queued or running; there is one at most."""
    found = await rows.all_where(
        connection,
        generation_runs,
        GenerationRun,
        generation_runs.c.schedule_id == schedule_id,
        _ACTIVE,
    )
    return found[0] if found else None


async def active(connection: ReadConnection) -> tuple[GenerationRun, ...]:
    """Every run of every restaurant that is not over, oldest first."""
    return await rows.all_where(connection, generation_runs, GenerationRun, _ACTIVE)


async def of_schedule(
    connection: ReadConnection,
    schedule_id: ScheduleId,
    first: int | None = None,
    before: RunId | None = None,
) -> tuple[GenerationRun, ...]:
    """Newest first, at most `first` if given; `before` is the last one seen."""
    statement = (
        rows.of_table(generation_runs, GenerationRun)
        .where(rows.is_among(generation_runs.c.schedule_id, [schedule_id]))
        .order_by(generation_runs.c.id.desc())
        .limit(first)
    )
    if before is not None:
        statement = statement.where(generation_runs.c.id < before)
    return rows.values_of(GenerationRun, await connection.execute(statement))


async def last_applied_of(
    connection: ReadConnection, schedule_id: ScheduleId
) -> GenerationRun | None:
    """The run whose result was written into the schedule last."""
    columns = generation_runs.c
    statement = (
        rows.of_table(generation_runs, GenerationRun)
        .where(rows.is_among(columns.schedule_id, [schedule_id]), columns.is_applied)
        .order_by(columns.revision.desc())
        .limit(1)
    )
    found = rows.values_of(GenerationRun, await connection.execute(statement))
    return found[0] if found else None


async def tiers_applied_at(
    connection: ReadConnection, schedule_id: ScheduleId, revision: int
) -> tuple[TierResult, ...] | None:
    """The tiers of the run whose result made this revision of a schedule; None if none did."""
    given = {"schedule": schedule_id, "made": revision}
    found = (await connection.execute(_TIERS_APPLIED_AT, given)).scalar()
    if found is None:
        return None
    tiers: tuple[TierResult, ...] = adapter(tuple[TierResult, ...]).validate_python(found)
    return tiers


async def store_problem(connection: WriteConnection, run_id: RunId, problem: str) -> None:
    """Keep what the search was given, as text that can be replayed; an answer to another goes."""
    await connection.execute(
        generation_runs.update()
        .where(generation_runs.c.id == run_id)
        .values(problem=problem, solution=None)
    )


async def problem_of(connection: ReadConnection, run_id: RunId) -> str | None:
    statement = select(generation_runs.c.problem).where(
        rows.is_among(generation_runs.c.id, [run_id])
    )
    problem: str | None = (await connection.execute(statement)).scalar()
    return problem


async def store_solution(connection: WriteConnection, run_id: RunId, solution: str) -> None:
    """Keep a result that is not applied, or not yet, as text."""
    await connection.execute(
        generation_runs.update().where(generation_runs.c.id == run_id).values(solution=solution)
    )


async def solution_of(connection: ReadConnection, run_id: RunId) -> str | None:
    statement = select(generation_runs.c.solution).where(
        rows.is_among(generation_runs.c.id, [run_id])
    )
    solution: str | None = (await connection.execute(statement)).scalar()
    return solution
