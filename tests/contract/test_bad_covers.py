"""Covers, pins and suppositions that cannot stand: a typed problem, and nothing is written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.inputs import DAY, LAST, untouched
from tests.stories import House, open_house

BLANK = (None, "", " ", "\u3000\n\t")
SUPPOSE = """
query ($id: ID!, $changes: WhatIfInput!, $mode: WhatIfMode!) {
  whatIf(scheduleId: $id, changes: $changes, mode: $mode, timeLimitSeconds: 2) {
    __typename ... on Problem { code message path }
  }
}
"""
NEWEST = """
query ($id: ID!) {
  changeLog(restaurantId: $id, first: 1) { edges { node { operation note } } }
}
"""

pytestmark = pytest.mark.usefixtures("quiet")


@asynccontextmanager
async def unheard(house: House) -> AsyncIterator[None]:
    """Nothing inside may write, and whoever follows hears first of what is written after it."""
    async with untouched(house):
        seen = await house.revision()
        yield
    await house.hire("next")
    async with house.client.following("Changes", restaurantId=house.id, after=seen) as events:
        heard = await anext(events)
    assert heard["revision"] == seen + 1
    assert [change["__typename"] for change in heard["changes"]] == ["StaffMemberChanged"]


async def cover(house: House, name: str, **more: Any) -> dict[str, Any]:
    """What naming somebody as a cover by hand is answered with."""
    named = {"staffId": house.staff[name], "groupId": house.groups["g"], "date": DAY}
    return await house.write("setCovers", scheduleId=house.schedule, covers=[named], **more)


async def test_cover_for_somebody_not_eligible_needs_a_reason_that_says_something(kitchen: House):
    await kitchen.pin("off", ("m", DAY))
    await kitchen.client.do("RequestDayOff", staffId=kitchen.staff["b"], date=DAY)
    async with unheard(kitchen):
        omitted = await cover(kitchen, "b")
        answers = [omitted, *[await cover(kitchen, "b", override=blank) for blank in BLANK]]
    for problem in answers:
        assert (problem["__typename"], problem["code"]) == ("ValidationProblem", "OVERRIDE_NEEDED")
        assert problem["path"] == ["input", "override"]
        assert "b has asked for" in problem["message"]
        assert DAY in problem["message"]

    made = await cover(kitchen, "b", override=" 本人了承 ")
    assert made["__typename"] == "SetCoversPayload"
    newest = await kitchen.client.post(NEWEST, id=kitchen.id)
    (edge,) = newest["changeLog"]["edges"]
    assert edge["node"] == {"operation": "setCovers", "note": "本人了承"}


async def test_no_reason_makes_a_member_or_somebody_who_left_a_cover(kitchen: House):
    await kitchen.pin("off", ("m", DAY))
    async with unheard(kitchen):
        answers = [await cover(kitchen, name, override="x") for name in ("n", "leaver")]
    assert [a["__typename"] for a in answers] == ["ValidationProblem"] * 2
    assert [a["code"] for a in answers] == ["MEMBER_OF_GROUP", "NOT_EMPLOYED"]


async def test_one_cover_that_cannot_be_refuses_all(kitchen: House):
    await kitchen.pin("off", ("m", DAY))
    group = kitchen.groups["g"]
    rows = [
        {"staffId": kitchen.staff[name], "groupId": group, "date": DAY} for name in ("b", "leaver")
    ]
    async with unheard(kitchen):
        answer = await kitchen.write("setCovers", scheduleId=kitchen.schedule, covers=rows)
    assert (answer["code"], answer["path"]) == ("NOT_EMPLOYED", ["input", "covers", "1"])
    assert (await kitchen.read()).covers == set()


async def test_publishing_over_a_gap_needs_a_reason_that_says_something(kitchen: House):
    await kitchen.pin("off", ("m", DAY))
    async with unheard(kitchen):
        answers = [
            await kitchen.client.attempt(
                "PublishSchedule", scheduleId=kitchen.schedule, override=blank
            )
            for blank in BLANK
        ]
    assert {(a["__typename"], a["code"]) for a in answers} == {
        ("ValidationProblem", "OVERRIDE_NEEDED")
    }


PINS = "__typename ... on ConflictProblem { code message current { id __typename } }"


async def pinned_apart(house: House, operation: str, **given: Any) -> dict[str, Any]:
    kind = f"{operation[0].upper()}{operation[1:]}Input!"
    document = f"mutation ($input: {kind}) {{ {operation}(input: $input) {{ {PINS} }} }}"
    return (await house.client.post(document, input=given))[operation]


def both_are_named(problem: dict[str, Any], *kinds: str) -> bool:
    found = problem["current"]
    return {node["__typename"] for node in found} == set(kinds) and all(
        node["id"] in problem["message"] for node in found
    )


async def test_cover_on_a_cell_pinned_to_a_rest_is_refused_with_both_ids(kitchen: House):
    await kitchen.pin("off", ("m", DAY), ("b", DAY))
    named = {"staffId": kitchen.staff["b"], "groupId": kitchen.groups["g"], "date": DAY}
    async with unheard(kitchen):
        problem = await pinned_apart(
            kitchen, "setCovers", scheduleId=kitchen.schedule, covers=[named], override="x"
        )
    assert (problem["__typename"], problem["code"]) == ("ConflictProblem", "CELL_PINNED")
    assert both_are_named(problem, "ShiftAssignment", "StaffMember")


async def test_rest_for_the_holder_of_a_pinned_cover_is_refused_with_both_ids(kitchen: House):
    await kitchen.pin("off", ("m", DAY))
    assert (await cover(kitchen, "b"))["__typename"] == "SetCoversPayload"
    cells = [kitchen.cell("b", DAY, "off", pinned=True)]
    async with unheard(kitchen):
        problem = await pinned_apart(
            kitchen, "setShifts", scheduleId=kitchen.schedule, shifts=cells
        )
    assert (problem["__typename"], problem["code"]) == ("ConflictProblem", "COVER_PINNED")
    assert both_are_named(problem, "ShiftAssignment", "Cover")


@pytest.mark.parametrize("mode", ["AS_IT_STANDS", "REPLANNED"])
async def test_supposing_something_of_somebody_unknown_is_a_problem(kitchen: House, mode: str):
    other = await open_house(kitchen.client, "よそ")
    await other.hire("stranger")
    group = kitchen.groups["g"]
    suppositions = [
        {part: [{"staffId": who, **fields}]}
        for who in (other.staff["stranger"], group, "nobody", "")
        for part, fields in (
            ("absences", {"date": DAY}),
            ("requests", {"date": DAY}),
            ("shifts", {"date": DAY, "shiftType": "off"}),
            ("assignments", {"groupId": group}),
            ("memberships", {"groupId": group, "effectiveFrom": LAST}),
        )
    ]
    async with unheard(kitchen):
        for changes in suppositions:
            asked = {"id": kitchen.schedule, "changes": changes, "mode": mode}
            found = (await kitchen.client.post(SUPPOSE, **asked))["whatIf"]
            assert (found["__typename"], found["code"]) == ("NotFoundProblem", "NOT_FOUND"), changes
            assert found["path"] == ["changes", *changes, "0", "staffId"]
