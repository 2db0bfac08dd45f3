"""Boards that a process keeps are, revision by revision, what the database would answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, text

from domain import coverage, edits, violations
from domain.edits import ShiftDraft
from domain.ids import ScheduleId, StaffId
from domain.schedules import Board
from resolvers import kept_boards
from resolvers.boards import enter_schedule, get_board, save
from resolvers.kept_boards import boards_of
from resolvers.transaction import Intent, WriteTransaction
from schema.nodes import decode, encode
from store import boards
from store.engine import Database
from tests.api.conftest import OWNER, Api
from tests.api.kitchen import Kitchen, cell, hire, open_kitchen, plan
from tests.api.test_generation import generate

TODAY = date(2025, 1, 10)
START = date(2025, 1, 13)
CODES = ("normal", "early", "late", "off", "designated_off", "unavailable", None)


@pytest.fixture
async def kitchen(api: Api, restaurant_id: str) -> Kitchen:
    return await open_kitchen(api, restaurant_id, "2025-01-13", "2025-01-19")


@pytest.fixture
async def elsewhere(database_url: str) -> AsyncIterator[Database]:
    """The same database as another process has it."""
    database = Database.connect(database_url, pool_size=4)
    yield database
    await database.dispose()


def key_of(schedule: str) -> ScheduleId:
    return ScheduleId(decode("Schedule", schedule))


async def loaded(database: Database, schedule: str, today: date = TODAY) -> tuple[Board, Board]:
    """The kept board and the one that is loaded, both of one snapshot."""
    async with database.read() as connection:
        kept = await boards_of(database).load(connection, key_of(schedule), today)
        anew = await boards.load(connection, key_of(schedule), today)
    assert kept is not None
    assert anew is not None
    return kept, anew


def judged(board: Board) -> tuple[object, ...]:
    shown = edits.with_absent_members(board)
    return (
        coverage.gaps(board),
        violations.violations(board),
        shown,
        coverage.gaps(shown),
        violations.violations(shown),
    )


def same(kept: Board, anew: Board) -> None:
    assert kept == anew
    assert list(kept.cells.items()) == list(anew.cells.items())
    assert judged(kept) == judged(anew)


class Walk:
    """Somebody who does this and that in a restaurant, by a seed."""

    def __init__(self, kitchen: Kitchen, seed: int) -> None:
        self.kitchen = kitchen
        self.api = kitchen.api
        self.random = Random(seed)
        self.dates = {kitchen.schedule: (START, START + timedelta(days=6))}

    async def begin(self) -> None:
        """Two plans of the days before, one of which reaches into the schedule."""
        for start, end in ((-9, -2), (-4, 1)):
            await self.plan_another(START + timedelta(days=start), START + timedelta(days=end))
        for _ in range(3):
            await self.set_shifts()
            await self.set_cover()

    @property
    def schedules(self) -> list[str]:
        return list(self.dates)

    def _day_of(self, schedule: str) -> str:
        start, end = self.dates[schedule]
        return self._day(start, (end - start).days + 1)

    def _day(self, first: date = START, days: int = 7) -> str:
        return str(first + timedelta(days=self.random.randrange(days)))

    def _somebody(self) -> str:
        return self.random.choice((self.kitchen.sato, self.kitchen.suzuki, self.kitchen.nakata))

    async def step(self) -> None:
        often = [self.set_shifts] * 6 + [self.set_cover] * 2 + [self.release] * 2
        await self.random.choice(
            [
                *often,
                self.plan_another_somewhere,
                self.delete,
                self.publish,
                self.publish,
                self.close_a_day,
                self.ask_for_a_day_off,
                self.employ,
                self.change_the_group,
                self.limit,
                self.change_a_type,
                self.change_the_restaurant,
                self.let_somebody_in,
                self.copy_the_settings,
            ]
        )()

    async def set_shifts(self) -> None:
        schedule = self.random.choice(self.schedules)
        drafts = {
            (self._somebody(), self._day_of(schedule)): self.random.choice(CODES)
            for _ in range(self.random.randint(1, 5))
        }
        await self.api.write(
            "SetShifts",
            scheduleId=schedule,
            shifts=[cell(who, code, day) for (who, day), code in drafts.items()],
        )

    async def set_cover(self) -> None:
        schedule = self.random.choice(self.schedules)
        cover = {
            "staffId": self.kitchen.nakata,
            "groupId": self.kitchen.group,
            "date": self._day_of(schedule),
            "pinned": self.random.choice((True, False)),
        }
        await self.api.mutate(
            "setCovers", "covers { id }", scheduleId=schedule, covers=[cover], override="so"
        )

    async def release(self) -> None:
        async with self.api.database.read() as connection:
            found = await connection.execute(text("select id from covers order by id"))
            keys = list(found.scalars())
        if keys:
            await self.api.mutate(
                "releaseCover", "schedule { id }", coverId=encode("Cover", self.random.choice(keys))
            )

    async def plan_another_somewhere(self) -> None:
        start = START + timedelta(days=self.random.choice((-9, -3, 3)))
        await self.plan_another(start, start + timedelta(days=4))

    async def plan_another(self, start: date, end: date) -> None:
        schedule = await plan(self.api, self.kitchen.restaurant, str(start), str(end))
        self.dates[schedule] = (start, end)

    async def delete(self) -> None:
        schedule = self.random.choice(self.schedules)
        if schedule != self.kitchen.schedule:
            await self.api.mutate("deleteSchedule", "schedule { id }", scheduleId=schedule)

    async def publish(self) -> None:
        schedule = self.random.choice(self.schedules)
        await self.api.write("PublishSchedule", scheduleId=schedule, override="so")

    async def close_a_day(self) -> None:
        await self.api.write(
            "CreateCalendarRule",
            restaurantId=self.kitchen.restaurant,
            date=self._day(),
            kind=self.random.choice(("CLOSED", "MUST_WORK", "HOLIDAY")),
        )

    async def ask_for_a_day_off(self) -> None:
        await self.api.write("RequestDayOff", staffId=self._somebody(), date=self._day())

    async def employ(self) -> None:
        await self.api.write(
            "UpdateStaffMember", id=self._somebody(), employedUntil=self._day(days=30)
        )
        if self.random.random() < 0.5:
            await hire(self.api, self.kitchen.restaurant, "高橋")

    async def change_the_group(self) -> None:
        people = (self.kitchen.sato, self.kitchen.suzuki)
        await self.api.mutate(
            "updateStaffGroup",
            "group { id }",
            id=self.kitchen.group,
            needPolicy=self.random.choice(("ANY_ABSENT", "PER_ABSENCE")),
            memberIds=list(people[: self.random.randint(1, 2)]),
        )

    async def limit(self) -> None:
        await self.api.write(
            "CreateWorkLimit",
            restaurantId=self.kitchen.restaurant,
            name="休み",
            window="WEEK",
            shiftTypes=["off"],
            minimum=self.random.randint(1, 4),
            scope="ALL",
            level="HARD",
        )

    async def change_a_type(self) -> None:
        async with self.api.database.read() as connection:
            found = await connection.execute(
                text("select id from shift_types where code = 'early' order by id")
            )
            key = found.scalar_one()
        await self.api.mutate(
            "updateShiftType",
            "shiftType { id }",
            id=encode("ShiftType", key),
            canCover=self.random.choice((True, False)),
        )

    async def change_the_restaurant(self) -> None:
        await self.api.mutate(
            "updateRestaurant",
            "restaurant { id }",
            id=self.kitchen.restaurant,
            borrowing=self.random.choice((True, False)),
        )

    async def let_somebody_in(self) -> None:
        await self.api.mutate(
            "grantMembership",
            "membership { subject }",
            restaurantId=self.kitchen.restaurant,
            subject=f"guest-{self.random.random()}",
            role="VIEWER",
        )

    async def copy_the_settings(self) -> None:
        await self.api.mutate(
            "createConfigurationVersion",
            "configurationVersion { id }",
            restaurantId=self.kitchen.restaurant,
            name="写し",
        )


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_happens_both_processes_keep_what_they_would_load(
    kitchen: Kitchen, elsewhere: Database, seed: int
):
    walk = Walk(kitchen, seed)
    await walk.begin()
    for _ in range(30):
        await walk.step()
        for schedule in walk.schedules:
            for database in (kitchen.api.database, elsewhere):
                kept, anew = await loaded(database, schedule)
                assert kept == anew
            same(kept, anew)


async def test_a_result_that_was_applied_is_followed(kitchen: Kitchen, elsewhere: Database):
    await kitchen.set(cell(kitchen.sato, "off"), cell(kitchen.suzuki, "normal"))
    before, _ = await loaded(elsewhere, kitchen.schedule)
    await generate(kitchen)
    for database in (kitchen.api.database, elsewhere):
        kept, anew = await loaded(database, kitchen.schedule)
        same(kept, anew)
        assert kept.covers
        assert kept.staff is before.staff or database is not elsewhere


async def test_a_cell_written_here_is_read_without_loading_and_elsewhere_by_the_log(
    kitchen: Kitchen, elsewhere: Database
):
    await kitchen.set(cell(kitchen.sato, "off"))
    here, there = kitchen.api.database, elsewhere
    first = {database: await loaded(database, kitchen.schedule) for database in (here, there)}
    await kitchen.set(cell(kitchen.nakata, "normal", "2025-01-16"))
    for database, words in ((here, 1), (there, 2)):
        said = statements_of(database)
        async with database.read() as connection:
            board = await boards_of(database).load(connection, key_of(kitchen.schedule), TODAY)
        assert board is not None
        assert len(said()) == words
        before = first[database][0]
        assert board.shifts[0] is before.shifts[0]
        assert board.staff is before.staff
        assert board.restaurant.revision == before.restaurant.revision + 1


async def test_settings_are_loaded_anew(kitchen: Kitchen):
    database = kitchen.api.database
    before, _ = await loaded(database, kitchen.schedule)
    await kitchen.api.write(
        "CreateCalendarRule", restaurantId=kitchen.restaurant, date="2025-01-15", kind="CLOSED"
    )
    kept, anew = await loaded(database, kitchen.schedule)
    same(kept, anew)
    assert kept.staff is not before.staff


async def test_a_snapshot_gets_its_own_revision_although_a_newer_one_is_kept(kitchen: Kitchen):
    database = kitchen.api.database
    async with database.read() as connection:
        old = await boards.load(connection, key_of(kitchen.schedule), TODAY)
        for day in ("2025-01-14", "2025-01-15", "2025-01-16"):
            await kitchen.set(cell(kitchen.sato, "off", day))
        found = await boards_of(database).load(connection, key_of(kitchen.schedule), TODAY)
    assert found == old
    kept, anew = await loaded(database, kitchen.schedule)
    same(kept, anew)
    assert len(kept.shifts) == 3


async def test_a_refused_write_leaves_nothing(kitchen: Kitchen):
    database = kitchen.api.database
    before, _ = await loaded(database, kitchen.schedule)
    answer = await kitchen.set(cell(kitchen.sato, "off"), cell(kitchen.sato, "off"))
    assert answer["code"] == "DUPLICATE"
    kept, anew = await loaded(database, kitchen.schedule)
    same(kept, anew)
    assert kept is before


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    revision: int


class WithdrawnError(Exception):
    """What the work of a write may end with, so that nothing is left of it."""


async def held_open(
    kitchen: Kitchen, is_written: asyncio.Event, may_end: asyncio.Event, *, withdrawn: bool
) -> Done:
    """Clear a cell of Satō in a transaction that stays open once it has written."""

    async def work(tx: WriteTransaction) -> Done:
        schedule = await enter_schedule(tx, key_of(kitchen.schedule))
        board = await get_board(tx, schedule)
        sato = StaffId(decode("StaffMember", kitchen.sato))
        draft = ShiftDraft(staff_id=sato, date=START, shift_type=None)
        await save(tx, board, edits.apply_shifts(board, [draft]).after)
        is_written.set()
        await may_end.wait()
        if withdrawn:
            raise WithdrawnError
        return Done(revision=tx.revision)

    intent = Intent(operation="setShifts", input_hash="")
    return await kitchen.api.context().transactions.write(OWNER, intent, Done, work)


@pytest.mark.parametrize("withdrawn", [False, True])
async def test_an_open_write_is_seen_by_nobody(kitchen, withdrawn):
    await kitchen.set(cell(kitchen.sato, "off", str(START)))
    database = kitchen.api.database
    before, _ = await loaded(database, kitchen.schedule)
    is_written, may_end = asyncio.Event(), asyncio.Event()
    writing = asyncio.create_task(held_open(kitchen, is_written, may_end, withdrawn=withdrawn))
    await is_written.wait()
    assert (await loaded(database, kitchen.schedule))[0] is before
    may_end.set()
    await asyncio.wait({writing})
    kept, anew = await loaded(database, kitchen.schedule)
    same(kept, anew)
    assert isinstance(writing.exception(), WithdrawnError) == withdrawn
    assert len(kept.shifts) == (1 if withdrawn else 0)


async def test_readers_and_writers_of_two_processes_never_see_an_old_board(
    kitchen: Kitchen, elsewhere: Database
):
    apis = [kitchen.api, replace(kitchen.api, database=elsewhere)]
    is_over = False

    async def write(api: Api, seed: int) -> None:
        random = Random(seed)
        for _ in range(12):
            day = str(START + timedelta(days=random.randrange(7)))
            who = random.choice((kitchen.sato, kitchen.suzuki))
            drafts = [cell(who, random.choice(CODES), day)]
            await api.write("SetShifts", scheduleId=kitchen.schedule, shifts=drafts)

    async def read(database: Database) -> int:
        count = 0
        while not is_over:
            kept, anew = await loaded(database, kitchen.schedule)
            assert kept == anew
            assert coverage.gaps(kept) == coverage.gaps(anew)
            count += 1
        return count

    readers = [asyncio.create_task(read(api.database)) for api in apis for _ in range(2)]
    await asyncio.gather(*(write(api, seed) for seed, api in enumerate(apis)))
    is_over = True
    assert all(count > 1 for count in await asyncio.gather(*readers))
    for api in apis:
        same(*await loaded(api.database, kitchen.schedule))


async def test_many_readers_of_a_new_revision_share_the_work(kitchen: Kitchen, elsewhere: Database):
    await loaded(elsewhere, kitchen.schedule)
    await kitchen.set(cell(kitchen.sato, "off"))
    said = statements_of(elsewhere)

    async def read() -> Board | None:
        async with elsewhere.read() as connection:
            return await boards_of(elsewhere).load(connection, key_of(kitchen.schedule), TODAY)

    found = await asyncio.gather(*(read() for _ in range(4)))
    assert all(board is found[0] for board in found)
    assert len(said()) == 4 + 1


async def test_a_reader_who_leaves_takes_nobody_along(kitchen: Kitchen, elsewhere: Database):
    await loaded(elsewhere, kitchen.schedule)
    await kitchen.set(cell(kitchen.sato, "off"))

    async def read() -> Board | None:
        async with elsewhere.read() as connection:
            return await boards_of(elsewhere).load(connection, key_of(kitchen.schedule), TODAY)

    asked = asyncio.get_running_loop().create_future()
    engine = elsewhere._engine.sync_engine

    def note(*words: Any) -> None:
        if "change_log" in words[2] and not asked.done():
            asked.set_result(asyncio.current_task())

    event.listen(engine, "before_cursor_execute", note)
    tasks = [asyncio.create_task(read()) for _ in range(4)]
    leader = await asked
    leader.cancel()
    await asyncio.wait(tasks)
    assert leader.cancelled()
    (board,) = {id(t.result()): t.result() for t in tasks if t is not leader}.values()
    assert board is not None
    assert len(board.shifts) == 1
    same(*await loaded(elsewhere, kitchen.schedule))


async def test_a_log_that_was_pruned_is_not_followed(kitchen: Kitchen, elsewhere: Database):
    await loaded(elsewhere, kitchen.schedule)
    for day in ("2025-01-14", "2025-01-15"):
        await kitchen.set(cell(kitchen.sato, "off", day))
    async with elsewhere.write() as connection:
        newest = "(select max(revision) from change_sets)"
        await connection.execute(text(f"delete from change_log where revision < {newest}"))
        await connection.execute(text(f"delete from change_sets where revision < {newest}"))
    same(*await loaded(elsewhere, kitchen.schedule))


async def test_a_database_from_a_backup_has_boards_of_its_own(kitchen: Kitchen):
    database = kitchen.api.database
    await kitchen.set(cell(kitchen.sato, "off"))
    await loaded(database, kitchen.schedule)
    async with database.write() as connection:
        await connection.execute(text("update restaurants set epoch = 'after the backup'"))
        await connection.execute(text("update shift_assignments set shift_type = 'early'"))
    kept, anew = await loaded(database, kitchen.schedule)
    same(kept, anew)
    assert [found.shift_type for found in kept.shifts] == ["early"]


async def test_another_day_has_a_board_of_its_own(kitchen: Kitchen):
    database = kitchen.api.database
    await loaded(database, kitchen.schedule)
    kept, anew = await loaded(database, kitchen.schedule, TODAY + timedelta(days=1))
    same(kept, anew)


async def test_what_is_kept_is_bounded(kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch):
    database = kitchen.api.database
    monkeypatch.setattr(kept_boards, "KEPT_SCHEDULES", 2)
    monkeypatch.setattr(kept_boards, "KEPT_CELLS", 3)
    others = [
        await plan(kitchen.api, kitchen.restaurant, "2025-02-03", "2025-02-09") for _ in range(3)
    ]
    for schedule in (kitchen.schedule, *others):
        await loaded(database, schedule)
    kept = boards_of(database)
    assert list(kept._kept) == [key_of(schedule) for schedule in others[1:]]
    days = [str(START + timedelta(days=n)) for n in range(4)]
    await kitchen.set(*(cell(kitchen.sato, "off", day) for day in days))
    same(*await loaded(database, kitchen.schedule))
    assert kept._kept == {}
    assert kept._cells == 0


async def test_the_switch_turns_it_off(kitchen: Kitchen, database_url: str):
    database = Database.connect(database_url, fast_path=False)
    api = replace(kitchen.api, database=database)
    await api.write("SetShifts", scheduleId=kitchen.schedule, shifts=[cell(kitchen.sato, "off")])
    same(*await loaded(database, kitchen.schedule))
    assert boards_of(database)._kept == {}
    await database.dispose()


def statements_of(database: Database) -> Callable[[], list[str]]:
    """What the database is asked from now on."""
    said: list[str] = []
    engine = database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *words: said.append(words[2]))
    return lambda: list(said)
