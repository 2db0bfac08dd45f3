"""Generation from the mutation to the covers, with a real solver child and a real database."""

import asyncio
from typing import Any

import pytest

from resolvers import generation
from resolvers.transaction import Transactions
from schema.nodes import decode
from tests.api.conftest import Api
from tests.api.kitchen import ABSENCE, Kitchen, cell, following, open_kitchen, plan, refusal
from tests.api.test_settings import settings
from tests.api.test_settings_versions import VERSION, copy

GROUPS = "query($id: ID!) { node(id: $id) { ... on ConfigurationVersion { groups { id } } } }"


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    return await open_kitchen(api, restaurant_id, "2025-01-13", "2025-01-19")


async def work(api: Api, run_id: str, cancelled: asyncio.Event | None = None) -> None:
    await generation.execute(
        Transactions(api.database, api.doorbell, lambda: api.now),
        api.database,
        api.doorbell,
        decode("GenerationRun", run_id),
        worker="test",
        cancelled=cancelled,
        clock=lambda: api.now,
    )


async def ask_for(kitchen: Kitchen, **fields: Any) -> str:
    answer = await kitchen.api.write(
        "GenerateSchedule",
        **{
            "scheduleId": kitchen.schedule,
            "timeLimitSeconds": 10,
            "reproducible": True,
            **fields,
        },
    )
    assert answer["run"]["state"] == "QUEUED", answer
    return answer["run"]["id"]


async def generate(kitchen: Kitchen, **fields: Any) -> dict[str, Any]:
    run_id = await ask_for(kitchen, **fields)
    await work(kitchen.api, run_id)
    return await run_of(kitchen.api, run_id)


async def run_of(api: Api, run_id: str) -> dict[str, Any]:
    return (await api.ask("GenerationRun", id=run_id))["generationRun"]


async def test_the_backup_covers_the_day_off_of_a_member(kitchen):
    await kitchen.set(cell(kitchen.sato, "off", pinned=True))
    run = await generate(kitchen)
    assert run["state"] == "FINISHED"
    assert run["outcome"] in ("OPTIMAL", "FEASIBLE")
    board = await kitchen.board()
    (cover,) = [cover for cover in board["covers"] if cover["date"] == ABSENCE]
    assert cover["group"] == {"id": kitchen.group}
    assert cover["staff"] == {"id": kitchen.nakata}
    assert cover["backupAssignment"] == {"id": kitchen.assignment}
    assert cover["absentMembers"] == [{"id": kitchen.sato}]
    assert (cover["priorityOrder"], cover["source"], cover["pinned"]) == (1, "SOLVER", False)
    (shift,) = [
        shift
        for shift in board["shifts"]
        if shift["date"] == ABSENCE and shift["staff"] == {"id": kitchen.nakata}
    ]
    assert (shift["shiftType"]["code"], shift["source"]) == ("normal", "COVER")
    assert [gap for gap in board["gaps"] if gap["date"] == ABSENCE] == []
    assert len(board["shifts"]) == 21


async def test_without_the_assignment_the_gap_stays_with_its_reason(kitchen):
    await kitchen.set(cell(kitchen.sato, "off", pinned=True))
    await generate(kitchen)
    await kitchen.api.write("DeleteBackupAssignment", id=kitchen.assignment)
    await generate(kitchen)
    board = await kitchen.board()
    assert board["covers"] == []
    (gap,) = [gap for gap in board["gaps"] if gap["date"] == ABSENCE]
    assert [reason["code"] for reason in gap["reasons"]] == ["NO_ASSIGNMENT"]


async def test_the_result_is_one_revision_in_the_name_of_whoever_asked(kitchen):
    await kitchen.set(cell(kitchen.sato, "off", pinned=True))
    before = await kitchen.revision()
    run = await generate(kitchen)
    assert await kitchen.revision() == before + 2
    rows = await kitchen.log(first=100)
    applied = [row for row in rows if row["revision"] == before + 2]
    assert {row["operation"] for row in applied} == {"applyGeneration"}
    assert {row["actor"]["id"] for row in applied} == {"owner"}
    assert {"SHIFT_ASSIGNMENT", "COVER", "GENERATION_RUN"} <= {row["entityType"] for row in applied}
    assert run["configurationRevision"] == before + 1


async def test_a_schedule_of_nobody_is_generated_empty(api, restaurant_id):
    schedule = await plan(api, restaurant_id, "2025-01-01", "2025-01-31")
    answer = await api.write("GenerateSchedule", scheduleId=schedule)
    await work(api, answer["run"]["id"])
    run = await run_of(api, answer["run"]["id"])
    assert (run["state"], run["violations"]) == ("FINISHED", [])
    assert (await api.ask("ScheduleBoard", scheduleId=schedule))["schedule"]["shifts"] == []


@pytest.mark.parametrize("seconds", [0, 0.5, 601, -1])
async def test_time_limits_outside_the_range_are_refused(kitchen, seconds):
    answer = await kitchen.api.write(
        "GenerateSchedule", scheduleId=kitchen.schedule, timeLimitSeconds=seconds
    )
    assert answer["code"] == "TIME_LIMIT_OUT_OF_RANGE"


async def test_a_second_run_of_one_schedule_is_refused_and_names_the_first(kitchen):
    run_id = await ask_for(kitchen)
    answer = await kitchen.api.mutate("generateSchedule", "run { id }", scheduleId=kitchen.schedule)
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "RUN_IN_PROGRESS")
    assert answer["current"] == [{"id": run_id}]


