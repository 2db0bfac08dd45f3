"""The contract's worked example: two clients, two servers, one worker, PostgreSQL and Redis."""

from typing import Any

from tests.server.conftest import Installation
from tests.stories import ABSENCE, Kitchen, generate, open_kitchen, take_day_off
from tests.system import Client, client_of, heard_from, until


def cells_on(board: dict[str, Any], staff: str, day: str) -> list[dict[str, Any]]:
    return [s for s in board["shifts"] if s["staff"]["id"] == staff and s["date"] == day]


async def board_of(client: Client, kitchen: Kitchen) -> dict[str, Any]:
    return (await client.ask("ScheduleBoard", scheduleId=kitchen.schedule))["schedule"]


async def until_revision(
    client: Client, restaurant: str, revision: int, after: int = 0
) -> list[dict[str, Any]]:
    """Every event that a follower gets, up to the change set of a revision."""
    events = []
    async with client.following("Changes", restaurantId=restaurant, after=after) as stream:
        async for event in stream:
            events.append(event)
            if event["__typename"] == "ChangeSet" and event["revision"] >= revision:
                break
    return events


def revisions(events: list[dict[str, Any]]) -> list[int]:
    return [e["revision"] for e in events if e["__typename"] == "ChangeSet"]


def covers_told(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    sets = [event["changes"] for event in events if event["__typename"] == "ChangeSet"]
    return [c["cover"] for changes in sets for c in changes if c["__typename"] == "CoverChanged"]


async def current_revision(client: Client, kitchen: Kitchen) -> int:
    return (await client.ask("Settings", restaurantId=kitchen.restaurant))["restaurant"]["revision"]


async def test_backup_covers_and_every_client_of_every_server_is_told(installation: Installation):
    async with client_of(installation.first) as one, client_of(installation.second) as two:
        kitchen = await open_kitchen(one)
        async with (
            two.following("Changes", restaurantId=kitchen.restaurant, after=0) as stream,
            heard_from(stream) as told,
        ):
            await take_day_off(one, kitchen)
            final = await generate(one, kitchen.schedule, timeLimitSeconds=10)
            assert final["state"] == "FINISHED"
            assert final["outcome"] in {"OPTIMAL", "FEASIBLE"}
            board = await board_of(two, kitchen)
            newest = await current_revision(two, kitchen)
            await until(lambda: revisions(told)[-1:] == [newest])
        assert revisions(told) == list(range(1, newest + 1))
        assert all(
            e["previousRevision"] == e["revision"] - 1
            for e in told
            if e["__typename"] == "ChangeSet"
        )
        await the_absence_is_covered(board, kitchen)
        assert [c for c in board["covers"] if c not in covers_told(told)] == []
        assert board == await board_of(one, kitchen)


async def the_absence_is_covered(board: dict[str, Any], kitchen: Kitchen) -> None:
    (cell,) = cells_on(board, kitchen.nakata, ABSENCE)
    assert (cell["shiftType"]["code"], cell["source"]) == ("normal", "COVER")
    (cover,) = [c for c in board["covers"] if c["date"] == ABSENCE]
    assert cover["group"]["id"] == kitchen.group
    assert cover["staff"]["id"] == kitchen.nakata
    assert cover["backupAssignment"]["id"] == kitchen.assignment
    assert cover["priorityOrder"] == 1
    assert cover["absentMembers"] == [{"id": kitchen.sato}]
    assert [g for g in board["gaps"] if g["date"] == ABSENCE] == []
    (absent,) = cells_on(board, kitchen.sato, ABSENCE)
    assert (absent["shiftType"]["code"], absent["pinned"]) == ("off", True)


async def test_client_that_was_cut_off_gets_exactly_what_it_missed(installation: Installation):
    async with client_of(installation.first) as one, client_of(installation.second) as two:
        kitchen = await open_kitchen(one)
        seen = await current_revision(one, kitchen)
        await take_day_off(one, kitchen)
        await generate(one, kitchen.schedule, timeLimitSeconds=5)
        newest = await current_revision(one, kitchen)
        missed = await until_revision(two, kitchen.restaurant, newest, after=seen)
        assert revisions(missed) == list(range(seen + 1, newest + 1))
        again = await until_revision(one, kitchen.restaurant, newest, after=seen)
        assert [e for e in again if e["__typename"] == "ChangeSet"] == [
            e for e in missed if e["__typename"] == "ChangeSet"
        ]


async def test_assignment_deleted_leaves_a_gap_that_says_why(installation: Installation):
    async with client_of(installation.first) as one, client_of(installation.second) as two:
        kitchen = await open_kitchen(one)
        await take_day_off(one, kitchen)
        await generate(one, kitchen.schedule, timeLimitSeconds=5)
        deleted = await two.do("DeleteBackupAssignment", id=kitchen.assignment)
        assert deleted["backupAssignment"]["isActive"] is False
        await generate(two, kitchen.schedule, timeLimitSeconds=5)
        board = await board_of(one, kitchen)
        (gap,) = [g for g in board["gaps"] if g["date"] == ABSENCE]
        assert (gap["needed"], gap["covered"], gap["missing"]) == (1, 0, 1)
        assert [r["code"] for r in gap["reasons"]] == ["NO_ASSIGNMENT"]
        assert [c for c in board["covers"] if c["date"] == ABSENCE] == []
        settings = (await one.ask("Settings", restaurantId=kitchen.restaurant))["restaurant"]
        assert settings["activeConfiguration"]["backupAssignments"] == []


async def test_server_killed_and_started_again_still_has_it_all(installation: Installation):
    async with client_of(installation.first) as one:
        kitchen = await open_kitchen(one)
        await take_day_off(one, kitchen)
        await generate(one, kitchen.schedule, timeLimitSeconds=5)
        before = await board_of(one, kitchen)
        installation.first.kill()
        installation.first.restart()
        installation.first.ready()
        assert await board_of(one, kitchen) == before
