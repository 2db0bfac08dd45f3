"""Redis and servers that stand still, die or are asked to end: no gap, nothing twice."""

import asyncio
from contextlib import AsyncExitStack
from itertools import count

import pytest
from redis.asyncio import Redis
from websockets.exceptions import ConnectionClosed

from tests.drills.conftest import SCRIBBLE, Pair, open_pantry, scribble, shut
from tests.lines import CHANGES, Line, heard_up_to, lines, open_line, overheard
from tests.stories import House
from tests.system import Client, client_of, until

SOCKETS = 200
SERVICE_RESTART = 1012
CROWD_SECONDS = 300.0
BARE = """
subscription ($restaurantId: ID!, $after: Int) {
  changes(restaurantId: $restaurantId, after: $after) {
    __typename ... on ChangeSet { revision previousRevision } ... on CaughtUp { revision } } }
"""


async def caught_up(line: Line, house: House, after: int, document: str = CHANGES) -> None:
    await line.follow(house.id, document, after=after)
    assert (await line.event())["__typename"] == "CaughtUp"


async def write_through_both(house: House, clients: tuple[Client, Client], times: int) -> int:
    revision = 0
    for number in range(times):
        house.client = clients[number % 2]
        revision = await scribble(house, 1)
    return revision


async def flush(url: str) -> None:
    async with Redis.from_url(url) as redis:
        await redis.flushall()
        await redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


async def test_followers_of_both_servers_hear_all_whatever_redis_does(pair: Pair):
    async with (
        client_of(pair.first) as one,
        client_of(pair.second) as two,
        lines(pair.first, 2) as here,
        lines(pair.second, 2) as there,
    ):
        house = await open_pantry(one)
        begun = last = await house.revision()
        everybody = (*here, *there)
        for line in everybody:
            await caught_up(line, house, begun)
        troubles = (
            lambda: asyncio.to_thread(pair.redis.freeze),
            lambda: asyncio.to_thread(pair.redis.thaw),
            lambda: flush(pair.redis.url),
            lambda: asyncio.to_thread(pair.redis.kill),
            lambda: asyncio.to_thread(pair.redis.restart),
        )
        for trouble in troubles:
            await trouble()
            newest = await write_through_both(house, (one, two), 4)
            assert newest == last + 4
            for line in everybody:
                assert await heard_up_to(line, newest) == list(range(last + 1, newest + 1))
            last = newest


async def test_followers_outlast_a_database_that_lets_nobody_in(pair: Pair):
    async with (
        client_of(pair.first) as one,
        lines(pair.first, 2) as here,
        lines(pair.second, 2) as there,
    ):
        house = await open_pantry(one)
        begun = await house.revision()
        for line in (*here, *there):
            await caught_up(line, house, begun)
        async with shut(pair.database_url):
            refused = await one.http.post("/graphql", json={"query": "{ restaurants { id } }"})
            (error,) = refused.json()["errors"]
            assert error["extensions"]["code"] == "DATABASE_UNAVAILABLE"
            await asyncio.sleep(1.5)
        newest = await scribble(house, 4)
        for line in (*here, *there):
            assert await heard_up_to(line, newest) == list(range(begun + 1, newest + 1))


@pytest.mark.drill
async def test_thirty_seconds_without_redis_delay_and_lose_nothing(pair: Pair):
    clock = asyncio.get_running_loop().time
    absences = ((pair.redis.freeze, pair.redis.thaw), (pair.redis.kill, pair.redis.restart))
    async with (
        client_of(pair.first) as one,
        client_of(pair.second) as two,
        lines(pair.first, 5) as here,
        lines(pair.second, 5) as there,
        AsyncExitStack() as stack,
    ):
        house = await open_pantry(one)
        begun = await house.revision()
        for line in (*here, *there):
            await caught_up(line, house, begun)
        heard = [await stack.enter_async_context(overheard(line)) for line in (*here, *there)]
        for go, come_back in absences:
            go()
            ends = clock() + 30
            while clock() < ends:
                newest = await write_through_both(house, (one, two), 2)
            await until(lambda: all(told[-1:] == [newest] for told in heard))  # noqa: B023 - awaited
            await asyncio.to_thread(come_back)
            newest = await write_through_both(house, (one, two), 2)
            await until(lambda: all(told[-1:] == [newest] for told in heard))  # noqa: B023 - awaited
        assert heard == [list(range(begun + 1, newest + 1))] * 10


