"""Runs under trouble: cancelled, interrupted, taken over, overtaken by people."""

import asyncio
import os
import signal
import time
from contextlib import aclosing

import pytest
from sqlalchemy import text

from domain.refusals import UnavailableRefusal
from resolvers import applying, generation
from resolvers import runs as following_runs
from schema.nodes import decode
from solver import child, process, sense
from solver.search import solve
from store import runs
from tests.api.kitchen import ABSENCE, Kitchen, cell, following, hire, open_kitchen, plan
from tests.api.test_generation import ask_for, generate, run_of, work


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    found = await open_kitchen(api, restaurant_id, "2025-01-13", "2025-01-19")
    await found.set(cell(found.sato, "off", pinned=True))
    return found


@pytest.fixture
async def busy_kitchen(kitchen) -> Kitchen:
    """So many people and days that no search comes to its end by itself within a test."""
    for number in range(14):
        await hire(kitchen.api, kitchen.restaurant, f"S{number}")
    kitchen.schedule = await plan(kitchen.api, kitchen.restaurant, "2025-02-01", "2025-03-31")
    return kitchen


async def row_of(kitchen: Kitchen, run_id: str):
    key = decode("GenerationRun", run_id)
    async with kitchen.api.database.read() as connection:
        return (await runs.by_ids(connection, [key]))[key]


async def take(kitchen: Kitchen, run_id: str) -> None:
    """A worker takes the run and is never heard of again."""
    async with kitchen.api.database.write() as connection:
        await runs.take(connection, decode("GenerationRun", run_id), "dead worker")


async def until_running(kitchen: Kitchen, run_id: str) -> None:
    async with aclosing(following(kitchen.api, "GenerationProgress", runId=run_id)) as events:
        async for event in events:
            if event["state"] == "RUNNING" and event["solutions"]:
                return


async def test_a_dead_workers_run_is_taken_over(kitchen):
    run_id = await ask_for(kitchen)
    await take(kitchen, run_id)
    await work(kitchen.api, run_id)
    row = await row_of(kitchen, run_id)
    assert (row.state, row.attempt, row.is_applied) == ("FINISHED", 2, True)


async def test_a_run_whose_worker_died_three_times_fails(kitchen):
    run_id = await ask_for(kitchen)
    for _ in range(3):
        await take(kitchen, run_id)
    await work(kitchen.api, run_id)
    row = await row_of(kitchen, run_id)
    assert (row.state, row.failure) == ("FAILED", "Its worker died 3 times.")
    assert await ask_for(kitchen)


async def test_a_run_that_is_over_is_left_alone(kitchen):
    run = await generate(kitchen)
    before = await kitchen.revision()
    await work(kitchen.api, run["id"])
    assert await kitchen.revision() == before


async def test_a_run_cancelled_after_its_worker_died_is_over_at_the_next_taking(kitchen):
    run_id = await ask_for(kitchen)
    await take(kitchen, run_id)
    answer = await kitchen.api.write("CancelGeneration", runId=run_id)
    assert answer["run"]["state"] == "RUNNING"
    await work(kitchen.api, run_id)
    assert (await run_of(kitchen.api, run_id))["state"] == "CANCELLED"


async def test_a_worker_told_to_stop_hands_the_run_back(kitchen):
    run_id = await ask_for(kitchen)
    stop = asyncio.Event()
    stop.set()
    with pytest.raises(generation.RunInterrupted):
        await work(kitchen.api, run_id, stop)
    row = await row_of(kitchen, run_id)
    assert (row.state, row.attempt) == ("QUEUED", 0)
    await work(kitchen.api, run_id)
    assert (await run_of(kitchen.api, run_id))["state"] == "FINISHED"


async def test_a_run_cancelled_while_its_worker_stops_is_over(busy_kitchen, monkeypatch):
    run_id = await ask_for(busy_kitchen, timeLimitSeconds=600, reproducible=False)

    async def cancelled_first(_):
        await busy_kitchen.api.write("CancelGeneration", runId=run_id)
        return generation._Stop.SHUT_DOWN

    monkeypatch.setattr(generation._Execution, "_reason_to_stop", cancelled_first)
    await work(busy_kitchen.api, run_id)
    assert (await run_of(busy_kitchen.api, run_id))["state"] == "CANCELLED"


async def test_a_result_outlives_a_database_that_is_away_at_the_end(kitchen, monkeypatch):
    run_id = await ask_for(kitchen)
    at_the_end, faults = applying.at_the_end, [UnavailableRefusal(message="away")] * 2

    async def away_at_first(*given):
        if faults:
            raise faults.pop()
        await at_the_end(*given)

    monkeypatch.setattr(applying, "at_the_end", away_at_first)
    monkeypatch.setattr(generation, "AWAY_SECONDS", 0.01)
    await work(kitchen.api, run_id)
    row = await row_of(kitchen, run_id)
    assert (row.state, row.attempt, row.is_applied) == ("FINISHED", 1, True)


