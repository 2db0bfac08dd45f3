"""What followers of a restaurant are told, on whichever server they listen."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from tests.contract.conftest import running
from tests.stories import House, open_house
from tests.system import DOCUMENTS, TOKEN, Client, Server, client_of

DAY, LAST = "2025-01-14", "2025-01-16"
HISTORY = 24
Events = list[dict[str, Any]]


@pytest.fixture(scope="module")
def pair(module_database_url: str, redis_url: str) -> Iterator[tuple[Server, Server]]:
    """Two servers that share a database and a Redis, with short heartbeats."""
    short = {"UNDERSTUDY_HEARTBEAT_SECONDS": "0.5"}
    first = Server(module_database_url, redis_url, **short)
    second = Server(module_database_url, redis_url, **short)
    with running(first, second):
        yield first, second


@pytest.fixture
async def clients(pair: tuple[Server, Server]) -> AsyncIterator[tuple[Client, Client]]:
    async with client_of(pair[0]) as one, client_of(pair[1]) as two:
        yield one, two


@pytest.fixture
async def house(clients: tuple[Client, Client]) -> House:
    return await open_house(clients[0])


async def told(client: Client, house: House, **place: Any) -> Events:
    """Every event up to the one that says: caught up, or: read everything again."""
    events = []
    async with client.following("Changes", restaurantId=house.id, **place) as stream:
        async with asyncio.timeout(20):
            async for event in stream:
                events.append(event)
                if event["__typename"] in {"CaughtUp", "SnapshotRequired"}:
                    break
    return events


async def next_set(stream: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
    async with asyncio.timeout(20):
        async for event in stream:
            if event["__typename"] == "ChangeSet":
                return event
    raise AssertionError("the stream ended")


def kinds(change_set: dict[str, Any]) -> dict[str, int]:
    names = [change["__typename"] for change in change_set["changes"]]
    return {name: names.count(name) for name in names if name != "ScheduleChanged"}


async def epoch_of(house: House) -> str:
    found = await house.client.ask("Restaurants")
    return next(r["epoch"] for r in found["restaurants"] if r["id"] == house.id)


async def live_through(house: House, clients: tuple[Client, Client]) -> int:
    """A history of many kinds of change, written through both servers in turn."""
    await house.form("g", "m", "n")
    await house.back("g", "b")
    await house.plan(DAY, LAST)
    codes = ("off", "normal", "early", None)
    turn = 0
    while (revision := await house.revision()) < HISTORY:
        house.client = clients[turn % 2]
        cells = [house.cell("m", DAY, codes[turn % 4]), house.cell("n", LAST, codes[turn % 3])]
        await house.client.do("SetShifts", scheduleId=house.schedule, shifts=cells)
        turn += 1
    await house.client.do("DeleteBackupAssignment", id=house.assignments["g", "b"])
    return revision + 1


async def test_follower_resumes_exactly_after_every_revision(house: House, clients):
    newest = await live_through(house, clients)
    epoch = await epoch_of(house)
    *whole, caught_up = await told(clients[0], house, after=0, epoch=epoch)
    assert caught_up == {"__typename": "CaughtUp", "epoch": epoch, "revision": newest}
    assert [s["revision"] for s in whole] == list(range(1, newest + 1))
    assert [s["previousRevision"] for s in whole] == list(range(newest))
    for after in range(newest + 1):
        *missed, caught_up = await told(clients[after % 2], house, after=after, epoch=epoch)
        assert missed == whole[after:]
        assert caught_up["revision"] == newest
    assert [e["revision"] for e in await told(clients[1], house)] == [newest]


@pytest.mark.parametrize("place", [{"epoch": "another"}, {"after": 1000}, {"after": -1}])
async def test_follower_from_elsewhere_must_read_again(house: House, clients, place):
    after = {"after": 1, **place}
    events = await told(clients[1], house, **after)
    (event,) = events
    assert (event["__typename"], event["revision"]) == ("SnapshotRequired", 1)
    assert event["epoch"] == await epoch_of(house)
    assert event["reason"]


async def test_line_that_ends_with_a_snapshot_completes(house: House, clients):
    asked = {"restaurantId": house.id, "after": 1000}
    async with clients[0].following("Changes", **asked) as stream, asyncio.timeout(10):
        assert [event["__typename"] async for event in stream] == ["SnapshotRequired"]


async def test_idle_line_beats_with_the_revision_that_it_has_reached(house: House, clients):
    async with clients[1].following("Changes", restaurantId=house.id) as stream:
        first, second = await anext(stream), await anext(stream)
    assert (first["__typename"], first["revision"]) == ("CaughtUp", 1)
    assert (second["__typename"], second["revision"]) == ("Heartbeat", 1)
    assert second["at"].count(":") >= 2


async def test_setting_cells_tells_cells_and_gaps_in_one_set(house: House, clients):
    await house.form("g", "m", "n")
    await house.plan(DAY, LAST)
    seen = await house.revision()
    async with clients[1].following("Changes", restaurantId=house.id, after=seen) as stream:
        assert (await anext(stream))["__typename"] == "CaughtUp"
        cells = [house.cell("m", DAY, "off"), house.cell("n", LAST, "off")]
        made = await house.client.do(
            "SetShifts", scheduleId=house.schedule, shifts=cells, clientMutationId=house.id
        )
        opened = await next_set(stream)
        assert (opened["revision"], opened["clientMutationId"]) == (made["revision"], house.id)
        assert kinds(opened) == {"ShiftChanged": 2, "CoverageGapChanged": 2}
        shown = [c["shift"] for c in opened["changes"] if c["__typename"] == "ShiftChanged"]
        assert shown == made["shifts"]

        cleared = [house.cell("m", DAY, None), house.cell("n", LAST, "normal")]
        await house.client.do("SetShifts", scheduleId=house.schedule, shifts=cleared)
        closed = await next_set(stream)
        assert closed["clientMutationId"] is None
        assert kinds(closed) == {"ShiftChanged": 1, "EntityDeleted": 1, "CoverageGapChanged": 2}
        (gone,) = [c for c in closed["changes"] if c["__typename"] == "EntityDeleted"]
        assert gone["entityType"] == "SHIFT_ASSIGNMENT"
        assert gone["entityId"] in {c["entityId"] for c in opened["changes"]}
    ids = [change["entityId"] for change in closed["changes"]]
    assert len(ids) == len(set(ids))


async def test_deleted_assignment_is_told_with_its_last_state(house: House, clients):
    await house.form("g", "m", "n")
    await house.back("g", "b")
    seen, assignment = await house.revision(), house.assignments["g", "b"]
    await house.client.do("DeleteBackupAssignment", id=assignment)
    change_set, _ = await told(clients[1], house, after=seen)
    (change,) = change_set["changes"]
    assert change["entityId"] == assignment
    assert change["__typename"] == "BackupAssignmentChanged"
    assert change["backupAssignment"]["isActive"] is False


async def test_nothing_of_another_restaurant_is_told(house: House, clients):
    other = await open_house(clients[1], "よそ")
    async with clients[0].following("Changes", restaurantId=house.id, after=0) as stream:
        for turn in range(10):
            await (house if turn % 2 else other).hire(f"person {turn}")
        heard = [await next_set(stream) for _ in range(6)]
    assert [s["revision"] for s in heard] == [1, 2, 3, 4, 5, 6]
    own = {*house.staff.values(), house.id}
    for change_set in heard[1:]:
        assert {change["entityId"] for change in change_set["changes"]} <= own


async def test_writers_on_both_servers_are_heard_in_one_order_everywhere(house: House, clients):
    writes = 12

    async def listen(client: Client) -> Events:
        async with client.following("Changes", restaurantId=house.id, after=0) as stream:
            return [await next_set(stream) for _ in range(2 * writes + 1)]

    async def write(client: Client) -> list[int]:
        given = {"restaurantId": house.id, "employmentType": "REGULAR", "employedFrom": DAY}
        made = [await client.do("CreateStaffMember", name=f"{n}", **given) for n in range(writes)]
        return [payload["revision"] for payload in made]

    listening = [asyncio.create_task(listen(client)) for client in (*clients, *clients)]
    taken = await asyncio.gather(*(write(client) for client in clients))
    heard = await asyncio.gather(*listening)
    assert sorted(taken[0] + taken[1]) == list(range(2, 2 * writes + 2))
    assert [s["revision"] for s in heard[0]] == list(range(1, 2 * writes + 2))
    assert all(events == heard[0] for events in heard)


async def test_server_sent_events_tell_the_same(house: House, clients, pair):
    await house.hire("m")
    body = {
        "query": DOCUMENTS["Changes"],
        "variables": {"restaurantId": house.id, "after": 0},
    }
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "text/event-stream"}
    lines = []
    async with (
        httpx.AsyncClient(base_url=pair[1].address, headers=headers, timeout=20) as http,
        http.stream("POST", "/graphql", json=body) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            if line.startswith("data:"):
                lines.append(line)
            if "CaughtUp" in line:
                break
    assert [line.count('"ChangeSet"') for line in lines] == [1, 1, 0]
