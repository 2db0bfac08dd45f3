"""A restaurant in which somebody writes a lot, and servers that drills may treat badly."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from tests.conftest import RedisServer
from tests.stories import House, open_house
from tests.system import Client, Server, client_of

LONGEST_NOTE = 2_000
SCRIBBLE = """
mutation ($input: UpdateBackupAssignmentInput!) { updateBackupAssignment(input: $input) {
  ... on UpdateBackupAssignmentPayload { revision } ... on Problem { code message } } }
"""


@dataclass(kw_only=True)
class Pair:
    """Two servers on one database and one Redis, all of them the drills' own."""

    first: Server
    second: Server
    redis: RedisServer
    database_url: str

    def heal(self) -> "Pair":
        """Bring back whatever a drill has ended."""
        if self.redis.pid is None:
            self.redis.restart()
        for server in (self.first, self.second):
            if not server.is_running:
                server.restart()
        self.first.ready()
        self.second.ready()
        return self


@contextmanager
def a_pair(database_url: str, **settings: str) -> Iterator[Pair]:
    redis = RedisServer()
    first, second = (Server(database_url, redis.url, **settings) for _ in range(2))
    try:
        yield Pair(first=first, second=second, redis=redis, database_url=database_url)
    finally:
        for server in (first, second):
            server.stop()
        redis.stop()


@pytest.fixture(scope="module")
def standing_pair(module_database_url: str) -> Iterator[Pair]:
    with a_pair(module_database_url) as pair:
        yield pair


@pytest.fixture
def pair(standing_pair: Pair) -> Pair:
    """The two servers, whole again; each drill opens a restaurant of its own in them."""
    return standing_pair.heal()


@pytest.fixture(scope="module")
def server(module_database_url: str) -> Iterator[Server]:
    alone = Server(module_database_url, None)
    try:
        yield alone.ready()
    finally:
        alone.stop()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    async with client_of(server) as opened:
        yield opened


@pytest.fixture
async def house(client: Client) -> House:
    return await open_pantry(client)


async def open_pantry(client: Client) -> House:
    """A restaurant with one backup, whose notes are written anew again and again."""
    opened = await open_house(client)
    await opened.form("g", "m")
    await opened.back("g", "b")
    return opened


async def scribble(house: House, times: int, writers: int = 2) -> int:
    """Change sets of some six kilobytes each, by several writers; answers the last revision."""
    words, assignment = "あ" * (LONGEST_NOTE - 10), house.assignments["g", "b"]

    async def write(share: range) -> int:
        revision = 0
        for number in share:
            given = {"id": assignment, "notes": f"{number} {words}"}
            made = (await house.client.post(SCRIBBLE, input=given))["updateBackupAssignment"]
            revision = made["revision"]
        return revision

    shares = (range(first, times, writers) for first in range(writers))
    return max(await asyncio.gather(*(write(share) for share in shares)))


async def administer(database_url: str, *statements: str) -> None:
    server = make_url(database_url).set(database="postgres")
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


@asynccontextmanager
async def shut(database_url: str) -> AsyncIterator[None]:
    """Nobody is, or comes, into the database while the body runs."""
    name = make_url(database_url).database
    gone = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    await administer(database_url, f'alter database "{name}" allow_connections false', gone)
    try:
        yield
    finally:
        await administer(database_url, f'alter database "{name}" allow_connections true')
