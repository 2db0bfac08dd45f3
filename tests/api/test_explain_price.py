"""What choosing somebody else would cost, for whoever asks."""

from contextlib import asynccontextmanager

import pytest

from resolvers import pricing, searching
from tests.api.kitchen import ABSENCE, cell, hire, open_kitchen

QUESTION = """
query($scheduleId: ID!, $groupId: ID!, $date: Date!) {
  explainCover(scheduleId: $scheduleId, groupId: $groupId, date: $date) {
    candidates {
      staff { id }
      chosen
      reasons { code }
      price {
        tier by isProved
        reason { code message }
        cells { date staff { id name } before { code } after { code } }
      }
    }
  }
}
"""


@pytest.fixture
async def kitchen(api, restaurant_id):
    return await open_kitchen(api, restaurant_id, ABSENCE, ABSENCE)


async def explained(kitchen, text: str = QUESTION):
    data = await kitchen.api.ask(
        text, scheduleId=kitchen.schedule, groupId=kitchen.group, date=ABSENCE
    )
    return data["explainCover"]["candidates"]


async def second_choice(kitchen) -> str:
    second = await hire(kitchen.api, kitchen.restaurant, "応援", "PART_TIME")
    answer = await kitchen.api.write(
        "CreateBackupAssignment", staffId=second, groupId=kitchen.group, priorityOrder=2
    )
    assert answer["backupAssignment"]["id"]
    await kitchen.set(
        cell(kitchen.sato, "off"),
        cell(kitchen.suzuki, "normal"),
        cell(kitchen.nakata, "normal"),
        cell(second, "normal"),
    )
    return second


async def test_price_of_the_second_choice_is_one_step_of_the_order(kitchen):
    second = await second_choice(kitchen)
    revision = await kitchen.revision()
    first, other = await explained(kitchen)
    assert first["staff"] == {"id": kitchen.nakata}
    assert first["price"]["tier"] is None
    assert other["staff"] == {"id": second}
    assert other["price"]["tier"] == "PRIORITY_ORDER"
    assert other["price"]["by"] == 1
    assert other["price"]["isProved"] is True
    assert other["price"]["reason"]["code"] == "OUTRANKED"
    assert "応援" in other["price"]["reason"]["message"]
    assert await kitchen.revision() == revision


async def test_cells_that_would_change_are_named(kitchen):
    await kitchen.set(cell(kitchen.sato, "off"))
    (only,) = await explained(kitchen)
    assert only["reasons"] == [{"code": "AVAILABLE"}]
    assert only["price"]["tier"] is None
    assert only["price"]["cells"] == []


async def test_whoever_covers_has_no_price(kitchen):
    await second_choice(kitchen)
    made = await kitchen.api.mutate(
        "setCovers",
        "covers { id }",
        scheduleId=kitchen.schedule,
        covers=[
            {
                "staffId": kitchen.nakata,
                "groupId": kitchen.group,
                "date": ABSENCE,
                "pinned": False,
            }
        ],
    )
    assert made["__typename"] == "SetCoversPayload"
    found = {c["chosen"]: c["price"] for c in await explained(kitchen)}
    assert found[True] is None


async def test_nothing_is_searched_unless_the_price_is_asked_for(kitchen, monkeypatch):
    searched = []
    real = pricing.search

    async def counted(problem):
        searched.append(problem)
        return await real(problem)

    monkeypatch.setattr(pricing, "search", counted)
    await second_choice(kitchen)
    await explained(kitchen, QUESTION[: QUESTION.index("      price")] + "} } }")
    assert searched == []
    await explained(kitchen)
    assert len(searched) == 3


async def test_too_many_searches_are_a_coded_error(kitchen, monkeypatch):
    await second_choice(kitchen)
    monkeypatch.setattr(searching, "AT_ONCE", 0)
    monkeypatch.setattr(searching, "WAIT_SECONDS", 0.01)
    answer = await kitchen.api.execute(
        QUESTION, scheduleId=kitchen.schedule, groupId=kitchen.group, date=ABSENCE
    )
    assert {error.extensions["code"] for error in answer.errors} == {"BUSY"}


async def test_search_that_dies_is_a_coded_error(kitchen, monkeypatch):
    await second_choice(kitchen)

    @asynccontextmanager
    async def dying(_problem):
        raise searching.SolverDied("the child was ended by SIGKILL")
        yield

    monkeypatch.setattr(searching.SolverProcess, "start", dying)
    answer = await kitchen.api.execute(
        QUESTION, scheduleId=kitchen.schedule, groupId=kitchen.group, date=ABSENCE
    )
    assert {error.extensions["code"] for error in answer.errors} == {"UNAVAILABLE"}
