"""What a configuration asks of a schedule: limits, preferences, successions, dates."""

from datetime import datetime

import strawberry

from domain import rules as domain
from domain.ids import RestaurantId, ShiftCode
from domain.periods import Weekday
from domain.rules import (
    CalendarRuleKind,
    Direction,
    Level,
    LimitScope,
    LimitUnit,
    LimitWindow,
    StandingRuleKind,
)
from resolvers.limit_bounds import told
from schema.context import Info
from schema.fields import described
from schema.nodes import Node, encode, register, stored
from schema.scalars import Day
from schema.shift_types import ShiftType
from schema.staff import StaffMember, staff_member
from store import rules

IS_ACTIVE = "False once deleted; the row stays."
REVISION = "The revision that last changed it."
CREATED = "When it was made."
UPDATED = "When it was last changed."
LEVEL = "Whether it may be broken."
WEIGHT = "What a breach costs when the level is SOFT, from 1 to 1000."


async def shift_type_of(info: Info, restaurant_id: RestaurantId, code: ShiftCode) -> ShiftType:
    return ShiftType.from_domain(await info.context.loaders.shift_type(restaurant_id, code))


@strawberry.type(
    description="Count the listed shift types in a window: between minimum and maximum."
)
class WorkLimit(Node):
    name: str = strawberry.field(description="What people call it.")
    window: LimitWindow = strawberry.field(description="Over what it counts.")
    days: int | None = strawberry.field(description="With ROLLING_DAYS: how many; else null.")
    shift_types: list[str] = strawberry.field(description="The codes of the types it counts.")
    unit: LimitUnit = strawberry.field(description="What it counts and its bounds are given in.")
    minimum: float | None = strawberry.field(
        description="In days, 0.5 a half-day, or hours, by `unit`; null: no lower bound."
    )
    maximum: float | None = strawberry.field(
        description="In days, 0.5 a half-day, or hours, by `unit`; null: no upper bound."
    )
    scope: LimitScope = strawberry.field(description="Whom it counts.")
    targets: list[str] = strawberry.field(
        description="By `scope`: employment types, ids of groups, or ids of staff; [] for ALL."
    )
    level: Level = strawberry.field(description=LEVEL)
    weight: int = strawberry.field(description=WEIGHT)
    is_active: bool = strawberry.field(description=IS_ACTIVE)
    revision: int = strawberry.field(description=REVISION)
    created_at: datetime = strawberry.field(description=CREATED)
    updated_at: datetime = strawberry.field(description=UPDATED)

    @classmethod
    def from_domain(cls, value: domain.WorkLimit) -> "WorkLimit":
        return cls(
            id=encode("WorkLimit", value.id),
            name=value.name,
            window=value.window,
            days=value.days,
            shift_types=list(value.shift_types),
            unit=value.unit,
            minimum=told(value, value.minimum),
            maximum=told(value, value.maximum),
            scope=value.scope,
            targets=_targets(value),
            level=value.level,
            weight=value.weight,
            is_active=value.is_active,
            revision=value.revision,
            created_at=stored(value.created_at),
            updated_at=stored(value.updated_at),
        )


def _targets(value: domain.WorkLimit) -> list[str]:
    return [
        *(kind.value for kind in value.target_employment_types),
        *(encode("StaffGroup", key) for key in value.target_group_ids),
        *(encode("StaffMember", key) for key in value.target_staff_ids),
    ]


@strawberry.type(description="On some weekdays somebody should, or should not, get a shift type.")
class PriorityRule(Node):
    name: str = strawberry.field(description="What people call it.")
    weekdays: list[Weekday] = strawberry.field(description="On which days it asks.")
    direction: Direction = strawberry.field(description="Which way it pulls.")
    level: Level = strawberry.field(description=LEVEL)
    weight: int = strawberry.field(description=WEIGHT)
    is_active: bool = strawberry.field(description=IS_ACTIVE)
    revision: int = strawberry.field(description=REVISION)
    created_at: datetime = strawberry.field(description=CREATED)
    updated_at: datetime = strawberry.field(description=UPDATED)
    value: strawberry.Private[domain.PriorityRule]

    @described("Whom it is about.")
    async def staff(self, info: Info) -> StaffMember:
        return await staff_member(info, self.value.staff_id)

    @described("The shift type it asks for, or against.")
    async def shift_type(self, info: Info) -> ShiftType:
        return await shift_type_of(info, self.value.restaurant_id, self.value.shift_type)

    @classmethod
    def from_domain(cls, value: domain.PriorityRule) -> "PriorityRule":
        return cls(
            id=encode("PriorityRule", value.id),
            name=value.name,
            weekdays=list(value.weekdays),
            direction=value.direction,
            level=value.level,
            weight=value.weight,
            is_active=value.is_active,
            revision=value.revision,
            created_at=stored(value.created_at),
            updated_at=stored(value.updated_at),
            value=value,
        )


