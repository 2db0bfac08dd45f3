"""The people of a restaurant, and the groups that must stay manned."""

from datetime import date, datetime

import strawberry

from domain import staff as domain
from domain.ids import GroupId, StaffId
from domain.staff import CoverageMode, EmploymentType, HolidayPolicy, IdlePolicy, NeedPolicy
from schema.context import Info
from schema.fields import described
from schema.nodes import Node, encode, register, stored
from store import groups, staff


@strawberry.type(description="A person who works in the restaurant, or did.")
class StaffMember(Node):
    name: str = strawberry.field(description="Their name as the table shows it.")
    employment_type: EmploymentType = strawberry.field(description="How they are employed.")
    position: str | None = strawberry.field(description="What they do, in the restaurant's words.")
    employed_from: date = strawberry.field(description="Their first day.")
    employed_until: date | None = strawberry.field(
        description="Their last day, included; null while it is open."
    )
    idle_policy: IdlePolicy = strawberry.field(description="What they do on days without a cover.")
    holiday_policy: HolidayPolicy = strawberry.field(description="What they do on holidays.")
    maximum_groups_per_day: int = strawberry.field(
        description="How many groups they may cover on one day."
    )
    is_active: bool = strawberry.field(
        description="False once deleted: the row stays and is left out of `Restaurant.staff`."
    )
    revision: int = strawberry.field(description="The revision that last changed them.")
    created_at: datetime = strawberry.field(description="When they were added.")
    updated_at: datetime = strawberry.field(description="When they were last changed.")
    value: strawberry.Private[domain.StaffMember]

    @described("The groups of the active configuration that they belong to today.")
    async def groups(self, info: Info) -> "list[StaffGroup]":
        today = await info.context.today(self.value.restaurant_id)
        found = await info.context.loaders.groups_of_staff(self.value, today)
        return [StaffGroup.from_domain(group) for group in found]

    @classmethod
    def from_domain(cls, value: domain.StaffMember) -> "StaffMember":
        return cls(
            id=encode("StaffMember", value.id),
            name=value.name,
            employment_type=value.employment_type,
            position=value.position,
            employed_from=value.employed_from,
            employed_until=value.employed_until,
            idle_policy=value.idle_policy,
            holiday_policy=value.holiday_policy,
            maximum_groups_per_day=value.maximum_groups_per_day,
            is_active=value.is_active,
            revision=value.revision,
            created_at=stored(value.created_at),
            updated_at=stored(value.updated_at),
            value=value,
        )


register(domain.StaffMember, StaffMember, staff.by_ids)


async def staff_member(info: Info, staff_id: int) -> StaffMember:
    """Somebody whose id stands in another row; that row's restaurant has them for ever."""
    return StaffMember.from_domain(await info.context.loaders.staff.load(StaffId(staff_id)))


async def staff_members(info: Info, staff_ids: tuple[StaffId, ...]) -> list[StaffMember]:
    found = await info.context.loaders.staff.load_many(list(staff_ids))
    return [StaffMember.from_domain(member) for member in found]


@strawberry.type(description="From when until when somebody belongs to a group.")
class GroupMember:
    effective_from: date | None = strawberry.field(description="The first day; null: always.")
    effective_until: date | None = strawberry.field(
        description="The last day, included; null: for good."
    )
    staff_id: strawberry.Private[StaffId]

    @described("Who it is.")
    async def staff(self, info: Info) -> StaffMember:
        return await staff_member(info, self.staff_id)


@strawberry.type(description="People of whom somebody has to be there.")
class StaffGroup(Node):
    name: str = strawberry.field(description="What people call it.")
    color: str | None = strawberry.field(description="How to paint it; any CSS color or a name.")
    need_policy: NeedPolicy = strawberry.field(
        description="How many covers it needs when members are absent."
    )
    minimum_present: int | None = strawberry.field(
        description="With MINIMUM_PRESENT: how many members have to be there; else null."
    )
    count_vacancy: bool = strawberry.field(
        description="With MINIMUM_PRESENT: whether a group without any employed member has a need."
    )
    coverage_mode: CoverageMode = strawberry.field(description="How much its gaps weigh.")
    criticality: int = strawberry.field(description="From 1 (least) to 5.")
    is_active: bool = strawberry.field(description="False once deleted; the row stays.")
    revision: int = strawberry.field(description="The revision that last changed it.")
    created_at: datetime = strawberry.field(description="When it was added.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    value: strawberry.Private[domain.StaffGroup]

    @described("Who belongs to it today and is not deleted.")
    async def members(self, info: Info) -> list[StaffMember]:
        today = await info.context.today(self.value.restaurant_id)
        rows = await info.context.loaders.members_of.load(self.value.id)
        ids = tuple(sorted({m.staff_id for m in rows if m.period.contains(today)}))
        return [member for member in await staff_members(info, ids) if member.is_active]

    @described("Who belongs to it, did, or will, with the dates.")
    async def memberships(self, info: Info) -> list[GroupMember]:
        rows = await info.context.loaders.members_of.load(self.value.id)
        return [
            GroupMember(
                staff_id=m.staff_id,
                effective_from=m.effective_from,
                effective_until=m.effective_until,
            )
            for m in rows
        ]

    @classmethod
    def from_domain(cls, value: domain.StaffGroup) -> "StaffGroup":
        return cls(
            id=encode("StaffGroup", value.id),
            name=value.name,
            color=value.color,
            need_policy=value.need_policy,
            minimum_present=value.minimum_present,
            count_vacancy=value.count_vacancy,
            coverage_mode=value.coverage_mode,
            criticality=value.criticality,
            is_active=value.is_active,
            revision=value.revision,
            created_at=stored(value.created_at),
            updated_at=stored(value.updated_at),
            value=value,
        )


register(domain.StaffGroup, StaffGroup, groups.by_ids)


async def staff_group(info: Info, group_id: int) -> StaffGroup:
    """A group whose id stands in another row; deleted groups are answered too."""
    return StaffGroup.from_domain(await info.context.loaders.groups.load(GroupId(group_id)))
