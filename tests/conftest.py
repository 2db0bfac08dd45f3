"""Real servers for every test that needs one: made here, private, and stopped at the end."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from server.embedded import EmbeddedPostgres
from server.settings import normalised_database_url
from store import migrate

PATIENCE_SECONDS = 20.0
REDIS_MISSING = (
    "Neither redis-server nor valkey-server was found; install it with"
    " `sudo apt-get install -y redis-server` (macOS: `brew install redis`)."
)


class RedisServer:
    """A Redis process of one's own that a drill may kill and bring back on the same port."""

    def __init__(self) -> None:
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        if program is None:
            pytest.fail(REDIS_MISSING, pytrace=False)
        self._program = program
        self._folder = Path(tempfile.mkdtemp(prefix="understudy-redis-"))
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self.restart()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def restart(self) -> None:
        """Start again on the same port, killing what still runs; returns when it answers."""
        self.kill()
        words = (
            "--bind",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--save",
            "",
            "--appendonly",
            "no",
        )
        self._process = subprocess.Popen(
            [self._program, *words, "--dir", str(self._folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _wait_for_pong(self.port, self._process)

    def kill(self) -> None:
        """End the process as a power cut would; harmless when it is already gone."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Let it stand still with its connections open, until it is thawed or killed."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, sign: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(sign)

    def stop(self) -> None:
        self.thaw()
        self._end(signal.SIGTERM)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self, sign: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(sign)
        self._process.wait(timeout=PATIENCE_SECONDS)
        self._process = None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server on which tests may make databases."""
    given = os.environ.get("UNDERSTUDY_TEST_DATABASE_URL")
    if given:
        yield normalised_database_url(given)
        return
    folder = _open_folder("understudy-postgres-")
    server = EmbeddedPostgres.start(folder, print)
    try:
        _run(_write_lazily(server.url))
        yield server.url
    finally:
        server.stop()
        shutil.rmtree((folder / "postgres").resolve())
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template_database(postgres: str) -> Iterator[str]:
    """The name of a database that the migrations made, once for all tests."""
    name = f"template_{uuid4().hex}"
    _run(_execute(postgres, f'create database "{name}"'))
    migrate.upgrade(_address(postgres, name))
    yield name
    _run(_execute(postgres, f'drop database "{name}" with (force)'))


@pytest.fixture
def database_url(postgres: str, template_database: str) -> Iterator[str]:
    """A fresh, migrated database of this test alone."""
    with _fresh_database(postgres, template_database) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(postgres: str, template_database: str) -> Iterator[str]:
    """A fresh, migrated database that the tests of one module share."""
    with _fresh_database(postgres, template_database) as url:
        yield url


@pytest.fixture
def empty_database_url(postgres: str) -> Iterator[str]:
    """A fresh database without tables, for tests of the migrations themselves."""
    with _fresh_database(postgres, "template0") as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis that all tests share and none may stop."""
    server = RedisServer()
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis of this test alone, to be killed and restarted."""
    server = RedisServer()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that a system user may enter, which pytest's own folders are not for root."""
    folder = _open_folder("understudy-test-")
    yield folder
    shutil.rmtree(folder)


@contextmanager
def _fresh_database(server: str, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    _run(_execute(server, f'create database "{name}" template "{template}"'))
    yield _address(server, name)
    _run(_execute(server, f'drop database "{name}" with (force)'))


def _open_folder(prefix: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)
    return folder


def _address(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)


async def _write_lazily(server: str) -> None:
    """Leave it to the system when to write to the disk: only a power cut could tell a difference.

    Half of what a fresh database costs is waiting for the disk, and the drills end processes only.
    """
    for setting in ("fsync", "full_page_writes"):
        await _execute(server, f"alter system set {setting} = off")
    await _execute(server, "select pg_reload_conf()")


async def _execute(server: str, statement: str) -> None:
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()


def _run(coroutine: Coroutine[object, object, object]) -> None:
    """Run to the end beside the loop that pytest-asyncio keeps for the tests."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        executor.submit(asyncio.run, coroutine).result()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for_pong(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"Redis ended at once with code {process.returncode} on port {port}.")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(16).startswith(b"+PONG"):
                    return
        except OSError:
            time.sleep(0.02)
    pytest.fail(f"Redis on port {port} did not answer.")
