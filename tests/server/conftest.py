"""A small installation: PostgreSQL, Redis, two servers and a worker, all real processes."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.conftest import RedisServer
from tests.system import Server, Worker


@dataclass(kw_only=True)
class Installation:
    """Two servers and a worker that share one database and one Redis."""

    database_url: str
    redis: RedisServer
    first: Server
    second: Server
    worker: Worker

    def heal(self) -> None:
        """Bring back whatever a drill has ended."""
        if self.redis.pid is None:
            self.redis.restart()
        for process in (self.first, self.second, self.worker):
            if not process.is_running:
                process.restart()
        self.first.ready()
        self.second.ready()


@pytest.fixture(scope="module")
def standing_installation(module_database_url: str) -> Iterator[Installation]:
    redis = RedisServer()
    built = Installation(
        database_url=module_database_url,
        redis=redis,
        first=Server(module_database_url, redis.url),
        second=Server(module_database_url, redis.url),
        worker=Worker(module_database_url, redis.url),
    )
    try:
        yield built
    finally:
        for process in (built.worker, built.first, built.second):
            process.stop()
        redis.stop()


@pytest.fixture
def installation(standing_installation: Installation) -> Installation:
    """The installation, whole again; each test opens a restaurant of its own in it."""
    standing_installation.heal()
    return standing_installation


@pytest.fixture(scope="module")
def server(module_database_url: str) -> Iterator[Server]:
    """One server alone, without Redis."""
    alone = Server(module_database_url, None)
    try:
        yield alone.ready()
    finally:
        alone.stop()
