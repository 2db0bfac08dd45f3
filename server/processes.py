"""The processes behind the commands: a server, a worker, or both in one."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

import uvicorn

from feed.doorbell import Doorbell
from resolvers.retention import Kept
from resolvers.transaction import Transactions
from server.app import LARGEST_BODY, connect, create_app, now
from server.caretaker import prune, tend
from server.settings import Settings
from server.silence import SocketProtocol, limit_silence
from server.worker import Parts, Worker, background
from store import restaurants
from store.engine import Database

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Server(uvicorn.Server):
    """A uvicorn server that says when it can be reached."""

    def __init__(
        self,
        config: uvicorn.Config,
        started: Callable[[int], None],
        closing: asyncio.Event,
        silence_seconds: float,
    ) -> None:
        super().__init__(config)
        self._tell = started
        self._closing = closing
        self._silence_seconds = silence_seconds

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own form raises the signal again, before a database beside it is stopped
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        if not self.should_exit:
            listening = [s for server in self.servers for s in server.sockets]
            limit_silence((s.fileno() for s in listening), self._silence_seconds)
            self._tell(listening[0].getsockname()[1])

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        self._closing.set()
        await super().shutdown(sockets)  # type: ignore[arg-type]


async def serve(
    settings: Settings, *, with_worker: bool = False, started: Callable[[int], None]
) -> None:
    """Serve until a signal; `started` gets the port once the doors are open."""
    database = connect(settings)
    try:
        async with Doorbell.over(settings.redis_url) as doorbell:
            closing = asyncio.Event()
            app = create_app(settings, database, doorbell, closing)
            silence_seconds = settings.ping_interval_seconds + settings.ping_timeout_seconds
            server = Server(_config(settings, app), started, closing, silence_seconds)
            async with background(_pruning(settings, database)):
                if with_worker:
                    await _serve_and_work(server, _worker(settings, database, doorbell))
                    return
                async with background(tend(database, doorbell, settings.worker_lease_seconds)):
                    await server.serve()
    finally:
        await database.dispose()


async def _serve_and_work(server: Server, worker: Worker) -> None:
    working = asyncio.create_task(worker.run())
    # A server whose worker has died would take runs that nobody begins.
    working.add_done_callback(lambda _: server.handle_exit(signal.SIGTERM, None))
    try:
        await server.serve()
    finally:
        worker.stop()
        await working


def _pruning(settings: Settings, database: Database) -> Coroutine[None, None, None]:
    kept = Kept(days=settings.log_keep_days, change_sets=settings.log_keep_change_sets)
    return prune(database, kept, settings.log_prune_seconds)


async def begin_new_epoch(settings: Settings) -> int:
    """Give every restaurant a new epoch and answer how many there are."""
    database = connect(settings)
    try:
        async with database.write() as connection:
            return await restaurants.begin_new_epoch(connection)
    finally:
        await database.dispose()


async def work(settings: Settings) -> None:
    """Take jobs until a signal; the run in hand keeps its best."""
    database = connect(settings)
    try:
        async with Doorbell.over(settings.redis_url) as doorbell:
            worker = _worker(settings, database, doorbell)
            loop = asyncio.get_running_loop()
            for number in SIGNALS:
                loop.add_signal_handler(number, worker.stop)
            await worker.run()
    finally:
        await database.dispose()


def _worker(settings: Settings, database: Database, doorbell: Doorbell) -> Worker:
    parts = Parts(
        transactions=Transactions(database, doorbell, now),
        database=database,
        doorbell=doorbell,
        clock=now,
    )
    return Worker(parts, settings.require_database(), settings.worker_lease_seconds)


def _config(settings: Settings, app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=settings.host,
        port=settings.port,
        loop="auto",
        http="httptools",
        ws=SocketProtocol,
        ws_max_size=LARGEST_BODY,
        ws_ping_interval=settings.ping_interval_seconds,
        ws_ping_timeout=settings.ping_timeout_seconds,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=settings.graceful_timeout_seconds,
        access_log=False,
        log_config=None,
        server_header=False,
    )
