"""Feeds of one schedule, or of some kinds: every revision is told, with what is wanted of it."""

from contextlib import aclosing
from typing import Any

import pytest

from schema.nodes import encode
from schema.root import schema
from tests.api.kitchen import Kitchen, cell, hire, open_kitchen, plan

NARROW = """
subscription($r: ID!, $after: Int, $s: ID, $kinds: [EntityType!]) {
  changes(restaurantId: $r, after: $after, scheduleId: $s, entityTypes: $kinds) {
    __typename ... on CaughtUp { revision }
    ... on ChangeSet { revision previousRevision changes { __typename entityId } } } }
"""


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    return await open_kitchen(api, restaurant_id)


async def told(kitchen: Kitchen, after: int, **wanted: Any) -> list[dict[str, Any]]:
    """The change sets after a revision, as far as there are any."""
    results = await schema.subscribe(
        NARROW,
        variable_values={"r": kitchen.restaurant, "after": after, **wanted},
        context_value=kitchen.api.context(),
    )
    seen = []
    async with aclosing(results):
        async for result in results:
            assert result.errors is None, result.errors
            if result.data["changes"]["__typename"] == "CaughtUp":
                return seen
            seen.append(result.data["changes"])
    raise AssertionError("the feed ended by itself")


async def refused(kitchen: Kitchen, **given: Any) -> dict[str, Any]:
    results = await schema.subscribe(
        NARROW,
        variable_values={"r": kitchen.restaurant, **given},
        context_value=kitchen.api.context(),
    )
    async with aclosing(results):
        (result,) = [result async for result in results]
    return result.errors[0].extensions


def kinds(change_set: dict[str, Any]) -> set[str]:
    return {change["__typename"] for change in change_set["changes"]}


async def test_a_feed_of_one_schedule_tells_what_stands_on_it_and_every_revision(kitchen):
    other = await plan(kitchen.api, kitchen.restaurant, "2025-02-01", "2025-02-28")
    seen = await kitchen.revision()
    await kitchen.set(cell(kitchen.sato, "off"))
    await kitchen.api.write(
        "SetShifts", scheduleId=other, shifts=[cell(kitchen.sato, "off", "2025-02-03")]
    )
    await hire(kitchen.api, kitchen.restaurant, "高橋")
    own, elsewhere, settings = await told(kitchen, seen, s=kitchen.schedule)
    assert kinds(own) == {"ShiftChanged", "ScheduleChanged", "CoverageGapChanged"}
    assert kinds(elsewhere) == kinds(settings) == set()
    chain = [(s["previousRevision"], s["revision"]) for s in (own, elsewhere, settings)]
    assert chain == [(seen, seen + 1), (seen + 1, seen + 2), (seen + 2, seen + 3)]
    _, february, _ = await told(kitchen, seen, s=other)
    assert kinds(february) == {"ShiftChanged", "ScheduleChanged", "CoverageGapChanged"}


async def test_a_feed_of_some_kinds_tells_only_those(kitchen):
    seen = await kitchen.revision()
    await kitchen.set(cell(kitchen.sato, "off"))
    await hire(kitchen.api, kitchen.restaurant, "高橋")
    cells, people = await told(kitchen, seen, kinds=["SHIFT_ASSIGNMENT"])
    assert (kinds(cells), kinds(people)) == ({"ShiftChanged"}, set())
    cells, people = await told(kitchen, seen, kinds=["STAFF_MEMBER", "COVERAGE_GAP"])
    assert (kinds(cells), kinds(people)) == ({"CoverageGapChanged"}, {"StaffMemberChanged"})


async def test_both_narrow_together(kitchen):
    seen = await kitchen.revision()
    await kitchen.set(cell(kitchen.sato, "off"))
    (only,) = await told(kitchen, seen, s=kitchen.schedule, kinds=["COVERAGE_GAP"])
    assert kinds(only) == {"CoverageGapChanged"}


async def test_a_schedule_of_elsewhere_is_not_found(kitchen):
    answer = await kitchen.api.as_("other").write(
        "CreateRestaurant", name="別館", timeZone="Asia/Tokyo"
    )
    theirs = await plan(
        kitchen.api.as_("other"), answer["restaurant"]["id"], "2025-01-01", "2025-01-31"
    )
    for unknown in (theirs, encode("Schedule", 10**6), "no id"):
        error = await refused(kitchen, s=unknown)
        assert (error["code"], error["path"]) == ("NOT_FOUND", ["scheduleId"])


async def test_a_stranger_learns_nothing_of_either_id(kitchen):
    stranger = Kitchen(**{**vars(kitchen), "api": kitchen.api.as_("stranger")})
    for known in (kitchen.schedule, encode("Schedule", 10**6)):
        error = await refused(stranger, s=known)
        assert (error["code"], error["path"]) == ("NOT_FOUND", ["restaurantId"])
