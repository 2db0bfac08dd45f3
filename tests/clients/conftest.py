"""Two servers on one database and one Redis, and a Node process that holds the clients."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from tests.clients.node import CLIENT, OWNER, Node, node_process
from tests.stories import Kitchen, open_kitchen
from tests.system import Client, Server, client_of
from tests.tokens import SIGNED, token_for

COMPILER = CLIENT / "node_modules" / "typescript" / "bin" / "tsc"


@dataclass(kw_only=True)
class Pair:
    """Two servers that share everything behind them."""

    database_url: str
    first: Server
    second: Server


@pytest.fixture(scope="session")
def compiled() -> None:
    """The client and its driver as JavaScript."""
    if not COMPILER.exists():
        pytest.fail("The client's packages are missing; `make test` installs them.", pytrace=False)
    words = ["node", str(COMPILER), "--project", str(CLIENT)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


@pytest.fixture(scope="module")
def pair(module_database_url: str, redis_url: str) -> Iterator[Pair]:
    more = {
        **SIGNED,
        "UNDERSTUDY_HEARTBEAT_SECONDS": "0.4",
        "UNDERSTUDY_GRACEFUL_TIMEOUT_SECONDS": "1",
    }
    first = Server(module_database_url, redis_url, **more)
    second = Server(module_database_url, redis_url, **more)
    try:
        first.ready()
        second.ready()
        yield Pair(database_url=module_database_url, first=first, second=second)
    finally:
        first.stop()
        second.stop()


@pytest.fixture
async def client(pair: Pair) -> AsyncIterator[Client]:
    async with client_of(pair.first, token_for(OWNER)) as opened:
        yield opened


@pytest.fixture
async def kitchen(client: Client) -> Kitchen:
    return await open_kitchen(client)


@pytest.fixture
async def node(compiled: None) -> AsyncIterator[Node]:
    async with node_process() as process:
        yield process
