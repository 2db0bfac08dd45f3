from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from domain.changes import Change, ChangeSet, EntityType
from store import change_log
from store.engine import Database
from tests.store.conftest import Place

NOON = datetime(2025, 1, 15, 12, 0, 0, 123456, tzinfo=UTC)


def change(key: str, kind: EntityType = EntityType.STAFF_MEMBER) -> Change:
    before = {"名": key, "n": [1, None, {"x": True}]}
    return Change(entity_type=kind, entity_key=key, before=before, after=None)


def change_set(place: Place, revision: int, *changes: Change) -> ChangeSet:
    return ChangeSet(
        restaurant_id=place.restaurant.id,
        revision=revision,
        committed_at=NOON,
        actor_id="yamada",
        actor_name="山田",
        operation="createStaffMember",
        client_mutation_id=f"c{revision}",
        changes=changes,
    )


async def test_sets_are_read_back_in_order_after_a_revision(database: Database, place: Place):
    sets = [
        change_set(place, 1, change("a"), change("b")),
        change_set(place, 2),
        change_set(place, 3, change("c")),
    ]
    key = place.restaurant.id
    async with database.write() as connection:
        assert await change_log.oldest_revision(connection, key) is None
        for one in sets:
            await change_log.append(connection, one)
    async with database.read() as connection:
        assert await change_log.after(connection, key, 0, 10) == tuple(sets)
        assert await change_log.after(connection, key, 1, 10) == tuple(sets[1:])
        assert await change_log.after(connection, key, 0, 2) == tuple(sets[:2])
        assert await change_log.after(connection, key, 3, 10) == ()
        assert await change_log.oldest_revision(connection, key) == 1


async def test_pages_are_newest_first_and_join_without_a_seam(database: Database, place: Place):
    key = place.restaurant.id
    async with database.write() as connection:
        await change_log.append(connection, change_set(place, 1, change("a"), change("b")))
        noted = change_set(place, 2, change("c"), change("d"))
        await change_log.append(connection, noted, note="急ぎ")
    seen, cursor = [], None
    async with database.read() as connection:
        while page := await change_log.page(connection, key, 3, cursor):
            seen += page
            cursor = (page[-1].revision, page[-1].position)
    assert [entry.change.entity_key for entry in seen] == ["d", "c", "b", "a"]
    assert [entry.note for entry in seen] == ["急ぎ", "急ぎ", None, None]
    assert seen[0].change == change("d")
    assert (seen[0].actor_name, seen[0].committed_at) == ("山田", NOON)


async def test_a_revision_is_written_once(database: Database, place: Place):
    async with database.write() as connection:
        await change_log.append(connection, change_set(place, 1))
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await change_log.append(connection, change_set(place, 1))


async def test_changes_are_found_by_kind(database: Database, place: Place):
    key = place.restaurant.id
    async with database.write() as connection:
        await change_log.append(connection, change_set(place, 1, change("a")))
        await change_log.append(connection, change_set(place, 2, change("b", EntityType.COVER)))
        ask = change_log.has_changed_after
        assert await ask(connection, key, 0, [EntityType.STAFF_MEMBER])
        assert not await ask(connection, key, 1, [EntityType.STAFF_MEMBER])
        assert await ask(connection, key, 1, [EntityType.STAFF_MEMBER, EntityType.COVER])
        assert not await ask(connection, key, 0, [])
