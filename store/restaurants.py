"""Restaurants, who belongs to them, and the one counter that orders their history."""

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import Text, bindparam, cast, exists, func, select
from sqlalchemy.dialects.postgresql import insert as insert_or

from domain.access import Caller, Membership, Role
from domain.configurations import Restaurant
from domain.ids import RestaurantId
from store import rows
from store.engine import ReadConnection, WriteConnection
from store.tables import restaurant_memberships, restaurants

# Made once: building a statement over a table costs more than executing it.
_TAKE_REVISION: Final = (
    restaurants.update()
    .where(restaurants.c.id == bindparam("key"))
    .values(revision=restaurants.c.revision + 1)
    .returning(*rows.of_table(restaurants, Restaurant).selected_columns)
)
_TAKE_REVISION_AS: Final = _TAKE_REVISION.where(
    exists().where(
        restaurant_memberships.c.restaurant_id == restaurants.c.id,
        restaurant_memberships.c.subject == bindparam("subject"),
        restaurant_memberships.c.role.in_(bindparam("roles", expanding=True)),
    )
)


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


async def lock_and_take_revision(
    connection: WriteConnection, restaurant_id: RestaurantId
) -> Restaurant:
    """The restaurant with its next revision, taken from all other writers of it until the commit.

    The row's lock makes them line up, so that revisions have no holes and are in commit order.
    """
    found = await connection.execute(_TAKE_REVISION, {"key": restaurant_id})
    return rows.value_of(Restaurant, found.mappings().one())


async def lock_for(
    connection: WriteConnection,
    caller: Caller,
    restaurant_id: RestaurantId,
    roles: Collection[Role],
) -> Restaurant | None:
    """The same for a caller with one of these roles; no lock for anybody else, and None."""
    if restaurant_id > rows.LARGEST_KEY:
        return None
    if caller.owns_everything:
        taken = await connection.execute(_TAKE_REVISION, {"key": restaurant_id})
    else:
        given = {"key": restaurant_id, "subject": caller.subject, "roles": list(roles)}
        taken = await connection.execute(_TAKE_REVISION_AS, given)
    found = rows.values_of(Restaurant, taken)
    return found[0] if found else None


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
        is_there = await revision_of(connection, restaurant_id) is not None
        return owner(caller, restaurant_id) if is_there else None
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


def owner(caller: Caller, restaurant_id: RestaurantId) -> Membership:
    """The place of a caller who owns everything in a restaurant that exists."""
    return Membership(restaurant_id=restaurant_id, subject=caller.subject, role=Role.OWNER)
