"""Followers who share an execution: each is told what it would be told alone, and no more."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import uvicorn
import websockets
from sqlalchemy import text

from fast import audiences
from feed.doorbell import Doorbell
from schema.changes import ChangeSet
from server.app import create_app
from server.processes import _config
from store.engine import Database
from tests.fast.conftest import Caller, Clock, settings_with
from tests.ports import free_port
from tests.stories import ABSENCE, Kitchen, hire, open_kitchen, take_day_off
from tests.system import DOCUMENTS, PATIENCE_SECONDS, until
from tests.tokens import token_for

CAN_EDIT = """
subscription($id: ID!) { changes(restaurantId: $id) { __typename
  ... on ChangeSet { revision changes { ... on ScheduleChanged { schedule { canEdit } } } } } }
"""
CELL = "entityId ... on ShiftChanged { shift { date source pinned revision staff { id } } }"
MANY = " ".join(f"c{number}: changes {{ {CELL} }}" for number in range(25))
LONG = f"""
subscription($id: ID!) {{ changes(restaurantId: $id) {{ __typename
  ... on CaughtUp {{ revision }} ... on ChangeSet {{ revision {MANY} }} }} }}
"""
GRANT = """
mutation($input: GrantMembershipInput!) { grantMembership(input: $input) { __typename } }
"""
REVOKE = """
mutation($input: RevokeMembershipInput!) { revokeMembership(input: $input) { __typename } }
"""


class QuietServer(uvicorn.Server):
    """Leaves the signals to the tests."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(kw_only=True)
class House:
    """One server in this process, to be spoken to over the network."""

    port: int
    http: httpx.AsyncClient

    def speak(self, subject: str) -> Caller:
        return Caller(http=self.http, subject=subject)

    @asynccontextmanager
    async def following(
        self, subject: str, document: str = DOCUMENTS["Changes"], **variables: Any
    ) -> AsyncIterator["Ear"]:
        address = f"ws://127.0.0.1:{self.port}/graphql"
        async with websockets.connect(
            address,
            subprotocols=["graphql-transport-ws"],
            compression=None,
            ping_interval=None,
            max_size=None,
        ) as ws:
            said = {"authorization": f"Bearer {token_for(subject)}"}
            await ws.send(json.dumps({"type": "connection_init", "payload": said}))
            assert json.loads(await ws.recv())["type"] == "connection_ack"
            asked = {"query": document, "variables": variables}
            await ws.send(json.dumps({"id": "it", "type": "subscribe", "payload": asked}))
            yield Ear(ws)


@dataclass
class Ear:
    ws: Any

    async def text(self) -> str:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.ws.recv()

    async def message(self) -> dict[str, Any]:
        return json.loads(await self.text())

    async def event(self) -> dict[str, Any]:
        message = await self.message()
        assert message["type"] == "next", message
        return message["payload"]["data"]["changes"]

    async def until(self, revision: int) -> list[int]:
        """The revisions of the change sets up to one."""
        seen: list[int] = []
        while not seen or seen[-1] != revision:
            event = await self.event()
            if event["__typename"] == "ChangeSet":
                seen.append(event["revision"])
        return seen


@asynccontextmanager
async def house(database: Database, *, fast_path: bool) -> AsyncIterator[House]:
    settings = settings_with(fast_path=fast_path, port=free_port(), poll_seconds=0.5)
    async with Doorbell.over(None) as doorbell:
        app = create_app(settings, database, doorbell, asyncio.Event(), Clock())
        server = QuietServer(_config(settings, app))
        serving = asyncio.create_task(server.serve())
        await until(lambda: server.started)
        address = f"http://127.0.0.1:{settings.port}"
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as http:
            yield House(port=settings.port, http=http)
        server.should_exit = True
        await serving


@pytest.fixture
async def shared(database: Database) -> AsyncIterator[House]:
    async with house(database, fast_path=True) as opened:
        yield opened


