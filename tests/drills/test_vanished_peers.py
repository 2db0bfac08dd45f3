"""Peers that vanish, or only seem to be there: their connections end and their state is freed."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.conftest import scribble
from tests.drills.test_slow_readers import BULKY
from tests.lines import SMALL_WINDOW, heard_up_to, lines, open_line
from tests.stories import House
from tests.system import TOKEN, Server, until


@pytest.fixture(scope="module")
def server(module_database_url: str) -> Iterator[Server]:
    """A server that notices within two seconds who does not answer."""
    quick = {"UNDERSTUDY_PING_INTERVAL_SECONDS": "1", "UNDERSTUDY_PING_TIMEOUT_SECONDS": "1"}
    alone = Server(module_database_url, None, **quick)
    try:
        yield alone.ready()
    finally:
        alone.stop()


def peers(server: Server) -> set[str]:
    """The connections that a server has open at its own port, as the system lists them."""
    held = {str(path.readlink()) for path in Path(f"/proc/{server.pid}/fd").iterdir()}
    found = set()
    for line in Path(f"/proc/{server.pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        _, local, remote, state, *rest = line.split()
        is_own = int(local.split(":")[1], 16) == server.port and state != "0A"
        if is_own and f"socket:[{rest[5]}]" in held:
            found.add(remote)
    return found


async def test_peer_that_vanished_is_noticed_by_its_missing_pong(server: Server, house: House):
    begun = await house.revision()
    known = peers(server)
    async with lines(server, 3) as gone, lines(server, 1) as (here,):
        for line in (*gone, here):
            await line.follow(house.id, after=begun)
            assert (await line.event())["__typename"] == "CaughtUp"
        for line in gone:
            line.connection.transport.pause_reading()
        assert len(peers(server) - known) == 4
        await until(lambda: len(peers(server) - known) == 1)
        assert await heard_up_to(here, await scribble(house, 1)) == [begun + 1]


async def test_reader_that_stands_still_too_long_is_dropped_and_resumes_without_a_gap(
    server: Server, house: House
):
    begun = await house.revision()
    known = peers(server)
    async with lines(server, 3, window=SMALL_WINDOW) as still:
        for line in still:
            await line.follow(house.id, BULKY, after=begun)
        newest = await scribble(house, 30)
        await until(lambda: not peers(server) - known)
        assert await still[0].closed() == 1006
    heard = [json.loads(text).get("payload", {}).get("data", {}) for text in still[0].texts]
    last = max([begun, *(event["changes"]["revision"] for event in heard if event)])
    again = await open_line(server)
    await again.follow(house.id, after=last)
    assert await heard_up_to(again, newest) == list(range(last + 1, newest + 1))
    again.cut()


async def test_stream_whose_reader_stands_still_is_dropped(server: Server, house: House):
    begun = await house.revision()
    known = peers(server)
    body = json.dumps(
        {"query": BULKY, "variables": {"restaurantId": house.id, "after": begun}}
    ).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=SMALL_WINDOW)
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
        "Accept: text/event-stream\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    await scribble(house, 60)
    assert peers(server) - known
    await until(lambda: not peers(server) - known)
    writer.transport.abort()
