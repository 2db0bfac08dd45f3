"""One suite for both bells: within a process and over a real Redis."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from feed import redis_backend
from feed.channels import restaurant_channel, run_channel
from feed.doorbell import Doorbell

CEILING_SECONDS = 20
CHANNEL = restaurant_channel(7)


@pytest.fixture(params=["memory", "redis"])
def url(request):
    return None if request.param == "memory" else request.getfixturevalue("redis_url")


@pytest.fixture
async def doorbell(url):
    async with Doorbell.over(url) as doorbell:
        yield doorbell


async def until_heard(watch, number):
    async with asyncio.timeout(CEILING_SECONDS):
        while watch.newest < number:
            await watch.wait(CEILING_SECONDS)
    return watch.newest


def other_tasks():
    return asyncio.all_tasks() - {asyncio.current_task()}


async def test_lone_first_follower_is_served(doorbell):
    async with doorbell.watch(CHANNEL) as watch:
        await doorbell.ring(CHANNEL, 41)

        assert await watch.wait(CEILING_SECONDS)
        assert watch.newest == 41


async def test_twenty_first_followers_at_once_are_all_served(doorbell):
    entered = asyncio.Barrier(21)

    async def follow():
        async with doorbell.watch(CHANNEL) as watch:
            await entered.wait()
            return await until_heard(watch, 41)

    followers = [asyncio.create_task(follow()) for _ in range(20)]
    await entered.wait()
    await doorbell.ring(CHANNEL, 41)

    assert await asyncio.gather(*followers) == [41] * 20


async def test_followers_of_many_new_channels_at_once_are_all_served(doorbell):
    async def follow(restaurant):
        async with doorbell.watch(restaurant_channel(restaurant)) as watch:
            await doorbell.ring(restaurant_channel(restaurant), restaurant)
            return await until_heard(watch, restaurant)

    heard = await asyncio.gather(*(follow(restaurant) for restaurant in range(1, 21)))

    assert heard == list(range(1, 21))


async def test_nothing_is_heard_before_the_first_ring(doorbell):
    async with doorbell.watch(CHANNEL) as watch:
        assert not await watch.wait(0.05)
        assert watch.newest == 0


async def test_one_ring_is_reported_by_one_wait(doorbell):
    async with doorbell.watch(CHANNEL) as watch:
        await doorbell.ring(CHANNEL, 1)

        assert await watch.wait(CEILING_SECONDS)
        assert not await watch.wait(0.05)


async def test_ring_without_followers_does_no_harm(doorbell):
    await doorbell.ring(CHANNEL, 1)

    async with doorbell.watch(CHANNEL) as watch:
        await doorbell.ring(CHANNEL, 2)
        assert await until_heard(watch, 2) == 2


async def test_other_channels_stay_silent(doorbell):
    async with doorbell.watch(CHANNEL) as watch, doorbell.watch(run_channel(7)) as other:
        await doorbell.ring(CHANNEL, 5)

        assert await until_heard(watch, 5) == 5
        assert other.newest == 0


async def test_an_older_number_wakes_and_takes_nothing_back(doorbell):
    async with doorbell.watch(CHANNEL) as watch:
        await doorbell.ring(CHANNEL, 9)
        assert await until_heard(watch, 9) == 9

        await doorbell.ring(CHANNEL, 8)
        assert await watch.wait(CEILING_SECONDS)
        assert watch.newest == 9


async def test_state_of_a_slow_follower_stays_one_integer(doorbell):
    async with doorbell.watch(CHANNEL) as slow, doorbell.watch(CHANNEL) as quick:
        before = set(vars(slow))
        for number in range(1, 2001):
            await doorbell.ring(CHANNEL, number)
        assert await until_heard(quick, 2000) == 2000

        assert slow.newest == 2000
        assert await slow.wait(CEILING_SECONDS)
        assert not await slow.wait(0.05)
        assert set(vars(slow)) == before == {"newest", "_rung"}


async def test_five_hundred_rings_at_once_all_pass(doorbell, caplog, monkeypatch):
    # Whether they all pass is asked here, not whether a busy machine sends them within a second.
    monkeypatch.setattr(redis_backend, "REDIS_SECONDS", CEILING_SECONDS)
    async with doorbell.watch(CHANNEL) as watch:
        await asyncio.gather(*(doorbell.ring(CHANNEL, number) for number in range(1, 501)))

        assert await until_heard(watch, 500) == 500
        assert caplog.messages == []


async def test_leaving_leaves_nothing_behind(doorbell):
    before = other_tasks()
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(doorbell.watch(CHANNEL))
        assert len(other_tasks() - before) == 1

    assert other_tasks() == before
    assert doorbell._ears == {}
    assert doorbell._broadcast._subscribers == {}


async def test_one_of_two_followers_may_leave(doorbell):
    async with doorbell.watch(CHANNEL) as staying:
        async with doorbell.watch(CHANNEL):
            await doorbell.ring(CHANNEL, 1)
        await doorbell.ring(CHANNEL, 2)

        assert await until_heard(staying, 2) == 2


async def test_follower_that_comes_as_the_last_one_goes_is_served(doorbell):
    for number in range(1, 101):
        async with doorbell.watch(CHANNEL) as watch:
            await doorbell.ring(CHANNEL, number)
            assert await until_heard(watch, number) == number


async def test_followers_come_and_go_in_each_others_way(doorbell):
    async def follow(number):
        heard = 0
        for _ in range(10):
            async with doorbell.watch(CHANNEL) as watch:
                await doorbell.ring(CHANNEL, number)
                heard += await until_heard(watch, number) >= number
        return heard

    assert await asyncio.gather(*(follow(number) for number in range(1, 11))) == [10] * 10
    assert doorbell._ears == {}


async def test_follower_cancelled_while_waiting_leaves_nothing_behind(doorbell):
    before = other_tasks()
    inside = asyncio.Event()

    async def follow():
        async with doorbell.watch(CHANNEL) as watch:
            inside.set()
            await watch.wait(CEILING_SECONDS)

    task = asyncio.create_task(follow())
    await inside.wait()
    task.cancel()
    await asyncio.wait({task})

    assert task.cancelled()
    assert other_tasks() == before
    assert doorbell._broadcast._subscribers == {}


@pytest.mark.parametrize("turns", range(6))
async def test_follower_cancelled_while_entering_leaves_nothing_behind(doorbell, turns):
    before = other_tasks()

    async def follow():
        async with doorbell.watch(CHANNEL) as watch:
            await watch.wait(CEILING_SECONDS)

    task = asyncio.create_task(follow())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})

    assert task.cancelled()
    assert other_tasks() == before
    assert doorbell._broadcast._subscribers == {}


async def test_shutdown_ends_every_task_even_under_followers(url):
    before = other_tasks()
    async with AsyncExitStack() as late:
        async with Doorbell.over(url) as doorbell:
            watch = await late.enter_async_context(doorbell.watch(CHANNEL))

        assert other_tasks() == before
        assert not await watch.wait(0.01)

    assert doorbell._ears == {}


async def test_bell_that_reaches_its_followers_is_ready(doorbell):
    assert await doorbell.ping()
