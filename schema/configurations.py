"""Versions of a restaurant's settings."""

from datetime import datetime

import strawberry

from domain import configurations as domain
from domain.configurations import ConfigurationStatus
from schema.backup_assignments import BackupAssignment
from schema.context import Info
from schema.fields import described
from schema.nodes import Node, encode, register, stored
from schema.rules import CalendarRule, PriorityRule, StandingRule, SuccessionRule, WorkLimit
from schema.staff import StaffGroup
from store import configurations


@strawberry.type(
    description="One set of groups, backups and rules. Schedules go by the active one."
)
class ConfigurationVersion(Node):
    number: int = strawberry.field(description="1, 2, … within the restaurant.")
    name: str = strawberry.field(description="What people call it.")
    status: ConfigurationStatus = strawberry.field(description="Where it stands.")
    is_locked: bool = strawberry.field(description="A locked version refuses every edit.")
    revision: int = strawberry.field(
        description="The revision that last changed the version itself, not its content."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    value: strawberry.Private[domain.ConfigurationVersion]

    @described("The groups in force, oldest first.")
    async def groups(self, info: Info) -> list[StaffGroup]:
        found = await info.context.loaders.groups_of.load(self.value.id)
        return [StaffGroup.from_domain(row) for row in found]

    @described("The backups in force, by group, then priority order.")
    async def backup_assignments(self, info: Info) -> list[BackupAssignment]:
        groups = await info.context.loaders.groups_of.load(self.value.id)
        place = {group.id: n for n, group in enumerate(groups)}
        rows = await info.context.loaders.backups_of.load(self.value.id)
        shown = [row for row in rows if row.group_id in place]
        shown.sort(key=lambda row: (place[row.group_id], row.priority_order, row.id))
        return [BackupAssignment.from_domain(row) for row in shown]

    @described("The work limits in force, oldest first.")
    async def work_limits(self, info: Info) -> list[WorkLimit]:
        found = await info.context.loaders.work_limits_of.load(self.value.id)
        return [WorkLimit.from_domain(row) for row in found]

    @described("The priority rules in force, oldest first.")
    async def priority_rules(self, info: Info) -> list[PriorityRule]:
        found = await info.context.loaders.priority_rules_of.load(self.value.id)
        return [PriorityRule.from_domain(row) for row in found]

    @described("The succession rules in force, oldest first.")
    async def succession_rules(self, info: Info) -> list[SuccessionRule]:
        found = await info.context.loaders.succession_rules_of.load(self.value.id)
        return [SuccessionRule.from_domain(row) for row in found]

    @described("The standing rules in force.")
    async def standing_rules(self, info: Info) -> list[StandingRule]:
        found = await info.context.loaders.standing_rules_of.load(self.value.id)
        return [StandingRule.from_domain(row) for row in found]

    @described("The calendar rules in force, by date.")
    async def calendar_rules(self, info: Info) -> list[CalendarRule]:
        found = await info.context.loaders.calendar_rules_of.load(self.value.id)
        in_order = sorted(found, key=lambda row: (row.date, row.id))
        return [CalendarRule.from_domain(row) for row in in_order]

    @classmethod
    def from_domain(cls, value: domain.ConfigurationVersion) -> "ConfigurationVersion":
        return cls(
            id=encode("ConfigurationVersion", value.id),
            number=value.number,
            name=value.name,
            status=value.status,
            is_locked=value.is_locked,
            revision=value.revision,
            created_at=stored(value.created_at),
            updated_at=stored(value.updated_at),
            value=value,
        )


register(domain.ConfigurationVersion, ConfigurationVersion, configurations.by_ids)
