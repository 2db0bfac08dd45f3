"""What tests of the client do, on either side of the line."""

import asyncio
from collections.abc import Sequence
from random import Random
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.clients.conftest import Pair
from tests.clients.node import Node
from tests.clients.told import cell
from tests.stories import Kitchen
from tests.system import Client


async def following(node: Node, pair: Pair, kitchen: Kitchen, *clients: str) -> None:
    """Clients that are live, by turns on the one server and on the other."""
    servers = (pair.first, pair.second)
    for number, name in enumerate(clients):
        node.follow(name, servers[number % 2].port, kitchen)
    for name in clients:
        await node.first("connection", client=name, connection="live")


async def keep_editing(
    node: Node,
    kitchen: Kitchen,
    names: Sequence[str],
    random: Random,
    storms: asyncio.Future[Any],
) -> list[str]:
    """Edit few cells by many hands until the storms are over; the names of the edits."""
    edits = []
    while not storms.done():
        await asyncio.sleep(random.uniform(0.01, 0.06))
        staff = random.choice([kitchen.sato, kitchen.suzuki, kitchen.nakata])
        code = random.choice(["normal", "early", "off", None])
        day = f"2025-01-{random.randrange(10, 14)}"
        edits.append(node.edit(random.choice(names), cell(staff, code, day=day)))
    await storms
    return edits


async def write(client: Client, operation: str, **given: Any) -> None:
    """A mutation beyond the contract's documents, which has to be taken."""
    kind = f"{operation[0].upper()}{operation[1:]}Input!"
    document = f"mutation ($input: {kind}) {{ {operation}(input: $input) {{ __typename }} }}"
    (answer,) = (await client.post(document, input=given)).values()
    assert answer["__typename"].endswith("Payload"), answer


async def execute(database_url: str, statement: str) -> None:
    engine = create_async_engine(database_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(statement), {"n": "割烹みなと"})
    finally:
        await engine.dispose()
