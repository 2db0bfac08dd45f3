from dataclasses import replace
from datetime import date, timedelta

from domain.covers import Cover, CoverSource
from domain.ids import RequestId, RuleId, ScheduleId
from domain.rules import (
    CalendarRule,
    CalendarRuleKind,
    DayOffRequest,
    LimitWindow,
    RequestState,
    StandingRule,
    StandingRuleKind,
)
from domain.schedules import Schedule, ScheduleStatus
from domain.shifts import ShiftAssignment, ShiftSource
from store import backup_assignments, boards, groups, rules, schedules, staff
from store.engine import Database, WriteConnection
from tests.builders import limit
from tests.store.conftest import JANUARY, Place, open_place
from tests.store.test_entities import backup

NEW_YEAR, LAST = JANUARY
TODAY = date(2025, 1, 10)


def shift(place: Place, day: date, code: str) -> ShiftAssignment:
    return ShiftAssignment(
        staff_id=place.sato.id, date=day, shift_type=code, source=ShiftSource.GENERATED
    )


def cover(place: Place, day: date) -> Cover:
    return Cover(
        date=day,
        group_id=place.kitchen.id,
        staff_id=place.nakata.id,
        source=CoverSource.MANUAL,
    )


async def plan(
    connection: WriteConnection,
    place: Place,
    start: date,
    end: date,
    code: str,
    *,
    published: bool = False,
    covers: tuple[date, ...] = (),
) -> Schedule:
    """A schedule in which 佐藤 has one type on every day."""
    schedule = await schedules.insert(
        connection,
        Schedule(
            id=ScheduleId(0),
            restaurant_id=place.restaurant.id,
            start=start,
            end=end,
            status=ScheduleStatus.PUBLISHED if published else ScheduleStatus.DRAFT,
        ),
    )
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    cells = [shift(place, day, code) for day in days]
    await schedules.upsert_shifts(connection, schedule.id, cells, 1)
    await schedules.upsert_covers(connection, schedule.id, [cover(place, d) for d in covers], 1)
    return schedule


async def test_an_unknown_schedule_has_no_board(database: Database, place: Place):
    async with database.read() as connection:
        assert await boards.load(connection, ScheduleId(10**12), TODAY) is None


async def test_a_board_holds_what_is_in_force(database: Database, place: Place):
    restaurant_id, configuration_id = place.restaurant.id, place.configuration.id
    settled = {"restaurant_id": restaurant_id, "configuration_id": configuration_id}
    request = DayOffRequest(
        id=RequestId(0), restaurant_id=restaurant_id, staff_id=place.sato.id, date=NEW_YEAR
    )
    async with database.write() as connection:
        await open_place(connection, "別の店")
        gone = await staff.update(connection, replace(place.nakata, deactivated_on=TODAY))
        closed_group = await groups.insert(
            connection, replace(place.kitchen, name="廃止", is_active=False)
        )
        assignment = await backup_assignments.insert(connection, backup(place))
        await backup_assignments.insert(connection, backup(place, group_id=closed_group.id))
        await backup_assignments.insert(connection, backup(place, is_active=False))
        standing = await rules.insert_standing_rule(
            connection,
            StandingRule(id=RuleId(0), kind=StandingRuleKind.SHIFT_NOT_ASKED, **settled),
        )
        calendar = [
            await rules.insert_calendar_rule(
                connection,
                CalendarRule(id=RuleId(0), date=day, kind=CalendarRuleKind.CLOSED, **settled),
            )
            for day in (date(2024, 12, 31), NEW_YEAR, date(2025, 2, 1))
        ]
        asked = await rules.insert_request(connection, request)
        await rules.insert_request(
            connection, replace(request, date=LAST, state=RequestState.DECLINED)
        )
        cells = await schedules.upsert_shifts(
            connection,
            place.schedule.id,
            [shift(place, NEW_YEAR, "off"), shift(place, LAST, "normal")],
            1,
        )
        await schedules.clear_shifts(connection, place.schedule.id, [(place.sato.id, LAST)], 2)
        covers = await schedules.upsert_covers(
            connection, place.schedule.id, [cover(place, NEW_YEAR)], 1
        )
    async with database.read() as connection:
        board = await boards.load(connection, place.schedule.id, TODAY)
    assert board is not None
    assert (board.restaurant, board.configuration) == (place.restaurant, place.configuration)
    assert (board.schedule, board.today) == (place.schedule, TODAY)
    assert board.shift_types == place.types
    assert board.staff == (place.sato, gone)
    assert board.groups == (place.kitchen,)
    assert board.memberships == (place.membership,)
    assert board.backup_assignments == (assignment,)
    assert board.standing_rules == (standing,)
    assert board.calendar_rules == tuple(calendar[:2])
    assert board.day_off_requests == (asked,)
    assert board.shifts == cells[:1]
    assert board.covers == covers
    assert board.history == ()
    assert board.past_cover_counts == {}


