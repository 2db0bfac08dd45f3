"""Following a restaurant: gapless and in order, whatever becomes of rings, rights and the log."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text

from domain.access import Caller, Membership, Right, Role
from domain.changes import ChangeSet
from domain.configurations import Restaurant
from domain.ids import RestaurantId
from domain.refusals import ForbiddenRefusal, NotFoundRefusal, UnavailableRefusal
from feed.channels import restaurant_channel
from feed.doorbell import Doorbell
from resolvers import change_tail
from resolvers.change_tail import ChangeTail
from resolvers.changes import CaughtUp, Feed, Heartbeat, Place, SnapshotRequired, follow
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import restaurants
from store.engine import Database

OWNER = Caller(subject="owner", name="Owner")
GUEST = Caller(subject="guest", name="Guest")
NOW = datetime(2025, 1, 14, tzinfo=UTC)


class SilentBell:
    """A bell that nobody hears, as when Redis is away."""

    async def ring(self, channel: str, number: int) -> None:
        self.last = (channel, number)


@dataclass(kw_only=True)
class House:
    """One restaurant, a way to write into it, and a feed of it."""

    database: Database
    doorbell: Doorbell
    transactions: Transactions
    restaurant_id: RestaurantId

    def feed(self, **fields) -> Feed:
        usual = {"poll_seconds": 30.0, "heartbeat_seconds": 30.0}
        return Feed(
            tail=ChangeTail(self.database),
            doorbell=self.doorbell,
            clock=lambda: NOW,
            **{**usual, **fields},
        )

    async def write(self, transactions: Transactions | None = None) -> int:
        """One more revision, in which the restaurant is recorded."""

        async def work(tx: WriteTransaction) -> Restaurant:
            found = await tx.enter(self.restaurant_id, Right.EDIT, what="restaurant")
            tx.record(found, found)
            return found

        intent = Intent(operation="touch", input_hash="")
        made = await (transactions or self.transactions).write(OWNER, intent, Restaurant, work)
        return made.revision


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    database = Database.connect(database_url, pool_size=3)
    async with Doorbell.over(None) as doorbell:
        transactions = Transactions(database, doorbell, lambda: NOW)
        draft = Restaurant(id=RestaurantId(0), name="食堂", time_zone="Asia/Tokyo")
        intent = Intent(operation="createRestaurant", input_hash="")
        made = await transactions.write(OWNER, intent, Restaurant, lambda tx: tx.found(draft))
        yield House(
            database=database,
            doorbell=doorbell,
            transactions=transactions,
            restaurant_id=made.id,
        )
    await database.dispose()


async def take(feed: Feed, count: int, caller: Caller = OWNER, **place) -> list[object]:
    """The first items of a follower, who then leaves."""
    found: list[object] = []
    async with aclosing(follow(feed, caller, Place(**place))) as items:
        async for item in items:
            found.append(item)
            if len(found) == count:
                return found
    return found


def revisions(items: list[object]) -> list[int]:
    return [item.revision for item in items if isinstance(item, ChangeSet)]


async def test_a_log_longer_than_a_page_is_told_whole_before_caught_up(house, monkeypatch):
    monkeypatch.setattr(change_tail, "PAGE", 3)
    for _ in range(9):
        await house.write()
    *sets, last = await take(house.feed(), 11, restaurant_id=house.restaurant_id, after=0)
    assert revisions(sets) == list(range(1, 11))
    assert isinstance(last, CaughtUp)


async def test_a_follower_hears_of_writes_by_the_bell(house):
    async with aclosing(
        follow(house.feed(), OWNER, Place(restaurant_id=house.restaurant_id))
    ) as items:
        assert isinstance(await anext(items), CaughtUp)
        for expected in (2, 3, 4):
            await house.write()
            assert (await anext(items)).revision == expected


async def test_a_ring_that_is_lost_costs_time_and_nothing_else(house):
    silent = Transactions(house.database, SilentBell(), lambda: NOW)
    feed = house.feed(poll_seconds=0.05)
    async with aclosing(follow(feed, OWNER, Place(restaurant_id=house.restaurant_id))) as items:
        await anext(items)
        await house.write(silent)
        await house.write(silent)
        assert [(await anext(items)).revision for _ in range(2)] == [2, 3]


async def test_rings_that_are_false_doubled_or_out_of_order_change_nothing(house):
    channel = restaurant_channel(house.restaurant_id)
    async with aclosing(
        follow(house.feed(), OWNER, Place(restaurant_id=house.restaurant_id, after=0))
    ) as items:
        assert [(await anext(items)).revision for _ in range(2)] == [1, 1]
        for number in (99, 1, 0, 99):
            await house.doorbell.ring(channel, number)
        await house.write()
        assert (await anext(items)).revision == 2


async def test_writes_at_once_are_told_in_the_order_of_their_revisions(house):
    feed = house.feed()
    place = {"restaurant_id": house.restaurant_id, "after": 1}
    followers = [asyncio.create_task(take(feed, 21, **place)) for _ in range(5)]
    await asyncio.gather(*(house.write() for _ in range(20)))
    for items in await asyncio.gather(*followers):
        assert revisions(items) == list(range(2, 22))


async def test_a_follower_that_waits_holds_no_connection(house):
    place = Place(restaurant_id=house.restaurant_id)
    streams = [follow(house.feed(), OWNER, place) for _ in range(6)]
    for stream in streams:
        assert isinstance(await anext(stream), CaughtUp)
    waiting = [asyncio.create_task(anext(stream)) for stream in streams]
    await asyncio.sleep(0)
    assert await house.write() == 2
    assert [item.revision for item in await asyncio.gather(*waiting)] == [2] * 6
    for stream in streams:
        await stream.aclose()


async def test_many_followers_of_one_process_share_their_reads(house):
    feed = house.feed()
    place = Place(restaurant_id=house.restaurant_id)
    streams = [follow(feed, OWNER, place) for _ in range(30)]
    for stream in streams:
        await anext(stream)
    reads = 0

    def seen(_connection, _cursor, statement, *_) -> None:
        nonlocal reads
        reads += "change_sets" in statement and statement.lstrip().lower().startswith("select")

    event.listen(house.database._engine.sync_engine, "before_cursor_execute", seen)
    await house.write()
    told = await asyncio.gather(*(anext(stream) for stream in streams))
    assert [item.revision for item in told] == [2] * 30
    assert reads <= 2
    for stream in streams:
        await stream.aclose()


async def test_a_follower_that_leaves_does_not_take_the_others_read_away(house):
    feed = house.feed()
    place = {"restaurant_id": house.restaurant_id, "after": 0}
    leaving = [asyncio.create_task(take(feed, 2, **place)) for _ in range(3)]
    staying = asyncio.create_task(take(feed, 2, **place))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for task in leaving:
        task.cancel()
    assert revisions(await staying) == [1]


async def test_an_idle_line_beats(house):
    items = await take(
        house.feed(heartbeat_seconds=0.05, poll_seconds=0.02),
        3,
        restaurant_id=house.restaurant_id,
    )
    assert items[1:] == [Heartbeat(revision=1, at=NOW)] * 2


async def test_a_log_cut_off_at_its_beginning_needs_a_snapshot(house):
    for _ in range(5):
        await house.write()
    async with house.database.write() as connection:
        for table in ("change_log", "change_sets"):
            await connection.execute(text(f"delete from {table} where revision <= 3"))
    (item,) = await take(house.feed(), 1, restaurant_id=house.restaurant_id, after=1)
    assert isinstance(item, SnapshotRequired)
    assert (item.reason, item.revision) == ("TOO_OLD", 6)
    items = await take(house.feed(), 4, restaurant_id=house.restaurant_id, after=3)
    assert revisions(items) == [4, 5, 6]


async def test_a_read_that_began_before_what_a_follower_knows_does_not_send_it_back(
    house, monkeypatch
):
    monkeypatch.setattr(change_tail, "FRESH_SECONDS", 0.0)
    feed = house.feed(poll_seconds=0.01)
    read, has_read, may_end = feed.tail._read, asyncio.Event(), asyncio.Event()

    async def slow(restaurant_id: RestaurantId, after: int | None):
        look = await read(restaurant_id, after)
        if after == 2:
            has_read.set()
            await may_end.wait()
        return look

    monkeypatch.setattr(feed.tail, "_read", slow)
    place = {"restaurant_id": house.restaurant_id}
    ahead = asyncio.create_task(take(feed, 1, **place, after=2))
    await has_read.wait()
    await house.write(Transactions(house.database, SilentBell(), lambda: NOW))
    async with aclosing(follow(feed, OWNER, Place(**place, after=1))) as items:
        assert [(await anext(items)).revision for _ in range(2)] == [2, 2]
        next_item = asyncio.ensure_future(anext(items))
        await asyncio.sleep(0.05)
        may_end.set()
        await house.write()
        assert (await next_item).revision == 3
    (item,) = await ahead
    assert item.reason == "AHEAD_OF_SERVER"


async def test_another_epoch_needs_a_snapshot_even_in_the_middle(house):
    feed = house.feed(poll_seconds=0.05)
    async with aclosing(follow(feed, OWNER, Place(restaurant_id=house.restaurant_id))) as items:
        await anext(items)
        async with house.database.write() as connection:
            await connection.execute(text("update restaurants set epoch = 'restored'"))
        item = await anext(items)
        assert (item.reason, item.epoch) == ("OTHER_EPOCH", "restored")
        with pytest.raises(StopAsyncIteration):
            await anext(items)


async def test_somebody_who_is_no_member_is_refused_before_the_first_item(house):
    with pytest.raises(NotFoundRefusal):
        await take(house.feed(), 1, caller=GUEST, restaurant_id=house.restaurant_id)


async def test_a_new_member_is_let_in_whatever_was_read_for_others_a_moment_ago(house):
    feed, place = house.feed(), {"restaurant_id": house.restaurant_id, "after": 0}
    await take(feed, 2, **place)
    async with house.database.write() as connection:
        guest = Membership(
            restaurant_id=house.restaurant_id, subject=GUEST.subject, role=Role.VIEWER
        )
        await restaurants.grant(connection, guest)
    assert revisions(await take(feed, 2, caller=GUEST, **place)) == [1]


async def test_what_is_kept_for_followers_is_bounded_by_rows_and_tells_all_the_same(
    house, monkeypatch
):
    monkeypatch.setattr(change_tail, "KEPT_CHANGES", 3)
    for _ in range(5):
        await house.write()
    feed = house.feed()
    for after in (0, 3, 1):
        items = await take(feed, 7 - after, restaurant_id=house.restaurant_id, after=after)
        assert revisions(items) == list(range(after + 1, 7))
    _, kept = feed.tail._kept[house.restaurant_id]
    assert sum(len(change_set.changes) for change_set in kept.change_sets) <= 3


async def test_no_such_restaurant_is_refused_in_the_same_words(house):
    with pytest.raises(NotFoundRefusal, match="no such restaurant"):
        await take(house.feed(), 1, restaurant_id=RestaurantId(999))


async def test_a_database_that_is_away_for_a_moment_ends_no_line(house, monkeypatch):
    feed = house.feed(poll_seconds=0.02)
    async with aclosing(follow(feed, OWNER, Place(restaurant_id=house.restaurant_id))) as items:
        await anext(items)
        await house.write()
        look, faults = feed.tail.look, [UnavailableRefusal(message="away")] * 2

        async def look_again(*given, **named):
            if faults:
                raise faults.pop()
            return await look(*given, **named)

        monkeypatch.setattr(feed.tail, "look", look_again)
        assert (await anext(items)).revision == 2
        assert faults == []


async def test_a_membership_that_ends_ends_the_line(house):
    async with house.database.write() as connection:
        guest = Membership(
            restaurant_id=house.restaurant_id, subject=GUEST.subject, role=Role.VIEWER
        )
        await restaurants.grant(connection, guest)
    async with aclosing(
        follow(house.feed(), GUEST, Place(restaurant_id=house.restaurant_id))
    ) as items:
        assert isinstance(await anext(items), CaughtUp)
        async with house.database.write() as connection:
            await restaurants.revoke(connection, house.restaurant_id, GUEST.subject)
        await house.write()
        with pytest.raises(ForbiddenRefusal):
            await anext(items)


async def test_a_ready_reader_of_a_long_log_leaves_the_loop_to_others(house):
    for _ in range(30):
        await house.write()
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    feed = house.feed()
    await take(feed, 1, restaurant_id=house.restaurant_id, after=0)
    busy = asyncio.create_task(other())
    await take(feed, 32, restaurant_id=house.restaurant_id, after=0)
    busy.cancel()
    assert turns >= 30
