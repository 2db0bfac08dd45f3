"""`kill -9` in the middle of things: nothing acknowledged is lost and feeds go on."""

import asyncio
from typing import Any

from tests.server.conftest import Installation
from tests.stories import finished, generate, hire, open_kitchen, take_day_off
from tests.system import Client, Worker, client_of, heard_from, until


async def hire_and_hear(client: Client, restaurant: str, name: str, heard: list[Any]) -> int:
    """The revision that a follower is told of for one new person."""
    before = len(change_sets(heard))
    await hire(client, restaurant, name, "REGULAR")
    await until(lambda: len(change_sets(heard)) > before)
    return change_sets(heard)[-1]["revision"]


def change_sets(heard: list[Any]) -> list[dict[str, Any]]:
    return [event for event in heard if event["__typename"] == "ChangeSet"]


async def test_feed_goes_on_while_redis_is_dead_and_when_it_is_back(installation: Installation):
    async with client_of(installation.first) as one, client_of(installation.second) as two:
        kitchen = await open_kitchen(one)
        async with (
            two.following("Changes", restaurantId=kitchen.restaurant) as stream,
            heard_from(stream) as heard,
        ):
            await until(lambda: [e["__typename"] for e in heard] == ["CaughtUp"])
            alive = await hire_and_hear(one, kitchen.restaurant, "一", heard)
            installation.redis.kill()
            dead = await hire_and_hear(one, kitchen.restaurant, "二", heard)
            installation.redis.restart()
            back = await hire_and_hear(one, kitchen.restaurant, "三", heard)
        assert [alive, dead, back] == list(range(alive, alive + 3))


async def test_acknowledged_writes_survive_a_killed_server(installation: Installation):
    async with client_of(installation.first) as one, client_of(installation.second) as two:
        kitchen = await open_kitchen(one)
        acknowledged: list[str] = []
        writing = asyncio.create_task(keep_hiring(one, kitchen.restaurant, acknowledged))
        await until(lambda: len(acknowledged) >= 5)
        installation.first.kill()
        await asyncio.gather(writing, return_exceptions=True)
        restaurant = (await two.ask("Settings", restaurantId=kitchen.restaurant))["restaurant"]
        assert set(acknowledged) <= {person["id"] for person in restaurant["staff"]}
        log = (await two.ask("ChangeLog", restaurantId=kitchen.restaurant, first=100))["changeLog"]
        logged = sorted({edge["node"]["revision"] for edge in log["edges"]})
        assert logged == list(range(1, restaurant["revision"] + 1))


async def keep_hiring(client: Client, restaurant: str, acknowledged: list[str]) -> None:
    for number in range(500):
        person = await hire(client, restaurant, f"新人{number}", "PART_TIME")
        acknowledged.append(person)


async def test_run_of_a_killed_worker_is_taken_over(installation: Installation):
    async with client_of(installation.first) as one:
        kitchen = await open_kitchen(one)
        for number in range(12):
            await hire(one, kitchen.restaurant, f"応援{number}", "REGULAR")
        await take_day_off(one, kitchen)
        made = await one.do("GenerateSchedule", scheduleId=kitchen.schedule, timeLimitSeconds=8)
        run = made["run"]["id"]
        await until_running(one, run)
        installation.worker.kill()
        successor = Worker(installation.database_url, installation.redis.url)
        try:
            async with asyncio.timeout(60):
                final = await finished(one, run)
        finally:
            successor.stop()
        assert final["state"] == "FINISHED"
        board = (await one.ask("ScheduleBoard", scheduleId=kitchen.schedule))["schedule"]
        assert len(board["shifts"]) == 15 * 31


async def test_run_of_a_killed_worker_that_nobody_follows_fails_with_its_reason(
    installation: Installation,
):
    async with client_of(installation.first) as one:
        kitchen = await open_kitchen(one)
        for number in range(12):
            await hire(one, kitchen.restaurant, f"応援{number}", "REGULAR")
        made = await one.do("GenerateSchedule", scheduleId=kitchen.schedule, timeLimitSeconds=60)
        run = made["run"]["id"]
        await until_running(one, run)
        installation.worker.kill()
        async with asyncio.timeout(60):
            assert (await finished(one, run))["state"] == "FAILED"
        told = await one.post("query ($id: ID!) { generationRun(id: $id) { failure } }", id=run)
        assert "no other took the run over" in told["generationRun"]["failure"]


async def until_running(client: Client, run: str) -> None:
    async with client.following("GenerationProgress", runId=run) as events:
        async for event in events:
            if event["state"] == "RUNNING" and event["solutions"]:
                return


async def test_cancelled_run_ends_soon_and_keeps_its_best(installation: Installation):
    async with client_of(installation.first) as one:
        kitchen = await open_kitchen(one)
        for number in range(12):
            await hire(one, kitchen.restaurant, f"応援{number}", "REGULAR")
        made = await one.do("GenerateSchedule", scheduleId=kitchen.schedule, timeLimitSeconds=120)
        run = made["run"]["id"]
        await until_running(one, run)
        await one.do("CancelGeneration", runId=run)
        final = await finished(one, run)
        assert final["state"] == "CANCELLED"
        board = (await one.ask("ScheduleBoard", scheduleId=kitchen.schedule))["schedule"]
        assert len(board["shifts"]) == 15 * 31
        late = await one.attempt("CancelGeneration", runId=run)
        assert (late["__typename"], late["code"]) == ("ConflictProblem", "RUN_NOT_ACTIVE")


async def test_second_run_of_a_schedule_is_refused_while_one_is_active(installation: Installation):
    async with client_of(installation.first) as one:
        kitchen = await open_kitchen(one)
        made = await one.do("GenerateSchedule", scheduleId=kitchen.schedule, timeLimitSeconds=60)
        second = await one.attempt("GenerateSchedule", scheduleId=kitchen.schedule)
        assert (second["__typename"], second["code"]) == ("ConflictProblem", "RUN_IN_PROGRESS")
        await one.do("CancelGeneration", runId=made["run"]["id"], keepBest=False)
        assert (await finished(one, made["run"]["id"]))["state"] == "CANCELLED"
        assert (await generate(one, kitchen.schedule, timeLimitSeconds=3))["state"] == "FINISHED"
