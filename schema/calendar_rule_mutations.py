"""Adding, editing and deleting calendar rules."""

from typing import Annotated

import strawberry

from domain import rules as domain
from domain.ids import RestaurantId, RuleId
from domain.rules import CalendarRuleKind
from resolvers import setting_rows
from resolvers.rules import CALENDAR_RULE
from schema.conflicts import PayloadWithFindings
from schema.context import Info
from schema.group_mutations import CONFIGURATION, configuration_of
from schema.inputs import THE_INPUT, EditInput, MutationInput, asking, changes_of, given
from schema.nodes import decode
from schema.payloads import result
from schema.problems import AnyProblem
from schema.rules import CalendarRule
from schema.scalars import Day

NULLABLE = frozenset({"reason"})


@strawberry.input(description="What one date asks of everybody.")
class CreateCalendarRuleInput(MutationInput):
    restaurant_id: strawberry.ID = strawberry.field(description="Where it holds.")
    configuration_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description=CONFIGURATION
    )
    date: Day = strawberry.field(description="Which day.")
    kind: CalendarRuleKind = strawberry.field(
        description="What it asks; a day cannot be CLOSED and MUST_WORK."
    )
    reason: str | None = strawberry.field(
        default=strawberry.UNSET, description="Why; up to 2,000 characters."
    )

    def to_domain(self) -> domain.CalendarRule:
        restaurant_id = decode("Restaurant", self.restaurant_id, ("restaurantId",))
        return domain.CalendarRule(
            id=RuleId(0),
            restaurant_id=RestaurantId(restaurant_id),
            configuration_id=configuration_of(self.configuration_id),
            date=self.date,
            kind=self.kind,
            reason=given(self.reason, None),
        )


@strawberry.input(description="Changes of a calendar rule; what is left out stays as it is.")
class UpdateCalendarRuleInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which rule.")
    date: Day | None = strawberry.field(default=strawberry.UNSET, description="Which day.")
    kind: CalendarRuleKind | None = strawberry.field(
        default=strawberry.UNSET, description="What it asks."
    )
    reason: str | None = strawberry.field(
        default=strawberry.UNSET, description="Why; null clears it."
    )


@strawberry.input(description="Delete a calendar rule.")
class DeleteCalendarRuleInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which rule.")


@strawberry.type(description="The new rule.")
class CreateCalendarRulePayload(PayloadWithFindings):
    calendar_rule: CalendarRule = strawberry.field(description="As stored.")


@strawberry.type(description="The rule after the change.")
class UpdateCalendarRulePayload(PayloadWithFindings):
    calendar_rule: CalendarRule = strawberry.field(description="As stored.")


@strawberry.type(description="The deleted rule.")
class DeleteCalendarRulePayload(PayloadWithFindings):
    calendar_rule: CalendarRule = strawberry.field(description="The row that stays.")


CreateResult = Annotated[CreateCalendarRulePayload | AnyProblem, result("CreateCalendarRuleResult")]
UpdateResult = Annotated[UpdateCalendarRulePayload | AnyProblem, result("UpdateCalendarRuleResult")]
DeleteResult = Annotated[DeleteCalendarRulePayload | AnyProblem, result("DeleteCalendarRuleResult")]


async def create_calendar_rule(
    info: Info, input: Annotated[CreateCalendarRuleInput, THE_INPUT]
) -> CreateResult:
    asked = asking(info, "createCalendarRule", input)
    made = await setting_rows.create(CALENDAR_RULE, *asked, input.to_domain())
    await info.context.release_reads()
    rule = CalendarRule.from_domain(made.value)
    return CreateCalendarRulePayload(
        calendar_rule=rule, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def update_calendar_rule(
    info: Info, input: Annotated[UpdateCalendarRuleInput, THE_INPUT]
) -> UpdateResult:
    key = RuleId(decode("CalendarRule", input.id, ("id",)))
    changes = changes_of(input, nullable=NULLABLE)
    asked = asking(info, "updateCalendarRule", input)
    made = await setting_rows.update(CALENDAR_RULE, *asked, key, changes)
    await info.context.release_reads()
    rule = CalendarRule.from_domain(made.value)
    return UpdateCalendarRulePayload(
        calendar_rule=rule, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def delete_calendar_rule(
    info: Info, input: Annotated[DeleteCalendarRuleInput, THE_INPUT]
) -> DeleteResult:
    key = RuleId(decode("CalendarRule", input.id, ("id",)))
    made = await setting_rows.delete(CALENDAR_RULE, *asking(info, "deleteCalendarRule", input), key)
    await info.context.release_reads()
    rule = CalendarRule.from_domain(made.value)
    return DeleteCalendarRulePayload(
        calendar_rule=rule, restaurant_id=made.value.restaurant_id, revision=made.revision
    )
