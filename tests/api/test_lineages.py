"""What becomes of recorded covers when another configuration version is put in use."""

from typing import Any

import pytest

from tests.api.kitchen import ABSENCE, Kitchen, cell, open_kitchen
from tests.api.test_generation import generate
from tests.api.test_settings import settings
from tests.api.test_settings_versions import VERSION, copy

FACTS = "id group { id } backupAssignment { id } priorityOrder absentMembers { id }"
COVERS = f"query($id: ID!) {{ schedule(id: $id) {{ covers {{ {FACTS} }} }} }}"


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    """Nakata covers for Sato by hand; everybody else works."""
    found = await open_kitchen(api, restaurant_id)
    await found.set(cell(found.sato, "off", pinned=True), cell(found.suzuki, "normal"))
    draft = {"staffId": found.nakata, "groupId": found.group, "date": ABSENCE}
    await api.mutate("setCovers", "covers { id }", scheduleId=found.schedule, covers=[draft])
    return found


async def recorded(kitchen: Kitchen) -> dict[str, Any]:
    """The one cover of the schedule."""
    found = await kitchen.api.ask(COVERS, id=kitchen.schedule)
    (cover,) = found["schedule"]["covers"]
    return cover


async def figures(kitchen: Kitchen) -> dict[str, Any]:
    """All coverage figures; groups are told apart by place, as every version has its own ids."""
    found = (await kitchen.api.ask("Coverage", scheduleId=kitchen.schedule))["coverage"]
    groups = [{key: g[key] for key in g if key != "group"} for g in found["groups"]]
    return {**found, "revision": None, "groups": groups}


async def activate(kitchen: Kitchen, version: str) -> int:
    answer = await kitchen.api.mutate("activateConfigurationVersion", VERSION, id=version)
    assert answer["configurationVersion"]["status"] == "ACTIVE"
    return answer["revision"]


async def active(kitchen: Kitchen) -> dict[str, Any]:
    return (await settings(kitchen.api, kitchen.restaurant))["activeConfiguration"]


async def test_a_cover_counts_on_in_the_copy_and_back_again(kitchen):
    first = (await active(kitchen))["id"]
    before, counted = await recorded(kitchen), await figures(kitchen)
    assert counted["groups"][0]["coveredUnits"] == 1
    await activate(kitchen, await copy(kitchen.api, kitchen.restaurant))
    there, now = await recorded(kitchen), await active(kitchen)
    assert there["group"]["id"] == now["groups"][0]["id"] != kitchen.group
    assert there["backupAssignment"]["id"] == now["backupAssignments"][0]["id"]
    assert await figures(kitchen) == counted
    frozen = ("id", "priorityOrder", "absentMembers")
    assert {key: there[key] for key in frozen} == {key: before[key] for key in frozen}
    await activate(kitchen, first)
    assert await recorded(kitchen) == before
    assert await figures(kitchen) == counted


async def test_a_published_schedule_keeps_its_covers_through_a_copy_of_a_copy(kitchen):
    await kitchen.api.write("PublishSchedule", scheduleId=kitchen.schedule, override="確認済み")
    counted = await figures(kitchen)
    await activate(kitchen, await copy(kitchen.api, kitchen.restaurant))
    await activate(kitchen, await copy(kitchen.api, kitchen.restaurant))
    assert await figures(kitchen) == counted


async def test_the_order_of_the_moment_outlives_a_reordered_copy(kitchen):
    draft = await copy(kitchen.api, kitchen.restaurant)
    query = "query($id: ID!) { node(id: $id) { ... on ConfigurationVersion {"
    query += " backupAssignments { id } } } }"
    (assignment,) = (await kitchen.api.ask(query, id=draft))["node"]["backupAssignments"]
    await kitchen.api.write("UpdateBackupAssignment", id=assignment["id"], priorityOrder=7)
    await activate(kitchen, draft)
    there = await recorded(kitchen)
    assert there["backupAssignment"] == assignment
    assert there["priorityOrder"] == 1


async def test_the_log_says_that_the_cover_went_over(kitchen):
    before = await recorded(kitchen)
    revision = await activate(kitchen, await copy(kitchen.api, kitchen.restaurant))
    rows = [row for row in await kitchen.log() if row["revision"] == revision]
    assert sorted(row["entityType"] for row in rows) == [
        "CONFIGURATION",
        "CONFIGURATION",
        "COVER",
        "SCHEDULE",
    ]
    (row,) = [row for row in rows if row["entityType"] == "COVER"]
    assert row["entityId"] == before["id"]


async def test_a_cover_of_a_group_without_a_copy_stays_until_the_group_is_back(kitchen):
    first = (await active(kitchen))["id"]
    before, counted = await recorded(kitchen), await figures(kitchen)
    draft = await copy(kitchen.api, kitchen.restaurant)
    query = "query($id: ID!) { node(id: $id) { ... on ConfigurationVersion { groups { id } } } }"
    (group,) = (await kitchen.api.ask(query, id=draft))["node"]["groups"]
    await kitchen.api.mutate("deleteStaffGroup", "group { id }", id=group["id"])
    await activate(kitchen, draft)
    assert await recorded(kitchen) == before
    third = await kitchen.api.mutate(
        "createConfigurationVersion",
        VERSION,
        restaurantId=kitchen.restaurant,
        name="三月",
        sourceId=first,
    )
    await activate(kitchen, third["configurationVersion"]["id"])
    assert (await recorded(kitchen))["group"]["id"] not in (kitchen.group, group["id"])
    assert await figures(kitchen) == counted


async def on_the_day(kitchen: Kitchen) -> list[dict[str, Any]]:
    """The covers of the day on which Sato is off."""
    query = f"query($id: ID!) {{ schedule(id: $id) {{ covers {{ date {FACTS} }} }} }}"
    found = (await kitchen.api.ask(query, id=kitchen.schedule))["schedule"]["covers"]
    return [cover for cover in found if cover["date"] == ABSENCE]


async def test_a_run_that_ends_after_another_version_was_activated_covers_its_groups(kitchen):
    """The result was found for the groups of the version before; its copies take the covers."""
    await kitchen.api.mutate("releaseCover", "", coverId=(await recorded(kitchen))["id"])
    run = await generate(kitchen, applyWhenDone=False)
    await activate(kitchen, await copy(kitchen.api, kitchen.restaurant))
    answer = await kitchen.api.mutate("applyRun", "run { isApplied isStale }", runId=run["id"])
    assert answer["run"] == {"isApplied": True, "isStale": True}
    (there,), now = await on_the_day(kitchen), await active(kitchen)
    assert there["group"]["id"] == now["groups"][0]["id"] != kitchen.group
    assert there["backupAssignment"]["id"] == now["backupAssignments"][0]["id"]
    assert (await figures(kitchen))["groups"][0]["gaps"] == []


async def test_a_pinned_cover_is_not_doubled_by_a_run_of_the_version_before(kitchen):
    run = await generate(kitchen, applyWhenDone=False)
    await activate(kitchen, await copy(kitchen.api, kitchen.restaurant))
    before = await on_the_day(kitchen)
    await kitchen.api.mutate("applyRun", "run { id }", runId=run["id"])
    assert (await on_the_day(kitchen), len(before)) == (before, 1)
