"""A run and its replay: what was asked and what was found have the same digests."""

import json

import pytest

from solver.replay import solve_text
from tests.api.kitchen import ABSENCE, Kitchen, cell, open_kitchen
from tests.api.test_generation import ask_for, generate, work

RUN = """query($id: ID!) { generationRun(id: $id) {
    inputHash scheduleHash planningProblem phase improving goodEnoughPercent state
} }"""


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    found = await open_kitchen(api, restaurant_id, "2025-01-13", "2025-01-19")
    await found.set(cell(found.sato, "off", pinned=True))
    return found


async def told(kitchen: Kitchen, run_id: str):
    return (await kitchen.api.ask(RUN, id=run_id))["generationRun"]


async def test_a_replay_has_the_hashes_of_its_run_whatever_was_edited_since(kitchen):
    run_id = (await generate(kitchen, seed=5, goodEnoughPercent=2.5))["id"]
    before = await told(kitchen, run_id)
    await kitchen.set(cell(kitchen.nakata, "off"))

    replay = json.loads(solve_text(before["planningProblem"]).to_json())

    run = await told(kitchen, run_id)
    assert run == before
    assert (replay["input_hash"], replay["schedule_hash"]) == (
        run["inputHash"],
        run["scheduleHash"],
    )
    assert run["goodEnoughPercent"] == 2.5
    assert (run["phase"], run["improving"]) == (None, None)
    assert ABSENCE in {cover["date"] for cover in replay["covers"]}


async def test_a_run_that_has_not_begun_has_no_hashes_and_no_problem(kitchen):
    run_id = await ask_for(kitchen)

    run = await told(kitchen, run_id)

    assert (run["inputHash"], run["scheduleHash"], run["planningProblem"]) == (None, None, None)
    await work(kitchen.api, run_id)
    assert len((await told(kitchen, run_id))["scheduleHash"]) == 64


@pytest.mark.parametrize("percent", [-0.5, 101])
async def test_what_is_no_percentage_is_refused(kitchen, percent):
    answer = await kitchen.api.mutate(
        "generateSchedule", "run { id }", scheduleId=kitchen.schedule, goodEnoughPercent=percent
    )
    assert (answer["code"], answer["path"]) == (
        "GOOD_ENOUGH_OUT_OF_RANGE",
        ["input", "goodEnoughPercent"],
    )