async def test_progress_goes_on_after_a_database_that_was_away(kitchen, monkeypatch):
    run_id = await ask_for(kitchen)
    look, faults = following_runs._look, [UnavailableRefusal(message="away")] * 2

    async def away_at_second(*given):
        if told and faults:
            raise faults.pop()
        return await look(*given)

    monkeypatch.setattr(following_runs, "_look", away_at_second)
    monkeypatch.setattr(following_runs, "LOOK_SECONDS", 0.02)
    told: list[str] = []
    async with aclosing(following(kitchen.api, "GenerationProgress", runId=run_id)) as events:
        async for event in events:
            told.append(event["state"])
            if event["state"] == "QUEUED":
                await kitchen.api.write("CancelGeneration", runId=run_id)
    assert (told, faults) == (["QUEUED", "CANCELLED"], [])


async def test_a_late_worker_writes_nothing(busy_kitchen):
    run_id = await ask_for(busy_kitchen, timeLimitSeconds=600, reproducible=False)
    working = asyncio.create_task(work(busy_kitchen.api, run_id))
    await until_running(busy_kitchen, run_id)
    await take(busy_kitchen, run_id)
    await working
    row = await row_of(busy_kitchen, run_id)
    assert (row.state, row.attempt) == ("RUNNING", 2)
    assert len((await busy_kitchen.board())["shifts"]) == 0


async def test_a_child_that_dies_fails_the_run_and_leaves_the_schedule(kitchen, monkeypatch):
    run_id = await ask_for(kitchen)
    launch = process._launch

    def launch_and_kill(problem, life):
        child, pipe = launch(problem, life)
        child.kill()
        return child, pipe

    monkeypatch.setattr(process, "_launch", launch_and_kill)
    await work(kitchen.api, run_id)
    row = await row_of(kitchen, run_id)
    assert row.state == "FAILED"
    assert "SIGKILL" in row.failure
    assert len((await kitchen.board())["shifts"]) == 1


async def test_a_run_of_more_people_than_a_search_can_hold_fails_and_says_how_many(
    kitchen, monkeypatch
):
    run_id = await ask_for(kitchen)
    monkeypatch.setattr(sense, "MOST_STAFF", 2)
    await work(kitchen.api, run_id)
    row = await row_of(kitchen, run_id)
    assert (row.state, row.failure) == ("FAILED", "board.staff: 3 people are more than 2.")
    assert len((await kitchen.board())["shifts"]) == 1


def dies_with_a_schedule(pipe, problem):
    """A child that tells its first schedule and is ended by the system."""

    def answer(asked, tell):
        def tell_and_die(news):
            tell(news)
            os.kill(os.getpid(), signal.SIGKILL)

        return solve(asked, tell_and_die)

    child._live(pipe, problem, answer)


async def test_what_a_dead_child_had_found_is_kept_for_a_person_to_apply(kitchen, monkeypatch):
    run_id = await ask_for(kitchen)
    monkeypatch.setattr(child, "generate", dies_with_a_schedule)
    await work(kitchen.api, run_id)
    row = await row_of(kitchen, run_id)
    assert (row.state, row.is_applied, row.outcome) == ("FAILED", False, "FEASIBLE")
    assert "SIGKILL" in row.failure
    assert len((await kitchen.board())["shifts"]) == 1
    answer = await kitchen.api.mutate("applyRun", "run { state isApplied }", runId=run_id)
    assert answer["run"] == {"state": "FAILED", "isApplied": True}
    assert len((await kitchen.board())["shifts"]) == 21


async def test_what_the_checker_does_not_confirm_is_not_written(kitchen, monkeypatch):
    from resolvers import recheck

    run_id = await ask_for(kitchen)
    verdict = recheck.Verdict(violations=(), disagreements=("tier CHANGES is 1, not 0",))
    monkeypatch.setattr(recheck, "judge", lambda _problem, _solution: verdict)
    await work(kitchen.api, run_id)
    row = await row_of(kitchen, run_id)
    assert row.failure == "The checker disagrees: tier CHANGES is 1, not 0"
    async with kitchen.api.database.read() as connection:
        assert await runs.problem_of(connection, row.id)
    assert len((await kitchen.board())["shifts"]) == 1


async def test_a_cell_that_a_person_sets_meanwhile_wins_and_its_cover_is_dropped(kitchen):
    run = await generate(kitchen, applyWhenDone=False)
    await kitchen.set(cell(kitchen.nakata, "off"))
    answer = await kitchen.api.mutate("applyRun", "run { isApplied }", runId=run["id"])
    assert answer["run"]["isApplied"] is True
    board = await kitchen.board()
    (shift,) = [
        shift
        for shift in board["shifts"]
        if shift["date"] == ABSENCE and shift["staff"] == {"id": kitchen.nakata}
    ]
    assert (shift["shiftType"]["code"], shift["source"]) == ("off", "MANUAL")
    assert [c for c in board["covers"] if c["date"] == ABSENCE] == []
    assert ABSENCE in {gap["date"] for gap in board["gaps"]}


