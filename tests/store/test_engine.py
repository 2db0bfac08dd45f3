import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from domain.refusals import UnavailableRefusal
from store import restaurants
from store.engine import Database, address
from tests.store.conftest import Place


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("postgres://a:b@host/db", "postgresql+asyncpg://a:b@host/db"),
        ("postgresql:///db?host=/run", "postgresql+asyncpg:///db?host=%2Frun"),
        ("postgresql+asyncpg://h/db", "postgresql+asyncpg://h/db"),
        ("postgresql://h/db?sslmode=require", "postgresql+asyncpg://h/db?ssl=require"),
    ],
)
def test_every_spelling_of_an_address_is_read(given: str, read: str):
    assert address(given).render_as_string(hide_password=False) == read


async def test_limits_are_set_on_every_connection(database_url: str):
    database = Database.connect(database_url, pool_size=1, statement_timeout_seconds=1.5)
    async with database.read() as connection:
        found = {
            name: (await connection.execute(text(f"show {name}"))).scalar_one()
            for name in (
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "transaction_isolation",
                "transaction_read_only",
            )
        }
    await database.dispose()
    assert found == {
        "statement_timeout": "1500ms",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "1min",
        "transaction_isolation": "repeatable read",
        "transaction_read_only": "on",
    }


async def test_a_reader_sees_one_moment(database: Database, place: Place):
    key = place.restaurant.id
    async with database.read() as reader:
        before = await restaurants.revision_of(reader, key)
        async with database.write() as writer:
            taken = await restaurants.lock_and_take_revision(writer, key)
        assert await restaurants.revision_of(reader, key) == before
    async with database.read() as reader:
        assert await restaurants.revision_of(reader, key) == taken.revision


async def test_a_reader_cannot_write(database: Database, place: Place):
    with pytest.raises(DBAPIError, match="read-only transaction"):
        async with database.read() as connection:
            await restaurants.lock_and_take_revision(connection, place.restaurant.id)


async def test_a_slow_statement_is_answered_as_busy(database_url: str):
    database = Database.connect(database_url, pool_size=1, statement_timeout_seconds=0.05)
    with pytest.raises(UnavailableRefusal) as caught:
        async with database.read() as connection:
            await connection.execute(text("select pg_sleep(5)"))
    await database.dispose()
    assert caught.value.code == "DATABASE_BUSY"


async def enter(database: Database) -> None:
    async with database.read() as connection:
        await connection.execute(text("select 1"))


@pytest.mark.parametrize("host", ["/nowhere", "127.0.0.1"])
async def test_an_absent_server_is_unavailable(host: str):
    database = Database.connect(f"postgresql://u@/db?host={host}&port=1")
    with pytest.raises(UnavailableRefusal) as caught:
        await enter(database)
    assert not await database.ping()
    await database.dispose()
    assert caught.value.code == "DATABASE_UNAVAILABLE"


async def test_an_absent_database_is_unavailable(database_url: str):
    url = make_url(database_url).set(database="absent").render_as_string(hide_password=False)
    database = Database.connect(url)
    with pytest.raises(UnavailableRefusal):
        await enter(database)
    await database.dispose()


async def test_a_connection_cut_off_while_idle_is_replaced_unnoticed(
    database: Database, database_url: str
):
    assert await database.ping()
    killer = Database.connect(database_url, pool_size=1)
    async with killer.write() as connection:
        await connection.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        )
    await killer.dispose()
    assert await database.ping()
    async with database.read() as connection:
        assert (await connection.execute(text("select 1"))).scalar_one() == 1


async def test_a_connection_cut_off_in_mid_transaction_is_unavailable(
    database: Database, place: Place
):
    async def write() -> None:
        async with database.write() as victim:
            await restaurants.lock_and_take_revision(victim, place.restaurant.id)
            pid = (await victim.execute(text("select pg_backend_pid()"))).scalar_one()
            async with database.write() as killer:
                await killer.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
            await restaurants.lock_and_take_revision(victim, place.restaurant.id)

    with pytest.raises(UnavailableRefusal) as caught:
        await write()
    assert caught.value.code == "DATABASE_UNAVAILABLE"
    async with database.read() as connection:
        assert await restaurants.revision_of(connection, place.restaurant.id) == 0


async def test_a_crowd_that_reads_in_turn_leaves_half_of_the_pool_to_others(database_url: str):
    database = Database.connect(database_url, pool_size=4)
    inside, most, leave = 0, 0, asyncio.Event()

    async def follow() -> None:
        nonlocal inside, most
        async with database.read_in_turn() as connection:
            inside += 1
            most = max(most, inside)
            await connection.execute(text("select 1"))
            await leave.wait()
            inside -= 1

    crowd = [asyncio.create_task(follow()) for _ in range(20)]
    async with database.write(), database.write() as connection:
        assert (await connection.execute(text("select 1"))).scalar_one() == 1
        assert most <= 2
    leave.set()
    await asyncio.gather(*crowd)
    await database.dispose()
    assert most == 2