async def test_server_killed_between_commit_and_ring_leaves_one_change_for_all(pair: Pair):
    async with (
        client_of(pair.first) as one,
        client_of(pair.second) as two,
        lines(pair.first, 1) as (cut,),
        lines(pair.second, 1) as (kept,),
    ):
        house = await open_pantry(one)
        begun = await house.revision()
        for line in (cut, kept):
            await caught_up(line, house, begun)
        given = {"id": house.assignments["g", "b"], "notes": "once", "clientMutationId": "once"}
        pair.redis.freeze()
        writing = asyncio.create_task(one.post(SCRIBBLE, input=given))
        house.client = two
        while await house.revision() == begun:
            continue
        assert not writing.done(), "the ring did not hang: nothing was killed in between"
        pair.first.kill()
        pair.redis.thaw()
        with pytest.raises(Exception):  # noqa: B017, PT011 - however the client library puts it
            await writing
        with pytest.raises(ConnectionClosed):
            await heard_up_to(cut, begun + 1)
        assert await heard_up_to(kept, begun + 1) == [begun + 1]
        again = (await two.post(SCRIBBLE, input=given))["updateBackupAssignment"]
        assert again == {"revision": begun + 1}
        newest = await scribble(house, 1)
        assert await heard_up_to(kept, newest) == [begun + 2] == [newest]
        async with lines(pair.second, 1) as (resumed,):
            await resumed.follow(house.id, after=begun)
            assert await heard_up_to(resumed, newest) == [begun + 1, newest]


async def test_two_hundred_sockets_are_closed_with_their_server_and_resume_on_another(pair: Pair):
    await move_over(pair, BARE, writes=12)


@pytest.mark.drill
async def test_two_hundred_that_resume_at_once_wait_for_their_turn_and_get_all(pair: Pair):
    await move_over(pair, CHANGES, writes=40)


async def move_over(pair: Pair, document: str, writes: int) -> None:
    """Two hundred who follow by this document lose their server and go on at the other."""
    async with (
        client_of(pair.second) as two,
        lines(pair.first, SOCKETS) as there,
        AsyncExitStack() as stack,
    ):
        house = await open_pantry(two)
        begun = await house.revision()
        await asyncio.gather(*(caught_up(line, house, begun, document) for line in there))
        known = [begun] * SOCKETS

        async def listen(number: int) -> int:
            try:
                for expected in count(begun + 1):
                    event = await there[number].event()
                    assert event["revision"] == expected
                    known[number] = expected
            except ConnectionClosed as end:
                return 0 if end.rcvd is None else end.rcvd.code
            raise AssertionError

        async def resume(number: int) -> list[int]:
            line = await open_line(pair.second)
            stack.callback(line.cut)
            await line.follow(house.id, document, after=known[number])
            if known[number] == newest:
                return []
            return await heard_up_to(line, newest, CROWD_SECONDS)

        listening = [asyncio.create_task(listen(number)) for number in range(SOCKETS)]
        writing = asyncio.create_task(scribble(house, writes))
        await until(lambda: max(known) > begun + 3)
        assert await asyncio.to_thread(pair.first.stop) == 0
        assert set(await asyncio.gather(*listening)) == {SERVICE_RESTART}
        newest = await writing
        missed = await asyncio.gather(*(resume(number) for number in range(SOCKETS)))
        assert missed == [list(range(revision + 1, newest + 1)) for revision in known]
    said = pair.first.output()
    assert "Traceback" not in said, said[-6_000:]
    assert "timeout graceful shutdown exceeded" not in said
