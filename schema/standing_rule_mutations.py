"""Adding, weighing and deleting standing rules."""

from typing import Annotated

import strawberry

from domain import rules as domain
from domain.ids import RestaurantId, RuleId
from domain.rules import StandingRuleKind
from resolvers import setting_rows
from resolvers.rules import STANDING_RULE
from schema.context import Info
from schema.group_mutations import CONFIGURATION, configuration_of
from schema.inputs import THE_INPUT, EditInput, MutationInput, asking, changes_of
from schema.nodes import decode
from schema.payloads import Payload, result
from schema.problems import AnyProblem
from schema.rules import StandingRule


@strawberry.input(description="Put a standing rule in force again; each kind counts once.")
class CreateStandingRuleInput(MutationInput):
    restaurant_id: strawberry.ID = strawberry.field(description="Where it holds.")
    configuration_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description=CONFIGURATION
    )
    kind: StandingRuleKind = strawberry.field(description="What it asks.")
    weight: int = strawberry.field(description="What a breach costs, 1 to 1000.")

    def to_domain(self) -> domain.StandingRule:
        restaurant_id = decode("Restaurant", self.restaurant_id, ("restaurantId",))
        return domain.StandingRule(
            id=RuleId(0),
            restaurant_id=RestaurantId(restaurant_id),
            configuration_id=configuration_of(self.configuration_id),
            kind=self.kind,
            weight=self.weight,
        )


@strawberry.input(description="Give a standing rule another weight.")
class UpdateStandingRuleInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which rule.")
    weight: int = strawberry.field(description="What a breach costs, 1 to 1000.")


@strawberry.input(description="Delete a standing rule: it asks nothing any more.")
class DeleteStandingRuleInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which rule.")


@strawberry.type(description="The new rule.")
class CreateStandingRulePayload(Payload):
    standing_rule: StandingRule = strawberry.field(description="As stored.")


@strawberry.type(description="The rule after the change.")
class UpdateStandingRulePayload(Payload):
    standing_rule: StandingRule = strawberry.field(description="As stored.")


@strawberry.type(description="The deleted rule.")
class DeleteStandingRulePayload(Payload):
    standing_rule: StandingRule = strawberry.field(description="The row that stays.")


CreateResult = Annotated[CreateStandingRulePayload | AnyProblem, result("CreateStandingRuleResult")]
UpdateResult = Annotated[UpdateStandingRulePayload | AnyProblem, result("UpdateStandingRuleResult")]
DeleteResult = Annotated[DeleteStandingRulePayload | AnyProblem, result("DeleteStandingRuleResult")]


async def create_standing_rule(
    info: Info, input: Annotated[CreateStandingRuleInput, THE_INPUT]
) -> CreateResult:
    asked = asking(info, "createStandingRule", input)
    made = await setting_rows.create(STANDING_RULE, *asked, input.to_domain())
    await info.context.release_reads()
    rule = StandingRule.from_domain(made.value)
    return CreateStandingRulePayload(standing_rule=rule, revision=made.revision)


async def update_standing_rule(
    info: Info, input: Annotated[UpdateStandingRuleInput, THE_INPUT]
) -> UpdateResult:
    key = RuleId(decode("StandingRule", input.id, ("id",)))
    changes = changes_of(input)
    asked = asking(info, "updateStandingRule", input)
    made = await setting_rows.update(STANDING_RULE, *asked, key, changes)
    await info.context.release_reads()
    rule = StandingRule.from_domain(made.value)
    return UpdateStandingRulePayload(standing_rule=rule, revision=made.revision)


async def delete_standing_rule(
    info: Info, input: Annotated[DeleteStandingRuleInput, THE_INPUT]
) -> DeleteResult:
    key = RuleId(decode("StandingRule", input.id, ("id",)))
    made = await setting_rows.delete(STANDING_RULE, *asking(info, "deleteStandingRule", input), key)
    await info.context.release_reads()
    rule = StandingRule.from_domain(made.value)
    return DeleteStandingRulePayload(standing_rule=rule, revision=made.revision)
