"""Takes generation jobs from the queue and runs them; many workers may share one database."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.models import Job
from sqlalchemy.engine import make_url

from domain.ids import RunId
from domain.refusals import UnavailableRefusal
from resolvers import generation
from resolvers.transaction import Transactions
from server.metrics import RUN_SECONDS, RUNS
from store.jobs import GENERATE

logger = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 10.0
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, UnavailableRefusal)


class Worker:
    """One consumer of the queue; `stop` lets the run in hand keep its best and end."""

    def __init__(self, transactions: Transactions, url: str, lease_seconds: float) -> None:
        self._transactions = transactions
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
            queue = PgQueuer.from_asyncpg_connection(connection)
            queue.entrypoint(GENERATE)(self._generate)
            connection.add_termination_listener(lambda _: queue.shutdown.set())
            async with _background(self._shut(queue), self._sweep()):
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

    async def _sweep(self) -> None:
        """Give runs whose worker died and whose job is gone to the queue again."""
        while True:
            await generation.recover(self._transactions, self._lease * 2)
            await asyncio.sleep(self._lease.total_seconds())

    async def _generate(self, job: Job) -> None:
        if job.payload is None:
            raise ValueError("a generation job without a run")
        run_id = RunId(int(job.payload))
        began = time.monotonic()
        state = await generation.execute(
            self._transactions, run_id, worker=self.name, stopping=self._stopping
        )
        RUN_SECONDS.observe(time.monotonic() - began)
        RUNS.labels(state=state.value if state else "LEFT_ALONE").inc()


@asynccontextmanager
async def _connection(url: str) -> AsyncIterator[asyncpg.Connection]:
    parts = make_url(url)
    connection = await asyncpg.connect(
        parts.set(drivername="postgresql").render_as_string(hide_password=False)
    )
    try:
        yield connection
    finally:
        await connection.close(timeout=5)


@asynccontextmanager
async def _background(*work: "asyncio._CoroutineLike[None]") -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(w) for w in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
