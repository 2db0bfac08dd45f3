"""What Redis and the network do to the bell, on a real Redis of the test's own."""

import asyncio
import logging
import sys
from pathlib import Path

import pytest
from redis.asyncio import Redis

from feed.channels import restaurant_channel
from feed.doorbell import Doorbell

CEILING_SECONDS = 30
CHANNEL = restaurant_channel(7)
ROOT = Path(__file__).parents[2]
OTHER_PROCESS = """
import asyncio, sys
from feed.doorbell import Doorbell

async def main(url, channel):
    async with Doorbell.over(url) as doorbell, doorbell.watch(channel) as watch:
        print("listening", flush=True)
        while watch.newest < 41:
            await watch.wait(30)
        await doorbell.ring(channel, watch.newest + 1)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
async def rings_another(redis_server):
    """Two bells over one Redis, as two processes have them."""
    async with Doorbell.over(redis_server.url) as here, Doorbell.over(redis_server.url) as there:
        yield here, there


async def until_heard(watch, number):
    async with asyncio.timeout(CEILING_SECONDS):
        while watch.newest < number:
            await watch.wait(CEILING_SECONDS)
    return watch.newest


async def until(condition):
    async with asyncio.timeout(CEILING_SECONDS):
        while not await condition():  # noqa: ASYNC110 - Redis announces none of this
            await asyncio.sleep(0.01)


async def kill_pubsub(url):
    async with Redis.from_url(url) as redis:
        return await redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")


async def subscriptions(url):
    async with Redis.from_url(url) as redis:
        return await redis.pubsub_channels("understudy:restaurant:*")


async def has_no_subscription(url):
    return not await subscriptions(url)


async def client_count(url):
    async with Redis.from_url(url) as redis:
        return len(await redis.client_list())


async def test_two_processes_hear_each_other(rings_another):
    here, there = rings_another
    async with here.watch(CHANNEL) as heard_here, there.watch(CHANNEL) as heard_there:
        await here.ring(CHANNEL, 1)
        assert await until_heard(heard_there, 1) == 1

        await there.ring(CHANNEL, 2)
        assert await until_heard(heard_here, 2) == 2


async def test_lone_first_follower_is_served_by_the_other_process(rings_another):
    here, there = rings_another
    async with here.watch(CHANNEL) as watch:
        await there.ring(CHANNEL, 41)

        assert await until_heard(watch, 41) == 41


async def test_a_real_second_process_hears_and_answers(redis_server):
    async with Doorbell.over(redis_server.url) as doorbell, doorbell.watch(CHANNEL) as watch:
        other = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "error", "-c", OTHER_PROCESS, redis_server.url, CHANNEL),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert await other.stdout.readline() == b"listening\n"
        await doorbell.ring(CHANNEL, 41)

        assert await until_heard(watch, 42) == 42
        assert await other.communicate() == (b"", b"")
        assert other.returncode == 0


async def test_killed_and_restarted_redis_wakes_old_followers_and_serves_them(
    redis_server, rings_another
):
    here, there = rings_another
    async with here.watch(CHANNEL) as watch:
        redis_server.kill()
        redis_server.restart()
        assert await watch.wait(CEILING_SECONDS)

        await there.ring(CHANNEL, 41)
        assert await until_heard(watch, 41) == 41


async def test_killed_and_restarted_redis_serves_new_followers(redis_server, rings_another):
    here, there = rings_another
    async with here.watch(CHANNEL) as old:
        redis_server.kill()
        redis_server.restart()
        assert await old.wait(CEILING_SECONDS)

        async with here.watch(restaurant_channel(8)) as new:
            await there.ring(restaurant_channel(8), 3)
            assert await until_heard(new, 3) == 3


async def test_cut_connection_wakes_followers_and_is_mended(redis_server, rings_another):
    here, there = rings_another
    async with here.watch(CHANNEL) as watch:
        for number in range(1, 4):
            assert await kill_pubsub(redis_server.url) == 2
            assert await watch.wait(CEILING_SECONDS)

            await there.ring(CHANNEL, number)
            assert await until_heard(watch, number) == number


async def test_every_follower_is_woken_after_a_gap(redis_server):
    async with (
        Doorbell.over(redis_server.url) as doorbell,
        doorbell.watch(restaurant_channel(1)) as one,
        doorbell.watch(restaurant_channel(1)) as same,
        doorbell.watch(restaurant_channel(2)) as other,
    ):
        await kill_pubsub(redis_server.url)
        woken = await asyncio.gather(*(each.wait(CEILING_SECONDS) for each in (one, same, other)))

        assert woken == [True, True, True]
        assert (one.newest, same.newest, other.newest) == (0, 0, 0)


async def test_redis_that_arrives_late_wakes_and_serves_those_who_came_before(redis_server):
    redis_server.kill()
    async with Doorbell.over(redis_server.url) as here, here.watch(CHANNEL) as watch:
        assert not await here.ping()
        redis_server.restart()
        assert await watch.wait(CEILING_SECONDS)

        async with Doorbell.over(redis_server.url) as there:
            await there.ring(CHANNEL, 41)
            assert await until_heard(watch, 41) == 41
        assert await here.ping()


async def test_ring_without_redis_wakes_the_followers_in_this_process(redis_server):
    redis_server.kill()
    async with Doorbell.over(redis_server.url) as doorbell, doorbell.watch(CHANNEL) as watch:
        await doorbell.ring(CHANNEL, 41)

        assert await until_heard(watch, 41) == 41


async def test_a_frozen_redis_keeps_one_ring_waiting_and_not_each(redis_server):
    clock = asyncio.get_running_loop().time
    async with Doorbell.over(redis_server.url) as doorbell, doorbell.watch(CHANNEL) as watch:
        redis_server.freeze()
        moments = [clock()]
        for number in range(1, 6):
            await doorbell.ring(CHANNEL, number)
            moments.append(clock())
        assert await until_heard(watch, 5) == 5
        redis_server.thaw()
        await until(doorbell.ping)
    assert moments[5] - moments[1] < moments[1] - moments[0]


async def test_an_outage_is_logged_once_and_so_is_its_end(redis_server, caplog):
    async def is_over():
        return "Redis is back" in caplog.messages

    caplog.set_level(logging.INFO, logger="feed")
    async with Doorbell.over(redis_server.url) as doorbell, doorbell.watch(CHANNEL) as watch:
        for outage in (1, 2):
            caplog.clear()
            redis_server.kill()
            for number in range(5):
                await doorbell.ring(CHANNEL, 10 * outage + number)
            assert await until_heard(watch, 10 * outage + 4)
            assert not await doorbell.ping()
            redis_server.restart()
            await until(is_over)

            levels = [record.levelname for record in caplog.records]
            assert levels == ["WARNING", "INFO"]


async def test_follower_may_leave_while_redis_is_away(redis_server):
    async with Doorbell.over(redis_server.url) as doorbell:
        async with doorbell.watch(CHANNEL):
            redis_server.kill()
        redis_server.restart()
        await until(doorbell.ping)

        async with doorbell.watch(restaurant_channel(8)) as watch:
            await doorbell.ring(restaurant_channel(8), 1)
            assert await until_heard(watch, 1) == 1
        assert doorbell._broadcast._subscribers == {}


async def test_leaving_ends_the_subscription_in_redis(redis_server):
    async with Doorbell.over(redis_server.url) as doorbell:
        async with doorbell.watch(CHANNEL):
            assert await subscriptions(redis_server.url) == [CHANNEL.encode()]

        await until(lambda: has_no_subscription(redis_server.url))
        assert CHANNEL not in doorbell._backend._joined


async def test_shutdown_leaves_no_connection_behind(redis_server):
    async def is_alone():
        return await client_count(redis_server.url) == 1

    async with Doorbell.over(redis_server.url) as doorbell, doorbell.watch(CHANNEL):
        await doorbell.ring(CHANNEL, 1)
        assert await client_count(redis_server.url) > 2

    await until(is_alone)


async def test_shutdown_while_redis_is_away_leaves_no_task_behind(redis_server):
    before = asyncio.all_tasks()
    async with Doorbell.over(redis_server.url) as doorbell, doorbell.watch(CHANNEL):
        redis_server.kill()
        await doorbell.ring(CHANNEL, 1)

    assert asyncio.all_tasks() == before


async def test_dead_wire_is_noticed_and_replaced(redis_server, wire):
    async with (
        Doorbell.over(redis_server.url) as there,
        Doorbell.over(wire.url) as here,
        here.watch(CHANNEL) as watch,
    ):
        wire.go_dead()
        assert await watch.wait(CEILING_SECONDS)

        await there.ring(CHANNEL, 41)
        assert await until_heard(watch, 41) == 41


async def test_half_open_listening_connection_is_noticed_by_its_missing_echo(
    redis_server, wire, caplog
):
    async with Doorbell.over(wire.url) as doorbell, doorbell.watch(CHANNEL) as watch:
        wire.go_dead(connections=1)
        assert await watch.wait(CEILING_SECONDS)
        assert any("no echo" in message for message in caplog.messages)

        await doorbell.ring(CHANNEL, 41)
        assert await until_heard(watch, 41) == 41


@pytest.mark.parametrize("message", [b"", b"hello", b"-1", b"1.5", b"9" * 5000, b"\xff\xfe"])
async def test_an_unreadable_ring_wakes_and_names_no_number(redis_server, message):
    async with Doorbell.over(redis_server.url) as doorbell, doorbell.watch(CHANNEL) as watch:
        async with Redis.from_url(redis_server.url) as redis:
            await redis.publish(CHANNEL, message)
        assert await watch.wait(CEILING_SECONDS)
        assert watch.newest == 0

        await doorbell.ring(CHANNEL, 2)
        assert await until_heard(watch, 2) == 2