async def test_another_schedule_is_generated_beside_it(kitchen):
    await ask_for(kitchen)
    other = await plan(kitchen.api, kitchen.restaurant, "2025-02-01", "2025-02-07")
    assert await ask_for(kitchen, scheduleId=other)


async def test_a_queued_run_is_cancelled_at_once(kitchen):
    run_id = await ask_for(kitchen)
    answer = await kitchen.api.write("CancelGeneration", runId=run_id)
    assert answer["run"]["state"] == "CANCELLED"
    await work(kitchen.api, run_id)
    assert (await run_of(kitchen.api, run_id))["state"] == "CANCELLED"
    assert (await kitchen.board())["shifts"] == []


async def test_a_run_that_is_over_cannot_be_cancelled(kitchen):
    run = await generate(kitchen)
    answer = await kitchen.api.mutate("cancelGeneration", "run { id }", runId=run["id"])
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "RUN_NOT_ACTIVE")
    assert answer["current"] == [{"id": run["id"]}]


async def test_a_result_that_is_only_kept_is_applied_later(kitchen):
    run = await generate(kitchen, applyWhenDone=False)
    assert run["state"] == "FINISHED"
    assert (await kitchen.board())["shifts"] == []
    answer = await kitchen.api.mutate("applyRun", "run { isApplied }", runId=run["id"])
    assert answer["run"] == {"isApplied": True}
    assert len((await kitchen.board())["shifts"]) == 21
    again = await kitchen.api.mutate("applyRun", "run { id }", runId=run["id"])
    assert again["code"] == "RUN_APPLIED"


async def test_a_run_without_a_result_cannot_be_applied(kitchen):
    run_id = await ask_for(kitchen)
    answer = await kitchen.api.mutate("applyRun", "run { id }", runId=run_id)
    assert answer["code"] == "RUN_WITHOUT_RESULT"


async def test_settings_changed_since_make_a_run_stale_and_publishing_needs_a_reason(kitchen):
    await kitchen.set(cell(kitchen.sato, "off", pinned=True))
    run = await generate(kitchen)
    assert run["isStale"] is False
    await kitchen.api.write("UpdateBackupAssignment", id=kitchen.assignment, notes="週末は不可")
    assert (await run_of(kitchen.api, run["id"]))["isStale"] is True
    answer = await kitchen.api.write("PublishSchedule", scheduleId=kitchen.schedule)
    assert answer["code"] == "OVERRIDE_NEEDED"


async def test_what_is_prepared_in_another_version_makes_a_run_stale_once_it_is_in_use(kitchen):
    run = await generate(kitchen)
    draft = await copy(kitchen.api, kitchen.restaurant)
    (group,) = (await kitchen.api.ask(GROUPS, id=draft))["node"]["groups"]
    await kitchen.api.mutate("updateStaffGroup", "", id=group["id"], name="二月の厨房")
    now = (await settings(kitchen.api, kitchen.restaurant))["activeConfiguration"]
    await kitchen.api.mutate("lockConfigurationVersion", VERSION, id=now["id"])
    assert (await run_of(kitchen.api, run["id"]))["isStale"] is False
    answer = await kitchen.api.write("PublishSchedule", scheduleId=kitchen.schedule)
    assert answer["schedule"]["status"] == "PUBLISHED", answer

    await kitchen.api.mutate("activateConfigurationVersion", VERSION, id=draft)
    assert (await run_of(kitchen.api, run["id"]))["isStale"] is True


async def test_cells_set_by_hand_do_not_make_a_run_stale(kitchen):
    run = await generate(kitchen)
    await kitchen.set(cell(kitchen.suzuki, "normal"))
    assert (await run_of(kitchen.api, run["id"]))["isStale"] is False


async def test_progress_is_told_at_once_and_ends_with_the_final_state(kitchen):
    run_id = await ask_for(kitchen)
    states = []
    async for event in following(kitchen.api, "GenerationProgress", runId=run_id):
        states.append(event["state"])
        if len(states) == 1:
            working = asyncio.create_task(work(kitchen.api, run_id))
    await working
    assert (states[0], states[-1]) == ("QUEUED", "FINISHED")
    assert event["outcome"] is not None


async def test_progress_of_a_strangers_run_is_refused_before_the_first_event(kitchen):
    run_id = await ask_for(kitchen)
    error = await refusal(kitchen.api.as_("x"), "GenerationProgress", runId=run_id)
    assert error["code"] == "NOT_FOUND"


async def test_runs_of_a_schedule_come_newest_first(kitchen):
    first = await generate(kitchen)
    second = await generate(kitchen)
    text = "query($id: ID!) { schedule(id: $id) { runs { edges { node { id isStale } } } } }"
    data = await kitchen.api.ask(text, id=kitchen.schedule)
    ids = [edge["node"]["id"] for edge in data["schedule"]["runs"]["edges"]]
    assert ids == [second["id"], first["id"]]


async def test_the_same_key_answers_the_same_run_and_queues_no_other(kitchen):
    first = await ask_for(kitchen, clientMutationId="go")
    before = await kitchen.revision()
    assert await ask_for(kitchen, clientMutationId="go") == first
    assert await kitchen.revision() == before


async def test_a_schedule_changed_meanwhile_is_not_generated_unseen(kitchen):
    seen = await kitchen.revision()
    await kitchen.set(cell(kitchen.sato, "off"))
    answer = await kitchen.api.mutate(
        "generateSchedule", "run { id }", scheduleId=kitchen.schedule, expectedRevision=seen
    )
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "STALE_REVISION")
    assert answer["current"] == [{"id": kitchen.schedule}]
