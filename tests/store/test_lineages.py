"""What copies of groups take with them: covers, once each, and limits."""

from dataclasses import replace
from datetime import date

from domain.configurations import ConfigurationStatus, ConfigurationVersion
from domain.covers import Cover, CoverSource
from domain.ids import ConfigurationId, GroupId
from domain.rules import LimitScope, WorkLimit
from store import configurations, groups, lineages, rules, schedules
from store.engine import Database, WriteConnection
from tests.store.conftest import Place
from tests.store.test_entities import RULES


async def copy_of(connection: WriteConnection, place: Place) -> ConfigurationVersion:
    draft = replace(
        place.configuration,
        id=ConfigurationId(0),
        number=2,
        status=ConfigurationStatus.DRAFT,
        created_at=None,
        updated_at=None,
    )
    return await configurations.insert(connection, draft)


def cover_of(place: Place, **fields) -> Cover:
    day, source = date(2025, 1, 15), CoverSource.MANUAL
    cover = Cover(date=day, group_id=place.kitchen.id, staff_id=place.nakata.id, source=source)
    return replace(cover, **fields)


async def test_a_cover_that_the_copy_has_already_is_not_doubled(database: Database, place: Place):
    async with database.write() as connection:
        second = await copy_of(connection, place)
        first = place.configuration.id
        moved = await configurations.copy_content(connection, first, second.id, 2)
        here, there = cover_of(place), cover_of(place, group_id=moved[place.kitchen.id])
        other = cover_of(place, date=date(2025, 1, 16))
        given = [here, there, other]
        await schedules.upsert_covers(connection, place.schedule.id, given, 3)
        went = await lineages.take_over_covers(connection, second.id, 4)
        left = await schedules.covers_of(connection, place.schedule.id)
    assert [(a.date, b.group_id, b.revision) for a, b in went] == [(other.date, there.group_id, 4)]
    assert {(c.date, c.group_id, c.revision) for c in left} == {
        (here.date, here.group_id, 3),
        (there.date, there.group_id, 3),
        (other.date, there.group_id, 4),
    }


async def test_a_deleted_schedule_keeps_its_covers_where_they_were(
    database: Database, place: Place
):
    async with database.write() as connection:
        second = await copy_of(connection, place)
        await configurations.copy_content(connection, place.configuration.id, second.id, 2)
        await schedules.upsert_covers(connection, place.schedule.id, [cover_of(place)], 3)
        await schedules.update(connection, replace(place.schedule, is_active=False))
        assert await lineages.take_over_covers(connection, second.id, 4) == ()


async def test_a_copied_limit_leaves_deleted_groups_out(database: Database, place: Place):
    def of_groups(name: str, *keys: GroupId) -> WorkLimit:
        found = RULES["work_limit"][0](place)
        scope = {"scope": LimitScope.GROUP, "target_staff_ids": (), "target_group_ids": keys}
        return replace(found, name=name, **scope)

    async with database.write() as connection:
        fields = {"id": GroupId(0), "created_at": None, "updated_at": None}
        gone = await groups.insert(connection, replace(place.kitchen, is_active=False, **fields))
        await rules.insert_work_limit(connection, of_groups("both", place.kitchen.id, gone.id))
        await rules.insert_work_limit(connection, of_groups("deleted", gone.id))
        second = await copy_of(connection, place)
        first = place.configuration.id
        moved = await configurations.copy_content(connection, first, second.id, 2)
        copied = await rules.active_work_limits_of(connection, [second.id])
    assert [(one.name, one.target_group_ids) for one in copied] == [
        ("both", (moved[place.kitchen.id],))
    ]
