import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from pgqueuer.adapters.persistence.schema_ddl import render_install
from pgqueuer.domain.settings import DBSettings
from sqlalchemy import Connection, text

from store import migrate
from store.engine import Database
from store.tables import restaurants

CATALOG = {
    "columns": """
        select table_name, column_name, data_type, is_nullable, column_default,
            identity_generation
        from information_schema.columns where table_schema = 'public'
    """,
    "constraints": """
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace
    """,
    "indexes": "select indexname, indexdef from pg_indexes where schemaname = 'public'",
    "triggers": "select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
    "functions": """
        select proname, pg_get_function_result(oid)
        from pg_proc where pronamespace = 'public'::regnamespace
    """,
    "enums": "select enumtypid::regtype::text, enumlabel from pg_enum",
}


async def catalog(url: str, *, queue: bool | None = None) -> dict[str, set[tuple]]:
    """Everything there is, but alembic's own table; `queue` picks the queue's or leaves it out."""
    database = Database.connect(url, pool_size=1)
    found = {}
    async with database.read() as connection:
        for kind, query in CATALOG.items():
            rows = {tuple(row) for row in await connection.execute(text(query))}
            rows = {row for row in rows if "alembic_version" not in str(row)}
            if queue is not None:
                rows = {row for row in rows if ("pgqueuer" in str(row)) is queue}
            found[kind] = rows
    await database.dispose()
    return found


async def run_in(url: str, work) -> object:
    database = Database.connect(url, pool_size=1)
    async with database.write() as connection:
        found = await connection.run_sync(work)
    await database.dispose()
    return found


async def test_upgrade_downgrade_upgrade_ends_where_it_began(empty_database_url: str):
    before = await catalog(empty_database_url)
    migrate.upgrade(empty_database_url)
    up = await catalog(empty_database_url)
    migrate.downgrade(empty_database_url, "base")
    down = await catalog(empty_database_url)
    migrate.upgrade(empty_database_url)
    again = await catalog(empty_database_url)
    assert down == before
    assert again == up
    assert len(up["constraints"]) > 100


async def test_migrations_make_the_tables_that_the_code_names(
    database_url: str, empty_database_url: str
):
    await run_in(empty_database_url, restaurants.metadata.create_all)
    assert await catalog(database_url, queue=False) == await catalog(empty_database_url)


async def test_autogenerate_finds_nothing_to_do(database_url: str):
    def compare(connection: Connection) -> list:
        options = {"include_name": lambda name, kind, _: not (name or "").startswith("pgqueuer")}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, restaurants.metadata)

    assert await run_in(database_url, compare) == []


async def test_queue_is_the_one_that_its_library_would_install(
    database_url: str, empty_database_url: str
):
    def install(connection: Connection) -> None:
        # psql's way: the whole script in one message, which a prepared statement cannot hold
        driver = connection.connection.driver_connection
        connection.connection.dbapi_connection.run_async(lambda _: driver.execute(script))

    script = render_install(DBSettings())
    await run_in(empty_database_url, install)
    assert await catalog(database_url, queue=True) == await catalog(empty_database_url)


async def test_at_head_is_true_only_with_all_migrations(empty_database_url: str):
    database = Database.connect(empty_database_url, pool_size=1)
    assert not await migrate.at_head(database)
    migrate.upgrade(empty_database_url, "0001")
    assert not await migrate.at_head(database)
    migrate.upgrade(empty_database_url)
    assert await migrate.at_head(database)
    await database.dispose()


async def test_two_upgrades_at_once_both_succeed(empty_database_url: str):
    with ThreadPoolExecutor(max_workers=2) as pool:
        loop = asyncio.get_running_loop()
        both = [loop.run_in_executor(pool, migrate.upgrade, empty_database_url) for _ in range(2)]
        await asyncio.gather(*both)
    database = Database.connect(empty_database_url, pool_size=1)
    assert await migrate.at_head(database)
    await database.dispose()


async def test_an_older_server_is_refused_with_both_versions(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(migrate, "OLDEST_POSTGRES", 99)
    with pytest.raises(migrate.MigrationRefused, match=r"PostgreSQL \d+;.* 99 or newer"):
        migrate.upgrade(empty_database_url)


def test_an_absent_server_is_refused_in_words():
    with pytest.raises(migrate.MigrationRefused, match="cannot be reached"):
        migrate.upgrade("postgresql://nobody@/nothing?host=/nowhere")
