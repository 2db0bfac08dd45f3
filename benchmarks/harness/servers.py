"""Everything that is started for a run, each stopped by its own id at the end, errors included."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.harness import documents
from benchmarks.harness.dataset import Dataset, plant, shift_types
from benchmarks.harness.tools import PEERS, versions
from server.embedded import EmbeddedPostgres
from store import migrate
from tests.conftest import RedisServer
from tests.ports import free_port
from tests.system import PATIENCE_SECONDS, TOKEN, Server, Worker, client_of

OURS, INTERPRETED = "understudy", "understudy, fast path off"
YOGA, MERCURIUS, COMPILED = "graphql-yoga", "mercurius", "mercurius with jit"
PLAIN, BARE = "plain Strawberry", "bare ws"
AS_SERVED = {
    "UNDERSTUDY_PROFILE": "prod",
    "UNDERSTUDY_POLL_SECONDS": "2",
    "UNDERSTUDY_GRACEFUL_TIMEOUT_SECONDS": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """A server process that can be asked on the loopback."""

    name: str
    port: int
    pid: int
    path: str = "/graphql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the contestants stand on: our two services, the planted month and the peers' copy."""

    database_url: str
    redis_url: str
    dataset: Dataset
    copy: Path
    versions: dict[str, str]

    @contextmanager
    def ours(self, name: str = OURS, **settings: str) -> Iterator[Contestant]:
        server = Server(self.database_url, self.redis_url, **{**AS_SERVED, **settings})
        try:
            server.ready()
            yield Contestant(name=name, port=server.port, pid=server.pid)
        finally:
            server.stop()

    @contextmanager
    def interpreted(self) -> Iterator[Contestant]:
        with self.ours(INTERPRETED, UNDERSTUDY_FAST_PATH="false") as contestant:
            yield contestant

    @contextmanager
    def peer(self, name: str) -> Iterator[Contestant]:
        port = free_port()
        process = subprocess.Popen(
            _command(name, port, self.copy),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "NODE_ENV": "production"},
        )
        try:
            _wait_for(name, process, port)
            path = "/" if name == BARE else "/graphql"
            yield Contestant(name=name, port=port, pid=process.pid, path=path)
        finally:
            process.kill()
            process.communicate()

    @contextmanager
    def everybody(self, *names: str, interpreted: bool) -> Iterator[list[Contestant]]:
        """Ours and the peers of these names, all at once."""
        with ExitStack() as stack:
            contestants = [stack.enter_context(self.ours())]
            if interpreted:
                contestants.append(stack.enter_context(self.interpreted()))
            yield contestants + [stack.enter_context(self.peer(name)) for name in names]


def _command(name: str, port: int, copy: Path) -> tuple[str, ...]:
    words = (str(port), str(copy))
    return {
        YOGA: ("node", str(PEERS / "yoga.js"), *words),
        MERCURIUS: ("node", str(PEERS / "mercurius.js"), *words, "0"),
        COMPILED: ("node", str(PEERS / "mercurius.js"), *words, "1"),
        BARE: ("node", str(PEERS / "broadcaster.js"), str(port)),
        PLAIN: (sys.executable, "-m", "benchmarks.peers.plain", *words),
    }[name]


def _wait_for(name: str, process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended at once with code {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{name} did not listen on port {port}")


@contextmanager
def stage() -> Iterator[Stage]:
    """A PostgreSQL and a Redis of the run's own, with the month in it."""
    folder = Path(tempfile.mkdtemp(prefix="understudy-bench-"))
    folder.chmod(0o755)  # the system user of PostgreSQL goes through it
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres = EmbeddedPostgres.start(folder, print)
        stack.callback(shutil.rmtree, (folder / "postgres").resolve(), ignore_errors=True)
        stack.callback(postgres.stop)
        redis = RedisServer()
        stack.callback(redis.stop)
        migrate.upgrade(postgres.url)
        dataset, read = asyncio.run(_planted(postgres.url, redis.url))
        copy = folder / "copy.json"
        copy.write_text(json.dumps(read), encoding="utf-8")
        yield Stage(
            database_url=postgres.url,
            redis_url=redis.url,
            dataset=dataset,
            copy=copy,
            versions=versions(postgres),
        )


async def _planted(database_url: str, redis_url: str) -> tuple[Dataset, dict[str, Any]]:
    """The month, and what the peers are told of it, read by the contract's documents."""
    server, worker = Server(database_url, redis_url), Worker(database_url, redis_url)
    try:
        server.ready()
        async with client_of(server, TOKEN) as client:
            dataset = await plant(client)
            event = await _one_event(client, dataset)
            board = await client.ask("ScheduleBoard", scheduleId=dataset.schedule)
            settings = await client.ask("Settings", restaurantId=dataset.restaurant)
            return dataset, {
                "board": board["schedule"],
                "staff": [
                    {"id": s["id"], "name": s["name"]} for s in settings["restaurant"]["staff"]
                ],
                "shiftTypes": await shift_types(client, dataset.restaurant),
                "event": event,
            }
    finally:
        worker.stop()
        server.stop()


async def _one_event(client: Any, dataset: Dataset) -> dict[str, Any]:
    """What a follower is told of one written cell; the peers tell it in the same form."""
    cell = dataset.cells[0]
    async with client.following("Changes", restaurantId=dataset.restaurant) as events:
        await anext(events)  # caught up
        for code in documents.WRITTEN_CODES:
            shift = {"staffId": cell.staff_id, "date": cell.date, "shiftType": code}
            given = {"scheduleId": dataset.schedule, "clientMutationId": f"copied-{code}"}
            await client.do("SetShifts", **given, shifts=[shift])
        async for event in events:
            if event["__typename"] == "ChangeSet":
                return dict(event)
    raise RuntimeError("the stream of changes ended without an event")
