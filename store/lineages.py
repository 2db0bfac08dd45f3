"""Copies of one group or assignment in several versions, and the covers that change over."""

from dataclasses import replace
from typing import Final

from sqlalchemy import text

from domain.covers import Cover
from domain.ids import BackupAssignmentId, ConfigurationId, CoverId, GroupId
from store import schedules
from store.engine import WriteConnection

# a copy that has the cover already keeps it, and the older row stays where it is
_SUCCESSORS: Final = text(
    """
    select distinct on (c.schedule_id, c.date, c.staff_id, heir.id)
        c.id, heir.id as group_id,
        coalesce(new_assignment.id, c.backup_assignment_id) as backup_assignment_id
    from staff_groups heir
    join staff_groups kin on kin.restaurant_id = heir.restaurant_id
        and coalesce(kin.lineage_id, kin.id) = coalesce(heir.lineage_id, heir.id)
        and kin.id <> heir.id
    join covers c on c.group_id = kin.id
    join schedules s on s.id = c.schedule_id and s.is_active
    left join backup_assignments assignment on assignment.id = c.backup_assignment_id
    left join backup_assignments new_assignment
        on new_assignment.configuration_id = heir.configuration_id
        and coalesce(new_assignment.lineage_id, new_assignment.id)
            = coalesce(assignment.lineage_id, assignment.id)
    where heir.configuration_id = :configuration_id and heir.is_active
        and not exists (
            select from covers d
            where (d.schedule_id, d.date, d.staff_id) = (c.schedule_id, c.date, c.staff_id)
                and d.group_id = heir.id
        )
    order by c.schedule_id, c.date, c.staff_id, heir.id, c.revision desc, c.id desc
    """
)

_MOVE: Final = text(
    """
    update covers c
    set group_id = m.group_id, backup_assignment_id = m.backup_assignment_id,
        revision = :revision, updated_at = now()
    from unnest(
        cast(:ids as bigint[]), cast(:group_ids as bigint[]), cast(:assignment_ids as bigint[])
    ) as m (id, group_id, backup_assignment_id)
    where c.id = m.id
    """
)


async def take_over_covers(
    connection: WriteConnection, configuration_id: ConfigurationId, revision: int
) -> tuple[tuple[Cover, Cover], ...]:
    """Give the version's groups the covers of those they are copies of; each before and after.

    Only group and assignment change: what was true of a cover when it was recorded stays. A cover
    whose group has no copy in this version stays as it is.
    """
    found = (
        await connection.execute(_SUCCESSORS, {"configuration_id": configuration_id})
    ).mappings()
    heirs = {
        CoverId(row["id"]): (GroupId(row["group_id"]), row["backup_assignment_id"]) for row in found
    }
    stood = await schedules.covers_by_ids(connection, heirs)
    moved = tuple(
        (cover, _moved(cover, *heirs[key], revision)) for key, cover in sorted(stood.items())
    )
    await connection.execute(
        _MOVE,
        {
            "ids": [after.id for _, after in moved],
            "group_ids": [after.group_id for _, after in moved],
            "assignment_ids": [after.backup_assignment_id for _, after in moved],
            "revision": revision,
        },
    )
    return moved


def _moved(
    cover: Cover, group_id: GroupId, assignment_id: BackupAssignmentId | None, revision: int
) -> Cover:
    return replace(cover, group_id=group_id, backup_assignment_id=assignment_id, revision=revision)
