"""How coverage goes from schedule to schedule."""

from datetime import date
from typing import Annotated

import strawberry

from domain import trends as domain
from domain.ids import GroupId, RestaurantId
from resolvers.trends import trend_of
from schema.context import Info
from schema.nodes import coded, find_key
from schema.schedules import Schedule
from store import configurations, groups

MOST_SCHEDULES = 24


@strawberry.type(description="How often a reason stands behind a gap.")
class ReasonCount:
    code: str = strawberry.field(description="The reason's code, as in `CoverReason`.")
    gaps: int = strawberry.field(description="How many gaps name it, each counted once.")


@strawberry.type(description="How well one schedule is covered, beside the one before it.")
class TrendPoint:
    schedule: Schedule = strawberry.field(
        description="The schedule; its `status` tells published ones from drafts."
    )
    need_units: int = strawberry.field(description="The needs of all dates added up.")
    covered_units: int = strawberry.field(description="How much of that is covered.")
    rate: float | None = strawberry.field(
        description="`coveredUnits` / `needUnits`; null without need."
    )
    first_choice_rate: float | None = strawberry.field(
        description="Covers of rank 1 when recorded / covers; null without covers."
    )
    reasons: list[ReasonCount] = strawberry.field(
        description="Why needs are not met: the most frequent reason first; [] without gaps."
    )
    missing_change: int | None = strawberry.field(
        description="Units missing here less those missing in the one before; null for the first."
    )
    rate_change: float | None = strawberry.field(
        description="`rate` less that of the one before; null where either is null."
    )
    first_choice_change: float | None = strawberry.field(
        description="`firstChoiceRate` less that of the one before; null where either is null."
    )

    @classmethod
    def from_domain(cls, value: domain.TrendPoint) -> "TrendPoint":
        return cls(
            schedule=Schedule.from_domain(value.schedule),
            need_units=value.need_units,
            covered_units=value.covered_units,
            rate=value.rate,
            first_choice_rate=value.first_choice_rate,
            reasons=[ReasonCount(code=r.code, gaps=r.gaps) for r in value.reasons],
            missing_change=value.missing_change,
            rate_change=value.rate_change,
            first_choice_change=value.first_choice_change,
        )


@strawberry.type(
    description=(
        "Coverage over schedules, each date once: published schedules, and of drafts the newest "
        "that overlaps none of those taken. Figures are those of `coverage`."
    )
)
class CoverageTrend:
    points: list[TrendPoint] = strawberry.field(description="By date, oldest first.")
    has_earlier: bool = strawberry.field(
        description="Whether there are earlier ones: ask again `before` the first point's start."
    )
    revision: int = strawberry.field(description="The restaurant's revision that was read.")


async def coverage_trend(
    info: Info,
    restaurant_id: Annotated[
        strawberry.ID, strawberry.argument(description="The global id of the restaurant.")
    ],
    group_id: Annotated[
        strawberry.ID | None,
        strawberry.argument(description="Only this group; all groups together without it."),
    ] = None,
    first: Annotated[
        int | None,
        strawberry.argument(description="How many of the latest schedules, from 1 to 24."),
    ] = 12,
    before: Annotated[
        date | None, strawberry.argument(description="Only schedules that start before this date.")
    ] = None,
) -> CoverageTrend | None:
    size = 12 if first is None else first
    if not 1 <= size <= MOST_SCHEDULES:
        raise coded("BAD_PAGE_SIZE", f"`first` must be from 1 to {MOST_SCHEDULES}.")
    restaurant = RestaurantId(find_key("Restaurant", restaurant_id) or 0)
    if await info.context.membership(restaurant) is None:
        return None
    group = None if group_id is None else GroupId(find_key("StaffGroup", group_id) or 0)
    if group is not None and not await _is_in_force(info, restaurant, group):
        return None
    today = await info.context.today(restaurant)
    found = await info.context.reads.ask(
        lambda c: trend_of(c, restaurant, group, today, first=size, before=before)
    )
    return CoverageTrend(
        points=[TrendPoint.from_domain(point) for point in found.points],
        has_earlier=found.has_earlier,
        revision=found.revision,
    )


async def _is_in_force(info: Info, restaurant_id: RestaurantId, group_id: GroupId) -> bool:
    """Whether the configuration that the figures are counted by has the group."""
    found = (await info.context.reads.ask(lambda c: groups.by_ids(c, [group_id]))).get(group_id)
    active = await info.context.reads.ask(lambda c: configurations.active_of(c, [restaurant_id]))
    return (
        found is not None and found.is_active and found.configuration_id == active[restaurant_id].id
    )
