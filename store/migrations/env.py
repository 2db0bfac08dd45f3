"""How alembic reaches the database: by the connection it is given, or by `-x url=…`."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection

from store.engine import Database
from store.tables import restaurants


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """The queue's tables belong to its library, which has no metadata of them."""
    return kind != "table" or not (name or "").startswith("pgqueuer")


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=restaurants.metadata,
        include_name=is_ours,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_at(url: str) -> None:
    database = Database.connect(url, pool_size=1)
    async with database.write() as connection:
        await connection.run_sync(migrate)
    await database.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    asyncio.run(migrate_at(context.get_x_argument(as_dictionary=True)["url"]))
