"""Covers that are not on record: as they would be, or as they were."""

import strawberry

from domain.covers import Cover, CoverSource
from domain.ids import GroupId, StaffId
from schema.context import Info
from schema.fields import described
from schema.references import referred
from schema.scalars import Day
from schema.staff import StaffGroup, StaffMember, staff_group, staff_member


@strawberry.type(
    description="A cover as it would be, or as it was; it has no id, being nowhere recorded."
)
class SupposedCover:
    date: Day = strawberry.field(description="Which day.")
    priority_order: int | None = strawberry.field(
        description="The assignment's order; null without an assignment."
    )
    source: CoverSource = strawberry.field(description="Who decided it.")
    pinned: bool = strawberry.field(description="Whether generation must keep it.")
    group_id: strawberry.Private[GroupId]
    staff_id: strawberry.Private[StaffId]

    @described("The group that is covered.")
    async def group(self, info: Info) -> StaffGroup:
        return await referred(info, StaffGroup, self.group_id, staff_group)

    @described("Who covers it.")
    async def staff(self, info: Info) -> StaffMember:
        return await referred(info, StaffMember, self.staff_id, staff_member)


def supposed_covers(values: tuple[Cover, ...]) -> list[SupposedCover]:
    return [
        SupposedCover(
            date=value.date,
            priority_order=value.priority_order,
            source=value.source,
            pinned=value.pinned,
            group_id=value.group_id,
            staff_id=value.staff_id,
        )
        for value in values
    ]
