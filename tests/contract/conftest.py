"""One server and one worker a module; each test opens a restaurant of its own in them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from tests.inputs import furnish
from tests.stories import House, open_house
from tests.system import Client, Server, Worker, client_of


@pytest.fixture(scope="module")
def module_database_url(postgres: str, template_database: str) -> Iterator[str]:
    """A fresh, migrated database that the tests of one module share."""
    name = f"test_{uuid4().hex}"
    _execute(postgres, f'create database "{name}" template "{template_database}"')
    yield make_url(postgres).set(database=name).render_as_string(hide_password=False)
    _execute(postgres, f'drop database "{name}" with (force)')


@contextmanager
def running(*processes: Server | Worker) -> Iterator[None]:
    """Wait until the servers answer; stop everything at the end, the last one first."""
    try:
        for process in processes:
            if isinstance(process, Server):
                process.ready()
        yield
    finally:
        for process in reversed(processes):
            process.stop()


@pytest.fixture(scope="module")
def server(module_database_url: str, redis_url: str) -> Iterator[Server]:
    alone = Server(module_database_url, redis_url)
    with running(alone):
        yield alone


@pytest.fixture(scope="module")
def worker(server: Server, module_database_url: str, redis_url: str) -> Iterator[Worker]:
    alone = Worker(module_database_url, redis_url)
    with running(alone):
        yield alone


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    async with client_of(server) as opened:
        yield opened


@pytest.fixture
async def house(client: Client) -> House:
    """A restaurant that has nothing but its name."""
    return await open_house(client)


@pytest.fixture
async def kitchen(client: Client) -> House:
    """A kitchen of two with one backup, somebody who left, and a schedule of three days."""
    return await furnish(client)


@pytest.fixture
def quiet(server: Server) -> Iterator[None]:
    """Whatever the test sends, the server has no traceback to show for it."""
    before = len(server.output())
    yield
    assert "Traceback" not in server.output()[before:]


@pytest.fixture(scope="module")
def kitchens() -> list[House]:
    """The kitchen that stands for all tests of a module, once one of them has furnished it."""
    return []


@pytest.fixture
async def standing(client: Client, kitchens: list[House]) -> House:
    """A furnished kitchen that is shared: only for tests in which nothing may be written."""
    if not kitchens:
        kitchens.append(await furnish(client))
    return replace(kitchens[0], client=client)


def _execute(address: str, statement: str) -> None:
    with ThreadPoolExecutor(max_workers=1) as executor:
        executor.submit(asyncio.run, _executed(address, statement)).result()


async def _executed(address: str, statement: str) -> None:
    engine = create_async_engine(address, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()
