"""Standing rules "this person may cover that group"; the database refuses overlaps of a pair."""

from collections.abc import Iterable

from domain.backups import BackupAssignment
from domain.ids import BackupAssignmentId, ConfigurationId, GroupId
from domain.staff import StaffGroup
from store import rows
from store.engine import ReadConnection, WriteConnection
from store.tables import backup_assignments


async def insert(connection: WriteConnection, assignment: BackupAssignment) -> BackupAssignment:
    """The new row; an overlap with an active one of the pair is EFFECTIVE_PERIODS_OVERLAP."""
    return await rows.insert(connection, backup_assignments, assignment)


async def update(connection: WriteConnection, assignment: BackupAssignment) -> BackupAssignment:
    return await rows.update(connection, backup_assignments, assignment)


async def by_ids(
    connection: ReadConnection, ids: Iterable[BackupAssignmentId]
) -> dict[BackupAssignmentId, BackupAssignment]:
    return await rows.by_ids(connection, backup_assignments, BackupAssignment, ids)


async def active_of_configurations(
    connection: ReadConnection, ids: Iterable[ConfigurationId]
) -> tuple[BackupAssignment, ...]:
    """The active ones, by creation; whether one is in force is a question of the day."""
    return await rows.active_of_configurations(
        connection, backup_assignments, BackupAssignment, ids
    )


async def active_of_group(
    connection: ReadConnection, group_id: GroupId
) -> tuple[BackupAssignment, ...]:
    return tuple(a for a in await of_group(connection, group_id) if a.is_active)


async def of_group(connection: ReadConnection, group_id: GroupId) -> tuple[BackupAssignment, ...]:
    """Deleted ones too, by creation."""
    return await rows.all_where(
        connection,
        backup_assignments,
        BackupAssignment,
        rows.is_among(backup_assignments.c.group_id, [group_id]),
    )


async def ended_with(connection: ReadConnection, group: StaffGroup) -> tuple[BackupAssignment, ...]:
    """Those that were deleted with their group, by creation."""
    found = await of_group(connection, group.id)
    return tuple(a for a in found if not a.is_active and a.revision == group.revision)
