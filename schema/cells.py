"""What stands on a schedule: cells, covers, gaps and the rules that it breaks."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import strawberry

from domain import covers as covers_domain
from domain import runs as runs_domain
from domain import shifts as domain
from domain.clock_times import WorkingTime, rest_minutes_before, working_time
from domain.covers import CoverSource
from domain.ids import GroupId, ScheduleId, StaffId
from domain.rules import Level
from domain.shifts import ShiftSource
from resolvers.boards import covers_by_ids
from schema.backup_assignments import BackupAssignment, backup_assignment
from schema.context import Info
from schema.fields import described
from schema.nodes import Node, encode, register
from schema.references import all_referred, referred
from schema.scalars import Day
from schema.shift_types import ShiftType
from schema.staff import StaffGroup, StaffMember, staff_group, staff_member, staff_members
from store import schedules
from store.engine import ReadConnection


@strawberry.type(
    description=(
        "One cell of the table: what somebody does on a date. A date without one is not decided."
    )
)
class ShiftAssignment(Node):
    date: Day = strawberry.field(description="Which day.")
    source: ShiftSource = strawberry.field(description="Who decided it.")
    pinned: bool = strawberry.field(
        description="Whether generation must keep it. A person's entry is kept unpinned too."
    )
    revision: int = strawberry.field(description="The revision that last changed it.")
    value: strawberry.Private[domain.ShiftAssignment]

    @described("Whose day it is.")
    async def staff(self, info: Info) -> StaffMember:
        return await referred(info, StaffMember, self.value.staff_id, staff_member)

    @described("What they do.")
    async def shift_type(self, info: Info) -> ShiftType:
        loaders = info.context.loaders
        restaurant_id = await loaders.restaurant_of_schedule(self.value.schedule_id)
        found = await loaders.shift_type(restaurant_id, self.value.shift_type)
        return ShiftType.from_domain(found)

    @described(
        "When the shift begins; null for rest and for a type without both clock times. A clock "
        "time that a spring night skips is moved on, of one that comes twice it is the earlier."
    )
    async def starts_at(self, info: Info) -> datetime | None:
        found = await self._working_time(info)
        return None if found is None else found.begins

    @described("When it ends, maybe on the next date; null as `startsAt` is.")
    async def ends_at(self, info: Info) -> datetime | None:
        found = await self._working_time(info)
        return None if found is None else found.ends

    @described("Minutes from `startsAt` to `endsAt`; a night of 23 or 25 hours counts as it is.")
    async def length_minutes(self, info: Info) -> int | None:
        found = await self._working_time(info)
        return None if found is None else found.minutes

    @described(
        "Minutes since the person's shift before ended, as the schedule stands, its history "
        "included; null where that is not known, negative where the two overlap."
    )
    async def rest_before_minutes(self, info: Info) -> int | None:
        board = await info.context.loaders.boards.load(self.value.schedule_id)
        return None if board is None else rest_minutes_before(board, self.value)

    async def _working_time(self, info: Info) -> WorkingTime | None:
        loaders = info.context.loaders
        restaurant_id = await loaders.restaurant_of_schedule(self.value.schedule_id)
        kind = await loaders.shift_type(restaurant_id, self.value.shift_type)
        restaurant = await loaders.restaurants.load(restaurant_id)
        return working_time(kind, self.value.date, ZoneInfo(restaurant.time_zone))

    @classmethod
    def from_domain(cls, value: domain.ShiftAssignment) -> "ShiftAssignment":
        return cls(
            id=encode("ShiftAssignment", value.id),
            date=value.date,
            source=value.source,
            pinned=value.pinned,
            revision=value.revision,
            value=value,
        )


@strawberry.type(
    description=(
        "A recorded decision: on this date this person covers that group. It is never inferred "
        "from a working cell, and later changes of settings do not rewrite it."
    )
)
class Cover(Node):
    date: Day = strawberry.field(description="Which day.")
    priority_order: int | None = strawberry.field(
        description="The assignment's order when it was recorded; null without an assignment."
    )
    source: CoverSource = strawberry.field(description="Who decided it.")
    pinned: bool = strawberry.field(description="Whether generation must keep it.")
    revision: int = strawberry.field(description="The revision that last changed it.")
    value: strawberry.Private[covers_domain.Cover]

    @described("The group that is covered.")
    async def group(self, info: Info) -> StaffGroup:
        return await referred(info, StaffGroup, self.value.group_id, staff_group)

    @described("Who covers it.")
    async def staff(self, info: Info) -> StaffMember:
        return await referred(info, StaffMember, self.value.staff_id, staff_member)

    @described("Under which assignment; null for somebody without one.")
    async def backup_assignment(self, info: Info) -> BackupAssignment | None:
        key = self.value.backup_assignment_id
        return (
            None if key is None else await referred(info, BackupAssignment, key, backup_assignment)
        )

    @described(
        "For whom: all absent members of the group that day; while the schedule is a draft as it "
        "is now, later as it was when published or last edited."
    )
    async def absent_members(self, info: Info) -> list[StaffMember]:
        return await all_referred(info, StaffMember, self.value.absent_member_ids, staff_members)

    @classmethod
    def from_domain(cls, value: covers_domain.Cover) -> "Cover":
        return cls(
            id=encode("Cover", value.id),
            date=value.date,
            priority_order=value.priority_order,
            source=value.source,
            pinned=value.pinned,
            revision=value.revision,
            value=value,
        )


@strawberry.type(description="Why somebody covers a group, or does not.")
class CoverReason:
    code: str = strawberry.field(description="Stable, in capitals.")
    message: str = strawberry.field(description="A sentence for a manager.")
    value: strawberry.Private[covers_domain.Reason]

    @described("Whom it is about; null when it is about nobody.")
    async def staff(self, info: Info) -> StaffMember | None:
        key = self.value.staff_id
        return None if key is None else await referred(info, StaffMember, key, staff_member)

    @classmethod
    def from_domain(cls, value: covers_domain.Reason) -> "CoverReason":
        return cls(code=value.code, message=value.message, value=value)


@strawberry.type(description="A group needs more people on a date than cover it.")
class CoverageGap:
    date: Day = strawberry.field(description="Which day.")
    needed: int = strawberry.field(description="How many covers the group needs.")
    covered: int = strawberry.field(description="How many count.")
    missing: int = strawberry.field(description="`needed` less `covered`; always above 0.")
    reasons: list[CoverReason] = strawberry.field(
        description="One for each candidate in order of rank, then those about nobody."
    )
    is_provisional: bool = strawberry.field(
        description="Whether a member's day is not decided yet, so that the need may still grow."
    )
    group_id: strawberry.Private[GroupId]

    @described("Which group.")
    async def group(self, info: Info) -> StaffGroup:
        return await referred(info, StaffGroup, self.group_id, staff_group)

    @classmethod
    def from_domain(cls, value: covers_domain.CoverageGap) -> "CoverageGap":
        return cls(
            date=value.date,
            needed=value.needed,
            covered=value.covered,
            missing=value.missing,
            reasons=[CoverReason.from_domain(reason) for reason in value.reasons],
            is_provisional=value.is_provisional,
            group_id=value.group_id,
        )


@strawberry.type(description="A rule that a schedule breaks. All are listed, none is cut off.")
class Violation:
    code: str = strawberry.field(description="Stable, in capitals.")
    level: Level = strawberry.field(description="HARD if publishing over it needs a reason.")
    message: str = strawberry.field(description="A sentence for a manager.")
    dates: list[Day] = strawberry.field(description="The dates of this one cause.")
    staff_id: strawberry.Private[StaffId | None]
    group_id: strawberry.Private[GroupId | None]

    @described("Whose days break it; null where it is about nobody alone.")
    async def staff(self, info: Info) -> StaffMember | None:
        key = self.staff_id
        return None if key is None else await referred(info, StaffMember, key, staff_member)

    @described("The group that it is about, if it is about one.")
    async def group(self, info: Info) -> StaffGroup | None:
        key = self.group_id
        return None if key is None else await referred(info, StaffGroup, key, staff_group)

    @classmethod
    def from_domain(cls, value: runs_domain.Violation) -> "Violation":
        return cls(
            code=value.code,
            level=value.level,
            message=value.message,
            dates=list(value.dates),
            staff_id=value.staff_id,
            group_id=value.group_id,
        )


def gaps_of(values: Sequence[covers_domain.CoverageGap]) -> list[CoverageGap]:
    return [CoverageGap.from_domain(value) for value in values]


async def _restaurant_of(
    connection: ReadConnection, value: domain.ShiftAssignment | covers_domain.Cover
) -> int | None:
    key: ScheduleId = value.schedule_id
    found = (await schedules.by_ids(connection, [key])).get(key)
    return None if found is None else found.restaurant_id


register(domain.ShiftAssignment, ShiftAssignment, schedules.shifts_by_ids, _restaurant_of)
register(covers_domain.Cover, Cover, covers_by_ids, _restaurant_of)
