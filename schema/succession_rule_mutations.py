"""Adding, editing and deleting succession rules."""

from typing import Annotated

import strawberry

from domain import rules as domain
from domain.ids import RestaurantId, RuleId, ShiftCode
from domain.rules import Level
from resolvers import setting_rows
from resolvers.rules import SUCCESSION_RULE
from schema.conflicts import PayloadWithFindings
from schema.context import Info
from schema.group_mutations import CONFIGURATION, configuration_of
from schema.inputs import THE_INPUT, EditInput, MutationInput, asking, changes_of, given
from schema.nodes import decode
from schema.payloads import result
from schema.problems import AnyProblem
from schema.rules import SuccessionRule


@strawberry.input(description="A shift type that should not follow another on the next day.")
class CreateSuccessionRuleInput(MutationInput):
    restaurant_id: strawberry.ID = strawberry.field(description="Where it holds.")
    configuration_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description=CONFIGURATION
    )
    from_type: str = strawberry.field(name="from", description="The code of the first day's type.")
    to_type: str = strawberry.field(
        name="to", description="The code of the type that should not follow."
    )
    level: Level = strawberry.field(description="Whether it may be broken.")
    weight: int | None = strawberry.field(
        default=strawberry.UNSET, description="With SOFT: 1 to 1000, default 10."
    )

    def to_domain(self) -> domain.SuccessionRule:
        restaurant_id = decode("Restaurant", self.restaurant_id, ("restaurantId",))
        return domain.SuccessionRule(
            id=RuleId(0),
            restaurant_id=RestaurantId(restaurant_id),
            configuration_id=configuration_of(self.configuration_id),
            from_type=ShiftCode(self.from_type),
            to_type=ShiftCode(self.to_type),
            level=self.level,
            weight=given(self.weight, 10),
        )


@strawberry.input(description="Changes of a succession rule; what is left out stays as it is.")
class UpdateSuccessionRuleInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which rule.")
    from_type: str | None = strawberry.field(
        name="from", default=strawberry.UNSET, description="The code of the first day's type."
    )
    to_type: str | None = strawberry.field(
        name="to", default=strawberry.UNSET, description="The code of the type not to follow."
    )
    level: Level | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it may be broken."
    )
    weight: int | None = strawberry.field(
        default=strawberry.UNSET, description="With SOFT: 1 to 1000."
    )


@strawberry.input(description="Delete a succession rule.")
class DeleteSuccessionRuleInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which rule.")


@strawberry.type(description="The new rule.")
class CreateSuccessionRulePayload(PayloadWithFindings):
    succession_rule: SuccessionRule = strawberry.field(description="As stored.")


@strawberry.type(description="The rule after the change.")
class UpdateSuccessionRulePayload(PayloadWithFindings):
    succession_rule: SuccessionRule = strawberry.field(description="As stored.")


@strawberry.type(description="The deleted rule.")
class DeleteSuccessionRulePayload(PayloadWithFindings):
    succession_rule: SuccessionRule = strawberry.field(description="The row that stays.")


CreateResult = Annotated[
    CreateSuccessionRulePayload | AnyProblem, result("CreateSuccessionRuleResult")
]
UpdateResult = Annotated[
    UpdateSuccessionRulePayload | AnyProblem, result("UpdateSuccessionRuleResult")
]
DeleteResult = Annotated[
    DeleteSuccessionRulePayload | AnyProblem, result("DeleteSuccessionRuleResult")
]


async def create_succession_rule(
    info: Info, input: Annotated[CreateSuccessionRuleInput, THE_INPUT]
) -> CreateResult:
    asked = asking(info, "createSuccessionRule", input)
    made = await setting_rows.create(SUCCESSION_RULE, *asked, input.to_domain())
    await info.context.release_reads()
    rule = SuccessionRule.from_domain(made.value)
    return CreateSuccessionRulePayload(
        succession_rule=rule, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def update_succession_rule(
    info: Info, input: Annotated[UpdateSuccessionRuleInput, THE_INPUT]
) -> UpdateResult:
    key = RuleId(decode("SuccessionRule", input.id, ("id",)))
    changes = changes_of(input)
    asked = asking(info, "updateSuccessionRule", input)
    made = await setting_rows.update(SUCCESSION_RULE, *asked, key, changes)
    await info.context.release_reads()
    rule = SuccessionRule.from_domain(made.value)
    return UpdateSuccessionRulePayload(
        succession_rule=rule, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def delete_succession_rule(
    info: Info, input: Annotated[DeleteSuccessionRuleInput, THE_INPUT]
) -> DeleteResult:
    key = RuleId(decode("SuccessionRule", input.id, ("id",)))
    made = await setting_rows.delete(
        SUCCESSION_RULE, *asking(info, "deleteSuccessionRule", input), key
    )
    await info.context.release_reads()
    rule = SuccessionRule.from_domain(made.value)
    return DeleteSuccessionRulePayload(
        succession_rule=rule, restaurant_id=made.value.restaurant_id, revision=made.revision
    )