@strawberry.type(description="A shift type that should not follow another on the next day.")
class SuccessionRule(Node):
    level: Level = strawberry.field(description=LEVEL)
    weight: int = strawberry.field(description=WEIGHT)
    is_active: bool = strawberry.field(description=IS_ACTIVE)
    revision: int = strawberry.field(description=REVISION)
    created_at: datetime = strawberry.field(description=CREATED)
    updated_at: datetime = strawberry.field(description=UPDATED)
    value: strawberry.Private[domain.SuccessionRule]

    @described("The type of the first day.", name="from")
    async def from_type(self, info: Info) -> ShiftType:
        return await shift_type_of(info, self.value.restaurant_id, self.value.from_type)

    @described("The type that should not follow.", name="to")
    async def to_type(self, info: Info) -> ShiftType:
        return await shift_type_of(info, self.value.restaurant_id, self.value.to_type)

    @classmethod
    def from_domain(cls, value: domain.SuccessionRule) -> "SuccessionRule":
        return cls(
            id=encode("SuccessionRule", value.id),
            level=value.level,
            weight=value.weight,
            is_active=value.is_active,
            revision=value.revision,
            created_at=stored(value.created_at),
            updated_at=stored(value.updated_at),
            value=value,
        )


@strawberry.type(description="A soft rule of which only the weight can be set.")
class StandingRule(Node):
    kind: StandingRuleKind = strawberry.field(description="What it asks.")
    weight: int = strawberry.field(description="What a breach costs, from 1 to 1000.")
    is_active: bool = strawberry.field(description="Whether it counts.")
    revision: int = strawberry.field(description=REVISION)
    created_at: datetime = strawberry.field(description=CREATED)
    updated_at: datetime = strawberry.field(description=UPDATED)

    @classmethod
    def from_domain(cls, value: domain.StandingRule) -> "StandingRule":
        return cls(
            id=encode("StandingRule", value.id),
            kind=value.kind,
            weight=value.weight,
            is_active=value.is_active,
            revision=value.revision,
            created_at=stored(value.created_at),
            updated_at=stored(value.updated_at),
        )


@strawberry.type(description="What one date asks of everybody.")
class CalendarRule(Node):
    date: Day = strawberry.field(description="Which day.")
    kind: CalendarRuleKind = strawberry.field(description="What it asks.")
    reason: str | None = strawberry.field(description="Why, in words for people.")
    is_active: bool = strawberry.field(description=IS_ACTIVE)
    revision: int = strawberry.field(description=REVISION)
    created_at: datetime = strawberry.field(description=CREATED)
    updated_at: datetime = strawberry.field(description=UPDATED)

    @classmethod
    def from_domain(cls, value: domain.CalendarRule) -> "CalendarRule":
        return cls(
            id=encode("CalendarRule", value.id),
            date=value.date,
            kind=value.kind,
            reason=value.reason,
            is_active=value.is_active,
            revision=value.revision,
            created_at=stored(value.created_at),
            updated_at=stored(value.updated_at),
        )


register(domain.WorkLimit, WorkLimit, rules.work_limits_by_ids)
register(domain.PriorityRule, PriorityRule, rules.priority_rules_by_ids)
register(domain.SuccessionRule, SuccessionRule, rules.succession_rules_by_ids)
register(domain.StandingRule, StandingRule, rules.standing_rules_by_ids)
register(domain.CalendarRule, CalendarRule, rules.calendar_rules_by_ids)
