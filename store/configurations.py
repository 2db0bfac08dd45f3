"""The versions of a restaurant's settings; exactly one is active."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from domain.configurations import ConfigurationStatus, ConfigurationVersion
from domain.ids import ConfigurationId, GroupId, RestaurantId
from domain.rules import LimitScope
from store import backup_assignments, groups, rows, rules
from store.engine import ReadConnection, WriteConnection
from store.tables import configuration_versions


async def insert(
    connection: WriteConnection, configuration: ConfigurationVersion
) -> ConfigurationVersion:
    return await rows.insert(connection, configuration_versions, configuration)


async def update(
    connection: WriteConnection, configuration: ConfigurationVersion
) -> ConfigurationVersion:
    """The version as it stands; archive the active one before another is made active."""
    return await rows.update(connection, configuration_versions, configuration)


async def by_ids(
    connection: ReadConnection, ids: Iterable[ConfigurationId]
) -> dict[ConfigurationId, ConfigurationVersion]:
    return await rows.by_ids(connection, configuration_versions, ConfigurationVersion, ids)


async def active_of(
    connection: ReadConnection, restaurant_ids: Iterable[RestaurantId]
) -> dict[RestaurantId, ConfigurationVersion]:
    """The active version of each restaurant that has one."""
    found = await rows.all_where(
        connection,
        configuration_versions,
        ConfigurationVersion,
        rows.is_among(configuration_versions.c.restaurant_id, restaurant_ids),
        configuration_versions.c.status == ConfigurationStatus.ACTIVE,
    )
    return {version.restaurant_id: version for version in found}


async def of_restaurant(
    connection: ReadConnection, restaurant_id: RestaurantId
) -> tuple[ConfigurationVersion, ...]:
    """All versions, by number."""
    return await of_restaurants(connection, [restaurant_id])


async def of_restaurants(
    connection: ReadConnection, ids: Iterable[RestaurantId]
) -> tuple[ConfigurationVersion, ...]:
    """The same of several restaurants, one after another."""
    table = configuration_versions
    statement = (
        rows.of_table(table, ConfigurationVersion)
        .where(rows.is_among(table.c.restaurant_id, ids))
        .order_by(table.c.restaurant_id, table.c.number)
    )
    return rows.values_of(ConfigurationVersion, await connection.execute(statement))


async def copy_content(
    connection: WriteConnection, from_id: ConfigurationId, to_id: ConfigurationId, revision: int
) -> dict[GroupId, GroupId]:
    """Copy whatever is active of one version into another; the new id of each group by its old.

    A limit loses the targets that are deleted by now, and is left out when it has no other.
    """
    moved = await _copy_groups(connection, from_id, to_id, revision)
    here: dict[str, Any] = {"configuration_id": to_id, "revision": revision, **_NEW}
    for assignment in await backup_assignments.active_of_configurations(connection, [from_id]):
        if assignment.group_id in moved:
            copy = replace(
                assignment,
                group_id=moved[assignment.group_id],
                lineage_id=assignment.lineage_id or assignment.id,
                **here,
            )
            await backup_assignments.insert(connection, copy)
    for limit in await rules.active_work_limits_of(connection, [from_id]):
        targets = tuple(moved[key] for key in limit.target_group_ids if key in moved)
        if targets or limit.scope is not LimitScope.GROUP:
            copied = replace(limit, target_group_ids=targets, **here)
            await rules.insert_work_limit(connection, copied)
    for priority in await rules.active_priority_rules_of(connection, [from_id]):
        await rules.insert_priority_rule(connection, replace(priority, **here))
    for succession in await rules.active_succession_rules_of(connection, [from_id]):
        await rules.insert_succession_rule(connection, replace(succession, **here))
    for standing in await rules.active_standing_rules_of(connection, [from_id]):
        await rules.insert_standing_rule(connection, replace(standing, **here))
    for calendar in await rules.active_calendar_rules_of(connection, [from_id]):
        await rules.insert_calendar_rule(connection, replace(calendar, **here))
    return moved


_NEW: dict[str, Any] = {"created_at": None, "updated_at": None}


async def _copy_groups(
    connection: WriteConnection, from_id: ConfigurationId, to_id: ConfigurationId, revision: int
) -> dict[GroupId, GroupId]:
    moved: dict[GroupId, GroupId] = {}
    for group in await groups.of_configurations(connection, [from_id]):
        lineage = group.lineage_id or group.id
        here: dict[str, Any] = {"configuration_id": to_id, "revision": revision, **_NEW}
        copy = replace(group, lineage_id=lineage, **here)
        moved[group.id] = (await groups.insert(connection, copy)).id
    members = await groups.memberships_of_groups(connection, moved)
    await groups.insert_memberships(
        connection, [replace(m, group_id=moved[m.group_id]) for m in members]
    )
    return moved
