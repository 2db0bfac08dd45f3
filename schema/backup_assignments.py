"""Who may cover which group."""

from datetime import date, datetime

import strawberry

from domain import backups as domain
from domain.backups import AssignmentType
from domain.ids import BackupAssignmentId
from schema.context import Info
from schema.fields import described
from schema.nodes import Node, encode, register, stored
from schema.staff import StaffGroup, StaffMember, staff_group, staff_member
from store import backup_assignments


@strawberry.type(
    description=(
        "A standing rule: this person may cover that group. It makes nobody work by itself; who "
        "really covers is a Cover."
    )
)
class BackupAssignment(Node):
    assignment_type: AssignmentType = strawberry.field(description="For good or for a while.")
    priority_order: int = strawberry.field(
        description="1 is asked first; equal numbers share a rank, holes mean nothing."
    )
    effective_from: date | None = strawberry.field(description="The first day; null: always.")
    effective_until: date | None = strawberry.field(
        description="The last day, included; null: for good."
    )
    is_active: bool = strawberry.field(description="False once deleted; the row stays.")
    notes: str | None = strawberry.field(description="Anything worth knowing.")
    revision: int = strawberry.field(description="The revision that last changed it.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    value: strawberry.Private[domain.BackupAssignment]

    @described("Who may cover.")
    async def staff(self, info: Info) -> StaffMember:
        return await staff_member(info, self.value.staff_id)

    @described("Which group they may cover.")
    async def group(self, info: Info) -> StaffGroup:
        return await staff_group(info, self.value.group_id)

    @classmethod
    def from_domain(cls, value: domain.BackupAssignment) -> "BackupAssignment":
        return cls(
            id=encode("BackupAssignment", value.id),
            assignment_type=value.assignment_type,
            priority_order=value.priority_order,
            effective_from=value.effective_from,
            effective_until=value.effective_until,
            is_active=value.is_active,
            notes=value.notes,
            revision=value.revision,
            created_at=stored(value.created_at),
            updated_at=stored(value.updated_at),
            value=value,
        )


register(domain.BackupAssignment, BackupAssignment, backup_assignments.by_ids)


async def backup_assignment(info: Info, key: int) -> BackupAssignment:
    """An assignment whose id stands in another row; deleted ones are answered too."""
    found = await info.context.loaders.backup_assignments.load(BackupAssignmentId(key))
    return BackupAssignment.from_domain(found)
