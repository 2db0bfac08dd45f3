"""Adding, editing and deleting priority rules."""

from typing import Annotated, Any

import strawberry

from domain import rules as domain
from domain.ids import RestaurantId, RuleId, ShiftCode, StaffId
from domain.periods import Weekday
from domain.rules import Direction, Level
from resolvers import priority_rules, setting_rows
from resolvers.rules import PRIORITY_RULE
from schema.conflicts import PayloadWithFindings
from schema.context import Info
from schema.group_mutations import CONFIGURATION, configuration_of
from schema.inputs import THE_INPUT, EditInput, MutationInput, asking, changes_of, given
from schema.nodes import decode
from schema.payloads import result
from schema.problems import AnyProblem
from schema.rules import PriorityRule


@strawberry.input(description="A new priority rule.")
class CreatePriorityRuleInput(MutationInput):
    configuration_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description=CONFIGURATION
    )
    name: str = strawberry.field(description="1 to 200 characters; trimmed.")
    staff_id: strawberry.ID = strawberry.field(description="Whom it is about.")
    shift_type: str = strawberry.field(description="The code of a shift type.")
    weekdays: list[Weekday] = strawberry.field(description="On which days it asks; at least one.")
    direction: Direction = strawberry.field(description="Which way it pulls.")
    level: Level = strawberry.field(description="Whether it may be broken.")
    weight: int | None = strawberry.field(
        default=strawberry.UNSET, description="With SOFT: 1 to 1000, default 10."
    )

    def to_domain(self) -> domain.PriorityRule:
        return domain.PriorityRule(
            id=RuleId(0),
            restaurant_id=RestaurantId(0),
            configuration_id=configuration_of(self.configuration_id),
            name=self.name,
            staff_id=StaffId(decode("StaffMember", self.staff_id, ("staffId",))),
            shift_type=ShiftCode(self.shift_type),
            weekdays=tuple(self.weekdays),
            direction=self.direction,
            level=self.level,
            weight=given(self.weight, 10),
        )


@strawberry.input(description="Changes of a priority rule; what is left out stays as it is.")
class UpdatePriorityRuleInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which rule.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 200 characters; trimmed."
    )
    staff_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Whom it is about."
    )
    shift_type: str | None = strawberry.field(
        default=strawberry.UNSET, description="The code of a shift type."
    )
    weekdays: list[Weekday] | None = strawberry.field(
        default=strawberry.UNSET, description="On which days it asks; at least one."
    )
    direction: Direction | None = strawberry.field(
        default=strawberry.UNSET, description="Which way it pulls."
    )
    level: Level | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it may be broken."
    )
    weight: int | None = strawberry.field(
        default=strawberry.UNSET, description="With SOFT: 1 to 1000."
    )


@strawberry.input(description="Delete a priority rule.")
class DeletePriorityRuleInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which rule.")


@strawberry.type(description="The new rule.")
class CreatePriorityRulePayload(PayloadWithFindings):
    priority_rule: PriorityRule = strawberry.field(description="As stored.")


@strawberry.type(description="The rule after the change.")
class UpdatePriorityRulePayload(PayloadWithFindings):
    priority_rule: PriorityRule = strawberry.field(description="As stored.")


@strawberry.type(description="The deleted rule.")
class DeletePriorityRulePayload(PayloadWithFindings):
    priority_rule: PriorityRule = strawberry.field(description="The row that stays.")


CreateResult = Annotated[CreatePriorityRulePayload | AnyProblem, result("CreatePriorityRuleResult")]
UpdateResult = Annotated[UpdatePriorityRulePayload | AnyProblem, result("UpdatePriorityRuleResult")]
DeleteResult = Annotated[DeletePriorityRulePayload | AnyProblem, result("DeletePriorityRuleResult")]


async def create_priority_rule(
    info: Info, input: Annotated[CreatePriorityRuleInput, THE_INPUT]
) -> CreateResult:
    asked = asking(info, "createPriorityRule", input)
    made = await priority_rules.create(*asked, input.to_domain())
    await info.context.release_reads()
    rule = PriorityRule.from_domain(made.value)
    return CreatePriorityRulePayload(
        priority_rule=rule, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def update_priority_rule(
    info: Info, input: Annotated[UpdatePriorityRuleInput, THE_INPUT]
) -> UpdateResult:
    key = RuleId(decode("PriorityRule", input.id, ("id",)))
    changes = _changes(input)
    asked = asking(info, "updatePriorityRule", input)
    made = await setting_rows.update(PRIORITY_RULE, *asked, key, changes)
    await info.context.release_reads()
    rule = PriorityRule.from_domain(made.value)
    return UpdatePriorityRulePayload(
        priority_rule=rule, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def delete_priority_rule(
    info: Info, input: Annotated[DeletePriorityRuleInput, THE_INPUT]
) -> DeleteResult:
    key = RuleId(decode("PriorityRule", input.id, ("id",)))
    made = await setting_rows.delete(PRIORITY_RULE, *asking(info, "deletePriorityRule", input), key)
    await info.context.release_reads()
    rule = PriorityRule.from_domain(made.value)
    return DeletePriorityRulePayload(
        priority_rule=rule, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


def _changes(sent: UpdatePriorityRuleInput) -> dict[str, Any]:
    changes = changes_of(sent)
    if "staff_id" in changes:
        changes["staff_id"] = decode("StaffMember", changes["staff_id"], ("staffId",))
    return changes
