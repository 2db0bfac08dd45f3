"""A small installation: PostgreSQL, Redis, two servers and a worker, all real processes."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.conftest import RedisServer
from tests.system import Server, Worker


@dataclass(kw_only=True)
class Installation:
    database_url: str
    redis: RedisServer
    first: Server
    second: Server
    worker: Worker


@pytest.fixture
def installation(database_url: str, redis_server: RedisServer) -> Iterator[Installation]:
    """Two servers and a worker that share one database and one Redis."""
    first = Server(database_url, redis_server.url)
    second = Server(database_url, redis_server.url)
    worker = Worker(database_url, redis_server.url)
    try:
        yield Installation(
            database_url=database_url,
            redis=redis_server,
            first=first.ready(),
            second=second.ready(),
            worker=worker,
        )
    finally:
        for process in (worker, first, second):
            process.stop()


@pytest.fixture
def server(database_url: str) -> Iterator[Server]:
    """One server alone, without Redis."""
    alone = Server(database_url, None)
    try:
        yield alone.ready()
    finally:
        alone.stop()
