"""The connection to PostgreSQL: snapshots to read, transactions to write."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, Final, NewType, Protocol, Self, cast

import asyncpg
from sqlalchemy import URL, event, make_url, text
from sqlalchemy.engine import AdaptedConnection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from domain.refusals import UnavailableRefusal
from store.violated import reaching, translated

ReadConnection = NewType("ReadConnection", AsyncConnection)
WriteConnection = NewType("WriteConnection", ReadConnection)

LOCK_TIMEOUT_SECONDS: Final = 5
IDLE_TIMEOUT_SECONDS: Final = 60
_CONNECT_TIMEOUT_SECONDS: Final = 10


def address(url: str) -> URL:
    """Any spelling of a PostgreSQL address as the one that the driver reads."""
    found = make_url(url).set(drivername="postgresql+asyncpg")
    if "sslmode" not in found.query:
        return found
    mode = found.query["sslmode"]
    return found.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})


class Glance(Protocol):
    """The driver's own connection, without a transaction."""

    async def fetch(self, statement: str, *given: Any) -> list[Any]:
        """The rows, by name of their columns."""
        ...


class Database:
    """A pool of connections to one PostgreSQL database; made once in a process.

    `fast_path` tells whoever keeps what was read from it whether to do so at all.
    """

    def __init__(self, engine: AsyncEngine, turns: int, *, fast_path: bool = True) -> None:
        self._engine = engine
        self._turns = asyncio.Semaphore(turns)
        self.fast_path = fast_path

    @classmethod
    def connect(
        cls,
        url: str,
        *,
        pool_size: int = 10,
        statement_timeout_seconds: float = 30,
        fast_path: bool = True,
    ) -> Self:
        """Prepare a pool; the first connection is made when it is asked for."""
        settings = {
            "application_name": "understudy",
            "timezone": "UTC",
            "jit": "off",
            "statement_timeout": f"{int(statement_timeout_seconds * 1000)}ms",
            "lock_timeout": f"{LOCK_TIMEOUT_SECONDS}s",
            "idle_in_transaction_session_timeout": f"{IDLE_TIMEOUT_SECONDS}s",
        }
        engine = create_async_engine(
            address(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=_CONNECT_TIMEOUT_SECONDS,
            json_serializer=partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
            connect_args={"server_settings": settings, "timeout": _CONNECT_TIMEOUT_SECONDS},
        )
        event.listen(engine.sync_engine, "checkout", _refuse_dead)
        return cls(engine, turns=max(1, pool_size // 2), fast_path=fast_path)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        async with AsyncExitStack() as stack:
            with reaching():
                connection = await stack.enter_async_context(self._engine.connect())
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadConnection]:
        """One snapshot: whatever is read within shows the same moment."""
        with translated():
            async with self._connection() as connection:
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
                yield ReadConnection(connection)

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[Glance]:
        """The driver's own connection: each statement sees what is committed then."""
        with translated(), reaching():
            async with self._connection() as connection:
                raw = await connection.get_raw_connection()
                yield cast("Glance", raw.driver_connection)

    @asynccontextmanager
    async def read_in_turn(self) -> AsyncIterator[ReadConnection]:
        """The same for those who come in crowds and can wait: half of the pool is for others.

        Who waits for a turn is not refused for waiting long, as who waits for a connection is.
        """
        async with self._turns, self.read() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteConnection]:
        """One transaction: committed when the body ends, rolled back when it raises."""
        with translated():
            async with self._connection() as connection, connection.begin():
                yield WriteConnection(ReadConnection(connection))

    async def ping(self) -> bool:
        """Whether the database answers just now."""
        try:
            async with self.read() as connection:
                await connection.execute(text("select 1"))
        except UnavailableRefusal:
            return False
        return True

    async def dispose(self) -> None:
        await self._engine.dispose()


def _refuse_dead(connection: DBAPIConnection, *_: object) -> None:
    """Have the pool make other connections where the server no longer answers on this one.

    One trip; the pool's own question opens a transaction for it and takes three. A connection
    whose last question was broken off, here or elsewhere, is of no use to anybody.
    """
    asked = cast("AdaptedConnection", connection)
    driver: asyncpg.Connection = asked.driver_connection
    if driver.is_closed():
        raise DisconnectionError
    try:
        asked.run_async(lambda driver: driver.execute("select 1"))
    except asyncio.CancelledError:
        driver.terminate()
        raise
    except asyncpg.InternalClientError as error:
        driver.terminate()
        raise DisconnectionError from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise InvalidatePoolError from error
