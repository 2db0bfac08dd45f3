"""A restaurant with everything that belongs to it, and the reads that begin a query."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from domain import configurations as domain
from domain.access import Membership as DomainMembership
from domain.access import Right, Role, may
from domain.ids import RestaurantId, StaffId
from domain.periods import Weekday, planning_period
from domain.rules import DayOffRequest as DomainRequest
from domain.rules import RequestState
from schema.configurations import ConfigurationVersion
from schema.context import Info
from schema.fields import described
from schema.inputs import THE_ID
from schema.nodes import Node, coded, encode, find_key, kind_named, read_id, register, stored
from schema.requests import DayOffRequest
from schema.schedules import AFTER, FIRST, ScheduleConnection, schedules_page
from schema.shift_types import ShiftType
from schema.spans import LONGEST_SPAN_DAYS, require_within_calendar
from schema.staff import StaffMember, staff_member
from store import restaurants as rows
from store import rules
from store.engine import ReadConnection


@strawberry.type(description="What somebody may do in a restaurant.")
class Membership:
    subject: str = strawberry.field(description="Whom: the subject of their token.")
    role: Role = strawberry.field(description="What they may do.")
    staff_id: strawberry.Private[StaffId | None]

    @described("Who of the staff they are; null if nobody.")
    async def staff(self, info: Info) -> StaffMember | None:
        return None if self.staff_id is None else await staff_member(info, self.staff_id)

    @classmethod
    def from_domain(cls, value: DomainMembership) -> "Membership":
        return cls(subject=value.subject, role=value.role, staff_id=value.staff_id)


@strawberry.type(description="Dates that are planned together, like a month.")
class PlanningPeriod:
    start: date = strawberry.field(description="The first date.")
    end: date = strawberry.field(
        description="The last date, included; the next period begins on the day after."
    )


@strawberry.type(description="A restaurant; all that is in it is invisible to anybody else.")
class Restaurant(Node):
    name: str = strawberry.field(description="What people call it.")
    time_zone: str = strawberry.field(
        description="Its IANA zone; all its dates, and `today`, are taken there."
    )
    revision: int = strawberry.field(
        description="Grows by one with every committed mutation; resume `changes` after it."
    )
    epoch: str = strawberry.field(
        description="Which history the revisions count; a new one means: read everything again."
    )
    week_start: Weekday = strawberry.field(description="The first day of its weeks.")
    period_start_day: int = strawberry.field(
        description="The day of the month on which its periods begin, clamped to short months."
    )
    borrowing: bool = strawberry.field(
        description="Whether members of one group may be lent to another."
    )
    soft_rules_before_priority: bool = strawberry.field(
        description="Whether generation settles soft rules before the priority order of backups."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    value: strawberry.Private[domain.Restaurant]

    @described("Your own role here.")
    async def viewer_role(self, info: Info) -> Role:
        found = await info.context.membership(self.value.id)
        if found is None:
            raise coded("NOT_FOUND", "You are not a member of this restaurant any more.")
        return found.role

    @described("Who may do what here; null unless you may grant.")
    async def memberships(self, info: Info) -> list[Membership] | None:
        own = await info.context.membership(self.value.id)
        if own is None or not may(own, Right.GRANT):
            return None
        found = await info.context.reads.ask(lambda c: rows.memberships_of(c, self.value.id))
        return [Membership.from_domain(row) for row in found]

    @described("Its shift types, in list order.")
    async def shift_types(self, info: Info) -> list[ShiftType]:
        found = await info.context.loaders.shift_types_of.load(self.value.id)
        in_order = sorted(found, key=lambda row: (row.position, row.id))
        return [ShiftType.from_domain(row) for row in in_order]

    @described("The people who are not deleted, oldest row first.")
    async def staff(self, info: Info) -> list[StaffMember]:
        found = await info.context.loaders.staff_of.load(self.value.id)
        return [StaffMember.from_domain(row) for row in found if row.is_active]

    @described("The version of the settings that is in use.")
    async def active_configuration(self, info: Info) -> ConfigurationVersion:
        found = await info.context.loaders.active_configurations.load(self.value.id)
        return ConfigurationVersion.from_domain(found)

    @described("All versions of the settings, by number.")
    async def configurations(self, info: Info) -> list[ConfigurationVersion]:
        found = await info.context.loaders.configurations_of.load(self.value.id)
        return [ConfigurationVersion.from_domain(row) for row in found]

    @described("The day-off requests of some dates, by date; at most 366 days.")
    async def day_off_requests(
        self,
        info: Info,
        start: Annotated[date, strawberry.argument(description="The first date.")],
        end: Annotated[date, strawberry.argument(description="The last date, included.")],
        states: Annotated[
            list[RequestState] | None,
            strawberry.argument(description="Only these; left out: those in force."),
        ] = None,
    ) -> list[DayOffRequest]:
        if (end - start).days >= LONGEST_SPAN_DAYS:
            raise coded("TOO_MANY_DAYS", f"Ask for {LONGEST_SPAN_DAYS} days at most.")
        found = await info.context.reads.ask(
            lambda c: rules.requests_in(c, self.value.id, start, end)
        )
        shown = [row for row in found if _is_shown(row, states)]
        return [DayOffRequest.from_domain(row) for row in sorted(shown, key=_by_date)]

    @described(
        "The period that holds a date; pass its dates to `createSchedule`. Periods begin on "
        "`periodStartDay` and touch: the one after holds the day after `end`."
    )
    async def planning_period(
        self,
        info: Info,
        on: Annotated[
            date | None, strawberry.argument(description="A date in it; left out: today.")
        ] = None,
    ) -> PlanningPeriod:
        day = on or await info.context.today(self.value.id)
        require_within_calendar(day, day)
        found = planning_period(day, self.value.period_start_day)
        return PlanningPeriod(start=found.start, end=found.end)

    @described("Its schedules that are not deleted, newest first.")
    async def schedules(
        self,
        info: Info,
        first: Annotated[int, FIRST] = 20,
        after: Annotated[str | None, AFTER] = None,
    ) -> ScheduleConnection:
        return await schedules_page(info, self.value.id, first, after)

    @classmethod
    def from_domain(cls, value: domain.Restaurant) -> "Restaurant":
        return cls(
            id=encode("Restaurant", value.id),
            name=value.name,
            time_zone=value.time_zone,
            revision=value.revision,
            epoch=value.epoch,
            week_start=value.week_start,
            period_start_day=value.period_start_day,
            borrowing=value.borrowing,
            soft_rules_before_priority=value.soft_rules_before_priority,
            created_at=stored(value.created_at),
            updated_at=stored(value.updated_at),
            value=value,
        )


def _is_shown(row: DomainRequest, states: list[RequestState] | None) -> bool:
    return row.state.is_in_force if states is None else row.state in states


def _by_date(row: DomainRequest) -> tuple[date, int]:
    return row.date, row.id


async def _itself(connection: ReadConnection, value: domain.Restaurant) -> int | None:  # noqa: ARG001
    return value.id


register(domain.Restaurant, Restaurant, rows.by_ids, _itself)


async def restaurants(info: Info) -> list[Restaurant]:
    found = await info.context.reads.ask(lambda c: rows.readable_by(c, info.context.caller))
    return [Restaurant.from_domain(row) for row in found]


async def restaurant(info: Info, id: Annotated[strawberry.ID, THE_ID]) -> Restaurant | None:
    key = find_key("Restaurant", id)
    if key is None or await info.context.membership(key) is None:
        return None
    return Restaurant.from_domain(await info.context.loaders.restaurants.load(RestaurantId(key)))


async def node(info: Info, id: Annotated[strawberry.ID, THE_ID]) -> Node | None:
    named = read_id(id)
    kind = None if named is None else kind_named(named[0])
    if named is None or kind is None:
        return None
    value = (await info.context.reads.ask(lambda c: kind.by_ids(c, [named[1]]))).get(named[1])
    if value is None:
        return None
    owner = await info.context.reads.ask(lambda c: kind.restaurant_of(c, value))
    if owner is None or await info.context.membership(owner) is None:
        return None
    return kind.from_domain(value)
