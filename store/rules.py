"""What a configuration version asks of a schedule, and the days off that people ask for."""

from collections.abc import Iterable
from datetime import date

from domain.ids import ConfigurationId, RequestId, RestaurantId, RuleId
from domain.rules import (
    CalendarRule,
    DayOffRequest,
    PriorityRule,
    StandingRule,
    SuccessionRule,
    WorkLimit,
)
from store import rows
from store.engine import ReadConnection, WriteConnection
from store.tables import (
    calendar_rules,
    day_off_requests,
    priority_rules,
    standing_rules,
    succession_rules,
    work_limits,
)


async def insert_work_limit(connection: WriteConnection, limit: WorkLimit) -> WorkLimit:
    return await rows.insert(connection, work_limits, limit)


async def update_work_limit(connection: WriteConnection, limit: WorkLimit) -> WorkLimit:
    return await rows.update(connection, work_limits, limit)


async def work_limits_by_ids(
    connection: ReadConnection, ids: Iterable[RuleId]
) -> dict[RuleId, WorkLimit]:
    return await rows.by_ids(connection, work_limits, WorkLimit, ids)


async def active_work_limits_of(
    connection: ReadConnection, ids: Iterable[ConfigurationId]
) -> tuple[WorkLimit, ...]:
    return await rows.active_of_configurations(connection, work_limits, WorkLimit, ids)


async def insert_priority_rule(connection: WriteConnection, rule: PriorityRule) -> PriorityRule:
    return await rows.insert(connection, priority_rules, rule)


async def update_priority_rule(connection: WriteConnection, rule: PriorityRule) -> PriorityRule:
    return await rows.update(connection, priority_rules, rule)


async def priority_rules_by_ids(
    connection: ReadConnection, ids: Iterable[RuleId]
) -> dict[RuleId, PriorityRule]:
    return await rows.by_ids(connection, priority_rules, PriorityRule, ids)


async def active_priority_rules_of(
    connection: ReadConnection, ids: Iterable[ConfigurationId]
) -> tuple[PriorityRule, ...]:
    return await rows.active_of_configurations(connection, priority_rules, PriorityRule, ids)


async def insert_succession_rule(
    connection: WriteConnection, rule: SuccessionRule
) -> SuccessionRule:
    return await rows.insert(connection, succession_rules, rule)


async def update_succession_rule(
    connection: WriteConnection, rule: SuccessionRule
) -> SuccessionRule:
    return await rows.update(connection, succession_rules, rule)


async def succession_rules_by_ids(
    connection: ReadConnection, ids: Iterable[RuleId]
) -> dict[RuleId, SuccessionRule]:
    return await rows.by_ids(connection, succession_rules, SuccessionRule, ids)


async def active_succession_rules_of(
    connection: ReadConnection, ids: Iterable[ConfigurationId]
) -> tuple[SuccessionRule, ...]:
    return await rows.active_of_configurations(connection, succession_rules, SuccessionRule, ids)


async def insert_standing_rule(connection: WriteConnection, rule: StandingRule) -> StandingRule:
    return await rows.insert(connection, standing_rules, rule)


async def update_standing_rule(connection: WriteConnection, rule: StandingRule) -> StandingRule:
    return await rows.update(connection, standing_rules, rule)


async def standing_rules_by_ids(
    connection: ReadConnection, ids: Iterable[RuleId]
) -> dict[RuleId, StandingRule]:
    return await rows.by_ids(connection, standing_rules, StandingRule, ids)


async def active_standing_rules_of(
    connection: ReadConnection, ids: Iterable[ConfigurationId]
) -> tuple[StandingRule, ...]:
    return await rows.active_of_configurations(connection, standing_rules, StandingRule, ids)


async def insert_calendar_rule(connection: WriteConnection, rule: CalendarRule) -> CalendarRule:
    return await rows.insert(connection, calendar_rules, rule)


async def update_calendar_rule(connection: WriteConnection, rule: CalendarRule) -> CalendarRule:
    return await rows.update(connection, calendar_rules, rule)


async def calendar_rules_by_ids(
    connection: ReadConnection, ids: Iterable[RuleId]
) -> dict[RuleId, CalendarRule]:
    return await rows.by_ids(connection, calendar_rules, CalendarRule, ids)


async def active_calendar_rules_of(
    connection: ReadConnection, ids: Iterable[ConfigurationId]
) -> tuple[CalendarRule, ...]:
    return await rows.active_of_configurations(connection, calendar_rules, CalendarRule, ids)


async def insert_request(connection: WriteConnection, request: DayOffRequest) -> DayOffRequest:
    """The new row; a second one in force for the person and date is DUPLICATE."""
    return await rows.insert(connection, day_off_requests, request)


async def update_request(connection: WriteConnection, request: DayOffRequest) -> DayOffRequest:
    return await rows.update(connection, day_off_requests, request)


async def requests_by_ids(
    connection: ReadConnection, ids: Iterable[RequestId]
) -> dict[RequestId, DayOffRequest]:
    return await rows.by_ids(connection, day_off_requests, DayOffRequest, ids)


async def requests_in(
    connection: ReadConnection, restaurant_id: RestaurantId, start: date, end: date
) -> tuple[DayOffRequest, ...]:
    """Requests in every state for the dates from start to end, by creation."""
    return await rows.all_where(
        connection,
        day_off_requests,
        DayOffRequest,
        rows.is_among(day_off_requests.c.restaurant_id, [restaurant_id]),
        day_off_requests.c.date.between(start, end),
    )


async def requests_in_force(
    connection: ReadConnection, restaurant_id: RestaurantId, start: date, end: date
) -> tuple[DayOffRequest, ...]:
    """The same without those that were declined or withdrawn."""
    found = await requests_in(connection, restaurant_id, start, end)
    return tuple(request for request in found if request.state.is_in_force)
