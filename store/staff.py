"""The people of a restaurant; nobody's row ever leaves."""

from collections.abc import Iterable

from domain.ids import RestaurantId, StaffId
from domain.staff import StaffMember
from store import rows
from store.engine import ReadConnection, WriteConnection
from store.tables import staff


async def insert(connection: WriteConnection, member: StaffMember) -> StaffMember:
    return await rows.insert(connection, staff, member)


async def update(connection: WriteConnection, member: StaffMember) -> StaffMember:
    return await rows.update(connection, staff, member)


async def by_ids(connection: ReadConnection, ids: Iterable[StaffId]) -> dict[StaffId, StaffMember]:
    return await rows.by_ids(connection, staff, StaffMember, ids)


async def of_restaurant(
    connection: ReadConnection, restaurant_id: RestaurantId
) -> tuple[StaffMember, ...]:
    """Everybody, deactivated people too, by creation."""
    return await of_restaurants(connection, [restaurant_id])


async def of_restaurants(
    connection: ReadConnection, ids: Iterable[RestaurantId]
) -> tuple[StaffMember, ...]:
    return await rows.all_where(
        connection, staff, StaffMember, rows.is_among(staff.c.restaurant_id, ids)
    )
