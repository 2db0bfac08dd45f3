"""Runs whose worker died and that no other worker has taken over: they end, and say why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from domain.ids import RunId
from domain.runs import RunState
from feed.channels import run_channel
from feed.doorbell import Doorbell
from store import jobs, runs
from store.engine import Database, WriteConnection


async def fail_abandoned(
    database: Database, doorbell: Doorbell, silence: timedelta, clock: Callable[[], datetime]
) -> tuple[RunId, ...]:
    """Fail every run that nobody has worked on for `silence`; answers which.

    Should its worker wake up after all, it finds that the run is no longer its own.
    """
    async with database.write() as connection:
        found = await jobs.abandoned(connection, silence)
        failed = [
            run_id
            for run_id, attempt in found.items()
            if await _fail(connection, run_id, attempt, silence, clock())
        ]
    for run_id in failed:
        await doorbell.ring(run_channel(run_id), 0)
    return tuple(failed)


async def _fail(
    connection: WriteConnection, run_id: RunId, attempt: int, silence: timedelta, now: datetime
) -> bool:
    run = await runs.lock(connection, run_id)
    if run is None or run.state is not RunState.RUNNING or run.attempt != attempt:
        return False
    seconds = round(silence.total_seconds())
    reason = f"Its worker was not heard of for {seconds} seconds, and no other took the run over."
    over = replace(run, state=RunState.FAILED, failure=reason, finished_at=now)
    await runs.update(connection, over)
    return True
