"""Jobs that are there if, and only if, the transaction that asked for them is committed."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Self

from pgqueuer.core.tm import TaskManager
from pgqueuer.models import Job, TracebackRecord
from pgqueuer.ports.driver import Driver, NotifyCallback
from pgqueuer.queries import Queries
from pgqueuer.types import JOB_STATUS
from sqlalchemy import text

from domain.ids import RunId, ScheduleId
from store.engine import ReadConnection, WriteConnection

GENERATE: Final = "generate"
"""The entry point under which workers take generation jobs; the payload is the run's id."""

_ALONE: Final = text("select pg_try_advisory_xact_lock(hashtext('understudy orphaned runs'))")
_ORPHANS: Final = text(
    "select id, schedule_id from generation_runs as run"
    " where state in ('QUEUED', 'RUNNING') and not exists (select from pgqueuer as job"
    " where job.entrypoint = :entrypoint and job.payload = convert_to(run.id::text, 'UTF8'))"
    " order by id"
)
_ABANDONED: Final = text(
    "select run.id, run.attempt from generation_runs as run join pgqueuer as job"
    " on job.entrypoint = :entrypoint and job.payload = convert_to(run.id::text, 'UTF8')"
    " where run.state = 'RUNNING' and job.status = 'picked'"
    " and job.heartbeat < clock_timestamp() - cast(:silence as interval) order by run.id"
)


class TransactionDriver(Driver):
    """The queue's statements on our own connection, inside our transaction.

    They go through SQLAlchemy, since a statement sent to the driver directly would not begin the
    transaction and would be committed by itself. The lock keeps statements that the queue sends
    together from meeting on one connection.
    """

    def __init__(self, connection: WriteConnection) -> None:
        self._connection = connection
        self._lock = asyncio.Lock()
        self._shutdown = asyncio.Event()

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        async with self._lock:
            result = await self._connection.exec_driver_sql(query, args)
            return [dict(row) for row in result.mappings()]

    async def execute(self, query: str, *args: object) -> str:
        async with self._lock:
            result = await self._connection.exec_driver_sql(query, args)
            return str(result.rowcount)

    async def notify(self, channel: str, payload: str) -> None:
        """Told by PostgreSQL when the transaction is committed, and not before."""
        await self.fetch("select pg_notify($1, $2)", channel, payload)

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        raise TypeError(f"A transaction cannot listen to {channel} for {callback}.")

    @property
    def shutdown(self) -> asyncio.Event:
        return self._shutdown

    @property
    def tm(self) -> TaskManager:
        return TaskManager()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave the connection to its transaction."""


class OwnJobs(Queries):
    """The queue's statements for a worker, which ends only jobs that are still in its hands.

    The queue itself deletes what a worker has ended by the job's number alone: one that was late
    would take the job away from the worker that has it by then.
    """

    async def log_jobs(
        self, job_status: list[tuple[Job, JOB_STATUS, TracebackRecord | None]]
    ) -> None:
        own = await self._own([job for job, _, _ in job_status])
        await super().log_jobs([entry for entry in job_status if entry[0].id in own])

    async def retry_job(
        self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None
    ) -> None:
        if await self._own([job]):
            await super().retry_job(job, delay, traceback_record)

    async def _own(self, jobs: Sequence[Job]) -> set[object]:
        found = await self.driver.fetch(
            "select id from pgqueuer where id = any($1::bigint[])"
            " and queue_manager_id = any($2::uuid[])",
            [job.id for job in jobs],
            [job.queue_manager_id for job in jobs],
        )
        return {row["id"] for row in found}


async def enqueue_generation(
    connection: WriteConnection, run_id: RunId, schedule_id: ScheduleId
) -> None:
    """Ask a worker to execute a run.

    The key is the run's: that a schedule has one active run is held by the runs' own table, and
    the queue keeps the job of a run that is over for a moment longer.
    """
    await Queries(TransactionDriver(connection)).enqueue(
        GENERATE,
        str(run_id).encode(),
        dedupe_key=f"schedule {schedule_id}, run {run_id}",
    )


async def enqueue_orphans(connection: WriteConnection) -> tuple[RunId, ...]:
    """Ask again for every run that is not over and has no job; answers which.

    A job whose worker stumbled over something unexpected is gone, and nobody else would take its
    run: it would be under way for ever.
    """
    if not (await connection.execute(_ALONE)).scalar_one():
        return ()
    found = (await connection.execute(_ORPHANS, {"entrypoint": GENERATE})).all()
    for run_id, schedule_id in found:
        await enqueue_generation(connection, run_id, schedule_id)
    return tuple(RunId(run_id) for run_id, _ in found)


async def abandoned(connection: ReadConnection, silence: timedelta) -> dict[RunId, int]:
    """The attempt of every run whose worker has not been heard of for so long."""
    words = {"entrypoint": GENERATE, "silence": silence}
    found = await connection.execute(_ABANDONED, words)
    return {RunId(run_id): attempt for run_id, attempt in found}
