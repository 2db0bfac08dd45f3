"""Takes generation jobs from the queue and runs them; many workers may share one database."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg
from pgqueuer import AsyncpgDriver, PgQueuer
from pgqueuer.errors import FailingListenerError, RetryRequested
from pgqueuer.models import Job
from sqlalchemy.engine import make_url

from domain.ids import RunId
from domain.refusals import UnavailableRefusal
from feed.doorbell import Doorbell
from resolvers import generation
from resolvers.transaction import Transactions
from server.metrics import RUN_SECONDS
from store.engine import Database
from store.jobs import GENERATE, OwnJobs, enqueue_orphans

logger = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 10.0
RETRY_DELAY = timedelta(0)
AWAY = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # two statements at once on a connection that just broke
    FailingListenerError,
    UnavailableRefusal,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What runs are worked on with."""

    transactions: Transactions
    database: Database
    doorbell: Doorbell
    clock: Callable[[], datetime]


class Worker:
    """One consumer of the queue; `stop` lets the run in hand keep its best and end."""

    def __init__(self, parts: Parts, url: str, lease_seconds: float) -> None:
        self._parts = parts
        self._url = url
        self._lease = timedelta(seconds=lease_seconds)
        self._stopping = asyncio.Event()
        self.name = f"{socket.gethostname()}:{os.getpid()}"

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        """Work until stopped; a database that goes away is waited for."""
        pause = 0.2
        while not self._stopping.is_set():
            try:
                await self._work()
                pause = 0.2
            except AWAY as error:
                logger.warning("worker lost its database, trying again: %s", error)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            await self._rest(pause)

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _work(self) -> None:
        async with _connection(self._url) as connection:
            driver = AsyncpgDriver(connection)
            queue = PgQueuer(driver, queries=OwnJobs(driver))
            queue.entrypoint(GENERATE)(self._generate)
            connection.add_termination_listener(lambda _: queue.shutdown.set())
            async with background(self._shut(queue)), background(self._mend()):
                await queue.run(
                    batch_size=1,
                    max_concurrent_tasks=2,
                    dequeue_timeout=timedelta(seconds=2),
                    heartbeat_timeout=self._lease,
                    shutdown_on_listener_failure=True,
                )

    async def _shut(self, queue: PgQueuer) -> None:
        await self._stopping.wait()
        queue.shutdown.set()

    async def _mend(self) -> None:
        """Look now and then for runs that the queue has forgotten."""
        while True:
            try:
                async with self._parts.database.write() as connection:
                    orphans = await enqueue_orphans(connection)
            except UnavailableRefusal as error:
                logger.warning("forgotten runs were not looked for: %s", error)
            else:
                for run_id in orphans:
                    logger.warning("generation run %s had no job and is queued again", run_id)
            await asyncio.sleep(self._lease.total_seconds())

    async def _generate(self, job: Job) -> None:
        if job.payload is None:
            raise ValueError("a generation job names its run")
        with RUN_SECONDS.time():
            try:
                await generation.execute(
                    self._parts.transactions,
                    self._parts.database,
                    self._parts.doorbell,
                    RunId(int(job.payload)),
                    worker=self.name,
                    cancelled=self._stopping,
                    clock=self._parts.clock,
                )
            except (generation.RunInterrupted, UnavailableRefusal) as error:
                # The job stays, so that another worker takes the run.
                raise RetryRequested(delay=RETRY_DELAY) from error


def queue_address(url: str) -> str:
    """The database's address as asyncpg itself reads it: there `ssl` is called `sslmode`."""
    found = make_url(url).set(drivername="postgresql")
    if "ssl" in found.query:
        mode = found.query["ssl"]
        found = found.difference_update_query(["ssl"]).update_query_dict({"sslmode": mode})
    return found.render_as_string(hide_password=False)


@asynccontextmanager
async def _connection(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(queue_address(url))
    try:
        yield connection
    finally:
        await connection.close(timeout=5)


@asynccontextmanager
async def background(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Something that goes on while the body runs, and is cancelled with its end."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
