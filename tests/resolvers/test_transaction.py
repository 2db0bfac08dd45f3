"""Stories of one operation's transaction, on a real database and with a bell that writes down."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from domain.access import Caller, Membership, Right, Role
from domain.backups import BackupAssignment
from domain.changes import ChangeSet, EntityType
from domain.configurations import ConfigurationVersion, Restaurant
from domain.covers import Cover, CoverageGap
from domain.ids import ConfigurationId, GroupId, RestaurantId, RunId, ScheduleId, StaffId
from domain.refusals import (
    ConflictRefusal,
    ForbiddenRefusal,
    LockedRefusal,
    NotFoundRefusal,
    Refusal,
    ValidationRefusal,
)
from domain.rules import (
    CalendarRule,
    DayOffRequest,
    PriorityRule,
    StandingRule,
    SuccessionRule,
    WorkLimit,
)
from domain.runs import GenerationRun
from domain.schedules import Schedule
from domain.shifts import ShiftAssignment, ShiftType
from domain.staff import EmploymentType, StaffGroup, StaffMember
from resolvers.boards import ScheduleGap
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import change_log, restaurants, staff
from store.engine import Database
from store.violated import TRY_AGAIN

YAMADA = Caller(subject="yamada", name="山田")
STRANGER = Caller(subject="stranger", name="?")
NOW = datetime(2025, 1, 14, 15, 30, tzinfo=UTC)  # in Tokyo it is the 15th already


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffResult:
    member: StaffMember
    revision: int


class WrittenBell:
    def __init__(self) -> None:
        self.rings: list[tuple[str, int]] = []

    async def ring(self, channel: str, number: int) -> None:
        self.rings.append((channel, number))


@pytest.fixture
def bell() -> WrittenBell:
    return WrittenBell()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database.connect(database_url)
    yield made
    await made.dispose()


@pytest.fixture
def transactions(database: Database, bell: WrittenBell) -> Transactions:
    return Transactions(database, bell, lambda: NOW)


@pytest.fixture
async def restaurant(transactions: Transactions, bell: WrittenBell) -> Restaurant:
    found = await open_restaurant(transactions, "食堂")
    bell.rings.clear()
    return found


async def open_restaurant(transactions: Transactions, name: str) -> Restaurant:
    draft = Restaurant(id=RestaurantId(0), name=name, time_zone="Asia/Tokyo")
    intent = Intent(operation="createRestaurant", input_hash=name)
    return await transactions.write(YAMADA, intent, Restaurant, lambda tx: tx.found(draft))


def intent(**fields) -> Intent:
    return Intent(**{"operation": "createStaffMember", "input_hash": "h", **fields})


def hire(
    restaurant_id: RestaurantId, name: str = "佐藤", right: Right = Right.EDIT
) -> Callable[[WriteTransaction], Awaitable[StaffResult]]:
    async def work(tx: WriteTransaction) -> StaffResult:
        await tx.enter(restaurant_id, right, what="restaurant", path=("restaurantId",))
        draft = StaffMember(
            id=StaffId(0),
            restaurant_id=restaurant_id,
            name=name,
            employment_type=EmploymentType.REGULAR,
            employed_from=date(2020, 4, 1),
            revision=tx.revision,
        )
        member = await staff.insert(tx.connection, draft)
        tx.record(None, member)
        return StaffResult(member=member, revision=tx.revision)

    return work


async def log_of(database: Database, restaurant_id: RestaurantId) -> tuple[ChangeSet, ...]:
    async with database.read() as connection:
        return await change_log.after(connection, restaurant_id, 0, 1000)


async def people(database: Database, restaurant_id: RestaurantId) -> list[str]:
    async with database.read() as connection:
        return [s.name for s in await staff.of_restaurant(connection, restaurant_id)]


async def test_a_new_restaurant_has_revision_1_an_epoch_and_its_owner(
    transactions: Transactions, database: Database, bell: WrittenBell
):
    first = await open_restaurant(transactions, "一号店")
    second = await open_restaurant(transactions, "二号店")
    assert (first.revision, second.revision) == (1, 1)
    assert first.epoch != second.epoch
    async with database.read() as connection:
        membership = await restaurants.membership_of(connection, YAMADA, first.id)
    assert membership == Membership(restaurant_id=first.id, subject="yamada", role=Role.OWNER)
    (logged,) = await log_of(database, first.id)
    assert [c.entity_type for c in logged.changes] == [EntityType.RESTAURANT, EntityType.MEMBERSHIP]
    assert bell.rings == [
        (f"understudy:restaurant:{first.id}", 1),
        (f"understudy:restaurant:{second.id}", 1),
    ]


async def test_a_write_takes_the_next_revision_logs_it_and_rings(
    transactions: Transactions, database: Database, bell: WrittenBell, restaurant: Restaurant
):
    result = await transactions.write(
        YAMADA, intent(client_mutation_id="k"), StaffResult, hire(restaurant.id)
    )
    assert result.revision == 2
    logged = (await log_of(database, restaurant.id))[-1]
    assert (logged.revision, logged.previous_revision) == (2, 1)
    assert (logged.actor_id, logged.actor_name) == ("yamada", "山田")
    assert (logged.operation, logged.client_mutation_id) == ("createStaffMember", "k")
    assert logged.committed_at == NOW
    (change,) = logged.changes
    assert change.entity_type is EntityType.STAFF_MEMBER
    assert change.entity_key == str(result.member.id)
    assert change.before is None
    assert change.after is not None
    assert change.after["name"] == "佐藤"
    assert bell.rings == [(f"understudy:restaurant:{restaurant.id}", 2)]


async def test_today_is_the_restaurants_day_and_now_one_instant(
    transactions: Transactions, restaurant: Restaurant
):
    async def look(tx: WriteTransaction) -> date:
        await tx.enter(restaurant.id, Right.EDIT, what="restaurant")
        assert tx.now == NOW
        assert tx.restaurant.revision == tx.revision
        return tx.today

    assert await transactions.write(YAMADA, intent(), date, look) == date(2025, 1, 15)


async def test_a_refusal_leaves_nothing_not_even_a_revision(
    transactions: Transactions, database: Database, bell: WrittenBell, restaurant: Restaurant
):
    async def change_mind(tx: WriteTransaction) -> StaffResult:
        await hire(restaurant.id)(tx)
        raise ValidationRefusal(code="NO", message="No.")

    with pytest.raises(ValidationRefusal):
        await transactions.write(YAMADA, intent(client_mutation_id="k"), StaffResult, change_mind)
    assert await people(database, restaurant.id) == []
    assert len(await log_of(database, restaurant.id)) == 1
    assert bell.rings == []
    again = intent(client_mutation_id="k")
    result = await transactions.write(YAMADA, again, StaffResult, hire(restaurant.id))
    assert result.revision == 2


async def test_a_strangers_restaurant_does_not_exist(
    transactions: Transactions, restaurant: Restaurant
):
    for caller, key in ((STRANGER, restaurant.id), (YAMADA, RestaurantId(10**30))):
        with pytest.raises(NotFoundRefusal) as caught:
            await transactions.write(caller, intent(), StaffResult, hire(key))
        assert caught.value.message == "There is no such restaurant."
        assert caught.value.path == ("restaurantId",)


async def test_two_restaurants_in_one_operation_are_refused(
    transactions: Transactions, database: Database, restaurant: Restaurant
):
    other = await open_restaurant(transactions, "別の店")

    async def mix(tx: WriteTransaction) -> StaffResult:
        await tx.enter(restaurant.id, Right.EDIT, what="restaurant")
        return await hire(other.id)(tx)

    with pytest.raises(NotFoundRefusal):
        await transactions.write(YAMADA, intent(), StaffResult, mix)
    assert len(await log_of(database, restaurant.id)) == 1


async def test_a_role_without_the_right_is_forbidden(
    transactions: Transactions, database: Database, restaurant: Restaurant
):
    viewer = Membership(restaurant_id=restaurant.id, subject="stranger", role=Role.VIEWER)
    async with database.write() as connection:
        await restaurants.grant(connection, viewer)
    with pytest.raises(ForbiddenRefusal):
        await transactions.write(STRANGER, intent(), StaffResult, hire(restaurant.id))
    assert await people(database, restaurant.id) == []


async def test_a_role_taken_away_while_waiting_for_the_lock_is_gone(
    transactions: Transactions, database: Database, restaurant: Restaurant
):
    async with database.write() as connection:
        await restaurants.lock_and_take_revision(connection, restaurant.id)
        waiting = asyncio.create_task(
            transactions.write(YAMADA, intent(), StaffResult, hire(restaurant.id))
        )
        await until_somebody_waits(database)
        await restaurants.revoke(connection, restaurant.id, "yamada")
    with pytest.raises(NotFoundRefusal):
        await waiting
    assert await people(database, restaurant.id) == []


async def test_nobody_without_the_right_waits_for_the_lock(
    transactions: Transactions, database: Database, restaurant: Restaurant
):
    caller = Caller(subject="viewer", name="viewer")
    viewer = Membership(restaurant_id=restaurant.id, subject="viewer", role=Role.VIEWER)
    async with database.write() as connection:
        await restaurants.grant(connection, viewer)
    async with database.write() as connection:
        await restaurants.lock_and_take_revision(connection, restaurant.id)
        with pytest.raises(NotFoundRefusal):
            await transactions.write(STRANGER, intent(), StaffResult, hire(restaurant.id))
        with pytest.raises(ForbiddenRefusal):
            await transactions.write(caller, intent(), StaffResult, hire(restaurant.id))


async def until_somebody_waits(database: Database) -> None:
    waiting = text(
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock'"
    )
    while True:
        async with database.read() as connection:
            if (await connection.execute(waiting)).scalar_one():
                return
        await asyncio.sleep(0.01)


async def test_the_same_key_and_input_answer_the_first_result_again(
    transactions: Transactions, database: Database, bell: WrittenBell, restaurant: Restaurant
):
    keyed = intent(client_mutation_id="k")
    first = await transactions.write(YAMADA, keyed, StaffResult, hire(restaurant.id))
    second = await transactions.write(YAMADA, keyed, StaffResult, hire(restaurant.id))
    assert second == first
    assert await people(database, restaurant.id) == ["佐藤"]
    assert len(bell.rings) == 1


async def test_the_same_key_is_anothers_own(
    transactions: Transactions, database: Database, restaurant: Restaurant
):
    everybody = Caller(subject="dev", name="dev", owns_everything=True)
    keyed = intent(client_mutation_id="k")
    await transactions.write(YAMADA, keyed, StaffResult, hire(restaurant.id))
    await transactions.write(everybody, keyed, StaffResult, hire(restaurant.id))
    assert len(await people(database, restaurant.id)) == 2


@pytest.mark.parametrize("other", [{"input_hash": "x"}, {"operation": "deleteStaffMember"}])
async def test_the_same_key_with_another_input_is_refused(
    transactions: Transactions, restaurant: Restaurant, other
):
    keyed = intent(client_mutation_id="k")
    await transactions.write(YAMADA, keyed, StaffResult, hire(restaurant.id))
    with pytest.raises(ValidationRefusal) as caught:
        await transactions.write(YAMADA, replace(keyed, **other), StaffResult, hire(restaurant.id))
    assert caught.value.code == "IDEMPOTENCY_KEY_REUSED"
    assert caught.value.path == ("clientMutationId",)


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_a_key_has_1_to_200_characters(
    transactions: Transactions, restaurant: Restaurant, key: str
):
    with pytest.raises(ValidationRefusal) as caught:
        await transactions.write(
            YAMADA, intent(client_mutation_id=key), StaffResult, hire(restaurant.id)
        )
    assert caught.value.path == ("clientMutationId",)


async def test_a_first_result_is_not_told_to_somebody_who_has_left(
    transactions: Transactions, database: Database, restaurant: Restaurant
):
    keyed = intent(client_mutation_id="k")
    await transactions.write(YAMADA, keyed, StaffResult, hire(restaurant.id))
    async with database.write() as connection:
        await restaurants.revoke(connection, restaurant.id, "yamada")
    with pytest.raises(NotFoundRefusal):
        await transactions.write(YAMADA, keyed, StaffResult, hire(restaurant.id))


async def test_a_key_is_free_again_after_a_day(
    transactions: Transactions, database: Database, restaurant: Restaurant
):
    keyed = intent(client_mutation_id="k")
    await transactions.write(YAMADA, keyed, StaffResult, hire(restaurant.id))
    async with database.write() as connection:
        await connection.execute(
            text("update idempotency_keys set created_at = created_at - interval '25 hours'")
        )
    second = await transactions.write(YAMADA, keyed, StaffResult, hire(restaurant.id))
    assert second.revision == 3


async def test_old_keys_are_forgotten_as_new_ones_come(
    transactions: Transactions, database: Database, restaurant: Restaurant
):
    async with database.write() as connection:
        await connection.execute(
            text(
                "insert into idempotency_keys (subject, key, operation, input_hash, created_at)"
                " select 'yamada', n::text, 'o', 'h', now() - n * interval '10 hours'"
                " from generate_series(1, 12) n"
            )
        )
    keyed = intent(client_mutation_id="k")
    await transactions.write(YAMADA, keyed, StaffResult, hire(restaurant.id))
    async with database.read() as connection:
        left = await connection.execute(text("select key from idempotency_keys"))
        assert {row.key for row in left} == {"1", "2", "k"}


async def test_two_calls_with_one_key_at_once_have_one_effect(
    transactions: Transactions, database: Database, restaurant: Restaurant
):
    keyed = intent(client_mutation_id="k")
    results = await asyncio.gather(
        *(transactions.write(YAMADA, keyed, StaffResult, hire(restaurant.id)) for _ in range(5))
    )
    assert len(set(results)) == 1
    assert await people(database, restaurant.id) == ["佐藤"]


async def test_writers_at_once_make_revisions_without_holes_in_commit_order(
    transactions: Transactions, database: Database, bell: WrittenBell, restaurant: Restaurant
):
    async def write(n: int) -> int | None:
        async def sometimes(tx: WriteTransaction) -> StaffResult:
            result = await hire(restaurant.id, f"人{n}")(tx)
            if n % 3 == 0:
                raise ValidationRefusal(code="NO", message="No.")
            return result

        try:
            return (await transactions.write(YAMADA, intent(), StaffResult, sometimes)).revision
        except ValidationRefusal:
            return None

    revisions = await asyncio.gather(*(write(n) for n in range(20)))
    taken = sorted(r for r in revisions if r is not None)
    assert taken == list(range(2, 2 + len(taken)))
    assert [s.revision for s in await log_of(database, restaurant.id)] == [1, *taken]
    assert sorted(number for _, number in bell.rings) == taken


async def test_a_row_changed_after_the_expected_revision_is_shown_as_it_stands(
    transactions: Transactions, restaurant: Restaurant
):
    first = await transactions.write(YAMADA, intent(), StaffResult, hire(restaurant.id))

    async def edit(tx: WriteTransaction) -> StaffResult:
        await tx.enter(restaurant.id, Right.EDIT, what="restaurant")
        tx.expect(first.member)
        return StaffResult(member=first.member, revision=tx.revision)

    fresh, stale = intent(expected_revision=2), intent(expected_revision=1)
    assert (await transactions.write(YAMADA, fresh, StaffResult, edit)).revision == 3
    assert (await transactions.write(YAMADA, intent(), StaffResult, edit)).revision == 4
    with pytest.raises(ConflictRefusal) as caught:
        await transactions.write(YAMADA, stale, StaffResult, edit)
    assert caught.value.code == "STALE_REVISION"
    assert caught.value.current == (first.member,)


async def test_a_locked_version_is_named(transactions: Transactions, restaurant: Restaurant):
    version = ConfigurationVersion(
        id=ConfigurationId(1), restaurant_id=restaurant.id, number=3, name="冬", is_locked=True
    )

    async def edit(tx: WriteTransaction) -> ConfigurationVersion:
        assert tx.unlocked(replace(version, is_locked=False)).number == 3
        return tx.unlocked(version)

    with pytest.raises(LockedRefusal, match="Version 3"):
        await transactions.write(YAMADA, intent(), ConfigurationVersion, edit)


async def test_a_deadlock_is_tried_again_unnoticed(
    transactions: Transactions, database: Database, restaurant: Restaurant
):
    """Two operations lock the same two rows, each in its own order."""
    async with database.write() as connection:
        await connection.execute(text("create table pairs (id int primary key, n int)"))
        await connection.execute(text("insert into pairs values (1, 0), (2, 0)"))
    both_hold_one = asyncio.Barrier(2)
    tries = []

    def lock(order: tuple[int, int]) -> Callable[[WriteTransaction], Awaitable[int]]:
        async def work(tx: WriteTransaction) -> int:
            tries.append(order)
            add = text("update pairs set n = n + 1 where id = :id")
            await tx.connection.execute(add, {"id": order[0]})
            if len(tries) <= 2:
                await both_hold_one.wait()
            await tx.connection.execute(add, {"id": order[1]})
            return order[0]

        return work

    done = await asyncio.gather(
        *(transactions.write(YAMADA, intent(), int, lock(order)) for order in ((1, 2), (2, 1)))
    )
    assert done == [1, 2]
    assert len(tries) == 3
    async with database.read() as connection:
        assert set(await connection.execute(text("select n from pairs"))) == {(2,)}


async def test_trying_again_ends(transactions: Transactions):
    tries = []

    async def unlucky(tx: WriteTransaction) -> int:
        tries.append(tx)
        raise_deadlock = "do $$ begin raise exception 'x' using errcode = '40P01'; end $$"
        await tx.connection.execute(text(raise_deadlock))
        return 0

    with pytest.raises(Refusal) as caught:
        await transactions.write(YAMADA, intent(), int, unlucky)
    assert caught.value.code == TRY_AGAIN
    assert len(tries) == 4


async def test_the_reason_and_the_run_are_told(
    transactions: Transactions, database: Database, bell: WrittenBell, restaurant: Restaurant
):
    async def work(tx: WriteTransaction) -> int:
        await tx.enter(restaurant.id, Right.EDIT, what="restaurant")
        tx.note("人が足りない")
        tx.record(restaurant, tx.restaurant)
        tx.ring_run(RunId(7))
        return tx.revision

    await transactions.write(YAMADA, intent(), int, work)
    async with database.read() as connection:
        (entry, *_) = await change_log.page(connection, restaurant.id, 1)
    assert entry.note == "人が足りない"
    assert ("understudy:run:7", 2) in bell.rings


def test_every_kind_of_change_is_named_like_its_class():
    classes = {
        Restaurant,
        Membership,
        ShiftType,
        StaffMember,
        ConfigurationVersion,
        StaffGroup,
        BackupAssignment,
        WorkLimit,
        PriorityRule,
        SuccessionRule,
        StandingRule,
        CalendarRule,
        DayOffRequest,
        Schedule,
        ShiftAssignment,
        Cover,
        CoverageGap,
        GenerationRun,
    }
    assert {cls.__name__ for cls in classes} == {kind.value for kind in EntityType}


async def test_a_gap_is_logged_under_its_schedule_group_and_date(
    transactions: Transactions, database: Database, restaurant: Restaurant
):
    day, group = date(2025, 1, 15), GroupId(5)
    gap = CoverageGap(date=day, group_id=group, needed=1, covered=0)
    named = ScheduleGap(schedule_id=ScheduleId(3), group_id=group, date=day, gap=gap)

    async def work(tx: WriteTransaction) -> int:
        await tx.enter(restaurant.id, Right.EDIT, what="restaurant")
        tx.record(None, named)
        tx.record(named, None)
        return tx.revision

    await transactions.write(YAMADA, intent(), int, work)
    opened, closed = (await log_of(database, restaurant.id))[-1].changes
    assert (opened.entity_type, opened.entity_key) == (EntityType.COVERAGE_GAP, "3-5-2025-01-15")
    assert closed.before == opened.after


async def test_reading_takes_no_revision(transactions: Transactions, restaurant: Restaurant):
    async with transactions.read() as connection:
        assert await restaurants.by_ids(connection, [restaurant.id]) == {restaurant.id: restaurant}
