"""Boards: everything about one schedule, read in one snapshot as one value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import func, select

from domain.covers import Cover
from domain.ids import ConfigurationId, RestaurantId, ScheduleId, StaffId
from domain.periods import ONE_DAY, days_between
from domain.rules import WorkLimit
from domain.schedules import Board, FormerGroup, Schedule, ScheduleStatus
from domain.shifts import ShiftAssignment
from store import backup_assignments, configurations, groups, restaurants, rows, rules, schedules
from store import shift_types as types
from store import staff as people
from store.engine import ReadConnection
from store.tables import covers
from store.tables import restaurants as restaurant_table
from store.tables import schedules as schedule_table

LEAST_HISTORY: Final = 62
MOST_HISTORY: Final = 366
LOAD_WINDOW: Final = timedelta(days=90)

D = TypeVar("D", ShiftAssignment, Cover)


async def load(connection: ReadConnection, schedule_id: ScheduleId, today: date) -> Board | None:
    """The board of a schedule; None when there is no such schedule.

    The connection's snapshot is the board's revision: it must be REPEATABLE READ, or hold the
    restaurant's lock.
    """
    schedule = (await schedules.by_ids(connection, [schedule_id])).get(schedule_id)
    if schedule is None:
        return None
    return Board(
        schedule=schedule,
        today=today,
        shifts=await schedules.shifts_of(connection, schedule_id),
        covers=await schedules.covers_of(connection, schedule_id),
        **await _surroundings(connection, schedule),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Whose a schedule is, and how far the history of that restaurant has come."""

    restaurant_id: RestaurantId
    epoch: str
    revision: int


async def moment_of(connection: ReadConnection, schedule_id: ScheduleId) -> Moment | None:
    """The moment of the connection's snapshot; None when there is no such schedule."""
    columns = restaurant_table.c
    statement = (
        select(columns.id.label("restaurant_id"), columns.epoch, columns.revision)
        .join(schedule_table, schedule_table.c.restaurant_id == columns.id)
        .where(rows.is_among(schedule_table.c.id, [schedule_id]))
    )
    found = rows.values_of(Moment, await connection.execute(statement))
    return found[0] if found else None


async def load_period(
    connection: ReadConnection, restaurant_id: RestaurantId, start: date, end: date, today: date
) -> Board:
    """A board of dates without a schedule of their own, whose `schedule.id` is 0.

    Each date shows the published schedule that holds it, else the newest draft that does.
    """
    source = await _sources(connection, restaurant_id, start, end)
    schedule = Schedule(id=ScheduleId(0), restaurant_id=restaurant_id, start=start, end=end)
    return Board(
        schedule=schedule,
        today=today,
        shifts=await _shifts_by(connection, source, start, end),
        covers=await _covers_by(connection, source, start, end),
        published_days=frozenset(
            day for day, held in source.items() if held.status is ScheduleStatus.PUBLISHED
        ),
        **await _surroundings(connection, schedule),
    )


async def _surroundings(connection: ReadConnection, schedule: Schedule) -> dict[str, Any]:
    """Whatever a board holds beside its schedule, cells and covers."""
    restaurant_id = schedule.restaurant_id
    restaurant = (await restaurants.by_ids(connection, [restaurant_id]))[restaurant_id]
    configuration = (await configurations.active_of(connection, [restaurant_id]))[restaurant_id]
    loads = await _cover_loads(connection, schedule)
    limits = await rules.active_work_limits_of(connection, [configuration.id])
    first = schedule.start - _reach(limits)
    return {
        "restaurant": restaurant,
        "configuration": configuration,
        "shift_types": await types.of_restaurants(connection, [restaurant_id]),
        "staff": await people.of_restaurant(connection, restaurant_id),
        "day_off_requests": await rules.requests_in_force(
            connection, restaurant_id, schedule.start, schedule.end
        ),
        "history": await _history(connection, schedule, first),
        "past_cover_counts": {load.staff_id: load.recent for load in loads if load.recent},
        "last_cover_dates": {load.staff_id: load.latest for load in loads},
        "work_limits": limits,
        "former_groups": await _former_groups(connection, configuration.id, schedule.start),
        **await _settings(connection, configuration.id, first, schedule.end),
    }


def _reach(limits: Iterable[WorkLimit]) -> timedelta:
    """How far before its start a schedule is judged: as far as the longest limit looks back."""
    longest = max((limit.days_looked_back for limit in limits), default=0)
    return timedelta(days=min(max(longest, LEAST_HISTORY), MOST_HISTORY))


