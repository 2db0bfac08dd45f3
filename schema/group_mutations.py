"""Adding, editing and deleting groups."""

from datetime import date
from typing import Annotated

import strawberry

from domain import staff as domain
from domain.ids import ConfigurationId, GroupId, RestaurantId, StaffId
from domain.refusals import ValidationRefusal
from domain.staff import CoverageMode, NeedPolicy
from resolvers import groups
from resolvers.groups import Members
from schema.conflicts import PayloadWithFindings
from schema.context import Info
from schema.inputs import THE_INPUT, EditInput, MutationInput, asking, changes_of, given
from schema.nodes import decode
from schema.payloads import result
from schema.problems import AnyProblem
from schema.staff import StaffGroup

NULLABLE = frozenset({"color", "minimum_present", "members_from"})
OF_MEMBERS = frozenset({"member_ids", "members_from"})
CONFIGURATION = "The configuration version to edit; left out: the active one. Locked ones refuse."


def configuration_of(sent: strawberry.ID | None) -> ConfigurationId:
    """The version that an input names; 0 for the active one."""
    key = given(sent, None)
    path = ("configurationId",)
    return ConfigurationId(0 if key is None else decode("ConfigurationVersion", key, path))


@strawberry.input(description="A new group.")
class CreateStaffGroupInput(MutationInput):
    restaurant_id: strawberry.ID = strawberry.field(description="Where it is.")
    configuration_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description=CONFIGURATION
    )
    name: str = strawberry.field(description="1 to 200 characters; trimmed.")
    color: str | None = strawberry.field(
        default=strawberry.UNSET, description="How to paint it; up to 32 characters."
    )
    member_ids: list[strawberry.ID] = strawberry.field(
        description="Who belongs to it; may be empty."
    )
    members_from: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="Their first day in the group; left out: they belong to it always.",
    )
    need_policy: NeedPolicy | None = strawberry.field(
        default=strawberry.UNSET, description="Default ANY_ABSENT."
    )
    minimum_present: int | None = strawberry.field(
        default=strawberry.UNSET, description="Needed with MINIMUM_PRESENT, at least 1."
    )
    count_vacancy: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether it has a need without any employed member; default false.",
    )
    coverage_mode: CoverageMode | None = strawberry.field(
        default=strawberry.UNSET, description="Default REQUIRED."
    )
    criticality: int | None = strawberry.field(
        default=strawberry.UNSET, description="1 (least) to 5; default 3."
    )

    def to_domain(self) -> domain.StaffGroup:
        restaurant_id = decode("Restaurant", self.restaurant_id, ("restaurantId",))
        return domain.StaffGroup(
            id=GroupId(0),
            restaurant_id=RestaurantId(restaurant_id),
            configuration_id=configuration_of(self.configuration_id),
            name=self.name,
            color=given(self.color, None),
            need_policy=given(self.need_policy, NeedPolicy.ANY_ABSENT),
            minimum_present=given(self.minimum_present, None),
            count_vacancy=given(self.count_vacancy, False),
            coverage_mode=given(self.coverage_mode, CoverageMode.REQUIRED),
            criticality=given(self.criticality, 3),
        )

    def members(self) -> Members:
        return _members(self.member_ids, given(self.members_from, None))


@strawberry.input(description="Changes of a group; what is left out stays as it is.")
class UpdateStaffGroupInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which group.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 200 characters; trimmed."
    )
    color: str | None = strawberry.field(
        default=strawberry.UNSET, description="How to paint it; null clears it."
    )
    member_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "All who belong to it from `membersFrom` on. Whoever is not named leaves the day "
            "before; earlier days stay as they were."
        ),
    )
    members_from: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="The day from which `memberIds` counts; left out: today.",
    )
    need_policy: NeedPolicy | None = strawberry.field(
        default=strawberry.UNSET, description="How many covers it needs."
    )
    minimum_present: int | None = strawberry.field(
        default=strawberry.UNSET, description="Needed with MINIMUM_PRESENT, at least 1."
    )
    count_vacancy: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it has a need without employed members."
    )
    coverage_mode: CoverageMode | None = strawberry.field(
        default=strawberry.UNSET, description="How much its gaps weigh."
    )
    criticality: int | None = strawberry.field(
        default=strawberry.UNSET, description="1 (least) to 5."
    )

    def members(self) -> Members | None:
        since = given(self.members_from, None)
        if isinstance(self.member_ids, list):
            return _members(self.member_ids, since)
        if since is None:
            return None
        raise ValidationRefusal(
            code="MEMBER_IDS_NEEDED",
            message="membersFrom says from when memberIds counts; give both.",
            path=("memberIds",),
        )


def _members(ids: list[strawberry.ID], since: date | None) -> Members:
    path = ("memberIds",)
    keys = tuple(StaffId(decode("StaffMember", key, path)) for key in ids)
    return Members(staff_ids=keys, since=since)


@strawberry.input(description="Delete a group, and with it the rules who backs it up.")
class DeleteStaffGroupInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which group.")


@strawberry.type(description="The new group.")
class CreateStaffGroupPayload(PayloadWithFindings):
    group: StaffGroup = strawberry.field(description="As stored.")


@strawberry.type(description="The group after the change.")
class UpdateStaffGroupPayload(PayloadWithFindings):
    group: StaffGroup = strawberry.field(description="As stored.")


@strawberry.type(description="The deleted group.")
class DeleteStaffGroupPayload(PayloadWithFindings):
    group: StaffGroup = strawberry.field(description="The row that stays.")


CreateResult = Annotated[CreateStaffGroupPayload | AnyProblem, result("CreateStaffGroupResult")]
UpdateResult = Annotated[UpdateStaffGroupPayload | AnyProblem, result("UpdateStaffGroupResult")]
DeleteResult = Annotated[DeleteStaffGroupPayload | AnyProblem, result("DeleteStaffGroupResult")]


async def create_staff_group(
    info: Info, input: Annotated[CreateStaffGroupInput, THE_INPUT]
) -> CreateResult:
    asked = asking(info, "createStaffGroup", input)
    made = await groups.create(*asked, input.to_domain(), input.members())
    await info.context.release_reads()
    group = StaffGroup.from_domain(made.value)
    return CreateStaffGroupPayload(
        group=group, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def update_staff_group(
    info: Info, input: Annotated[UpdateStaffGroupInput, THE_INPUT]
) -> UpdateResult:
    key = GroupId(decode("StaffGroup", input.id, ("id",)))
    changes = changes_of(input, nullable=NULLABLE)
    own = {name: value for name, value in changes.items() if name not in OF_MEMBERS}
    asked = asking(info, "updateStaffGroup", input)
    made = await groups.update(*asked, key, own, input.members())
    await info.context.release_reads()
    group = StaffGroup.from_domain(made.value)
    return UpdateStaffGroupPayload(
        group=group, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def delete_staff_group(
    info: Info, input: Annotated[DeleteStaffGroupInput, THE_INPUT]
) -> DeleteResult:
    key = GroupId(decode("StaffGroup", input.id, ("id",)))
    made = await groups.delete(*asking(info, "deleteStaffGroup", input), key)
    await info.context.release_reads()
    group = StaffGroup.from_domain(made.value)
    return DeleteStaffGroupPayload(
        group=group, restaurant_id=made.value.restaurant_id, revision=made.revision
    )
