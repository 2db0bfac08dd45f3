"""Runs whose worker is stopped, or whose settings are put aside, before their result is there."""

import asyncio
from typing import Any

import pytest

from resolvers import applying, generation
from schema.nodes import decode
from store import runs
from tests.api.kitchen import ABSENCE, Kitchen, cell, hire, open_kitchen
from tests.api.test_generation import ask_for, run_of, work
from tests.api.test_settings import settings
from tests.api.test_settings_versions import VERSION, copy

COVERS = """
query($id: ID!) {
  schedule(id: $id) {
    covers { date group { id } backupAssignment { id } staff { id } }
    gaps { date missing }
    shifts { date }
  }
}
"""
GROUPS = "query($id: ID!) { node(id: $id) { ... on ConfigurationVersion { groups { id } } } }"
STALE = "query($id: ID!) { generationRun(id: $id) { state isStale isApplied } }"


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    found = await open_kitchen(api, restaurant_id, "2025-01-13", "2025-01-19")
    await found.set(cell(found.sato, "off", pinned=True))
    return found


async def overtaken(kitchen: Kitchen, monkeypatch, version: str) -> dict[str, Any]:
    """The schedule after a run during which, after its search, the version is put in use."""
    apply = applying.at_the_end

    async def late(*given: Any) -> None:
        await kitchen.api.mutate("activateConfigurationVersion", VERSION, id=version)
        await apply(*given)

    monkeypatch.setattr(applying, "at_the_end", late)
    run_id = await ask_for(kitchen)
    await work(kitchen.api, run_id)
    run = (await kitchen.api.ask(STALE, id=run_id))["generationRun"]
    assert run == {"state": "FINISHED", "isStale": True, "isApplied": True}
    return (await kitchen.api.ask(COVERS, id=kitchen.schedule))["schedule"]


async def test_every_cover_of_a_late_run_points_into_the_version_in_use(kitchen, monkeypatch):
    found = await overtaken(kitchen, monkeypatch, await copy(kitchen.api, kitchen.restaurant))
    now = (await settings(kitchen.api, kitchen.restaurant))["activeConfiguration"]
    ((group,), (assignment,)) = now["groups"], now["backupAssignments"]
    assert group["id"] != kitchen.group
    assert {cover["group"]["id"] for cover in found["covers"]} == {group["id"]}
    assert {c["backupAssignment"]["id"] for c in found["covers"]} == {assignment["id"]}
    assert ABSENCE in {cover["date"] for cover in found["covers"]}
    assert found["gaps"] == []
    assert len(found["shifts"]) == 21


async def test_a_late_run_drops_the_covers_of_a_group_that_is_no_more(kitchen, monkeypatch):
    draft = await copy(kitchen.api, kitchen.restaurant)
    (group,) = (await kitchen.api.ask(GROUPS, id=draft))["node"]["groups"]
    await kitchen.api.mutate("deleteStaffGroup", "", id=group["id"])
    found = await overtaken(kitchen, monkeypatch, draft)
    assert (found["covers"], found["gaps"]) == ([], [])
    assert len(found["shifts"]) == 21


async def test_settings_changed_while_a_run_works_leave_it_stored_and_ask_for_a_reason(
    kitchen, monkeypatch
):
    apply = applying.at_the_end

    async def late(*given: Any) -> None:
        await hire(kitchen.api, kitchen.restaurant, "新人")
        await apply(*given)

    monkeypatch.setattr(applying, "at_the_end", late)
    run_id = await ask_for(kitchen)
    await work(kitchen.api, run_id)
    run = (await kitchen.api.ask(STALE, id=run_id))["generationRun"]
    assert run == {"state": "FINISHED", "isStale": True, "isApplied": True}
    assert len((await kitchen.board())["shifts"]) == 21
    asked = {"scheduleId": kitchen.schedule}
    refused = await kitchen.api.write("PublishSchedule", **asked)
    assert refused["code"] == "OVERRIDE_NEEDED"
    assert "changed after the last generation" in refused["message"]
    made = await kitchen.api.write("PublishSchedule", **asked, override="了承済み")
    assert made["schedule"]["status"] == "PUBLISHED"


async def test_workers_that_stop_in_good_order_never_fail_a_run(kitchen):
    run_id = await ask_for(kitchen)
    stop = asyncio.Event()
    stop.set()
    for _ in range(generation.MOST_ATTEMPTS + 1):
        with pytest.raises(generation.RunInterrupted):
            await work(kitchen.api, run_id, stop)
    await work(kitchen.api, run_id)
    key = decode("GenerationRun", run_id)
    async with kitchen.api.database.read() as connection:
        row = (await runs.by_ids(connection, [key]))[key]
    assert (row.attempt, (await run_of(kitchen.api, run_id))["state"]) == (1, "FINISHED")