async def _settings(
    connection: ReadConnection, configuration_id: ConfigurationId, first: date, last: date
) -> dict[str, Any]:
    """What the version says; of its calendar, the dates from first to last."""
    ids = [configuration_id]
    active_groups = await groups.of_configurations(connection, ids)
    known = {group.id for group in active_groups}
    assignments = await backup_assignments.active_of_configurations(connection, ids)
    calendar = await rules.active_calendar_rules_of(connection, ids)
    return {
        "groups": active_groups,
        "memberships": await groups.memberships_of_groups(connection, known),
        "backup_assignments": tuple(a for a in assignments if a.group_id in known),
        "priority_rules": await rules.active_priority_rules_of(connection, ids),
        "succession_rules": await rules.active_succession_rules_of(connection, ids),
        "standing_rules": await rules.active_standing_rules_of(connection, ids),
        "calendar_rules": tuple(r for r in calendar if first <= r.date <= last),
    }


async def _former_groups(
    connection: ReadConnection, configuration_id: ConfigurationId, start: date
) -> tuple[FormerGroup, ...]:
    """The groups that were deleted after the start, with whoever belonged to them then."""
    gone = await groups.deleted_after(connection, configuration_id, start)
    if not gone:
        return ()
    members = await groups.memberships_of_groups(connection, [group.id for group in gone])
    return tuple(
        [
            FormerGroup(
                group=group,
                memberships=tuple(m for m in members if m.group_id == group.id),
                backup_assignments=await backup_assignments.ended_with(connection, group),
            )
            for group in gone
        ]
    )


async def _history(
    connection: ReadConnection, schedule: Schedule, first: date
) -> tuple[ShiftAssignment, ...]:
    """The known cells from a day to the one before the start, by the rule of `load_period`.

    A draft that overlaps the schedule is another plan for its dates, and no past of it.
    """
    end = schedule.start - ONE_DAY
    source = await _sources(connection, schedule.restaurant_id, first, end, apart_from=schedule)
    return await _shifts_by(connection, source, first, end)


async def _sources(
    connection: ReadConnection,
    restaurant_id: RestaurantId,
    start: date,
    end: date,
    apart_from: Schedule | None = None,
) -> dict[date, Schedule]:
    """Which schedule speaks for each date: the published one, else the newest draft."""
    found = await schedules.overlapping(connection, restaurant_id, start, end)
    in_order = sorted(found, key=lambda s: s.status is ScheduleStatus.PUBLISHED)
    source: dict[date, Schedule] = {}
    for schedule in in_order:
        if apart_from is None or not _is_rival(schedule, apart_from):
            days = days_between(max(start, schedule.start), min(end, schedule.end))
            source.update(dict.fromkeys(days, schedule))
    return source


def _is_rival(other: Schedule, schedule: Schedule) -> bool:
    overlaps = other.start <= schedule.end and schedule.start <= other.end
    return other.id == schedule.id or (overlaps and other.status is ScheduleStatus.DRAFT)


async def _shifts_by(
    connection: ReadConnection, source: dict[date, Schedule], start: date, end: date
) -> tuple[ShiftAssignment, ...]:
    found = await schedules.shifts_in(connection, _ids(source), start, end)
    return _spoken_for(found, source)


async def _covers_by(
    connection: ReadConnection, source: dict[date, Schedule], start: date, end: date
) -> tuple[Cover, ...]:
    found = await schedules.covers_in(connection, _ids(source), start, end)
    return _spoken_for(found, source)


def _ids(source: dict[date, Schedule]) -> set[ScheduleId]:
    return {schedule.id for schedule in source.values()}


def _spoken_for(found: Iterable[D], source: dict[date, Schedule]) -> tuple[D, ...]:
    return tuple(one for one in found if one.schedule_id == source[one.date].id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    staff_id: StaffId
    recent: int
    latest: date


async def _cover_loads(connection: ReadConnection, schedule: Schedule) -> Sequence[_Load]:
    """Who covered before the start, in published schedules: how often lately, and when last."""
    since = schedule.start - LOAD_WINDOW
    statement = (
        select(
            covers.c.staff_id,
            func.count().filter(covers.c.date >= since).label("recent"),
            func.max(covers.c.date).label("latest"),
        )
        .join(schedule_table, schedule_table.c.id == covers.c.schedule_id)
        .where(
            schedule_table.c.restaurant_id == schedule.restaurant_id,
            schedule_table.c.status == ScheduleStatus.PUBLISHED,
            schedule_table.c.is_active,
            covers.c.date < schedule.start,
        )
        .group_by(covers.c.staff_id)
    )
    return rows.values_of(_Load, await connection.execute(statement))
