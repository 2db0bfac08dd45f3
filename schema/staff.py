"""The people of a restaurant."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import staff as domain
from domain.ids import StaffId
from domain.staff import EmploymentType, HolidayPolicy, IdlePolicy
from schema.context import Info
from schema.fields import described
from schema.nodes import Node, encode, register, stored
from store import staff

if TYPE_CHECKING:
    from schema.groups import StaffGroup


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
    async def groups(
        self, info: Info
    ) -> list[Annotated["StaffGroup", strawberry.lazy("schema.groups")]]:
        from schema.groups import StaffGroup  # noqa: PLC0415 - groups have members, members groups

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
