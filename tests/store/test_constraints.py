"""What the database itself refuses, whoever asks and however many at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from domain.covers import Cover, CoverSource
from domain.ids import MembershipId, RequestId, RuleId, RunId, ScheduleId
from domain.refusals import (
    ConflictRefusal,
    NotFoundRefusal,
    Refusal,
    UnavailableRefusal,
    ValidationRefusal,
)
from domain.rules import CalendarRule, CalendarRuleKind, DayOffRequest
from domain.runs import GenerationRequest, GenerationRun
from domain.schedules import Schedule, ScheduleStatus
from domain.shifts import ShiftAssignment, ShiftSource
from domain.staff import GroupMembership
from store import (
    backup_assignments,
    configurations,
    groups,
    restaurants,
    rules,
    runs,
    schedules,
    staff,
)
from store.engine import Database, WriteConnection
from tests.store.conftest import Place, open_place, somebody
from tests.store.test_entities import backup

NEW_YEAR = date(2025, 1, 1)


async def refused(
    database: Database, work: Callable[[WriteConnection], Awaitable[object]]
) -> Refusal:
    with pytest.raises(Refusal) as caught:
        async with database.write() as connection:
            await work(connection)
    return caught.value


def run_of(place: Place) -> GenerationRun:
    return GenerationRun(
        id=RunId(0),
        restaurant_id=place.restaurant.id,
        schedule_id=place.schedule.id,
        request=GenerationRequest(),
        configuration_revision=0,
    )


def cell_of(place: Place, **fields) -> ShiftAssignment:
    given = {
        "staff_id": place.sato.id,
        "date": date(2025, 1, 15),
        "shift_type": "off",
        "source": ShiftSource.MANUAL,
    }
    return ShiftAssignment(**{**given, **fields})


@pytest.mark.parametrize(
    ("first", "second", "stand_together"),
    [
        ((None, None), (NEW_YEAR, NEW_YEAR), False),
        ((None, NEW_YEAR), (NEW_YEAR, None), False),
        ((None, NEW_YEAR), (date(2025, 1, 2), None), True),
        ((NEW_YEAR, date(2025, 1, 31)), (date(2025, 1, 31), None), False),
        ((NEW_YEAR, date(2025, 1, 31)), (date(2025, 2, 1), None), True),
    ],
)
async def test_active_windows_of_one_pair_may_touch_and_not_overlap(
    database: Database, place: Place, first, second, stand_together
):
    def between(window) -> object:
        return backup(place, effective_from=window[0], effective_until=window[1])

    async def both(connection: WriteConnection) -> None:
        await backup_assignments.insert(connection, between(first))
        await backup_assignments.insert(connection, between(second))

    if stand_together:
        async with database.write() as connection:
            await both(connection)
            assert len(await backup_assignments.of_group(connection, place.kitchen.id)) == 2
    else:
        refusal = await refused(database, both)
        assert isinstance(refusal, ValidationRefusal)
        assert refusal.code == "EFFECTIVE_PERIODS_OVERLAP"


async def test_an_inactive_window_is_in_nobodys_way(database: Database, place: Place):
    async with database.write() as connection:
        await backup_assignments.insert(connection, backup(place, is_active=False))
        await backup_assignments.insert(connection, backup(place))
        found = await backup_assignments.of_group(connection, place.kitchen.id)
    assert [assignment.is_active for assignment in found] == [False, True]


async def test_of_two_overlapping_assignments_at_once_exactly_one_stands(
    database: Database, place: Place
):
    async def assign() -> str:
        try:
            async with database.write() as connection:
                await backup_assignments.insert(connection, backup(place))
                await asyncio.sleep(0.05)
        except Refusal as refusal:
            return refusal.code
        return "stands"

    outcomes = await asyncio.gather(*(assign() for _ in range(4)))
    assert outcomes.count("stands") == 1
    # two that wait for each other are a deadlock, which is answered by doing it again
    assert set(outcomes) <= {"stands", "EFFECTIVE_PERIODS_OVERLAP", "TRY_AGAIN"}
    async with database.read() as connection:
        assert len(await backup_assignments.of_group(connection, place.kitchen.id)) == 1


async def test_a_person_is_a_member_once_at_a_time(database: Database, place: Place):
    again = GroupMembership(
        id=MembershipId(0),
        group_id=place.kitchen.id,
        staff_id=place.sato.id,
        effective_from=NEW_YEAR,
    )
    refusal = await refused(database, lambda c: groups.insert_memberships(c, [again]))
    assert (refusal.code, refusal.path) == ("DUPLICATE", ("memberIds",))


async def test_a_day_off_is_asked_for_once_until_it_is_declined(database: Database, place: Place):
    request = DayOffRequest(
        id=RequestId(0),
        restaurant_id=place.restaurant.id,
        staff_id=place.sato.id,
        date=NEW_YEAR,
    )
    async with database.write() as connection:
        made = await rules.insert_request(connection, request)
    refusal = await refused(database, lambda c: rules.insert_request(c, request))
    assert (refusal.code, refusal.path) == ("DUPLICATE", ("date",))
    async with database.write() as connection:
        await rules.update_request(connection, replace(made, state="WITHDRAWN"))
        assert (await rules.insert_request(connection, request)).id != made.id


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        (("CLOSED", "CLOSED"), "DUPLICATE"),
        (("CLOSED", "MUST_WORK"), "CALENDAR_CONTRADICTION"),
        (("MUST_WORK", "CLOSED"), "CALENDAR_CONTRADICTION"),
        (("CLOSED", "HOLIDAY"), None),
    ],
)
async def test_a_date_says_one_thing_once(database: Database, place: Place, kinds, code):
    async def both(connection: WriteConnection) -> None:
        for kind in kinds:
            rule = CalendarRule(
                id=RuleId(0),
                restaurant_id=place.restaurant.id,
                configuration_id=place.configuration.id,
                date=NEW_YEAR,
                kind=CalendarRuleKind(kind),
            )
            await rules.insert_calendar_rule(connection, rule)

    if code is None:
        async with database.write() as connection:
            await both(connection)
            found = await rules.active_calendar_rules_of(connection, [place.configuration.id])
        assert [rule.kind for rule in found] == list(kinds)
    else:
        assert (await refused(database, both)).code == code


async def test_published_schedules_share_no_date_and_drafts_may(database: Database, place: Place):
    rival = replace(place.schedule, id=ScheduleId(0), start=date(2025, 1, 31), end=date(2025, 2, 9))
    async with database.write() as connection:
        await schedules.update(connection, replace(place.schedule, status=ScheduleStatus.PUBLISHED))
        draft = await schedules.insert(connection, rival)
    published = replace(draft, status=ScheduleStatus.PUBLISHED)
    refusal = await refused(database, lambda c: schedules.update(c, published))
    assert isinstance(refusal, ConflictRefusal)
    assert refusal.code == "SCHEDULE_OVERLAPS"


@pytest.mark.parametrize(
    ("end", "code"), [("2024-12-31", "SCHEDULE_LENGTH"), ("2026-01-02", "SCHEDULE_LENGTH")]
)
async def test_a_schedule_has_1_to_366_days(database: Database, place: Place, end, code):
    draft = Schedule(
        id=ScheduleId(0),
        restaurant_id=place.restaurant.id,
        start=NEW_YEAR,
        end=date.fromisoformat(end),
    )
    assert (await refused(database, lambda c: schedules.insert(c, draft))).code == code


async def test_a_schedule_has_one_active_run(database: Database, place: Place):
    async with database.write() as connection:
        await runs.insert(connection, run_of(place))
    refusal = await refused(database, lambda c: runs.insert(c, run_of(place)))
    assert isinstance(refusal, ConflictRefusal)
    assert refusal.code == "RUN_IN_PROGRESS"


async def test_a_restaurant_has_one_active_version(database: Database, place: Place):
    second = replace(place.configuration, number=2)
    refusal = await refused(database, lambda c: configurations.insert(c, second))
    assert isinstance(refusal, ConflictRefusal)
    assert refusal.code == "CONFIGURATION_ACTIVATED"


@pytest.mark.parametrize("name", ["", "   ", "あ" * 201, "あ" * 10_000])
async def test_a_name_is_neither_blank_nor_endless(database: Database, place: Place, name: str):
    draft = somebody(place.restaurant.id, name)
    refusal = await refused(database, lambda c: staff.insert(c, draft))
    assert (refusal.code, refusal.path) == ("TEXT_LENGTH", ("name",))


@pytest.mark.parametrize("name", ["nul\x00", "half a pair \ud800"])
async def test_text_that_cannot_be_stored_is_refused_in_words(
    database: Database, place: Place, name: str
):
    refusal = await refused(
        database, lambda c: staff.insert(c, somebody(place.restaurant.id, name))
    )
    assert refusal.code == "UNREADABLE_VALUE"


async def test_rows_of_two_restaurants_are_never_mixed(database: Database, place: Place):
    async with database.write() as connection:
        other = await open_place(connection, "別の店")
    stranger = other.nakata.id
    shift = cell_of(place, staff_id=stranger)
    cover = Cover(
        date=NEW_YEAR, group_id=place.kitchen.id, staff_id=stranger, source=CoverSource.MANUAL
    )
    member = GroupMembership(id=MembershipId(0), group_id=place.kitchen.id, staff_id=stranger)
    request = DayOffRequest(
        id=RequestId(0), restaurant_id=place.restaurant.id, staff_id=stranger, date=NEW_YEAR
    )
    attempts = {
        "backup staff": lambda c: backup_assignments.insert(c, backup(place, staff_id=stranger)),
        "backup group": lambda c: backup_assignments.insert(
            c, backup(place, group_id=other.kitchen.id)
        ),
        "backup version": lambda c: backup_assignments.insert(
            c, backup(place, configuration_id=other.configuration.id)
        ),
        "member": lambda c: groups.insert_memberships(c, [member]),
        "cell": lambda c: schedules.upsert_shifts(c, place.schedule.id, [shift], 1),
        "cover": lambda c: schedules.upsert_covers(c, place.schedule.id, [cover], 1),
        "request": lambda c: rules.insert_request(c, request),
        "run": lambda c: runs.insert(c, replace(run_of(place), schedule_id=other.schedule.id)),
    }
    for what, attempt in attempts.items():
        assert isinstance(await refused(database, attempt), NotFoundRefusal), what


async def test_an_unknown_shift_code_is_not_found(database: Database, place: Place):
    cell = cell_of(place, shift_type="nonsense")
    refusal = await refused(
        database, lambda c: schedules.upsert_shifts(c, place.schedule.id, [cell], 1)
    )
    assert isinstance(refusal, NotFoundRefusal)
    assert refusal.message == "There is no such shift type."


async def test_one_cell_named_twice_in_one_edit_is_a_duplicate(database: Database, place: Place):
    cells = [cell_of(place), cell_of(place, shift_type="normal")]
    refusal = await refused(
        database, lambda c: schedules.upsert_shifts(c, place.schedule.id, cells, 1)
    )
    assert refusal.code == "DUPLICATE"


async def test_a_lock_held_too_long_is_answered_as_busy(database: Database, place: Place):
    async with database.write() as holder:
        await restaurants.lock_and_take_revision(holder, place.restaurant.id)

        async def wait(connection: WriteConnection) -> None:
            await connection.execute(text("set local lock_timeout = '50ms'"))
            await restaurants.lock_and_take_revision(connection, place.restaurant.id)

        refusal = await refused(database, wait)
    assert isinstance(refusal, UnavailableRefusal)
    assert refusal.code == "DATABASE_BUSY"
