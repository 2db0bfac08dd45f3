"""Worked examples that hang on which day is today, on history and on what was generated before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from resolvers import generation
from resolvers.transaction import Transactions
from schema.nodes import decode
from tests.api.conftest import Api
from tests.api.kitchen import Kitchen, cell, hire, open_kitchen, plan

MONDAY, TUESDAY, WEDNESDAY = "2025-01-13", "2025-01-14", "2025-01-15"
THURSDAY, FRIDAY = "2025-01-16", "2025-01-17"
NOON = datetime(2025, 1, 15, 3, 0, tzinfo=UTC)
"""Noon in Tokyo, on Wednesday."""
GAPS = "query($id: ID!) { schedule(id: $id) { gaps { date isProvisional reasons { code } } } }"
NEEDS = "query($id: ID!) { coverage(scheduleId: $id) { groups { needUnits isProvisional } } }"
FOUND = """
query($id: ID!, $start: Date!, $end: Date!) {
  conflicts(restaurantId: $id, start: $start, end: $end) { code severity fix dates }
}
"""


async def opened(api: Api, restaurant: str, start: str = MONDAY, end: str = FRIDAY) -> Kitchen:
    return await open_kitchen(api, restaurant, start, end)


async def back(kitchen: Kitchen, name: str, **fields: Any) -> tuple[str, str]:
    """One more part-timer behind the kitchen: the person and the assignment."""
    staff = await hire(kitchen.api, kitchen.restaurant, name, "PART_TIME")
    made = await kitchen.api.write(
        "CreateBackupAssignment", staffId=staff, groupId=kitchen.group, **fields
    )
    return staff, made["backupAssignment"]["id"]


async def generate(kitchen: Kitchen, **fields: Any) -> dict[str, Any]:
    api = kitchen.api
    made = await api.write(
        "GenerateSchedule",
        scheduleId=kitchen.schedule,
        timeLimitSeconds=10,
        reproducible=True,
        **fields,
    )
    await generation.execute(
        Transactions(api.database, api.doorbell, lambda: api.now),
        api.database,
        api.doorbell,
        decode("GenerationRun", made["run"]["id"]),
        worker="test",
        cancelled=None,
        clock=lambda: api.now,
    )
    run = (await api.ask("GenerationRun", id=made["run"]["id"]))["generationRun"]
    assert run["state"] == "FINISHED", run
    return run


async def covers(kitchen: Kitchen) -> set[tuple[str, str]]:
    return {(c["date"], c["staff"]["id"]) for c in (await kitchen.board())["covers"]}


async def cells(kitchen: Kitchen) -> dict[tuple[str, str], str]:
    return {
        (s["staff"]["id"], s["date"]): s["shiftType"]["code"]
        for s in (await kitchen.board())["shifts"]
    }


async def findings(kitchen: Kitchen) -> list[dict[str, Any]]:
    asked = {"id": kitchen.restaurant, "start": MONDAY, "end": FRIDAY}
    return (await kitchen.api.ask(FOUND, **asked))["conflicts"]


async def test_rest_that_was_generated_moves_for_a_cover_and_one_that_was_asked_for_does_not(
    api, restaurant_id
):
    week = (MONDAY, "2025-01-19")
    kitchen = await opened(api, restaurant_id, *week)
    await generate(kitchen)
    rests = {
        day
        for (staff, day), code in (await cells(kitchen)).items()
        if (staff, code) == (kitchen.nakata, "off")
    }
    moved, *_ = sorted(rests)
    await kitchen.set(cell(kitchen.sato, "off", moved, pinned=True))
    asked = {"scheduleId": kitchen.schedule, "groupId": kitchen.group, "date": moved}
    (candidate,) = (await api.ask("ExplainCover", **asked))["explainCover"]["candidates"]
    assert (candidate["chosen"], candidate["reasons"][-1]["code"]) == (False, "BACKUP_ABSENT")
    assert "generating again may move it" in candidate["reasons"][-1]["message"]
    await generate(kitchen)
    assert (moved, kitchen.nakata) in await covers(kitchen)
    assert (await kitchen.board())["gaps"] == []
    after = await cells(kitchen)
    kept = {day for (staff, day), code in after.items() if (staff, code) == (kitchen.nakata, "off")}
    assert (moved in kept, len(kept) >= 2) == (False, True)

    await api.write("RequestDayOff", staffId=kitchen.nakata, date=moved)
    await generate(kitchen)
    assert (moved, kitchen.nakata) not in await covers(kitchen)
    assert (await cells(kitchen))[kitchen.nakata, moved] == "off"


async def test_of_equal_ranks_the_one_who_did_not_cover_last_week_comes(api, restaurant_id):
    kitchen = await opened(api, restaurant_id, "2025-01-06", "2025-01-10")
    other, _ = await back(kitchen, "石井", priorityOrder=1)
    await kitchen.set(cell(kitchen.sato, "off", "2025-01-08", pinned=True))
    await generate(kitchen)
    ((_, last),) = await covers(kitchen)
    await api.write("PublishSchedule", scheduleId=kitchen.schedule, override="x")
    kitchen.schedule = await plan(api, restaurant_id, MONDAY, FRIDAY)
    await kitchen.set(cell(kitchen.sato, "off", WEDNESDAY, pinned=True))
    rested = ({kitchen.nakata, other} - {last}).pop()
    for seed in (1, 2):
        await generate(kitchen, seed=seed)
        assert await covers(kitchen) == {(WEDNESDAY, rested)}


async def test_unset_member_makes_no_need_and_a_need_beside_one_provisional(api, restaurant_id):
    kitchen = await opened(api, restaurant_id)
    await api.write("DeleteBackupAssignment", id=kitchen.assignment)
    assert (await api.ask(GAPS, id=kitchen.schedule))["schedule"]["gaps"] == []
    (unset,) = (await api.ask(NEEDS, id=kitchen.schedule))["coverage"]["groups"]
    assert unset == {"needUnits": 0, "isProvisional": True}
    await kitchen.set(cell(kitchen.sato, "off", WEDNESDAY))
    (gap,) = (await api.ask(GAPS, id=kitchen.schedule))["schedule"]["gaps"]
    assert (gap["date"], gap["isProvisional"]) == (WEDNESDAY, True)
    await kitchen.set(cell(kitchen.suzuki, "normal", WEDNESDAY))
    (gap,) = (await api.ask(GAPS, id=kitchen.schedule))["schedule"]["gaps"]
    assert gap["isProvisional"] is False


async def published(api: Api, restaurant: str) -> tuple[Kitchen, str, str]:
    """A published week in which Nakata covers from Tuesday to Thursday, with one more in line."""
    kitchen = await opened(api, restaurant)
    other, assignment = await back(kitchen, "石井")
    days = (TUESDAY, WEDNESDAY, THURSDAY)
    await kitchen.set(*(cell(kitchen.sato, "off", day, pinned=True) for day in days))
    await generate(kitchen)
    assert await covers(kitchen) == {(day, kitchen.nakata) for day in days}
    answer = await api.write("PublishSchedule", scheduleId=kitchen.schedule, override="x")
    assert answer["schedule"]["status"] == "PUBLISHED"
    api.now = NOON
    return kitchen, other, assignment


async def test_deactivated_backup_stays_on_record_and_a_replacement_is_proposed_from_today_on(
    api, restaurant_id
):
    kitchen, *_ = await published(api, restaurant_id)
    recorded = (await kitchen.board())["covers"]
    gone = await api.mutate("deleteStaffMember", "staffMember { id }", id=kitchen.nakata)
    assert gone["__typename"] == "DeleteStaffMemberPayload", gone
    assert (await kitchen.board())["covers"] == recorded
    (found,) = [f for f in await findings(kitchen) if f["code"] == "COVER_NOT_ELIGIBLE"]
    assert (found["severity"], found["dates"]) == ("ERROR", [WEDNESDAY, THURSDAY])
    assert "replace 中田 by 石井" in found["fix"]

    await generate(kitchen, mode="REPLAN")
    (past,) = [cover for cover in (await kitchen.board())["covers"] if cover["date"] == TUESDAY]
    assert past in recorded
    assert past["staff"] == {"id": kitchen.nakata}


async def test_deleted_assignment_leaves_published_covers_of_the_past_as_they_were(
    api, restaurant_id
):
    kitchen, *_ = await published(api, restaurant_id)
    recorded = (await kitchen.board())["covers"]
    await api.write("DeleteBackupAssignment", id=kitchen.assignment)
    assert (await kitchen.board())["covers"] == recorded
    (found,) = [f for f in await findings(kitchen) if f["code"] == "COVER_BY_UNASSIGNED"]
    assert found["dates"] == [WEDNESDAY, THURSDAY]


async def test_backup_ill_today_is_replaced_with_few_changes_and_the_past_stays(api, restaurant_id):
    kitchen, other, _ = await published(api, restaurant_id)
    await kitchen.set(cell(kitchen.nakata, "off", WEDNESDAY, pinned=True))
    ill, told = await cells(kitchen), await covers(kitchen)
    assert told == {(TUESDAY, kitchen.nakata), (THURSDAY, kitchen.nakata)}
    assert [gap["date"] for gap in (await kitchen.board())["gaps"]] == [WEDNESDAY]

    run = await generate(kitchen, mode="REPLAN")
    assert (await kitchen.board())["gaps"] == []
    assert await covers(kitchen) == told | {(WEDNESDAY, other)}
    after = await cells(kitchen)
    changed = {place for place in ill if after[place] != ill[place]}
    assert changed <= {(other, day) for day in (WEDNESDAY, THURSDAY, FRIDAY)}
    changes = next(tier for tier in run["tiers"] if tier["name"] == "CHANGES")
    assert (changes["value"], changes["status"]) == (len(changed), "OPTIMAL")
    assert len(changed) <= 2


@pytest.mark.parametrize(
    ("instant", "expired"),
    [
        (datetime(2025, 1, 14, 14, 30, tzinfo=UTC), False),
        (datetime(2025, 1, 14, 15, 30, tzinfo=UTC), True),
    ],
)
async def test_today_is_the_day_of_the_restaurant_and_not_of_the_server(
    api, restaurant_id, instant, expired
):
    kitchen = await opened(api, restaurant_id)
    await api.write("UpdateBackupAssignment", id=kitchen.assignment, effectiveUntil=TUESDAY)
    api.now = instant
    assert ("EXPIRED" in {found["code"] for found in await findings(kitchen)}) is expired
    other = await hire(api, restaurant_id, "去る人")
    await api.mutate("deleteStaffMember", "staffMember { id }", id=other)
    today = WEDNESDAY if expired else TUESDAY
    before = (datetime.fromisoformat(today) - timedelta(days=1)).date().isoformat()
    answers = [await kitchen.set(cell(other, "normal", day)) for day in (before, today)]
    assert ["code" in answer for answer in answers] == [False, True]
    assert answers[1]["code"] == "NOT_EMPLOYED"
