"""Readers that stop reading cost a bounded buffer for a bounded time, and others nothing."""

import asyncio
import struct

import pytest

from tests.drills.conftest import open_pantry, scribble
from tests.lines import SMALL_WINDOW, Line, heard_up_to, lines, open_line, resident_kilobytes
from tests.stories import House
from tests.system import Server, client_of, until

COPIES = 28
PINGS = 150_000
READER_KILOBYTES = 1_024
KEPT_KILOBYTES = 24 * 1_024
"""What a server keeps of the newest change sets, however many read them."""
BULKY = f"""
subscription ($restaurantId: ID!, $after: Int) {{
  changes(restaurantId: $restaurantId, after: $after) {{
    __typename
    ... on ChangeSet {{ revision previousRevision changes {{
      ... on BackupAssignmentChanged {{ backupAssignment {{
        {" ".join(f"notes{number}: notes" for number in range(COPIES))} }} }} }} }}
    ... on CaughtUp {{ revision }} }} }}
"""
"""Each change set fills many buffers: 170 kilobytes for six of text."""


async def told(line: Line, house: House, times: int) -> tuple[int, int]:
    """Write so often and hear of it each time; the last revision, and how many bytes were told."""
    revision = told = 0
    for _ in range(times):
        revision = await scribble(house, 1, writers=1)
        await heard_up_to(line, revision)
        told += sum(len(text.encode()) for text in line.take_texts())
    return revision, told


async def stand_still(server: Server, house: House, readers: int, times: int) -> None:
    """Many who never read, one who does; what those cost, and that they get all in the end."""
    begun = await house.revision()
    async with (
        lines(server, 1) as (watching,),
        lines(server, readers, window=SMALL_WINDOW) as still,
    ):
        for line in (watching, *still):
            await line.follow(house.id, BULKY, after=begun)
        warm, _ = await told(watching, house, 4)
        before = resident_kilobytes(server.pid)
        newest, size = await told(watching, house, times)
        missed = size * readers // 1024
        grown = resident_kilobytes(server.pid) - before
        bound = KEPT_KILOBYTES + readers * READER_KILOBYTES
        assert missed > 2 * bound, "too little was missed to say anything"
        assert grown < bound, f"{grown} kB of {missed} kB that nobody took are kept"
        assert newest == warm + times
        for line in still[:2]:
            assert await heard_up_to(line, newest) == list(range(begun + 1, newest + 1))


async def test_readers_that_stand_still_cost_a_bounded_buffer_and_get_all_later(
    server: Server, house: House
):
    await stand_still(server, house, readers=20, times=32)


async def test_flood_of_pings_whose_answers_nobody_reads_is_bounded(server: Server, house: House):
    line = await open_line(server, window=SMALL_WINDOW)
    transport = line.connection.transport
    transport.pause_reading()
    before = resident_kilobytes(server.pid)
    mask, payload = bytes(4), b"p" * 125
    ping = struct.pack("!BB", 0x89, 0x80 | len(payload)) + mask + payload
    burst = ping * 1_000
    for _ in range(PINGS // 1_000):
        if transport.is_closing():
            break
        transport.write(burst)
        await asyncio.sleep(0)
        await until(lambda: transport.get_write_buffer_size() < 1_000_000 or transport.is_closing())
    grown = resident_kilobytes(server.pid) - before
    transport.abort()
    assert grown < PINGS * len(ping) / 1024 / 4


async def test_server_asked_to_end_waits_for_no_reader_that_stands_still(database_url: str):
    server = Server(database_url, None, UNDERSTUDY_GRACEFUL_TIMEOUT_SECONDS="30")
    try:
        async with (
            client_of(server.ready()) as client,
            lines(server, 2, window=SMALL_WINDOW) as still,
        ):
            house = await open_pantry(client)
            for line in still:
                await line.follow(house.id, BULKY, after=0)
            await scribble(house, 20)
            assert await asyncio.to_thread(server.stop) == 0
        assert "timeout graceful shutdown exceeded" not in server.output()
    finally:
        server.stop()


@pytest.mark.drill
async def test_fifty_readers_that_miss_two_thousand_change_sets_cost_a_bounded_buffer(
    database_url: str,
):
    patience = {f"UNDERSTUDY_PING_{name}_SECONDS": "300" for name in ("INTERVAL", "TIMEOUT")}
    server = Server(database_url, None, **patience)
    try:
        async with client_of(server.ready()) as client:
            house = await open_pantry(client)
            await stand_still(server, house, readers=50, times=2_000)
    finally:
        server.stop()
