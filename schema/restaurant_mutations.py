"""Founding a restaurant, its own settings, its shift types and who may do what."""

import re
from datetime import time
from typing import Annotated, Any

import strawberry

from domain import configurations as domain
from domain.access import Membership as DomainMembership
from domain.access import Role
from domain.ids import RestaurantId, ShiftTypeId, StaffId
from domain.periods import Weekday
from domain.refusals import ValidationRefusal
from domain.staff import EmploymentType
from resolvers import memberships, restaurants
from schema.conflicts import PayloadWithFindings
from schema.context import Info
from schema.inputs import THE_INPUT, EditInput, MutationInput, asking, changes_of, given
from schema.nodes import decode
from schema.payloads import Payload, result
from schema.problems import AnyProblem
from schema.restaurants import Membership, Restaurant
from schema.shift_types import ShiftType

CLOCKS = frozenset({"starts_at", "ends_at"})

CLOCK = (
    "Local clock time, HH:MM; null clears it, unless a work limit counts the hours of this type."
)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


@strawberry.input(description="A new restaurant; you become its owner.")
class CreateRestaurantInput(MutationInput):
    name: str = strawberry.field(description="1 to 200 characters; trimmed.")
    time_zone: str = strawberry.field(description="An IANA zone, like Asia/Tokyo.")

    def to_domain(self) -> domain.Restaurant:
        return domain.Restaurant(id=RestaurantId(0), name=self.name, time_zone=self.time_zone)


@strawberry.input(description="Changes of a restaurant; what is left out stays as it is.")
class UpdateRestaurantInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which restaurant.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 200 characters; trimmed."
    )
    time_zone: str | None = strawberry.field(
        default=strawberry.UNSET, description="An IANA zone; dates already stored stay the dates."
    )
    week_start: Weekday | None = strawberry.field(
        default=strawberry.UNSET, description="The first day of its weeks."
    )
    period_start_day: int | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 31, clamped to short months."
    )
    borrowing: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether members may be lent to other groups."
    )
    soft_rules_before_priority: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether generation settles soft rules before the priority order.",
    )


@strawberry.input(description="Changes of a shift type; its code never changes.")
class UpdateShiftTypeInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which shift type.")
    symbol: str | None = strawberry.field(
        default=strawberry.UNSET, description="What the table shows; 1 to 8 characters."
    )
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 200 characters; trimmed."
    )
    works: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it is work; else it is rest."
    )
    rest_half_days: int | None = strawberry.field(
        default=strawberry.UNSET, description="0, 1 or 2."
    )
    absent_for_coverage: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it counts as an absence in groups."
    )
    can_cover: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether somebody with it can cover."
    )
    employment_types: list[EmploymentType] | None = strawberry.field(
        default=strawberry.UNSET, description="Who may work it; empty: everybody."
    )
    starts_at: str | None = strawberry.field(default=strawberry.UNSET, description=CLOCK)
    ends_at: str | None = strawberry.field(default=strawberry.UNSET, description=CLOCK)


@strawberry.input(description="Give somebody a role, in place of the one they had.")
class GrantMembershipInput(EditInput):
    restaurant_id: strawberry.ID = strawberry.field(description="Where.")
    subject: str = strawberry.field(description="Whom: the subject of their token.")
    role: Role = strawberry.field(description="What they may do from now on.")
    staff_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Who of the staff they are; needed to ask as STAFF."
    )

    def to_domain(self) -> DomainMembership:
        staff_id = given(self.staff_id, None)
        path = ("staffId",)
        return DomainMembership(
            restaurant_id=RestaurantId(decode("Restaurant", self.restaurant_id, ("restaurantId",))),
            subject=self.subject,
            role=self.role,
            staff_id=None if staff_id is None else StaffId(decode("StaffMember", staff_id, path)),
        )


@strawberry.input(description="Take somebody's role away; the last owner keeps theirs.")
class RevokeMembershipInput(EditInput):
    restaurant_id: strawberry.ID = strawberry.field(description="Where.")
    subject: str = strawberry.field(description="Whom: the subject of their token.")


