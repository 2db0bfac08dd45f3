"""The same intent twice, an intent that comes late, and intents that exclude each other."""

import asyncio

import pytest

from tests.inputs import DAY, LAST, acceptable, refused, untouched
from tests.stories import House
from tests.system import DOCUMENTS

BEYOND = "2025-01-17"
EDITS = {"UpdateStaffMember", "UpdateBackupAssignment", "DeleteBackupAssignment", "SetShifts"}

pytestmark = pytest.mark.usefixtures("quiet")


async def test_repeated_key_answers_the_first_result_once(kitchen: House):
    for document, given in acceptable(kitchen).items():
        if document in {"CreateRestaurant", "PublishSchedule"}:
            continue
        keyed = {**given, "clientMutationId": f"{document} {kitchen.id}"}
        first = await kitchen.client.do(document, **keyed)
        async with untouched(kitchen):
            assert await kitchen.client.attempt(document, **keyed) == first, document
        other = {**keyed, "expectedRevision": 2**31 - 1} if document in EDITS else None
        if other is not None:
            problem = await refused(kitchen, document, "ValidationProblem", **other)
            assert problem["code"] == "IDEMPOTENCY_KEY_REUSED"
            assert "clientMutationId" in problem["path"]


async def test_same_key_sent_many_times_at_once_has_one_effect(kitchen: House):
    given = {**acceptable(kitchen)["CreateSchedule"], "clientMutationId": f"once {kitchen.id}"}
    seen = await kitchen.revision()
    sent = [kitchen.client.do("CreateSchedule", **given) for _ in range(8)]
    first, *others = await asyncio.gather(*sent)
    assert all(other == first for other in others)
    assert await kitchen.revision() == seen + 1


async def test_rival_writers_of_one_row_are_told_apart_by_the_revision(kitchen: House):
    seen = await kitchen.revision()
    edits = [
        kitchen.client.attempt(
            "UpdateStaffMember", id=kitchen.staff["m"], name=f"{n}", expectedRevision=seen
        )
        for n in range(6)
    ]
    answers = [answer.get("code", "") for answer in await asyncio.gather(*edits)]
    assert sorted(answers) == ["", *["STALE_REVISION"] * 5]
    assert await kitchen.revision() == seen + 1


async def test_every_mutation_is_in_the_log_of_its_revision(kitchen: House):
    for document, given in acceptable(kitchen).items():
        if document in {"CreateRestaurant", "ReorderBackupAssignments"}:
            continue
        made = await kitchen.client.do(document, **given)
        newest = [e for e in await kitchen.log() if e["revision"] == made["revision"]]
        assert newest, document
        for entry in newest:
            assert entry["operation"] == document[0].lower() + document[1:]
            assert entry["actor"]["name"]
            assert (entry["before"], entry["after"]) != (None, None)
            assert entry["before"] != entry["after"]
    assert [e["revision"] for e in await kitchen.log()] == sorted(
        (e["revision"] for e in await kitchen.log()), reverse=True
    )


async def test_key_of_another_operation_or_input_is_refused(kitchen: House):
    good = acceptable(kitchen)
    key = {"clientMutationId": kitchen.id}
    await kitchen.client.do("CreateSchedule", **good["CreateSchedule"], **key)
    for document, change in (("CreateSchedule", {"end": DAY}), ("RequestDayOff", {})):
        given = {**good[document], **change, **key}
        problem = await refused(kitchen, document, "ValidationProblem", **given)
        assert problem["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_refused_input_does_not_use_up_its_key(kitchen: House):
    good = {**acceptable(kitchen)["CreateBackupAssignment"], "clientMutationId": kitchen.id}
    bad = {**good, "priorityOrder": 0}
    await refused(kitchen, "CreateBackupAssignment", "ValidationProblem", **bad)
    made = await kitchen.client.do("CreateBackupAssignment", **good)
    assert made["backupAssignment"]["isActive"] is True


async def test_stale_revision_is_a_conflict_that_shows_what_stands(kitchen: House):
    seen = await kitchen.revision()
    await kitchen.pin("off", ("m", DAY))
    document = DOCUMENTS["SetShifts"]
    given = {"scheduleId": kitchen.schedule, "shifts": [kitchen.cell("m", DAY, "normal")]}
    async with untouched(kitchen):
        data = await kitchen.client.post(document, input={**given, "expectedRevision": seen})
    problem = data["setShifts"]
    assert (problem["__typename"], problem["path"]) == (
        "ConflictProblem",
        ["input", "expectedRevision"],
    )
    (cell,) = problem["current"]
    assert (cell["staff"]["id"], cell["date"]) == (kitchen.staff["m"], DAY)
    assert (cell["shiftType"]["code"], cell["revision"]) == ("off", seen + 1)
    elsewhere = {**given, "shifts": [kitchen.cell("n", DAY, "normal")], "expectedRevision": seen}
    assert (await kitchen.client.do("SetShifts", **elsewhere))["revision"] == seen + 2


async def test_every_edit_refuses_a_stale_revision(kitchen: House):
    for document in ("UpdateStaffMember", "UpdateBackupAssignment", "DeleteBackupAssignment"):
        given = {**acceptable(kitchen)[document], "expectedRevision": 1}
        problem = await refused(kitchen, document, "ConflictProblem", **given)
        assert "expectedRevision" in problem["path"]


async def test_second_run_and_finished_runs_are_conflicts(kitchen: House):
    made = await kitchen.client.do("GenerateSchedule", scheduleId=kitchen.schedule)
    document = """mutation ($input: GenerateScheduleInput!) { generateSchedule(input: $input) {
      ... on ConflictProblem { code current { id } } } }"""
    async with untouched(kitchen):
        second = await kitchen.client.post(document, input={"scheduleId": kitchen.schedule})
    assert second["generateSchedule"] == {
        "code": "RUN_IN_PROGRESS",
        "current": [{"id": made["run"]["id"]}],
    }
    await kitchen.client.do("CancelGeneration", runId=made["run"]["id"])
    run = (await kitchen.client.ask("GenerationRun", id=made["run"]["id"]))["generationRun"]
    assert run["state"] == "CANCELLED"
    problem = await refused(kitchen, "CancelGeneration", "ConflictProblem", runId=made["run"]["id"])
    assert problem["code"] == "RUN_NOT_ACTIVE"


async def test_published_schedules_may_not_overlap(kitchen: House):
    await kitchen.client.do("PublishSchedule", scheduleId=kitchen.schedule, override="x")
    await kitchen.plan(LAST, BEYOND)
    given = {"scheduleId": kitchen.schedule, "override": "x"}
    problem = await refused(kitchen, "PublishSchedule", "ConflictProblem", **given)
    assert problem["code"] == "SCHEDULE_OVERLAPS"
