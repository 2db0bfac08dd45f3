"""Rows and domain values: a column and a field of the same name hold the same thing."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Result, Select, Table, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger

from store.codec import adapter, to_row
from store.engine import ReadConnection, WriteConnection

LARGEST_KEY = 2**63 - 2  # the largest bigint itself has no place in a range

V = TypeVar("V")
_SETTLED = ("id", "restaurant_id", "created_at")
_STAMPED = ("created_at", "updated_at")


class Keyed(Protocol):
    @property
    def id(self) -> int: ...


K = TypeVar("K", bound=Keyed)


def columns_of(table: Table, value: Any) -> dict[str, Any]:
    """The value's fields that are columns of the table; an unset instant is left to the row."""
    names = [field.name for field in fields(value) if field.name in table.c]
    found = {name: _plain(getattr(value, name)) for name in names}
    return {k: v for k, v in found.items() if v is not None or k not in _STAMPED}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return to_row(value)
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def values_of(cls: type[V], result: Result[Any]) -> tuple[V, ...]:
    """All rows of a result as values of a class, in the order they came."""
    found: list[V] = adapter(list[cls]).validate_python(  # type: ignore[valid-type]
        [dict(row) for row in result.mappings()]
    )
    return tuple(found)


def value_of(cls: type[V], row: Mapping[Any, Any]) -> V:
    found: V = adapter(cls).validate_python(dict(row))
    return found


def of_table(table: Table, cls: type[Any]) -> Select[Any]:
    """A select of just the columns that the class has fields for."""
    return select(*(table.c[field.name] for field in fields(cls) if field.name in table.c))


def is_among(column: ColumnElement[Any], ids: Iterable[int]) -> ColumnElement[bool]:
    """One statement for any number of ids; numbers that no row can have are left out."""
    keys = [int(key) for key in ids if 0 < key <= LARGEST_KEY]
    listed: BindParameter[Any] = bindparam(None, keys, ARRAY(BigInteger))
    return column == func.any(listed)


async def insert(connection: WriteConnection, table: Table, value: K) -> K:
    """The value as it stands in the new row, with its id and instants."""
    columns = columns_of(table, value)
    columns.pop("id")
    statement = (
        table.insert().values(columns).returning(*of_table(table, type(value)).selected_columns)
    )
    row = (await connection.execute(statement)).mappings().one()
    return value_of(type(value), row)


async def update(connection: WriteConnection, table: Table, value: K) -> K:
    """The value as it stands after writing all that may change, with its new `updated_at`."""
    columns = {k: v for k, v in columns_of(table, value).items() if k not in _SETTLED}
    if "updated_at" in table.c:
        columns["updated_at"] = func.now()
    statement = (
        table.update()
        .where(table.c.id == value.id)
        .values(columns)
        .returning(*of_table(table, type(value)).selected_columns)
    )
    row = (await connection.execute(statement)).mappings().one()
    return value_of(type(value), row)


async def by_ids(
    connection: ReadConnection, table: Table, cls: type[K], ids: Iterable[int]
) -> dict[Any, K]:
    """The values found; an id without a row is no key."""
    statement = of_table(table, cls).where(is_among(table.c.id, ids))
    return {value.id: value for value in values_of(cls, await connection.execute(statement))}


async def all_where(
    connection: ReadConnection, table: Table, cls: type[V], *conditions: ColumnElement[bool]
) -> tuple[V, ...]:
    """The values that meet the conditions, by creation, then id."""
    statement = of_table(table, cls).where(*conditions).order_by(table.c.created_at, table.c.id)
    return values_of(cls, await connection.execute(statement))


async def active_of_configurations(
    connection: ReadConnection, table: Table, cls: type[V], ids: Iterable[int]
) -> tuple[V, ...]:
    """What is active of these versions, by creation, then id."""
    return await all_where(
        connection, table, cls, is_among(table.c.configuration_id, ids), table.c.is_active
    )
