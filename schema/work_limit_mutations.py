"""Adding, editing and deleting work limits."""

from typing import Annotated, Any

import strawberry

from domain import rules as domain
from domain.ids import RestaurantId, RuleId, ShiftCode
from domain.rules import Level, LimitScope, LimitUnit, LimitWindow
from resolvers import setting_rows
from resolvers.limit_bounds import bounds_of
from resolvers.rules import WORK_LIMIT
from schema.conflicts import PayloadWithFindings
from schema.context import Info
from schema.group_mutations import CONFIGURATION, configuration_of
from schema.inputs import THE_INPUT, EditInput, MutationInput, asking, changes_of, given
from schema.nodes import decode
from schema.payloads import result
from schema.problems import AnyProblem
from schema.rule_inputs import BOTH, limit_changes, targets_of
from schema.rules import WorkLimit

NULLABLE = frozenset({"days", "minimum", "maximum"})
NUMBERS = "multiples of 0.5 days or of 0.25 hours, by `unit`"
TARGETS = "By `scope`: names of employment types, ids of groups, or ids of staff."


@strawberry.input(description="A new work limit; it replaces none, each that applies counts.")
class CreateWorkLimitInput(MutationInput):
    restaurant_id: strawberry.ID = strawberry.field(description="Where it holds.")
    configuration_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description=CONFIGURATION
    )
    name: str = strawberry.field(description="1 to 200 characters; trimmed.")
    window: LimitWindow = strawberry.field(description="Over what it counts.")
    days: int | None = strawberry.field(
        default=strawberry.UNSET, description="Needed with ROLLING_DAYS: how many, 1 to 366."
    )
    shift_types: list[str] = strawberry.field(
        description=(
            "Codes of the types it counts. With a type that rests two half-days it counts rest, "
            "and a type without rest is refused; else each cell, or weekend, counts 1. In hours a "
            "cell counts the length of its type, and one without clock times is refused."
        )
    )
    unit: LimitUnit | None = strawberry.field(
        default=strawberry.UNSET,
        description="What it counts and its bounds are given in; default DAYS.",
    )
    minimum: float | None = strawberry.field(
        default=strawberry.UNSET, description=f"In {NUMBERS}; left out: no bound."
    )
    maximum: float | None = strawberry.field(
        default=strawberry.UNSET, description=f"In {NUMBERS}; 0 means none at all."
    )
    scope: LimitScope = strawberry.field(description="Whom it counts.")
    targets: list[str] | None = strawberry.field(default=strawberry.UNSET, description=TARGETS)
    level: Level = strawberry.field(description="Whether it may be broken.")
    weight: int | None = strawberry.field(
        default=strawberry.UNSET, description="With SOFT: 1 to 1000, default 10."
    )

    def to_domain(self) -> domain.WorkLimit:
        restaurant_id = decode("Restaurant", self.restaurant_id, ("restaurantId",))
        return domain.WorkLimit(
            id=RuleId(0),
            restaurant_id=RestaurantId(restaurant_id),
            configuration_id=configuration_of(self.configuration_id),
            name=self.name,
            window=self.window,
            days=given(self.days, None),
            shift_types=tuple(ShiftCode(code) for code in self.shift_types),
            level=self.level,
            weight=given(self.weight, 10),
            **self._bounds(),
            **targets_of(self.scope, given(self.targets, [])),
        )

    def _bounds(self) -> dict[str, Any]:
        bounds = {"minimum": given(self.minimum, None), "maximum": given(self.maximum, None)}
        return bounds_of(given(self.unit, LimitUnit.DAYS), bounds)


@strawberry.input(description="Changes of a work limit; what is left out stays as it is.")
class UpdateWorkLimitInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which limit.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 200 characters; trimmed."
    )
    window: LimitWindow | None = strawberry.field(
        default=strawberry.UNSET, description="Over what it counts."
    )
    days: int | None = strawberry.field(
        default=strawberry.UNSET, description="Needed with ROLLING_DAYS: how many."
    )
    shift_types: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Codes of the types it counts."
    )
    unit: LimitUnit | None = strawberry.field(
        default=strawberry.UNSET,
        description="Another unit drops both bounds: give them anew with it.",
    )
    minimum: float | None = strawberry.field(
        default=strawberry.UNSET, description=f"In {NUMBERS}; null: no bound."
    )
    maximum: float | None = strawberry.field(
        default=strawberry.UNSET, description=f"In {NUMBERS}; null: no bound."
    )
    scope: LimitScope | None = strawberry.field(
        default=strawberry.UNSET, description="Whom it counts; give `targets` with it."
    )
    targets: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description=f"{TARGETS} {BOTH}"
    )
    level: Level | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it may be broken."
    )
    weight: int | None = strawberry.field(
        default=strawberry.UNSET, description="With SOFT: 1 to 1000."
    )


@strawberry.input(description="Delete a work limit.")
class DeleteWorkLimitInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which limit.")


@strawberry.type(description="The new limit.")
class CreateWorkLimitPayload(PayloadWithFindings):
    work_limit: WorkLimit = strawberry.field(description="As stored.")


@strawberry.type(description="The limit after the change.")
class UpdateWorkLimitPayload(PayloadWithFindings):
    work_limit: WorkLimit = strawberry.field(description="As stored.")


@strawberry.type(description="The deleted limit.")
class DeleteWorkLimitPayload(PayloadWithFindings):
    work_limit: WorkLimit = strawberry.field(description="The row that stays.")


CreateResult = Annotated[CreateWorkLimitPayload | AnyProblem, result("CreateWorkLimitResult")]
UpdateResult = Annotated[UpdateWorkLimitPayload | AnyProblem, result("UpdateWorkLimitResult")]
DeleteResult = Annotated[DeleteWorkLimitPayload | AnyProblem, result("DeleteWorkLimitResult")]


async def create_work_limit(
    info: Info, input: Annotated[CreateWorkLimitInput, THE_INPUT]
) -> CreateResult:
    asked = asking(info, "createWorkLimit", input)
    made = await setting_rows.create(WORK_LIMIT, *asked, input.to_domain())
    await info.context.release_reads()
    limit = WorkLimit.from_domain(made.value)
    return CreateWorkLimitPayload(
        work_limit=limit, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def update_work_limit(
    info: Info, input: Annotated[UpdateWorkLimitInput, THE_INPUT]
) -> UpdateResult:
    key = RuleId(decode("WorkLimit", input.id, ("id",)))
    changes = limit_changes(changes_of(input, nullable=NULLABLE))
    asked = asking(info, "updateWorkLimit", input)
    made = await setting_rows.update(WORK_LIMIT, *asked, key, changes)
    await info.context.release_reads()
    limit = WorkLimit.from_domain(made.value)
    return UpdateWorkLimitPayload(
        work_limit=limit, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def delete_work_limit(
    info: Info, input: Annotated[DeleteWorkLimitInput, THE_INPUT]
) -> DeleteResult:
    key = RuleId(decode("WorkLimit", input.id, ("id",)))
    made = await setting_rows.delete(WORK_LIMIT, *asking(info, "deleteWorkLimit", input), key)
    await info.context.release_reads()
    limit = WorkLimit.from_domain(made.value)
    return DeleteWorkLimitPayload(
        work_limit=limit, restaurant_id=made.value.restaurant_id, revision=made.revision
    )
