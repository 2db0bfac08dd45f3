"""Generation in a restaurant whose shift types leave nothing to cover in, or nothing to rest in."""

from typing import Any

import pytest

from tests.api.conftest import Api
from tests.api.kitchen import Kitchen, open_kitchen, plan
from tests.api.test_generation import ask_for, generate, run_of, work

TYPES = "{ restaurants { shiftTypes { id code canCover works restHalfDays } } }"


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    return await open_kitchen(api, restaurant_id, "2025-01-13", "2025-01-19")


async def change_all(api: Api, flag: str, **fields: Any) -> list[str]:
    """Give every type that has the flag these fields; answers their ids."""
    kinds = (await api.ask(f"query {TYPES}"))["restaurants"][0]["shiftTypes"]
    changed = [kind["id"] for kind in kinds if kind[flag] in (True, 2)]
    for key in changed:
        answer = await api.mutate("updateShiftType", "revision", id=key, **fields)
        assert answer["__typename"] == "UpdateShiftTypePayload", answer
    return changed


async def ask(kitchen: Kitchen, schedule: str | None = None) -> dict[str, Any]:
    return await kitchen.api.write(
        "GenerateSchedule", scheduleId=schedule or kitchen.schedule, timeLimitSeconds=5
    )


NO_COVERING = "No shift type works and can cover; set works and canCover of one (updateShiftType)."
NO_REST = (
    "No shift type rests a whole day; set works of one to false and its restHalfDays to 2 "
    "(updateShiftType)."
)


@pytest.mark.parametrize(
    ("flag", "fields", "message"),
    [
        ("canCover", {"canCover": False}, NO_COVERING),
        ("restHalfDays", {"restHalfDays": 1}, NO_REST),
    ],
)
async def test_a_run_that_no_type_could_serve_is_refused_and_not_queued(
    kitchen, flag, fields, message
):
    await change_all(kitchen.api, flag, **fields)
    before = await kitchen.revision()
    answer = await ask(kitchen)
    assert (answer["__typename"], answer["code"]) == ("ValidationProblem", "CANNOT_BE_PLANNED")
    assert (answer["path"], answer["message"]) == (["input", "scheduleId"], message)
    assert await kitchen.revision() == before
    query = "query($id: ID!) { schedule(id: $id) { runs { edges { node { id } } } } }"
    assert (await kitchen.api.ask(query, id=kitchen.schedule))["schedule"]["runs"] == {"edges": []}


async def test_after_the_named_fix_the_same_schedule_is_generated(kitchen):
    (first, *_) = await change_all(kitchen.api, "canCover", canCover=False)
    assert (await ask(kitchen))["code"] == "CANNOT_BE_PLANNED"
    await kitchen.api.mutate("updateShiftType", "", id=first, canCover=True)
    assert (await generate(kitchen))["state"] == "FINISHED"


async def test_a_schedule_of_nobody_needs_no_type(api, restaurant_id):
    schedule = await plan(api, restaurant_id, "2025-02-01", "2025-02-28")
    await change_all(api, "canCover", canCover=False)
    answer = await api.write("GenerateSchedule", scheduleId=schedule, timeLimitSeconds=5)
    await work(api, answer["run"]["id"])
    assert (await run_of(api, answer["run"]["id"]))["state"] == "FINISHED"


async def test_types_that_vanish_after_the_request_fail_the_run_with_the_reason(kitchen):
    run_id = await ask_for(kitchen)
    await change_all(kitchen.api, "canCover", canCover=False)
    await work(kitchen.api, run_id)
    query = "query($id: ID!) { generationRun(id: $id) { state failure } }"
    run = (await kitchen.api.ask(query, id=run_id))["generationRun"]
    assert run == {"state": "FAILED", "failure": "No shift type both works and can cover."}
