"""Findings before a run, and what its result changes in them."""

import pytest

from tests.api.kitchen import ABSENCE, Kitchen, cell, open_kitchen
from tests.api.test_generation import ask_for, work

ASK = """
mutation($schedule: ID!, $key: ID) {
  generateSchedule(input: {
    scheduleId: $schedule, timeLimitSeconds: 10, reproducible: true, clientMutationId: $key
  }) {
    __typename
    ... on GenerateSchedulePayload { run { id } conflicts { key severity dates fix } }
  }
}
"""
RUN = """
query($id: ID!) {
  generationRun(id: $id) {
    state
    conflictChanges {
      fixed { key } new { key }
      still { hasChanged before { key dates } now { key dates } }
    }
  }
}
"""


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    return await open_kitchen(api, restaurant_id, "2025-01-13", "2025-01-19")


async def run_of(kitchen: Kitchen, run_id: str):
    return (await kitchen.api.ask(RUN, id=run_id))["generationRun"]


async def both_members_away(kitchen: Kitchen) -> None:
    await kitchen.set(cell(kitchen.sato, "off", pinned=True), cell(kitchen.suzuki, "off"))


async def ask(kitchen: Kitchen, key: str | None = None):
    data = await kitchen.api.ask(ASK, schedule=kitchen.schedule, key=key)
    return data["generateSchedule"]


async def test_a_run_that_is_asked_for_tells_the_findings_before_it(kitchen):
    await both_members_away(kitchen)
    asked = await ask(kitchen, "run-1")
    (away,) = [c for c in asked["conflicts"] if c["key"].startswith("GROUP_ALL_ABSENT")]
    assert (away["severity"], away["dates"]) == ("WARNING", [ABSENCE])
    assert away["fix"]


async def test_a_repeated_call_tells_the_findings_of_the_board_that_the_run_has_read(kitchen):
    await both_members_away(kitchen)
    first = await ask(kitchen, "run-1")
    await work(kitchen.api, first["run"]["id"])
    await kitchen.api.write("DeleteBackupAssignment", id=kitchen.assignment)
    assert await ask(kitchen, "run-1") == first


async def test_a_finished_run_tells_what_is_fixed_new_and_still_there(kitchen):
    await both_members_away(kitchen)
    asked = await ask(kitchen)
    await work(kitchen.api, asked["run"]["id"])
    run = await run_of(kitchen, asked["run"]["id"])
    assert run["state"] == "FINISHED"
    changes = run["conflictChanges"]
    before = [c["key"] for c in asked["conflicts"]]
    fixed = [c["key"] for c in changes["fixed"]]
    still = [lasting["before"]["key"] for lasting in changes["still"]]
    assert sorted([*fixed, *still]) == sorted(before)
    assert [key for key in still if key.startswith("GROUP_ALL_ABSENT")]
    query = await kitchen.api.ask(
        'query($id: ID!) { conflicts(restaurantId: $id, start: "2025-01-13", end: "2025-01-19")'
        " { key } }",
        id=kitchen.restaurant,
    )
    after = [c["key"] for c in changes["new"]] + still
    assert sorted(after) == sorted(c["key"] for c in query["conflicts"])


async def test_a_run_without_a_result_has_no_changes_to_tell(kitchen):
    run_id = await ask_for(kitchen)
    assert (await run_of(kitchen, run_id))["conflictChanges"] is None
    await kitchen.api.write("CancelGeneration", runId=run_id)
    await work(kitchen.api, run_id)
    run = await run_of(kitchen, run_id)
    assert (run["state"], run["conflictChanges"]) == ("CANCELLED", None)
