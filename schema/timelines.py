"""Who backs a group from when until when."""

from datetime import date
from typing import Annotated

import strawberry

from domain import timelines as domain
from domain.ids import BackupAssignmentId, GroupId
from resolvers.coverage import timeline_of
from schema.backup_assignments import BackupAssignment, backup_assignment
from schema.context import Info
from schema.fields import described
from schema.nodes import find_key
from schema.spans import require_span
from schema.staff import StaffGroup, staff_group
from store import groups


@strawberry.type(description="A backup that may be asked, and the place in the order.")
class BackupInForce:
    backup_assignment: BackupAssignment = strawberry.field(description="The standing rule.")
    rank: int = strawberry.field(description="1 is asked first; equal orders share a rank.")


@strawberry.type(description="Consecutive days on which the same backups may be asked.")
class BackupSpan:
    start: date = strawberry.field(description="The first day.")
    end: date = strawberry.field(description="The last day, included.")
    backups: list[BackupInForce] = strawberry.field(
        description=(
            "Whoever is assigned for these days, employed and no member of the group, in rank "
            "order; [] where nobody is. Rests and limits are not looked at."
        )
    )


@strawberry.type(
    description="Who backs a group from when until when, by the configuration in force."
)
class BackupTimeline:
    spans: list[BackupSpan] = strawberry.field(
        description="The days asked for without a hole, split wherever backups or ranks change."
    )
    next_expiry: date | None = strawberry.field(
        description="The last day of the assignments that end first from today on; null: none ends."
    )
    last_backup_lost: list[date] = strawberry.field(
        description="Each day without any backup whose day before still had one."
    )
    revision: int = strawberry.field(description="The restaurant's revision that was read.")
    group_id: strawberry.Private[GroupId]
    expiring_ids: strawberry.Private[tuple[BackupAssignmentId, ...]]

    @described("The group.")
    async def group(self, info: Info) -> StaffGroup:
        return await staff_group(info, self.group_id)

    @described("The assignments that end on `nextExpiry`; [] if it is null.")
    async def expiring(self, info: Info) -> list[BackupAssignment]:
        return [await backup_assignment(info, key) for key in self.expiring_ids]

    @classmethod
    def from_domain(cls, value: domain.BackupTimeline, revision: int) -> "BackupTimeline":
        return cls(
            spans=[_span(span) for span in value.spans],
            next_expiry=value.next_expiry,
            last_backup_lost=list(value.last_backup_lost),
            revision=revision,
            group_id=value.group_id,
            expiring_ids=value.expiring_ids,
        )


def _span(value: domain.BackupSpan) -> BackupSpan:
    backups = [
        BackupInForce(
            backup_assignment=BackupAssignment.from_domain(backup.assignment), rank=backup.rank
        )
        for backup in value.backups
    ]
    return BackupSpan(start=value.start, end=value.end, backups=backups)


async def backup_timeline(
    info: Info,
    group_id: Annotated[
        strawberry.ID,
        strawberry.argument(description="The global id of a group of the configuration in force."),
    ],
    start: Annotated[date, strawberry.argument(description="The first date.")],
    end: Annotated[
        date, strawberry.argument(description="The last date, included; 366 days at most.")
    ],
) -> BackupTimeline | None:
    require_span(start, end)
    key = GroupId(find_key("StaffGroup", group_id) or 0)
    group = (await info.context.reads.ask(lambda c: groups.by_ids(c, [key]))).get(key)
    if group is None or await info.context.membership(group.restaurant_id) is None:
        return None
    today = await info.context.today(group.restaurant_id)
    found = await info.context.reads.ask(lambda c: timeline_of(c, group, (start, end), today))
    return None if found is None else BackupTimeline.from_domain(found.timeline, found.revision)
