"""Histories that end or change: pruned away, or replaced by a backup's."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from tests.drills.conftest import Pair, a_pair, administer, open_pantry, scribble, shut
from tests.drills.test_slow_readers import BULKY
from tests.lines import SMALL_WINDOW, heard_up_to, lines
from tests.stories import House
from tests.system import Server, client_of

KEPT = 5


@pytest.fixture(scope="module")
def forgetful(module_database_url: str) -> Iterator[Pair]:
    """Two servers that both prune all the time, down to the newest five."""
    with a_pair(
        module_database_url,
        UNDERSTUDY_LOG_KEEP_DAYS="0",
        UNDERSTUDY_LOG_KEEP_CHANGE_SETS=str(KEPT),
        UNDERSTUDY_LOG_PRUNE_SECONDS="0.2",
    ) as pair:
        yield pair.heal()


async def logged(house: House) -> list[int]:
    return sorted({entry["revision"] for entry in await house.log()})


async def until_pruned(house: House, newest: int) -> None:
    while await logged(house) != list(range(newest - KEPT + 1, newest + 1)):  # noqa: ASYNC110 - servers do it by themselves
        await asyncio.sleep(0.05)


async def first_event(server: Server, house: House, **place: Any) -> dict[str, Any]:
    async with lines(server, 1) as (line,):
        await line.follow(house.id, **place)
        return await line.event()


async def first_but_remembered(pair: Pair, house: House, after: int) -> dict[str, Any]:
    """The first event, once the server has let go of what it read before the pruning."""
    while (event := await first_event(pair.second, house, after=after))[
        "__typename"
    ] == "ChangeSet":
        assert event["revision"] == after + 1
        await asyncio.sleep(0.2)
    return event


async def test_servers_that_prune_leave_followers_a_whole_log_or_say_that_it_is_too_old(
    forgetful: Pair,
):
    async with client_of(forgetful.first) as client, asyncio.timeout(60):
        house = await open_pantry(client)
        begun = await house.revision()
        async with (
            lines(forgetful.first, 1) as (here,),
            lines(forgetful.second, 1) as (there,),
        ):
            for line in (here, there):
                await line.follow(house.id, after=begun)
            newest = await scribble(house, 20)
            for line in (here, there):
                assert await heard_up_to(line, newest) == list(range(begun + 1, newest + 1))
        await until_pruned(house, newest)
        for after in (0, begun, newest - KEPT - 1):
            told = await first_but_remembered(forgetful, house, after)
            assert (told["__typename"], told["reason"]) == ("SnapshotRequired", "TOO_OLD")
            assert told["revision"] == newest
        told = await first_event(forgetful.second, house, after=newest - KEPT)
        assert (told["__typename"], told["revision"]) == ("ChangeSet", newest - KEPT + 1)
    said = forgetful.first.output() + forgetful.second.output()
    assert "pruned" in said


async def test_reader_that_the_pruning_overtakes_is_told_to_read_again(forgetful: Pair):
    async with (
        client_of(forgetful.first) as client,
        lines(forgetful.first, 1, window=SMALL_WINDOW) as (still,),
        asyncio.timeout(60),
    ):
        house = await open_pantry(client)
        begun = last = await house.revision()
        await still.follow(house.id, BULKY, after=begun)
        newest = await scribble(house, 60)
        await until_pruned(house, newest)
        while (event := await still.event())["__typename"] != "SnapshotRequired":
            assert event["revision"] == last + (event["__typename"] == "ChangeSet")
            last = event["revision"]
        assert last < newest - KEPT


async def copy(database_url: str, source: str, target: str) -> None:
    """Copy a database as it stands, which nobody may use meanwhile."""
    async with shut(database_url):
        await administer(database_url, f'create database "{target}" template "{source}"')


def understudy(word: str, database_url: str) -> str:
    """What the command says; it must succeed."""
    environment = {**os.environ, "UNDERSTUDY_DATABASE_URL": database_url}
    command = [sys.executable, "-c", "from server.cli import main; main()", word]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stderr


@pytest.mark.drill
async def test_restored_database_lets_everybody_read_anew(database_url: str):
    """As docs/operations.md says: servers down, restore, new-epoch, servers up."""
    name = str(make_url(database_url).database)
    backup = f"{name}_backup"
    server = Server(database_url, None)
    try:
        async with client_of(server.ready()) as client:
            house = await open_pantry(client)
            saved = await scribble(house, 3)
            await copy(database_url, name, backup)
            lost = await scribble(house, 4)
            caught_up = await first_event(server, house)
            assert (caught_up["revision"], lost) == (lost, saved + 4)
            await asyncio.to_thread(server.kill)
            await administer(
                database_url,
                f'drop database "{name}" with (force)',
                f'create database "{name}" template "{backup}"',
                f'drop database "{backup}"',
            )
            said = await asyncio.to_thread(understudy, "new-epoch", database_url)
            assert "1 restaurants have a new epoch" in said
            server.restart()
            server.ready()
            newest = await scribble(house, 6)
            assert newest > lost
            for after in (saved, lost, newest):
                told = await first_event(server, house, after=after, epoch=caught_up["epoch"])
                assert (told["reason"], told["revision"]) == ("OTHER_EPOCH", newest)
            told = await first_event(server, house, after=newest, epoch=told["epoch"])
            assert (told["__typename"], told["revision"]) == ("CaughtUp", newest)
    finally:
        server.stop()


async def test_new_epoch_reaches_those_who_follow_while_it_begins(forgetful: Pair):
    async with (
        client_of(forgetful.first) as client,
        lines(forgetful.first, 1) as (here,),
        lines(forgetful.second, 1) as (there,),
        asyncio.timeout(60),
    ):
        house = await open_pantry(client)
        for line in (here, there):
            await line.follow(house.id)
            assert (await line.event())["__typename"] == "CaughtUp"
        await asyncio.to_thread(understudy, "new-epoch", forgetful.database_url)
        for line in (here, there):
            told = await line.event()
            assert (told["__typename"], told["reason"]) == ("SnapshotRequired", "OTHER_EPOCH")
            assert (await line.hear())["type"] == "complete"