async def test_a_cell_that_a_person_clears_meanwhile_stays_cleared(kitchen):
    await kitchen.set(cell(kitchen.suzuki, "normal"))
    run = await generate(kitchen, applyWhenDone=False)
    await kitchen.set(cell(kitchen.suzuki, None))
    await kitchen.api.mutate("applyRun", "run { id }", runId=run["id"])
    board = await kitchen.board()
    mine = [s for s in board["shifts"] if s["staff"] == {"id": kitchen.suzuki}]
    assert ABSENCE not in {shift["date"] for shift in mine}
    assert len(board["shifts"]) == 20


async def test_people_write_while_a_search_runs_and_keep_what_they_wrote(busy_kitchen):
    run_id = await ask_for(busy_kitchen, timeLimitSeconds=600, reproducible=False)
    working = asyncio.create_task(work(busy_kitchen.api, run_id))
    await until_running(busy_kitchen, run_id)
    await busy_kitchen.set(cell(busy_kitchen.suzuki, "late", day="2025-02-14"))
    await busy_kitchen.api.write("CancelGeneration", runId=run_id)
    await working
    board = await busy_kitchen.board()
    (shift,) = [
        shift
        for shift in board["shifts"]
        if shift["date"] == "2025-02-14" and shift["staff"] == {"id": busy_kitchen.suzuki}
    ]
    assert (shift["shiftType"]["code"], shift["source"]) == ("late", "MANUAL")


async def test_a_cancelled_search_is_used_like_a_result_if_wanted(busy_kitchen):
    run_id = await ask_for(busy_kitchen, timeLimitSeconds=600, reproducible=False)
    working = asyncio.create_task(work(busy_kitchen.api, run_id))
    await until_running(busy_kitchen, run_id)
    answer = await busy_kitchen.api.write("CancelGeneration", runId=run_id)
    await working
    run = await run_of(busy_kitchen.api, answer["run"]["id"])
    assert run["state"] == "CANCELLED"
    assert len((await busy_kitchen.board())["shifts"]) == 17 * 59


async def test_a_cancelled_search_changes_nothing_if_not_wanted(busy_kitchen):
    run_id = await ask_for(busy_kitchen, timeLimitSeconds=600, reproducible=False)
    working = asyncio.create_task(work(busy_kitchen.api, run_id))
    await until_running(busy_kitchen, run_id)
    answer = await busy_kitchen.api.write("CancelGeneration", runId=run_id, keepBest=False)
    await working
    assert (await run_of(busy_kitchen.api, run_id))["state"] == "CANCELLED"
    assert await busy_kitchen.revision() == answer["revision"]
    assert len((await busy_kitchen.board())["shifts"]) == 0


def never_tells(pipe, problem):
    """A child that builds for ever and hears a stop."""
    child._live(pipe, problem, lambda _asked, _tell: time.sleep(600))


async def test_a_cancellation_before_the_first_schedule_is_heard_and_changes_nothing(
    kitchen, monkeypatch
):
    """It is asked for before the worker listens, so that no bell tells of it."""
    run_id = await ask_for(kitchen)
    gather = generation._Execution._gather

    async def cancelled_meanwhile(execution):
        problem = await gather(execution)
        await kitchen.api.write("CancelGeneration", runId=run_id)
        return problem

    monkeypatch.setattr(generation._Execution, "_gather", cancelled_meanwhile)
    monkeypatch.setattr(generation, "LOOK_SECONDS", 600)
    monkeypatch.setattr(child, "generate", never_tells)
    async with asyncio.timeout(60):  # only so that a failure ends too
        await work(kitchen.api, run_id)
    row = await row_of(kitchen, run_id)
    assert (row.state, row.failure, row.is_applied) == ("CANCELLED", None, False)
    assert len((await kitchen.board())["shifts"]) == 1


async def test_a_cancellation_between_the_end_and_the_applying_is_heard(kitchen, monkeypatch):
    run_id = await ask_for(kitchen)
    at_the_end = applying.at_the_end

    async def cancelled_first(*given):
        await kitchen.api.write("CancelGeneration", runId=run_id, keepBest=False)
        await at_the_end(*given)

    monkeypatch.setattr(applying, "at_the_end", cancelled_first)
    await work(kitchen.api, run_id)
    assert (await run_of(kitchen.api, run_id))["state"] == "CANCELLED"
    assert len((await kitchen.board())["shifts"]) == 1


async def test_a_deleted_schedule_fails_its_run(kitchen):
    run_id = await ask_for(kitchen)
    async with kitchen.api.database.write() as connection:
        await connection.execute(text("update schedules set is_active = false"))
    await work(kitchen.api, run_id)
    assert (await row_of(kitchen, run_id)).state == "FAILED"


async def test_a_schedule_under_generation_is_not_deleted(kitchen):
    await ask_for(kitchen)
    answer = await kitchen.api.mutate(
        "deleteSchedule", "schedule { id }", scheduleId=kitchen.schedule
    )
    assert answer["code"] == "RUN_IN_PROGRESS"
