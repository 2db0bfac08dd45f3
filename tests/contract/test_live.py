"""Every document of the contract against a running server, with real data in the answers."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.stories import ABSENCE, Kitchen, finished, open_kitchen, take_day_off
from tests.system import DOCUMENTS, Client, Server, Worker


@pytest.fixture
def system(database_url: str, redis_url: str) -> Iterator[Server]:
    server, worker = Server(database_url, redis_url), Worker(database_url, redis_url)
    try:
        yield server.ready()
    finally:
        worker.stop()
        server.stop()


class Recorder(Client):
    """Remembers which documents were sent."""

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self.sent: set[str] = set()

    async def ask(self, name: str, /, **variables: Any) -> dict[str, Any]:
        self.sent.add(name)
        return await super().ask(name, **variables)

    def following(self, name: str, /, **variables: Any) -> Any:
        self.sent.add(name)
        return super().following(name, **variables)


async def test_every_document_of_the_contract_answers_with_real_data(system: Server):
    client = Recorder(system)
    kitchen = await open_kitchen(client)
    await write_the_rest_of_the_settings(client, kitchen)
    run = await generate_and_follow(client, kitchen)
    await read_everything(client, kitchen, run)
    await publish_and_tidy(client, kitchen)
    await client.close()
    assert client.sent == set(DOCUMENTS)


async def write_the_rest_of_the_settings(client: Recorder, kitchen: Kitchen) -> None:
    updated = await client.do("UpdateStaffMember", id=kitchen.suzuki, employedUntil="2026-03-31")
    assert updated["staffMember"]["employedUntil"] == "2026-03-31"
    limit = await client.do(
        "CreateWorkLimit",
        restaurantId=kitchen.restaurant,
        name="月の休み",
        window="PERIOD",
        shiftTypes=["off", "early"],
        minimum=7.5,
        maximum=20,
        scope="EMPLOYMENT_TYPE",
        targets=["REGULAR"],
        level="SOFT",
        weight=5,
    )
    assert limit["workLimit"]["id"]
    rule = await client.do(
        "CreatePriorityRule",
        name="土曜は早番",
        staffId=kitchen.suzuki,
        shiftType="early",
        weekdays=["SATURDAY"],
        direction="PREFER",
        level="SOFT",
    )
    assert rule["priorityRule"]["id"]
    closed = await client.do(
        "CreateCalendarRule",
        restaurantId=kitchen.restaurant,
        date="2025-01-01",
        kind="CLOSED",
        reason="元日",
    )
    assert closed["calendarRule"]["id"]
    request = await client.do("RequestDayOff", staffId=kitchen.suzuki, date="2025-01-20")
    assert request["dayOffRequest"]["state"] == "REQUESTED"
    changed = await client.do("UpdateBackupAssignment", id=kitchen.assignment, notes="頼れる")
    assert changed["backupAssignment"]["notes"] == "頼れる"
    ordered = await client.do(
        "ReorderBackupAssignments", groupId=kitchen.group, ids=[kitchen.assignment]
    )
    assert ordered["backupAssignments"] == [{"id": kitchen.assignment, "priorityOrder": 1}]


async def generate_and_follow(client: Recorder, kitchen: Kitchen) -> str:
    written = await take_day_off(client, kitchen)
    assert [g["date"] for g in written["gaps"]] == [ABSENCE]
    made = await client.do("GenerateSchedule", scheduleId=kitchen.schedule, timeLimitSeconds=60)
    run = made["run"]["id"]
    await client.do("CancelGeneration", runId=run)
    assert (await finished(client, run))["state"] == "CANCELLED"
    made = await client.do("GenerateSchedule", scheduleId=kitchen.schedule, timeLimitSeconds=5)
    assert (await finished(client, made["run"]["id"]))["state"] == "FINISHED"
    async with client.following("Changes", restaurantId=kitchen.restaurant, after=0) as events:
        first = await anext(events)
    assert (first["__typename"], first["revision"], first["previousRevision"]) == (
        "ChangeSet",
        1,
        0,
    )
    return str(made["run"]["id"])


async def read_everything(client: Recorder, kitchen: Kitchen, run: str) -> None:
    (restaurant,) = (await client.ask("Restaurants"))["restaurants"]
    settings = (await client.ask("Settings", restaurantId=kitchen.restaurant))["restaurant"]
    assert restaurant["revision"] == settings["revision"]
    assert [t["code"] for t in settings["shiftTypes"]] == [
        "normal",
        "early",
        "late",
        "off",
        "designated_off",
        "unavailable",
    ]
    (limit,) = [w for w in settings["activeConfiguration"]["workLimits"] if w["name"] == "月の休み"]
    assert (limit["minimum"], limit["maximum"]) == (7.5, 20.0)
    board = (await client.ask("ScheduleBoard", scheduleId=kitchen.schedule))["schedule"]
    assert len(board["shifts"]) == 3 * 31
    coverage = (await client.ask("Coverage", scheduleId=kitchen.schedule))["coverage"]
    (kitchen_figures,) = coverage["groups"]
    assert kitchen_figures["needUnits"] == kitchen_figures["coveredUnits"] + sum(
        g["missing"] for g in kitchen_figures["gaps"]
    )
    explained = (
        await client.ask(
            "ExplainCover", scheduleId=kitchen.schedule, groupId=kitchen.group, date=ABSENCE
        )
    )["explainCover"]
    (candidate,) = explained["candidates"]
    assert (candidate["chosen"], [r["code"] for r in candidate["reasons"]]) == (
        True,
        ["FIRST_CHOICE"],
    )
    period = {"start": "2025-01-01", "end": "2025-01-31"}
    found = (await client.ask("Conflicts", restaurantId=kitchen.restaurant, **period))["conflicts"]
    assert all(c["severity"] in {"ERROR", "WARNING", "INFO"} for c in found)
    suggested = await client.ask("SuggestBackups", scheduleId=kitchen.schedule)
    assert all(s["gapsAfter"] <= s["gapsBefore"] for s in suggested["suggestBackups"])
    told = (await client.ask("GenerationRun", id=run))["generationRun"]
    assert told["state"] == "FINISHED"
    assert [t["name"] for t in told["tiers"]][:2] == ["HARD_RULES", "REQUIRED_GAPS"]
    log = (await client.ask("ChangeLog", restaurantId=kitchen.restaurant, first=5))["changeLog"]
    assert len(log["edges"]) == 5
    assert log["pageInfo"]["hasNextPage"] is True


async def publish_and_tidy(client: Recorder, kitchen: Kitchen) -> None:
    published = await client.do(
        "PublishSchedule", scheduleId=kitchen.schedule, override="先週の合意どおり"
    )
    assert published["schedule"]["status"] == "PUBLISHED"
    deleted = await client.do("DeleteBackupAssignment", id=kitchen.assignment)
    assert deleted["backupAssignment"]["isActive"] is False