@pytest.fixture
async def kitchen(shared: House) -> Kitchen:
    return await open_kitchen(shared.speak("owner"))


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The revision of each change set whose event was executed."""
    seen: list[int] = []
    made = ChangeSet.from_domain.__func__

    def watched(cls: type[ChangeSet], value: Any) -> ChangeSet:
        seen.append(value.revision)
        return made(cls, value)

    monkeypatch.setattr(ChangeSet, "from_domain", classmethod(watched))
    return seen


async def grant(shared: House, kitchen: Kitchen, subject: str, role: str = "VIEWER") -> None:
    given = {"restaurantId": kitchen.restaurant, "subject": subject, "role": role}
    answer = await shared.speak("owner").ask(GRANT, input=given)
    assert answer["grantMembership"]["__typename"] == "GrantMembershipPayload"


async def take_day_back(shared: House, kitchen: Kitchen) -> None:
    cleared = {"staffId": kitchen.sato, "date": ABSENCE, "shiftType": None}
    await shared.speak("owner").do("SetShifts", scheduleId=kitchen.schedule, shifts=[cleared])


async def revoke(shared: House, kitchen: Kitchen, subject: str) -> None:
    given = {"restaurantId": kitchen.restaurant, "subject": subject}
    answer = await shared.speak("owner").ask(REVOKE, input=given)
    assert answer["revokeMembership"]["__typename"] == "RevokeMembershipPayload"


async def test_followers_alike_are_told_the_words_that_one_alone_is_told(shared, kitchen, database):
    place = {"restaurantId": kitchen.restaurant}
    async with (
        house(database, fast_path=False) as plain,
        plain.following("owner", **place) as alone,
        shared.following("owner", **place) as first,
        shared.following("owner", **place) as second,
    ):
        ears = (alone, first, second)
        assert len({await ear.text() for ear in ears}) == 1
        await take_day_off(shared.speak("owner"), kitchen)
        await hire(shared.speak("owner"), kitchen.restaurant, "高橋", "PART_TIME")
        for _ in range(2):
            assert len({await ear.text() for ear in ears}) == 1


async def test_an_event_is_executed_once_however_many_are_told(shared, kitchen, executions):
    place = {"restaurantId": kitchen.restaurant}
    begun = (await shared.speak("owner").ask("Settings", **place))["restaurant"]["revision"]
    async with (
        shared.following("owner", **place) as first,
        shared.following("owner", **place, after=begun - 1) as second,
        shared.following("owner", **place, after=begun) as third,
    ):
        assert (await second.event())["revision"] == begun
        for ear in (first, second, third):
            assert (await ear.event())["__typename"] == "CaughtUp"
        executions.clear()
        made = await take_day_off(shared.speak("owner"), kitchen)
        for ear in (first, second, third):
            assert await ear.until(made["revision"]) == [made["revision"]]
    assert executions == [made["revision"]]


@pytest.mark.parametrize("first", ["guest", "other"])
async def test_one_whose_right_ends_is_told_so_and_the_others_go_on(shared, kitchen, first):
    """Whoever came first is executed for all; the feed survives that one's leaving too."""
    place = {"restaurantId": kitchen.restaurant}
    await grant(shared, kitchen, "guest")
    await grant(shared, kitchen, "other")
    async with (
        shared.following(first, **place) as one,
        shared.following("guest" if first == "other" else "other", **place) as two,
        shared.following("owner", **place) as owner,
    ):
        guest, other = (one, two) if first == "guest" else (two, one)
        begun = {(await ear.event())["revision"] for ear in (one, two, owner)}
        await revoke(shared, kitchen, "guest")
        made = await take_day_off(shared.speak("owner"), kitchen)
        refused = await guest.message()
        assert refused["payload"]["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert (await guest.message())["type"] == "complete"
        expected = list(range(max(begun) + 1, made["revision"] + 1))
        for ear in (other, owner):
            assert await ear.until(made["revision"]) == expected


async def test_what_differs_between_readers_is_told_to_each(shared, kitchen):
    await grant(shared, kitchen, "guest")
    async with (
        shared.following("owner", CAN_EDIT, id=kitchen.restaurant) as owner,
        shared.following("guest", CAN_EDIT, id=kitchen.restaurant) as guest,
    ):
        for ear in (owner, guest):
            assert (await ear.event())["__typename"] == "CaughtUp"
        for _ in range(2):
            await take_day_off(shared.speak("owner"), kitchen)
            await take_day_back(shared, kitchen)
            for ear, may_edit in ((owner, True), (guest, False)):
                for _ in range(2):
                    changes = (await ear.event())["changes"]
                    assert [c for c in changes if c] == [{"schedule": {"canEdit": may_edit}}]


async def test_one_that_does_not_read_holds_nobody_up_and_misses_nothing(
    shared, kitchen, monkeypatch
):
    """Some megabytes fill whatever lies between; the rest waits in the log."""
    suspended: list[object] = []
    rest = audiences._rest

    def noticed(*given: Any) -> Any:
        suspended.append(given)
        return rest(*given)

    monkeypatch.setattr(audiences, "_rest", noticed)
    place = {"id": kitchen.restaurant}
    months = {
        kind: [
            {"staffId": who, "date": f"2025-01-{day:02d}", "shiftType": kind}
            for who in (kitchen.sato, kitchen.suzuki, kitchen.nakata)
            for day in range(1, 32)
        ]
        for kind in ("early", "late")
    }
    async with (
        shared.following("owner", LONG, **place) as lazy,
        shared.following("owner", LONG, **place) as keen,
    ):
        begun = (await lazy.event())["revision"]
        assert (await keen.event())["revision"] == begun
        lazy.ws.transport.pause_reading()
        last = begun
        while not suspended:
            shifts = months["early" if last % 2 else "late"]
            given = {"scheduleId": kitchen.schedule, "shifts": shifts}
            last = (await shared.speak("owner").do("SetShifts", **given))["revision"]
            assert await keen.until(last) == [last]
        for _ in range(3):
            last = (await take_day_off(shared.speak("owner"), kitchen))["revision"]
            assert await keen.until(last) == [last]
            await take_day_back(shared, kitchen)
            last += 1
            assert await keen.until(last) == [last]
        lazy.ws.transport.resume_reading()
        assert await lazy.until(last) == list(range(begun + 1, last + 1))


async def test_another_history_ends_the_feed_for_all(shared, kitchen, database):
    place = {"restaurantId": kitchen.restaurant}
    async with (
        shared.following("owner", **place) as first,
        shared.following("owner", **place) as second,
    ):
        for ear in (first, second):
            assert (await ear.event())["__typename"] == "CaughtUp"
        async with database.write() as connection:
            await connection.execute(text("update restaurants set epoch = 'another'"))
        for ear in (first, second):
            assert (await ear.event())["reason"] == "OTHER_EPOCH"
            assert (await ear.message())["type"] == "complete"


async def test_one_who_leaves_takes_nothing_from_the_others(shared, kitchen):
    place = {"restaurantId": kitchen.restaurant}
    async with shared.following("owner", **place) as stays:
        assert (await stays.event())["__typename"] == "CaughtUp"
        for _ in range(3):
            async with shared.following("owner", **place) as leaves:
                assert (await leaves.event())["__typename"] == "CaughtUp"
            made = await take_day_off(shared.speak("owner"), kitchen)
            assert await stays.until(made["revision"]) == [made["revision"]]
            await take_day_back(shared, kitchen)
            assert await stays.until(made["revision"] + 1) == [made["revision"] + 1]


async def test_variables_that_cannot_be_written_again_keep_a_follower_alone(shared, kitchen):
    deep: Any = []
    for _ in range(600):
        deep = [deep]
    place = {"restaurantId": kitchen.restaurant}
    async with shared.following("owner", **place, deep=deep) as ear:
        assert (await ear.event())["__typename"] == "CaughtUp"
        made = await take_day_off(shared.speak("owner"), kitchen)
        assert await ear.until(made["revision"]) == [made["revision"]]
