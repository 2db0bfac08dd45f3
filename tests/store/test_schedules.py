from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from domain.covers import Cover, CoverSource
from domain.ids import ScheduleId
from domain.schedules import Schedule, ScheduleStatus
from domain.shifts import ShiftAssignment, ShiftSource
from store import backup_assignments, schedules, staff
from store.engine import Database
from tests.store.conftest import JANUARY, Place, somebody
from tests.store.test_entities import backup

NEW_YEAR, LAST = JANUARY
CODES = ("normal", "early", "late", "off", "designated_off", "unavailable")


def cell(place: Place, day: int, code: str = "normal", **fields) -> ShiftAssignment:
    given = {
        "staff_id": place.sato.id,
        "date": date(2025, 1, day),
        "shift_type": code,
        "source": ShiftSource.MANUAL,
    }
    return ShiftAssignment(**{**given, **fields})


def bare(shift: ShiftAssignment) -> ShiftAssignment:
    return replace(shift, id=0, schedule_id=0, revision=0)


async def test_cells_are_read_back_by_date_and_staff(database: Database, place: Place):
    given_cells = [cell(place, 16, "off", pinned=True), cell(place, 15)]
    async with database.write() as connection:
        written = await schedules.upsert_shifts(connection, place.schedule.id, given_cells, 5)
    async with database.read() as connection:
        found = await schedules.shifts_of(connection, place.schedule.id)
        by_id = await schedules.shifts_by_ids(connection, [s.id for s in found])
    assert found == written
    assert [bare(shift) for shift in found] == given_cells[::-1]
    assert {shift.revision for shift in found} == {5}
    assert by_id == {shift.id: shift for shift in found}


async def test_a_cell_that_stands_as_it_is_keeps_its_revision(database: Database, place: Place):
    key = place.schedule.id
    async with database.write() as connection:
        (first, _) = await schedules.upsert_shifts(
            connection, key, [cell(place, 1), cell(place, 2)], 5
        )
        edit = [cell(place, 1, "off"), cell(place, 2)]
        written = await schedules.upsert_shifts(connection, key, edit, 6)
        found = await schedules.shifts_of(connection, key)
    assert written == (replace(first, shift_type="off", revision=6),)
    assert [shift.revision for shift in found] == [6, 5]


async def test_a_cleared_cell_is_gone_but_not_forgotten(database: Database, place: Place):
    key, cell_key = place.schedule.id, (place.sato.id, NEW_YEAR)
    unset = (place.nakata.id, NEW_YEAR)
    async with database.write() as connection:
        (first,) = await schedules.upsert_shifts(connection, key, [cell(place, 1, pinned=True)], 5)
        assert await schedules.clear_shifts(connection, key, [cell_key, unset], 6) == {cell_key}
        assert await schedules.clear_shifts(connection, key, [cell_key], 7) == frozenset()
        assert await schedules.shifts_of(connection, key) == ()
        assert await schedules.shifts_by_ids(connection, [first.id]) == {}
        changed = await schedules.cells_changed_after(connection, key, [cell_key, unset], 5)
        assert changed == {cell_key}
        assert await schedules.cells_changed_after(connection, key, [cell_key], 6) == frozenset()
        (again,) = await schedules.upsert_shifts(connection, key, [cell(place, 1)], 8)
    assert again == replace(first, pinned=False, revision=8)


async def test_a_whole_month_is_written_by_one_statement(database: Database, place: Place):
    async with database.write() as connection:
        crew = [
            await staff.insert(connection, somebody(place.restaurant.id, f"人{n}"))
            for n in range(100)
        ]
        cells = [cell(place, day, staff_id=s.id) for s in crew for day in range(1, 32)]
        await schedules.upsert_shifts(connection, place.schedule.id, cells, 1)
        found = await schedules.shifts_of(connection, place.schedule.id)
        rows = await connection.execute(
            text("select count(distinct (xmin::text, cmin::text)) from shift_assignments")
        )
    assert len(found) == 3100
    assert rows.scalar_one() == 1


