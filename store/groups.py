"""Groups of a configuration version, and who belongs to them when."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import insert as insert_into
from sqlalchemy import literal, select

from domain.ids import ConfigurationId, GroupId, MembershipId, StaffId
from domain.refusals import not_found
from domain.staff import GroupMembership, StaffGroup
from store import rows
from store.engine import ReadConnection, WriteConnection
from store.tables import group_memberships, staff_groups


async def insert(connection: WriteConnection, group: StaffGroup) -> StaffGroup:
    return await rows.insert(connection, staff_groups, group)


async def update(connection: WriteConnection, group: StaffGroup) -> StaffGroup:
    return await rows.update(connection, staff_groups, group)


async def by_ids(connection: ReadConnection, ids: Iterable[GroupId]) -> dict[GroupId, StaffGroup]:
    return await rows.by_ids(connection, staff_groups, StaffGroup, ids)


async def of_configurations(
    connection: ReadConnection, ids: Iterable[ConfigurationId]
) -> tuple[StaffGroup, ...]:
    """The active groups of these versions, by creation."""
    return await rows.active_of_configurations(connection, staff_groups, StaffGroup, ids)


async def deleted_after(
    connection: ReadConnection, configuration_id: ConfigurationId, day: date
) -> tuple[StaffGroup, ...]:
    """The groups of a version that were deleted after that day, by creation."""
    return await rows.all_where(
        connection,
        staff_groups,
        StaffGroup,
        staff_groups.c.configuration_id == configuration_id,
        staff_groups.c.deactivated_on > day,
    )


async def memberships_of_groups(
    connection: ReadConnection, ids: Iterable[GroupId]
) -> tuple[GroupMembership, ...]:
    """Past, present and future memberships, in the order they were entered."""
    return await rows.all_where(
        connection,
        group_memberships,
        GroupMembership,
        rows.is_among(group_memberships.c.group_id, ids),
    )


async def memberships_of_staff(
    connection: ReadConnection, ids: Iterable[StaffId]
) -> tuple[GroupMembership, ...]:
    """The same by person, in groups of all versions."""
    return await rows.all_where(
        connection,
        group_memberships,
        GroupMembership,
        rows.is_among(group_memberships.c.staff_id, ids),
    )


async def insert_memberships(
    connection: WriteConnection, memberships: Sequence[GroupMembership]
) -> tuple[GroupMembership, ...]:
    """The memberships with their ids; each is of the restaurant that its group is of."""
    return tuple([await _insert_membership(connection, m) for m in memberships])


async def _insert_membership(
    connection: WriteConnection, membership: GroupMembership
) -> GroupMembership:
    columns = rows.columns_of(group_memberships, membership)
    columns.pop("id")
    of_group = select(
        staff_groups.c.restaurant_id,
        *(literal(value, group_memberships.c[name].type) for name, value in columns.items()),
    ).where(rows.is_among(staff_groups.c.id, [membership.group_id]))
    statement = (
        insert_into(group_memberships)
        .from_select(["restaurant_id", *columns], of_group)
        .returning(group_memberships.c.id)
    )
    key: int | None = (await connection.execute(statement)).scalar()
    if key is None:
        raise not_found("group")
    return replace(membership, id=MembershipId(key))


async def update_membership(
    connection: WriteConnection, membership: GroupMembership
) -> GroupMembership:
    return await rows.update(connection, group_memberships, membership)


async def delete_membership(connection: WriteConnection, membership_id: MembershipId) -> None:
    """Forget a membership entered by mistake; one that ends is updated instead."""
    await connection.execute(
        group_memberships.delete().where(group_memberships.c.id == membership_id)
    )
