"""Shift types: data of a restaurant, named by their code everywhere else."""

from collections.abc import Iterable, Sequence

from domain.ids import RestaurantId, ShiftTypeId
from domain.shifts import ShiftType
from store import rows
from store.engine import ReadConnection, WriteConnection
from store.tables import shift_types


async def insert_many(
    connection: WriteConnection, types: Sequence[ShiftType]
) -> tuple[ShiftType, ...]:
    """The new rows; a code that the restaurant has already is DUPLICATE."""
    return tuple([await rows.insert(connection, shift_types, kind) for kind in types])


async def update(connection: WriteConnection, kind: ShiftType) -> ShiftType:
    return await rows.update(connection, shift_types, kind)


async def by_ids(
    connection: ReadConnection, ids: Iterable[ShiftTypeId]
) -> dict[ShiftTypeId, ShiftType]:
    return await rows.by_ids(connection, shift_types, ShiftType, ids)


async def of_restaurants(
    connection: ReadConnection, ids: Iterable[RestaurantId]
) -> tuple[ShiftType, ...]:
    """In list order, which decides what the standard type is; restaurant after restaurant."""
    statement = (
        rows.of_table(shift_types, ShiftType)
        .where(rows.is_among(shift_types.c.restaurant_id, ids))
        .order_by(shift_types.c.restaurant_id, shift_types.c.position, shift_types.c.id)
    )
    return rows.values_of(ShiftType, await connection.execute(statement))
