"""Bringing a database to the tables of this version, and back."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from domain.refusals import UnavailableRefusal
from store.engine import Database

OLDEST_POSTGRES: Final = 15
_FOLDER: Final = Path(__file__).parent / "migrations"
_PATIENCE_SECONDS: Final = 3600
_ONE_AT_A_TIME: Final = 7_315_902_244  # any number that nobody else locks


class MigrationRefused(Exception):  # noqa: N818 - it is an answer, not a fault
    """The server cannot be reached, or is older than the oldest that this version can use."""


def upgrade(url: str, revision: str = "head") -> None:
    """Make or complete the tables; a second process that does the same waits for the first.

    Raises MigrationRefused, whose message says why.
    """
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the steps after `revision` back, with what their tables hold; `base` is all of them."""
    _run(url, lambda config: command.downgrade(config, revision))


async def at_head(database: Database) -> bool:
    """Whether the database has exactly the tables of this version."""
    async with database.read() as connection:
        return await connection.run_sync(_is_at_head)


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings; there is no file of them beside pyproject.toml."""
    found = Config(attributes={"connection": connection})
    found.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return found


def _is_at_head(connection: Connection) -> bool:
    heads = ScriptDirectory.from_config(configuration()).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def _run(url: str, step: Callable[[Config], None]) -> None:
    """In a thread, whose event loop is its own: the caller may or may not be in one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(lambda: asyncio.run(_migrate(url, step))).result()


async def _migrate(url: str, step: Callable[[Config], None]) -> None:
    database = Database.connect(url, pool_size=1, statement_timeout_seconds=_PATIENCE_SECONDS)
    try:
        async with database.write() as connection:
            await connection.run_sync(_take_step, step)
    except UnavailableRefusal as refusal:
        raise MigrationRefused(f"{refusal.message} ({refusal.__cause__})") from refusal
    finally:
        await database.dispose()


def _take_step(connection: Connection, step: Callable[[Config], None]) -> None:
    _refuse_an_old_server(connection)
    connection.execute(text("set local lock_timeout = 0"))
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    step(configuration(connection))


def _refuse_an_old_server(connection: Connection) -> None:
    version = connection.execute(text("show server_version_num")).scalar_one()
    major = int(version) // 10_000
    if major >= OLDEST_POSTGRES:
        return
    raise MigrationRefused(
        f"The database server is PostgreSQL {major}; Understudy needs {OLDEST_POSTGRES} or newer."
    )
