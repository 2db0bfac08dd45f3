"""Somebody calls in sick: replanning answers at once, step by step, and leaves the others alone."""

from contextlib import aclosing
from typing import Any

import pytest

from schema.root import schema
from tests.api.conftest import Api
from tests.api.kitchen import Kitchen, hire, open_kitchen
from tests.api.test_generation import ask_for, generate, work

STEPS = (
    "query($id: ID!) { generationRun(id: $id) { state mode steps "
    "{ cellsChanged coversChanged tier before after elapsedSeconds message } } }"
)
FOLLOW = "subscription($id: ID!) { generationProgress(runId: $id) { state steps { tier after } } }"


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    """Ten people and fourteen days, generated; two backups stand by for the kitchen."""
    found = await open_kitchen(api, restaurant_id, "2025-01-13", "2025-01-26")
    for number in range(7):
        someone = await hire(api, restaurant_id, f"S{number}", "PART_TIME")
        if number == 0:
            await api.write("CreateBackupAssignment", staffId=someone, groupId=found.group)
    await generate(found, timeLimitSeconds=1)
    return found


def cells_of(board: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {(s["staff"]["id"], s["date"]): s["shiftType"]["code"] for s in board["shifts"]}


async def call_in_sick(kitchen: Kitchen) -> tuple[str, str]:
    """Satō cannot come on the first day on which both members were to work."""
    cells = cells_of(await kitchen.board())
    days = sorted({day for _, day in cells})
    pair = (kitchen.sato, kitchen.suzuki)
    day = next(d for d in days if all(cells[who, d] == "normal" for who in pair))
    await kitchen.api.write("RequestDayOff", staffId=kitchen.sato, date=day)
    return kitchen.sato, day


async def run_of(api: Api, run_id: str) -> dict[str, Any]:
    return (await api.ask(STEPS, id=run_id))["generationRun"]


async def last_news(api: Api, run_id: str) -> dict[str, Any]:
    """What a follower hears of a run that is over."""
    events = await schema.subscribe(
        FOLLOW, variable_values={"id": run_id}, context_value=api.context()
    )
    async with aclosing(events):
        (event,) = [event async for event in events]
    return event.data["generationProgress"]


async def test_a_backup_covers_who_is_sick_and_nobody_elses_week_changes(kitchen):
    before = await kitchen.board()
    sick = await call_in_sick(kitchen)

    run_id = await ask_for(kitchen, mode="REPLAN", timeLimitSeconds=1)
    await work(kitchen.api, run_id)

    run, after = await run_of(kitchen.api, run_id), await kitchen.board()
    was, now = cells_of(before), cells_of(after)
    changed = {key for key in was if was[key] != now[key]}
    (cover,) = [c for c in after["covers"] if c["date"] == sick[1]]
    assert now[sick] == "off"
    assert cover["absentMembers"] == [{"id": kitchen.sato}]
    assert changed <= {sick, (cover["staff"]["id"], sick[1])}
    assert [gap for gap in after["gaps"] if gap["date"] == sick[1]] == []
    first = run["steps"][0]
    assert (first["tier"], first["after"]) == ("REQUIRED_GAPS", 0)
    assert (first["cellsChanged"], first["coversChanged"]) == (len(changed), 1)
    assert first["message"].endswith(f"from {first['before']} to 0.")
    assert await last_news(kitchen.api, run_id) == {
        "state": "FINISHED",
        "steps": [{"tier": step["tier"], "after": step["after"]} for step in run["steps"]],
    }
