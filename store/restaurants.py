"""Restaurants, who belongs to them, and the one counter that orders their history."""

from collections.abc import Iterable

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import insert as insert_or

from domain.access import Caller, Membership, Role
from domain.configurations import Restaurant
from domain.ids import RestaurantId
from store import rows
from store.engine import ReadConnection, WriteConnection
from store.tables import restaurant_memberships, restaurants


async def insert(connection: WriteConnection, restaurant: Restaurant) -> Restaurant:
    return await rows.insert(connection, restaurants, restaurant)


async def update(connection: WriteConnection, restaurant: Restaurant) -> Restaurant:
    return await rows.update(connection, restaurants, restaurant)


async def by_ids(
    connection: ReadConnection, ids: Iterable[RestaurantId]
) -> dict[RestaurantId, Restaurant]:
    return await rows.by_ids(connection, restaurants, Restaurant, ids)


async def readable_by(connection: ReadConnection, caller: Caller) -> tuple[Restaurant, ...]:
    """The restaurants the caller is a member of, by creation."""
    if caller.owns_everything:
        return await rows.all_where(connection, restaurants, Restaurant)
    own = select(restaurant_memberships.c.restaurant_id).where(
        restaurant_memberships.c.subject == caller.subject
    )
    return await rows.all_where(connection, restaurants, Restaurant, restaurants.c.id.in_(own))


async def revision_of(connection: ReadConnection, restaurant_id: RestaurantId) -> int | None:
    """The restaurant's newest revision; None when there is no such restaurant."""
    statement = select(restaurants.c.revision).where(
        rows.is_among(restaurants.c.id, [restaurant_id])
    )
    revision: int | None = (await connection.execute(statement)).scalar()
    return revision


async def lock_and_take_revision(connection: WriteConnection, restaurant_id: RestaurantId) -> int:
    """The next revision, taken from all other writers of the restaurant until the commit.

    The row's lock makes them line up, so that revisions have no holes and are in commit order.
    """
    statement = (
        restaurants.update()
        .where(restaurants.c.id == restaurant_id)
        .values(revision=restaurants.c.revision + 1)
        .returning(restaurants.c.revision)
    )
    revision: int = (await connection.execute(statement)).scalar_one()
    return revision


async def begin_new_epoch(connection: WriteConnection) -> int:
    """Say that the revisions of every restaurant count another history; answers how many.

    Whoever follows or resumes with what they know of the former one must read everything anew.
    """
    statement = restaurants.update().values(epoch=cast(func.gen_random_uuid(), Text))
    return (await connection.execute(statement)).rowcount


async def membership_of(
    connection: ReadConnection, caller: Caller, restaurant_id: RestaurantId
) -> Membership | None:
    """The caller's place in the restaurant; None when it does not exist for them."""
    if caller.owns_everything:
        exists = await revision_of(connection, restaurant_id) is not None
        return _owner(caller, restaurant_id) if exists else None
    statement = rows.of_table(restaurant_memberships, Membership).where(
        rows.is_among(restaurant_memberships.c.restaurant_id, [restaurant_id]),
        restaurant_memberships.c.subject == caller.subject,
    )
    found = rows.values_of(Membership, await connection.execute(statement))
    return found[0] if found else None


async def memberships_of(
    connection: ReadConnection, restaurant_id: RestaurantId
) -> tuple[Membership, ...]:
    statement = (
        rows.of_table(restaurant_memberships, Membership)
        .where(rows.is_among(restaurant_memberships.c.restaurant_id, [restaurant_id]))
        .order_by(restaurant_memberships.c.created_at, restaurant_memberships.c.subject)
    )
    return rows.values_of(Membership, await connection.execute(statement))


async def grant(connection: WriteConnection, membership: Membership) -> None:
    """Give somebody a role, in place of the one they had."""
    columns = rows.columns_of(restaurant_memberships, membership)
    statement = insert_or(restaurant_memberships).values(columns)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["restaurant_id", "subject"],
            set_={"role": statement.excluded.role, "staff_id": statement.excluded.staff_id},
        )
    )


async def revoke(connection: WriteConnection, restaurant_id: RestaurantId, subject: str) -> None:
    await connection.execute(
        restaurant_memberships.delete().where(
            restaurant_memberships.c.restaurant_id == restaurant_id,
            restaurant_memberships.c.subject == subject,
        )
    )


def _owner(caller: Caller, restaurant_id: RestaurantId) -> Membership:
    return Membership(restaurant_id=restaurant_id, subject=caller.subject, role=Role.OWNER)
