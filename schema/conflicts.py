"""Findings about settings or dates, before or after any schedule exists."""

from datetime import date

import strawberry

from domain import findings as domain
from domain.findings import Severity
from schema.backup_assignments import BackupAssignment
from schema.context import Info
from schema.fields import described
from schema.staff import StaffGroup, StaffMember, staff_group, staff_member


@strawberry.type(
    description="A finding about settings or dates. It refuses nothing; somebody should look."
)
class Conflict:
    code: str = strawberry.field(description="Stable, in capitals.")
    severity: Severity = strawberry.field(description="How much it asks for.")
    message: str = strawberry.field(description="A sentence for a manager, with names and dates.")
    key: str = strawberry.field(
        description="The same finding has the same key in every list: new, still there, or gone."
    )
    fix: str = strawberry.field(description="What would settle it, as a sentence.")
    dates: list[date] = strawberry.field(description="The dates of this one cause; may be empty.")
    value: strawberry.Private[domain.Conflict]

    @described("Whom it is about; null if nobody.")
    async def staff(self, info: Info) -> StaffMember | None:
        key = self.value.staff_id
        return None if key is None else await staff_member(info, key)

    @described("The group it is about; null if none.")
    async def group(self, info: Info) -> StaffGroup | None:
        key = self.value.group_id
        return None if key is None else await staff_group(info, key)

    @described("The assignment it is about; null if none.")
    async def backup_assignment(self, info: Info) -> BackupAssignment | None:
        key = self.value.backup_assignment_id
        if key is None:
            return None
        return BackupAssignment.from_domain(await info.context.loaders.backup_assignments.load(key))

    @classmethod
    def from_domain(cls, value: domain.Conflict) -> "Conflict":
        return cls(
            code=value.code,
            severity=value.severity,
            message=value.message,
            key=value.key,
            fix=value.fix,
            dates=list(value.dates),
            value=value,
        )
