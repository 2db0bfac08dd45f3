"""Adding, editing and deleting people."""

from datetime import date
from typing import Annotated

import strawberry

from domain import staff as domain
from domain.ids import RestaurantId, StaffId
from domain.staff import EmploymentType, HolidayPolicy, IdlePolicy
from resolvers import staff
from schema.conflicts import PayloadWithFindings
from schema.context import Info
from schema.inputs import THE_INPUT, EditInput, MutationInput, asking, changes_of, given
from schema.nodes import decode
from schema.payloads import result
from schema.problems import AnyProblem
from schema.staff import StaffMember

NULLABLE = frozenset({"position", "employed_until"})


@strawberry.input(description="A new person.")
class CreateStaffMemberInput(MutationInput):
    restaurant_id: strawberry.ID = strawberry.field(description="Where they work.")
    name: str = strawberry.field(description="1 to 200 characters; trimmed.")
    employment_type: EmploymentType = strawberry.field(description="How they are employed.")
    position: str | None = strawberry.field(
        default=strawberry.UNSET, description="What they do; up to 200 characters."
    )
    employed_from: date = strawberry.field(description="Their first day.")
    employed_until: date | None = strawberry.field(
        default=strawberry.UNSET, description="Their last day, included; left out: open."
    )
    idle_policy: IdlePolicy | None = strawberry.field(
        default=strawberry.UNSET, description="Default FREE."
    )
    holiday_policy: HolidayPolicy | None = strawberry.field(
        default=strawberry.UNSET, description="Default WORK."
    )
    maximum_groups_per_day: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="How many groups they may cover on one day, 1 to 100; default 1.",
    )

    def to_domain(self) -> domain.StaffMember:
        restaurant_id = decode("Restaurant", self.restaurant_id, ("restaurantId",))
        return domain.StaffMember(
            id=StaffId(0),
            restaurant_id=RestaurantId(restaurant_id),
            name=self.name,
            employment_type=self.employment_type,
            position=given(self.position, None),
            employed_from=self.employed_from,
            employed_until=given(self.employed_until, None),
            idle_policy=given(self.idle_policy, IdlePolicy.FREE),
            holiday_policy=given(self.holiday_policy, HolidayPolicy.WORK),
            maximum_groups_per_day=given(self.maximum_groups_per_day, 1),
        )


@strawberry.input(description="Changes of a person; what is left out stays as it is.")
class UpdateStaffMemberInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Whom.")
    restaurant_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="Nobody moves: any restaurant but their own is not found.",
    )
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 200 characters; trimmed."
    )
    employment_type: EmploymentType | None = strawberry.field(
        default=strawberry.UNSET, description="How they are employed."
    )
    position: str | None = strawberry.field(
        default=strawberry.UNSET, description="What they do; null clears it."
    )
    employed_from: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="Their first day; cells left outside stay and count for nothing.",
    )
    employed_until: date | None = strawberry.field(
        default=strawberry.UNSET, description="Their last day, included; null opens the end."
    )
    idle_policy: IdlePolicy | None = strawberry.field(
        default=strawberry.UNSET, description="What they do on days without a cover."
    )
    holiday_policy: HolidayPolicy | None = strawberry.field(
        default=strawberry.UNSET, description="What they do on holidays."
    )
    maximum_groups_per_day: int | None = strawberry.field(
        default=strawberry.UNSET, description="How many groups they may cover on one day."
    )


@strawberry.input(description="Delete a person: deactivate them from today on.")
class DeleteStaffMemberInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Whom.")


@strawberry.type(description="The new person.")
class CreateStaffMemberPayload(PayloadWithFindings):
    staff_member: StaffMember = strawberry.field(description="As stored.")


@strawberry.type(description="The person after the change.")
class UpdateStaffMemberPayload(PayloadWithFindings):
    staff_member: StaffMember = strawberry.field(description="As stored.")


@strawberry.type(description="The deleted person.")
class DeleteStaffMemberPayload(PayloadWithFindings):
    staff_member: StaffMember = strawberry.field(description="The row that stays.")


CreateResult = Annotated[CreateStaffMemberPayload | AnyProblem, result("CreateStaffMemberResult")]
UpdateResult = Annotated[UpdateStaffMemberPayload | AnyProblem, result("UpdateStaffMemberResult")]
DeleteResult = Annotated[DeleteStaffMemberPayload | AnyProblem, result("DeleteStaffMemberResult")]


async def create_staff_member(
    info: Info, input: Annotated[CreateStaffMemberInput, THE_INPUT]
) -> CreateResult:
    made = await staff.create(*asking(info, "createStaffMember", input), input.to_domain())
    await info.context.release_reads()
    member = StaffMember.from_domain(made.value)
    return CreateStaffMemberPayload(
        staff_member=member, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def update_staff_member(
    info: Info, input: Annotated[UpdateStaffMemberInput, THE_INPUT]
) -> UpdateResult:
    key = StaffId(decode("StaffMember", input.id, ("id",)))
    changes = changes_of(input, nullable=NULLABLE)
    if "restaurant_id" in changes:
        changes["restaurant_id"] = decode("Restaurant", changes["restaurant_id"], ("restaurantId",))
    made = await staff.update(*asking(info, "updateStaffMember", input), key, changes)
    await info.context.release_reads()
    member = StaffMember.from_domain(made.value)
    return UpdateStaffMemberPayload(
        staff_member=member, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def delete_staff_member(
    info: Info, input: Annotated[DeleteStaffMemberInput, THE_INPUT]
) -> DeleteResult:
    key = StaffId(decode("StaffMember", input.id, ("id",)))
    made = await staff.delete(*asking(info, "deleteStaffMember", input), key)
    await info.context.release_reads()
    member = StaffMember.from_domain(made.value)
    return DeleteStaffMemberPayload(
        staff_member=member, restaurant_id=made.value.restaurant_id, revision=made.revision
    )
