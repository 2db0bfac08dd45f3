"""An edit asks the database for little, however many cells it sets and however large the board."""

from dataclasses import replace

import pytest

from domain.access import Caller
from tests.api.conftest import Api
from tests.api.kitchen import Kitchen, cell, open_kitchen


@pytest.fixture
async def kitchen(api: Api, restaurant_id: str) -> Kitchen:
    return await open_kitchen(api, restaurant_id)


@pytest.mark.parametrize("cells", [1, 20])
async def test_cells_are_set_in_seven_statements(kitchen, statements, cells):
    days = [f"2025-01-{n + 1:02}" for n in range(cells)]
    await kitchen.set(*(cell(kitchen.nakata, "normal", day) for day in days))
    before = statements()
    answer = await kitchen.set(
        *(cell(kitchen.nakata, "early", day) for day in days), clientMutationId="edit"
    )
    # the key, the lock, the role, the cells, the schedule, the log, the result
    assert statements() - before == 7
    assert len(answer["shifts"]) == cells
    assert answer["shifts"][0]["shiftType"]["code"] == "early"


async def test_whoever_owns_everything_is_asked_for_no_role(kitchen, statements):
    caller = Caller(subject="dev", name="Developer", owns_everything=True)
    everything = replace(kitchen, api=replace(kitchen.api, caller=caller))
    await everything.set(cell(kitchen.sato, "normal"))
    before = statements()
    await everything.set(cell(kitchen.sato, "early"), clientMutationId="edit")
    assert statements() - before == 6


async def test_an_edit_that_changes_nothing_writes_no_cell(kitchen, statements):
    await kitchen.set(cell(kitchen.sato, "normal"))
    before = statements()
    answer = await kitchen.set(cell(kitchen.sato, "normal"))
    # the lock, the role, the log
    assert statements() - before == 3
    assert answer["revision"] == await kitchen.revision()