async def test_history_is_what_was_published_else_the_newest_draft(
    database: Database, place: Place
):
    december, middle = date(2024, 12, 1), date(2024, 12, 15)
    year_end = date(2024, 12, 31)
    async with database.write() as connection:
        await plan(connection, place, date(2024, 10, 1), date(2024, 11, 30), "late")
        await plan(connection, place, december, year_end, "early", published=True)
        await plan(connection, place, middle, year_end, "off")
        await plan(connection, place, date(2024, 11, 20), date(2024, 11, 30), "normal")
        await plan(connection, place, date(2024, 11, 1), NEW_YEAR, "unavailable")
        deleted = await plan(connection, place, date(2024, 11, 25), date(2024, 11, 30), "off")
        await schedules.update(connection, replace(deleted, is_active=False))
    async with database.read() as connection:
        board = await boards.load(connection, place.schedule.id, TODAY)
    assert board is not None
    known = {s.date: s.shift_type for s in board.history}
    assert min(known) == NEW_YEAR - timedelta(days=62)
    assert max(known) == year_end
    expected = {
        day: "early" if day >= december else "normal" if day >= date(2024, 11, 20) else "late"
        for day in known
    }
    assert known == expected
    assert len(known) == 62


async def test_history_reaches_as_far_back_as_the_longest_limit(database: Database, place: Place):
    first = NEW_YEAR - timedelta(days=100)
    draft = limit(
        0,
        LimitWindow.ROLLING_DAYS,
        ["normal"],
        days=90,
        maximum_half_days=120,
        restaurant_id=place.restaurant.id,
        configuration_id=place.configuration.id,
    )
    closed = CalendarRule(
        id=RuleId(0),
        restaurant_id=place.restaurant.id,
        configuration_id=place.configuration.id,
        date=NEW_YEAR - timedelta(days=80),
        kind=CalendarRuleKind.CLOSED,
    )
    async with database.write() as connection:
        await plan(connection, place, first, date(2024, 12, 31), "normal", published=True)
        await rules.insert_work_limit(connection, draft)
        await rules.insert_calendar_rule(connection, closed)
        board = await boards.load(connection, place.schedule.id, TODAY)
    assert board is not None
    assert min(cell.date for cell in board.history) == NEW_YEAR - timedelta(days=89)
    assert [rule.date for rule in board.calendar_rules] == [closed.date]


async def test_past_covers_are_counted_in_published_schedules_only(
    database: Database, place: Place
):
    long_ago, lately = NEW_YEAR - timedelta(days=91), NEW_YEAR - timedelta(days=90)
    async with database.write() as connection:
        await plan(connection, place, long_ago, long_ago, "off", published=True, covers=(long_ago,))
        await plan(connection, place, lately, lately, "off", published=True, covers=(lately,))
        day_before = NEW_YEAR - timedelta(days=1)
        await plan(connection, place, day_before, day_before, "off", covers=(day_before,))
    async with database.read() as connection:
        board = await boards.load(connection, place.schedule.id, TODAY)
    assert board is not None
    assert board.past_cover_counts == {place.nakata.id: 1}
    assert board.last_cover_dates == {place.nakata.id: lately}


async def test_a_period_shows_the_published_schedule_else_the_newest_draft(
    database: Database, place: Place
):
    first, second, third = date(2025, 3, 1), date(2025, 3, 2), date(2025, 3, 3)
    async with database.write() as connection:
        await plan(connection, place, first, first, "early", published=True, covers=(first,))
        await plan(connection, place, first, third, "late", covers=(first, second))
        await plan(connection, place, second, second, "off", covers=(second,))
    async with database.read() as connection:
        board = await boards.load_period(
            connection, place.restaurant.id, first, date(2025, 3, 4), TODAY
        )
    assert board.schedule.id == 0
    assert [(s.date, s.shift_type) for s in board.shifts] == [
        (first, "early"),
        (second, "off"),
        (third, "late"),
    ]
    assert [c.date for c in board.covers] == [first, second]
    assert board.days[-1] == date(2025, 3, 4)
    assert [board.is_published_on(day) for day in board.days] == [True, False, False, False]
