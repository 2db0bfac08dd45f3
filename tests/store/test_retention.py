"""Pruning takes whole change sets from the old end; what readers judge by stays right."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from domain.changes import Change, ChangeSet, EntityType
from domain.configurations import ConfigurationStatus
from domain.runs import RunState
from store import change_log, configurations, restaurants, retention, runs
from store.engine import Database
from store.retention import CHANGES_AT_ONCE, NOTHING, Pruned, Retention
from tests.store.conftest import Place
from tests.store.test_constraints import run_of

NOON = datetime(2025, 1, 15, 12, tzinfo=UTC)
EVER = NOON + timedelta(days=1)
"""Every change set is older than this: only the count keeps any."""


def change(kind: EntityType, key: str = "1", **row: object) -> Change:
    return Change(entity_type=kind, entity_key=key, before=None, after={"id": 1, **row})


STAFF = change(EntityType.STAFF_MEMBER)


async def write(
    database: Database,
    place: Place,
    *sets: Iterable[Change],
    at: datetime = NOON,
) -> None:
    """One change set after the other, as mutations write them."""
    key = place.restaurant.id
    async with database.write() as connection:
        for changes in sets:
            revision = (await restaurants.lock_and_take_revision(connection, key)).revision
            await change_log.append(
                connection,
                ChangeSet(
                    restaurant_id=key,
                    revision=revision,
                    committed_at=at,
                    actor_id="yamada",
                    actor_name="山田",
                    operation="touch",
                    changes=tuple(changes),
                ),
            )


async def prune(database: Database, place: Place, kept: int, since: datetime = EVER) -> Pruned:
    """All batches of one restaurant."""
    change_sets = changes = 0
    while True:
        async with database.write() as connection:
            batch = await retention.prune(
                connection, place.restaurant.id, Retention(change_sets=kept, since=since)
            )
        if batch == NOTHING:
            return Pruned(change_sets=change_sets, changes=changes)
        change_sets += batch.change_sets
        changes += batch.changes


async def held(database: Database, place: Place) -> list[int]:
    async with database.read() as connection:
        found = await change_log.after(connection, place.restaurant.id, 0, 10_000)
    return [change_set.revision for change_set in found]


async def test_the_newest_stay_and_what_is_left_has_no_hole(database: Database, place: Place):
    await write(database, place, *([STAFF, STAFF] for _ in range(250)))
    assert await prune(database, place, kept=20) == Pruned(change_sets=230, changes=460)
    assert await held(database, place) == list(range(231, 251))
    assert await prune(database, place, kept=20) == NOTHING


async def test_whichever_of_age_and_count_keeps_more_wins(database: Database, place: Place):
    await write(database, place, *([STAFF] for _ in range(5)), at=NOON - timedelta(days=9))
    await write(database, place, *([STAFF] for _ in range(5)))
    await prune(database, place, kept=8, since=NOON)
    assert await held(database, place) == list(range(3, 11))
    await prune(database, place, kept=1, since=NOON)
    assert await held(database, place) == list(range(6, 11))


async def test_a_young_set_keeps_all_that_follow_it_whatever_their_clocks_said(
    database: Database, place: Place
):
    for hours in (1, 5, 2, 3):
        await write(database, place, [STAFF], at=NOON + timedelta(hours=hours))
    await prune(database, place, kept=1, since=NOON + timedelta(hours=4))
    assert await held(database, place) == [2, 3, 4]


async def test_a_batch_is_bounded_by_rows_and_never_less_than_a_set(
    database: Database, place: Place
):
    half = [STAFF] * (CHANGES_AT_ONCE // 2)
    await write(database, place, [STAFF] * (CHANGES_AT_ONCE + 1), half, half, half, [STAFF])
    gone = []
    async with database.write() as connection:
        wanted = Retention(change_sets=1, since=EVER)
        while (batch := await retention.prune(connection, place.restaurant.id, wanted)) != NOTHING:
            gone.append(batch.change_sets)
    assert gone == [1, 2, 1]


async def test_restaurants_with_nothing_to_prune_are_passed_over(database: Database, place: Place):
    await write(database, place, *([STAFF] for _ in range(3)))
    async with database.read() as connection:
        assert await retention.prunable(connection, Retention(change_sets=3, since=EVER)) == ()
        assert await retention.prunable(connection, Retention(change_sets=1, since=NOON)) == ()
        (found,) = await retention.prunable(connection, Retention(change_sets=2, since=EVER))
    assert found == place.restaurant.id


async def test_processes_that_prune_at_once_take_each_set_once(database: Database, place: Place):
    await write(database, place, *([STAFF] for _ in range(900)))
    totals = await asyncio.gather(*(prune(database, place, kept=10) for _ in range(3)))
    assert sum(total.change_sets for total in totals) == 890
    assert await held(database, place) == list(range(891, 901))


async def test_the_request_of_a_run_under_way_stays(database: Database, place: Place):
    await write(database, place, *([STAFF] for _ in range(10)))
    async with database.write() as connection:
        run = await runs.insert(connection, replace(run_of(place), revision=4))
    await prune(database, place, kept=1)
    assert await held(database, place) == list(range(4, 11))
    async with database.write() as connection:
        over = replace(run, state=RunState.FINISHED, finished_at=NOON)
        await runs.update(connection, over)
    await prune(database, place, kept=1)
    assert await held(database, place) == [10]


async def test_a_page_ends_where_the_log_begins(database: Database, place: Place):
    await write(database, place, *([STAFF, STAFF] for _ in range(6)))
    key = place.restaurant.id
    await prune(database, place, kept=2)
    async with database.read() as connection:
        page = await change_log.page(connection, key, 10)
        assert [(entry.revision, entry.position) for entry in page] == [
            (6, 1),
            (6, 0),
            (5, 1),
            (5, 0),
        ]
        assert await change_log.page(connection, key, 10, (5, 0)) == ()
        assert await change_log.page(connection, key, 10, (3, 1)) == ()


def any_change(random: Random, versions: list[int]) -> Change:
    version = random.choice(versions)
    status = list(ConfigurationStatus)
    return random.choice(
        [
            change(random.choice((EntityType.STAFF_MEMBER, EntityType.RESTAURANT))),
            change(random.choice(change_log.OF_A_VERSION), configuration_id=version),
            change(EntityType.MEMBERSHIP, random.choice("abc")),
            Change(
                entity_type=EntityType.CONFIGURATION,
                entity_key=str(version),
                before={"status": random.choice(status)},
                after={"status": random.choice(status)},
            ),
        ]
    )


async def answers(database: Database, place: Place, newest: int) -> list[object]:
    """All that readers of single changes can ask, at every revision."""
    key, kinds = place.restaurant.id, [*EntityType]
    async with database.read() as connection:
        return [
            await change_log.newest_revisions(connection, [key], kinds),
            *[await change_log.newest_revisions(connection, [key], [kind]) for kind in kinds],
            *[
                await change_log.has_changed_after(connection, key, revision, [kind])
                for revision in range(newest + 1)
                for kind in kinds
            ],
            *[
                await change_log.has_changed_after(
                    connection, key, revision, [EntityType.MEMBERSHIP], subject
                )
                for revision in range(newest + 1)
                for subject in "abc"
            ],
        ]


@pytest.mark.parametrize("seed", range(4))
async def test_staleness_is_judged_as_if_nothing_had_been_pruned(
    database: Database, place: Place, seed: int
):
    random, newest = Random(seed), 16
    async with database.write() as connection:
        draft = replace(place.configuration, number=2, name="次", status=ConfigurationStatus.DRAFT)
        other = await configurations.insert(connection, draft)
    versions = [place.configuration.id, other.id]
    for _ in range(newest):
        await write(
            database, place, [any_change(random, versions) for _ in range(random.randint(1, 3))]
        )
    before = await answers(database, place, newest)
    for kept in (newest - 5, random.randint(2, newest - 6), 1):
        await prune(database, place, kept=kept)
        assert await answers(database, place, newest) == before


async def test_a_version_that_is_activated_brings_its_pruned_changes_with_it(
    database: Database, place: Place
):
    async with database.write() as connection:
        draft = replace(place.configuration, number=2, name="次", status=ConfigurationStatus.DRAFT)
        other = await configurations.insert(connection, draft)
    of_other = change(EntityType.WORK_LIMIT, configuration_id=other.id)
    await write(database, place, [STAFF], [of_other], [change(EntityType.COVER)])
    await prune(database, place, kept=1)
    key, kinds = place.restaurant.id, [EntityType.STAFF_MEMBER, EntityType.WORK_LIMIT]
    async with database.write() as connection:
        assert await change_log.newest_revisions(connection, [key], kinds) == {key: 1}
        for version, status in (
            (place.configuration, ConfigurationStatus.ARCHIVED),
            (other, ConfigurationStatus.ACTIVE),
        ):
            await configurations.update(connection, replace(version, status=status))
        assert await change_log.newest_revisions(connection, [key], kinds) == {key: 2}
