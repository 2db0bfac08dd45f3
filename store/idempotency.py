"""First results by key: the same call sent twice has one effect."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Delete, bindparam, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.sql.dml import ReturningInsert

from domain.ids import RestaurantId
from store import rows
from store.engine import WriteConnection
from store.tables import idempotency_keys

KEPT: Final = timedelta(hours=24)
_PRUNED_AT_ONCE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResult:
    operation: str
    input_hash: str
    restaurant_id: RestaurantId | None
    result: dict[str, object]


def _claim() -> ReturningInsert[Any]:
    """Take a key that nobody has, or that somebody had more than 24 hours ago."""
    names = ("subject", "key", "operation", "input_hash")
    mine = insert_or(idempotency_keys).values({name: bindparam(name) for name in names})
    renewed = {
        "operation": mine.excluded.operation,
        "input_hash": mine.excluded.input_hash,
        "restaurant_id": None,
        "result": None,
        "created_at": func.now(),
    }
    too_old = idempotency_keys.c.created_at < func.now() - KEPT
    return mine.on_conflict_do_update(
        index_elements=["subject", "key"], set_=renewed, where=too_old
    ).returning(idempotency_keys.c.key)


def _pruning() -> Delete:
    """Forget a few keys older than 24 hours, leaving alone those that others are at."""
    old = (
        select(idempotency_keys.c.subject, idempotency_keys.c.key)
        .where(idempotency_keys.c.created_at < func.now() - KEPT)
        .limit(_PRUNED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    place = tuple_(idempotency_keys.c.subject, idempotency_keys.c.key)
    return idempotency_keys.delete().where(place.in_(old))


# Made once: building a statement over a table costs more than executing it.
_CLAIM: Final = _claim()
_KEEP: Final = (
    idempotency_keys.update()
    .where(idempotency_keys.c.subject == bindparam("by"), idempotency_keys.c.key == bindparam("at"))
    .values(restaurant_id=bindparam("restaurant_id"), result=bindparam("result"))
    .add_cte(_pruning().cte("pruned"))
)


async def claim(
    connection: WriteConnection, subject: str, key: str, operation: str, input_hash: str
) -> StoredResult | None:
    """None when the key is now this transaction's; else what was kept with it.

    Waits for a transaction that has claimed the same key and has not ended.
    """
    given = {"subject": subject, "key": key, "operation": operation, "input_hash": input_hash}
    if (await connection.execute(_CLAIM, given)).first() is not None:
        return None
    kept = rows.of_table(idempotency_keys, StoredResult).where(
        idempotency_keys.c.subject == subject, idempotency_keys.c.key == key
    )
    return rows.value_of(StoredResult, (await connection.execute(kept)).mappings().one())


async def keep(
    connection: WriteConnection,
    subject: str,
    key: str,
    restaurant_id: RestaurantId | None,
    result: dict[str, object],
) -> None:
    """Keep the result with the key that this transaction claimed; a few old keys are forgotten."""
    given = {"by": subject, "at": key, "restaurant_id": restaurant_id, "result": result}
    await connection.execute(_KEEP, given)


async def complete(
    connection: WriteConnection, subject: str, key: str, result: dict[str, object], *, lacking: str
) -> dict[str, object]:
    """Replace the kept result if its field `lacking` is null; returns what is kept by then."""
    table = idempotency_keys
    mine = (table.c.subject == subject) & (table.c.key == key)
    await connection.execute(
        table.update().where(mine, table.c.result[lacking].astext.is_(None)).values(result=result)
    )
    kept = (await connection.execute(select(table.c.result).where(mine))).scalar()
    return result if kept is None else kept
