from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from pgqueuer import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.ports.repository import EntrypointExecutionParameter
from pgqueuer.queries import Queries
from sqlalchemy import text

from domain.ids import RunId, ScheduleId
from server.worker import queue_address
from store import runs
from store.engine import Database
from store.jobs import GENERATE, OwnJobs, TransactionDriver, enqueue_generation, enqueue_orphans
from tests.store.conftest import Place
from tests.store.test_constraints import run_of
from tests.store.test_runs import finished


async def jobs(database: Database) -> list[tuple[str, bytes]]:
    async with database.read() as connection:
        rows = await connection.execute(text("select entrypoint, payload from pgqueuer"))
        return [tuple(row) for row in rows]


class ChangedMindError(Exception):
    pass


async def test_a_job_enqueued_first_is_rolled_back_with_the_rest(database: Database):
    async def enqueue_first() -> None:
        async with database.write() as connection:
            await enqueue_generation(connection, RunId(1), ScheduleId(1))
            raise ChangedMindError

    with pytest.raises(ChangedMindError):
        await enqueue_first()
    assert await jobs(database) == []


async def test_a_committed_job_names_its_run(database: Database):
    async with database.write() as connection:
        await enqueue_generation(connection, RunId(41), ScheduleId(1))
    assert await jobs(database) == [(GENERATE, b"41")]


async def test_a_schedule_is_queued_again_while_the_job_of_its_last_run_lingers(
    database: Database,
):
    async with database.write() as connection:
        await enqueue_generation(connection, RunId(1), ScheduleId(1))
    async with database.write() as connection:
        await enqueue_generation(connection, RunId(2), ScheduleId(1))
    assert len(await jobs(database)) == 2


async def test_statements_that_the_queue_sends_together_share_the_connection(database: Database):
    async with database.write() as connection:
        await enqueue_generation(connection, RunId(1), ScheduleId(1))
        queries = Queries(TransactionDriver(connection))
        (found,) = await connection.execute(text("select id from pgqueuer"))
        await queries.mark_job_as_cancelled([found.id])
    assert await jobs(database) == []


async def test_a_transaction_does_not_listen(database: Database):
    async with database.write() as connection:
        with pytest.raises(TypeError, match="cannot listen"):
            await TransactionDriver(connection).add_listener("channel", print)


async def test_a_run_whose_job_is_gone_is_queued_again_once(database: Database, place: Place):
    async with database.write() as connection:
        run = await runs.insert(connection, run_of(place))
    for found in ((run.id,), ()):
        async with database.write() as connection:
            assert await enqueue_orphans(connection) == found
    assert await jobs(database) == [(GENERATE, str(run.id).encode())]


async def test_a_run_that_is_over_or_has_its_job_is_not_queued_again(
    database: Database, place: Place
):
    async with database.write() as connection:
        run = await runs.insert(connection, run_of(place))
        await enqueue_generation(connection, run.id, place.schedule.id)
        assert await enqueue_orphans(connection) == ()
        await runs.update(connection, finished(run, place))
        await connection.execute(text("delete from pgqueuer"))
        assert await enqueue_orphans(connection) == ()


async def test_a_late_worker_takes_no_job_from_the_one_that_has_it(
    database: Database, database_url: str
):
    async with database.write() as connection:
        await enqueue_generation(connection, RunId(1), ScheduleId(1))
    listening = await asyncpg.connect(queue_address(database_url))
    try:
        queue = OwnJobs(AsyncpgDriver(listening))
        late, present = [await taken(queue) for _ in range(2)]
        await queue.retry_job(late, timedelta(0), None)
        await queue.log_jobs([(late, "successful", None)])
        assert await jobs(database) == [(GENERATE, b"1")]
        await queue.log_jobs([(present, "successful", None)])
        assert await jobs(database) == []
    finally:
        await listening.close()


async def taken(queue: OwnJobs) -> Job:
    """The job as another worker takes it, whose patience with the one before is at its end."""
    (job,) = await queue.dequeue(
        batch_size=1,
        entrypoints={GENERATE: EntrypointExecutionParameter(concurrency_limit=0)},
        queue_manager_id=uuid4(),
        global_concurrency_limit=None,
        heartbeat_timeout=timedelta(0),
    )
    return job
