"""Random lives of two restaurants: every follower's copy is what the database says, and no more.

Two servers, four people with changing roles, three clients that follow by one document. After
each step every copy equals what an owner reads, and nothing of a restaurant has reached anybody
who has no role in it.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from store.engine import Database
from tests.contract.conftest import running
from tests.contract.test_rights import SECRET
from tests.lives import Life
from tests.system import Server
from tests.worlds import BOTH, World

OWNER = ("aoi", 0)


@pytest.fixture(scope="module")
def servers(module_database_url: str, redis_url: str) -> Iterator[tuple[Server, Server]]:
    signed = {
        "UNDERSTUDY_AUTH": "jwt",
        "UNDERSTUDY_JWT_KEY": SECRET,
        "UNDERSTUDY_JWT_ALGORITHMS": "HS256",
        "UNDERSTUDY_POLL_SECONDS": "0.3",
    }
    first, second = (Server(module_database_url, redis_url, **signed) for _ in BOTH)
    with running(first, second):
        yield first, second


@pytest.fixture
async def database(module_database_url: str) -> AsyncIterator[Database]:
    database = Database.connect(module_database_url, pool_size=2)
    yield database
    await database.dispose()


@asynccontextmanager
async def a_life(
    servers: tuple[Server, Server], database: Database, seed: int
) -> AsyncIterator[Life]:
    """A life with both restaurants open; a failure within tells how it went."""
    life = Life(World(servers), database, seed)
    try:
        await life.world.open()
        yield life
    except BaseException as failure:
        failure.add_note(f"seed {seed}: {' '.join(life.trail)}")
        raise
    finally:
        for follower in life.followers.values():
            await follower.leave()
        await life.world.http.aclose()


async def test_followers_agree_with_the_database_and_strangers_hear_nothing(
    servers: tuple[Server, Server], database: Database
):
    seen: Counter[str] = Counter()
    for seed in range(2):
        async with a_life(servers, database, seed) as life:
            for _ in range(50):
                await life.step()
            seen += life.seen
    # The walk is worth something only if it has been everywhere.
    assert set(seen) >= {"", "CLOSED", "OTHER_EPOCH", "TOO_OLD", "stranger NOT_FOUND"}
    assert seen[""] >= 100


async def test_role_that_changes_or_ends_is_told_to_its_followers_and_parts_nobody_else(
    servers: tuple[Server, Server], database: Database
):
    async with a_life(servers, database, 0) as life:
        world, place = life.world, {"restaurantId": life.world.ids[0]}
        for whom, role in (("chika", "MANAGER"), ("dan", "VIEWER")):
            await world.write(OWNER, 0, "grantMembership", "", **place, subject=whom, role=role)
            world.roles[0][whom] = role
        everybody = ("aoi", "chika", "dan")
        for client, whom in enumerate(everybody):
            await life.follow_from_now(client, (whom, client % 2), 0)
        await life.settle()

        given = {**place, "subject": "chika", "role": "VIEWER"}
        await world.write(OWNER, 0, "grantMembership", "", **given)
        world.roles[0]["chika"] = "VIEWER"
        await world.hire(("chika", 0), 0)
        await world.hire(OWNER, 0)
        await life.settle()
        assert [f.ended for f in life.followers.values()] == ["", "", ""]

        last = world.revisions[0]
        await world.write(OWNER, 0, "revokeMembership", "", **place, subject="chika")
        del world.roles[0]["chika"]
        await world.hire(OWNER, 0)
        await life.settle()
        assert [f.ended for f in life.followers.values()] == ["", "FORBIDDEN", ""]
        assert [f.last for f in life.followers.values()] == [last + 2, last, last + 2]

        await world.write(OWNER, 0, "grantMembership", "", **given)
        world.roles[0]["chika"] = "VIEWER"
        await life.follow_from_now(1, ("chika", 0), 0)
        await world.hire(OWNER, 0)
        await life.settle()
        assert [f.ended for f in life.followers.values()] == ["", "", ""]


@pytest.mark.drill
async def test_followers_agree_through_long_lives(
    servers: tuple[Server, Server], database: Database
):
    for _ in range(8):
        async with a_life(servers, database, Random().randrange(10**6)) as life:
            for _ in range(150):
                await life.step()