@strawberry.type(description="The new restaurant, with shift types and rules to begin with.")
class CreateRestaurantPayload(Payload):
    restaurant: Restaurant = strawberry.field(description="As stored.")


@strawberry.type(description="The restaurant after the change.")
class UpdateRestaurantPayload(PayloadWithFindings):
    restaurant: Restaurant = strawberry.field(description="As stored.")


@strawberry.type(description="The shift type after the change.")
class UpdateShiftTypePayload(PayloadWithFindings):
    shift_type: ShiftType = strawberry.field(description="As stored.")


@strawberry.type(description="The role that was given.")
class GrantMembershipPayload(Payload):
    membership: Membership = strawberry.field(description="As stored.")


@strawberry.type(description="The role that was taken away.")
class RevokeMembershipPayload(Payload):
    membership: Membership = strawberry.field(description="As it was.")


CreateResult = Annotated[CreateRestaurantPayload | AnyProblem, result("CreateRestaurantResult")]
UpdateResult = Annotated[UpdateRestaurantPayload | AnyProblem, result("UpdateRestaurantResult")]
TypeResult = Annotated[UpdateShiftTypePayload | AnyProblem, result("UpdateShiftTypeResult")]
GrantResult = Annotated[GrantMembershipPayload | AnyProblem, result("GrantMembershipResult")]
RevokeResult = Annotated[RevokeMembershipPayload | AnyProblem, result("RevokeMembershipResult")]


async def create_restaurant(
    info: Info, input: Annotated[CreateRestaurantInput, THE_INPUT]
) -> CreateResult:
    made = await restaurants.create(*asking(info, "createRestaurant", input), input.to_domain())
    await info.context.release_reads()
    restaurant = Restaurant.from_domain(made.value)
    return CreateRestaurantPayload(restaurant=restaurant, revision=made.revision)


async def update_restaurant(
    info: Info, input: Annotated[UpdateRestaurantInput, THE_INPUT]
) -> UpdateResult:
    key = RestaurantId(decode("Restaurant", input.id, ("id",)))
    asked = asking(info, "updateRestaurant", input)
    made = await restaurants.update(*asked, key, changes_of(input))
    await info.context.release_reads()
    restaurant = Restaurant.from_domain(made.value)
    return UpdateRestaurantPayload(
        restaurant=restaurant, restaurant_id=made.value.id, revision=made.revision
    )


async def update_shift_type(
    info: Info, input: Annotated[UpdateShiftTypeInput, THE_INPUT]
) -> TypeResult:
    key = ShiftTypeId(decode("ShiftType", input.id, ("id",)))
    changes = changes_of(input, nullable=CLOCKS)
    clocks: dict[str, Any] = {
        name: _clock(value, name) for name, value in changes.items() if name in CLOCKS
    }
    asked = asking(info, "updateShiftType", input)
    made = await restaurants.update_shift_type(*asked, key, changes | clocks)
    await info.context.release_reads()
    kind = ShiftType.from_domain(made.value)
    return UpdateShiftTypePayload(
        shift_type=kind, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def grant_membership(
    info: Info, input: Annotated[GrantMembershipInput, THE_INPUT]
) -> GrantResult:
    made = await memberships.grant(*asking(info, "grantMembership", input), input.to_domain())
    await info.context.release_reads()
    membership = Membership.from_domain(made.value)
    return GrantMembershipPayload(membership=membership, revision=made.revision)


async def revoke_membership(
    info: Info, input: Annotated[RevokeMembershipInput, THE_INPUT]
) -> RevokeResult:
    key = RestaurantId(decode("Restaurant", input.restaurant_id, ("restaurantId",)))
    asked = asking(info, "revokeMembership", input)
    made = await memberships.revoke(*asked, key, input.subject)
    await info.context.release_reads()
    membership = Membership.from_domain(made.value)
    return RevokeMembershipPayload(membership=membership, revision=made.revision)


def _clock(text: str | None, field: str) -> time | None:
    if text is None:
        return None
    if _CLOCK.fullmatch(text):
        return time.fromisoformat(text)
    raise ValidationRefusal(
        code="NOT_A_TIME", message="A clock time is HH:MM, like 09:30.", path=(field,)
    )