async def test_covers_are_read_back_kept_and_released(database: Database, place: Place):
    async with database.write() as connection:
        assignment = await backup_assignments.insert(connection, backup(place))
        by_rank = Cover(
            date=date(2025, 1, 15),
            group_id=place.kitchen.id,
            staff_id=place.nakata.id,
            source=CoverSource.SOLVER,
            backup_assignment_id=assignment.id,
            priority_order=3,
            rank=1,
            absent_member_ids=(place.sato.id,),
        )
        by_hand = Cover(
            date=date(2025, 1, 16),
            group_id=place.kitchen.id,
            staff_id=place.nakata.id,
            source=CoverSource.MANUAL,
            pinned=True,
        )
        key = place.schedule.id
        written = await schedules.upsert_covers(connection, key, [by_hand, by_rank], 4)
        assert [replace(c, id=0, schedule_id=0, revision=0) for c in written] == [by_rank, by_hand]
        assert await schedules.upsert_covers(connection, key, [by_rank], 5) == ()
        present = replace(by_rank, absent_member_ids=())
        (changed,) = await schedules.upsert_covers(connection, key, [present], 6)
        assert changed == replace(written[0], absent_member_ids=(), revision=6)
        assert await schedules.covers_of(connection, key) == (changed, written[1])
        await schedules.delete_covers(connection, [changed.id])
        assert await schedules.covers_of(connection, key) == (written[1],)
        found = await schedules.covers_by_ids(connection, [changed.id, written[1].id])
        assert found == {written[1].id: written[1]}


async def test_nothing_to_write_writes_nothing(database: Database, place: Place):
    key = place.schedule.id
    async with database.write() as connection:
        assert await schedules.upsert_shifts(connection, key, [], 1) == ()
        assert await schedules.clear_shifts(connection, key, [], 1) == frozenset()
        assert await schedules.upsert_covers(connection, key, [], 1) == ()
        assert await schedules.cells_changed_after(connection, key, [], 0) == frozenset()


async def test_schedules_are_listed_newest_first_in_pages(database: Database, place: Place):
    async with database.write() as connection:
        later = [
            await schedules.insert(connection, replace(place.schedule, id=ScheduleId(0)))
            for _ in range(3)
        ]
        await schedules.update(connection, replace(later[1], is_active=False))
    listed = (later[2], later[0], place.schedule)
    async with database.read() as connection:
        key = place.restaurant.id
        assert await schedules.of_restaurant(connection, key, 10) == listed
        assert await schedules.of_restaurant(connection, key, 2) == listed[:2]
        assert await schedules.of_restaurant(connection, key, 2, listed[1].id) == listed[2:]


async def test_published_schedules_are_found_by_their_dates(database: Database, place: Place):
    async with database.write() as connection:
        published = await schedules.update(
            connection, replace(place.schedule, status=ScheduleStatus.PUBLISHED)
        )
        await schedules.insert(
            connection,
            Schedule(
                id=ScheduleId(0), restaurant_id=place.restaurant.id, start=NEW_YEAR, end=NEW_YEAR
            ),
        )
    async with database.read() as connection:
        key = place.restaurant.id
        day_after = LAST + timedelta(days=1)
        find = schedules.overlapping_published
        assert await find(connection, key, LAST, day_after) == (published,)
        assert await find(connection, key, day_after, day_after) == ()
        assert await find(connection, key, LAST, LAST, excluding=published.id) == ()


days = st.integers(min_value=1, max_value=31)
edits = st.lists(
    st.tuples(days, st.none() | st.tuples(st.sampled_from(CODES), st.booleans())), max_size=25
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=edits)
async def test_any_edits_leave_what_a_dictionary_would_hold(
    database: Database, place: Place, edits
):
    """Set and clear at random: values, revisions and staleness are those of the last edit."""
    expected: dict[date, tuple[tuple[str, bool] | None, int]] = {}
    async with database.write() as connection:
        schedule = await schedules.insert(connection, replace(place.schedule, id=ScheduleId(0)))
        for revision, (day, wish) in enumerate(edits, start=1):
            when = date(2025, 1, day)
            stands, _ = expected.get(when, (None, 0))
            if wish is None:
                key = (place.sato.id, when)
                await schedules.clear_shifts(connection, schedule.id, [key], revision)
            else:
                wished = cell(place, day, wish[0], pinned=wish[1])
                await schedules.upsert_shifts(connection, schedule.id, [wished], revision)
            if wish != stands:
                expected[when] = (wish, revision)
        found = await schedules.shifts_of(connection, schedule.id)
        middle = len(edits) // 2
        every = [(place.sato.id, date(2025, 1, day)) for day in range(1, 32)]
        changed = await schedules.cells_changed_after(connection, schedule.id, every, middle)
    standing = {s.date: ((s.shift_type, s.pinned), s.revision) for s in found}
    assert standing == {day: e for day, e in expected.items() if e[0] is not None}
    assert {day for _, day in changed} == {d for d, e in expected.items() if e[1] > middle}
