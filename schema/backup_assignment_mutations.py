"""Saying who may cover which group."""

from datetime import date
from typing import Annotated

import strawberry

from domain import backups as domain
from domain.backups import AssignmentType
from domain.findings import Conflict as DomainConflict
from domain.ids import BackupAssignmentId, ConfigurationId, GroupId, RestaurantId, StaffId
from resolvers import backup_assignments
from schema.backup_assignments import BackupAssignment
from schema.conflicts import Conflict, PayloadWithFindings
from schema.context import Info
from schema.inputs import THE_INPUT, EditInput, MutationInput, asking, changes_of, given
from schema.nodes import decode
from schema.payloads import Payload, result
from schema.problems import AnyProblem

NULLABLE = frozenset({"effective_from", "effective_until", "notes"})
CONFLICTS = (
    "What this brings about, looked for in the month from today or its first day on; "
    "nothing is refused because of them."
)


@strawberry.input(description="A new rule that this person may cover that group.")
class CreateBackupAssignmentInput(MutationInput):
    staff_id: strawberry.ID = strawberry.field(description="Who may cover; no member of it.")
    group_id: strawberry.ID = strawberry.field(
        description="Which group; its configuration version gets the rule."
    )
    assignment_type: AssignmentType | None = strawberry.field(
        default=strawberry.UNSET, description="Default REGULAR."
    )
    priority_order: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="1 is asked first; left out: after the last of the group.",
    )
    effective_from: date | None = strawberry.field(
        default=strawberry.UNSET, description="The first day; left out: always."
    )
    effective_until: date | None = strawberry.field(
        default=strawberry.UNSET, description="The last day, included; left out: for good."
    )
    notes: str | None = strawberry.field(
        default=strawberry.UNSET, description="Up to 2,000 characters."
    )

    def to_domain(self) -> domain.BackupAssignment:
        return domain.BackupAssignment(
            id=BackupAssignmentId(0),
            restaurant_id=RestaurantId(0),
            configuration_id=ConfigurationId(0),
            staff_id=StaffId(decode("StaffMember", self.staff_id, ("staffId",))),
            group_id=GroupId(decode("StaffGroup", self.group_id, ("groupId",))),
            assignment_type=given(self.assignment_type, AssignmentType.REGULAR),
            effective_from=given(self.effective_from, None),
            effective_until=given(self.effective_until, None),
            notes=given(self.notes, None),
        )


@strawberry.input(description="Changes of an assignment; what is left out stays as it is.")
class UpdateBackupAssignmentInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which assignment.")
    assignment_type: AssignmentType | None = strawberry.field(
        default=strawberry.UNSET, description="For good or for a while."
    )
    priority_order: int | None = strawberry.field(
        default=strawberry.UNSET, description="1 is asked first."
    )
    effective_from: date | None = strawberry.field(
        default=strawberry.UNSET, description="The first day; null: always."
    )
    effective_until: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="The last day, included; null: for good. Past covers stay.",
    )
    is_active: bool | None = strawberry.field(
        default=strawberry.UNSET, description="False deletes it; true takes that back."
    )
    notes: str | None = strawberry.field(
        default=strawberry.UNSET, description="Up to 2,000 characters; null clears them."
    )


@strawberry.input(description="Delete an assignment; covers recorded under it stay.")
class DeleteBackupAssignmentInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which assignment.")


@strawberry.input(description="A new order in which a group's backups are asked.")
class ReorderBackupAssignmentsInput(EditInput):
    group_id: strawberry.ID = strawberry.field(description="Which group.")
    ids: list[strawberry.ID] = strawberry.field(
        description="Every active assignment of the group exactly once, first asked first."
    )


@strawberry.type(description="The new assignment.")
class CreateBackupAssignmentPayload(Payload):
    backup_assignment: BackupAssignment = strawberry.field(description="As stored.")
    conflicts: list[Conflict] = strawberry.field(description=CONFLICTS)


@strawberry.type(description="The assignment after the change.")
class UpdateBackupAssignmentPayload(Payload):
    backup_assignment: BackupAssignment = strawberry.field(description="As stored.")
    conflicts: list[Conflict] = strawberry.field(description=CONFLICTS)


@strawberry.type(description="The deleted assignment.")
class DeleteBackupAssignmentPayload(PayloadWithFindings):
    backup_assignment: BackupAssignment = strawberry.field(description="The row that stays.")


@strawberry.type(description="The new order.")
class ReorderBackupAssignmentsPayload(Payload):
    backup_assignments: list[BackupAssignment] = strawberry.field(
        description="All active assignments of the group, first asked first."
    )


CreateResult = Annotated[
    CreateBackupAssignmentPayload | AnyProblem, result("CreateBackupAssignmentResult")
]
UpdateResult = Annotated[
    UpdateBackupAssignmentPayload | AnyProblem, result("UpdateBackupAssignmentResult")
]
DeleteResult = Annotated[
    DeleteBackupAssignmentPayload | AnyProblem, result("DeleteBackupAssignmentResult")
]
ReorderResult = Annotated[
    ReorderBackupAssignmentsPayload | AnyProblem, result("ReorderBackupAssignmentsResult")
]


async def create_backup_assignment(
    info: Info, input: Annotated[CreateBackupAssignmentInput, THE_INPUT]
) -> CreateResult:
    asked = asking(info, "createBackupAssignment", input)
    order = given(input.priority_order, None)
    made = await backup_assignments.create(*asked, input.to_domain(), order)
    await info.context.release_reads()
    return CreateBackupAssignmentPayload(
        backup_assignment=BackupAssignment.from_domain(made.assignment),
        conflicts=_conflicts(made.conflicts),
        revision=made.revision,
    )


async def update_backup_assignment(
    info: Info, input: Annotated[UpdateBackupAssignmentInput, THE_INPUT]
) -> UpdateResult:
    key = BackupAssignmentId(decode("BackupAssignment", input.id, ("id",)))
    asked = asking(info, "updateBackupAssignment", input)
    changes = changes_of(input, nullable=NULLABLE)
    made = await backup_assignments.update(*asked, key, changes)
    await info.context.release_reads()
    return UpdateBackupAssignmentPayload(
        backup_assignment=BackupAssignment.from_domain(made.assignment),
        conflicts=_conflicts(made.conflicts),
        revision=made.revision,
    )


async def delete_backup_assignment(
    info: Info, input: Annotated[DeleteBackupAssignmentInput, THE_INPUT]
) -> DeleteResult:
    key = BackupAssignmentId(decode("BackupAssignment", input.id, ("id",)))
    made = await backup_assignments.delete(*asking(info, "deleteBackupAssignment", input), key)
    await info.context.release_reads()
    assignment = BackupAssignment.from_domain(made.value)
    return DeleteBackupAssignmentPayload(
        backup_assignment=assignment, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def reorder_backup_assignments(
    info: Info, input: Annotated[ReorderBackupAssignmentsInput, THE_INPUT]
) -> ReorderResult:
    group_id = GroupId(decode("StaffGroup", input.group_id, ("groupId",)))
    keys = [BackupAssignmentId(decode("BackupAssignment", key, ("ids",))) for key in input.ids]
    asked = asking(info, "reorderBackupAssignments", input)
    made = await backup_assignments.reorder(*asked, group_id, keys)
    await info.context.release_reads()
    return ReorderBackupAssignmentsPayload(
        backup_assignments=[BackupAssignment.from_domain(row) for row in made.value],
        revision=made.revision,
    )


def _conflicts(found: tuple[DomainConflict, ...]) -> list[Conflict]:
    return [Conflict.from_domain(conflict) for conflict in found]
