"""Limits of working time through GraphQL: how they are given, read back, refused and told."""

from contextlib import aclosing

import pytest

from schema.root import schema
from tests.api.conftest import Api
from tests.api.test_settings_refusals import FIELDS, LIMIT, revision
from tests.api.test_settings_versions import copy

SHOWN = "workLimit { id name unit window minimum maximum }"
HOURS = {**LIMIT, "unit": "HOURS", "maximum": 40}


async def types_of(api: Api) -> dict[str, str]:
    found = await api.ask("query { restaurants { shiftTypes { id code } } }")
    return {kind["code"]: kind["id"] for kind in found["restaurants"][0]["shiftTypes"]}


async def timed(api: Api, code: str = "normal") -> str:
    key = (await types_of(api))[code]
    clocks = {"startsAt": "09:00", "endsAt": "17:30"}
    await api.mutate("updateShiftType", "revision", id=key, **clocks)
    return key


@pytest.fixture
async def normal(api, restaurant_id) -> str:
    """The id of the type `normal`, from 9:00 to 17:30."""
    return await timed(api)


async def made(api: Api, restaurant_id: str, **fields) -> dict:
    given = {**HOURS, "restaurantId": restaurant_id, **fields}
    return (await api.mutate("createWorkLimit", SHOWN, **given))["workLimit"]


async def test_hours_are_read_back_as_they_were_given_also_by_feed_and_log(api, restaurant_id):
    await timed(api)
    limit = await made(api, restaurant_id, window="PERIOD", minimum=120.25, maximum=160.5)
    text = (
        "subscription($id: ID!) { changes(restaurantId: $id, after: 2) { ... on ChangeSet {"
        " changes { ... on WorkLimitChanged { workLimit { id name unit window minimum maximum"
        " } } } } } }"
    )
    variables = {"id": restaurant_id}
    results = await schema.subscribe(text, variable_values=variables, context_value=api.context())
    async with aclosing(results) as stream:
        heard = (await anext(stream)).data["changes"]
    log = await api.ask("ChangeLog", restaurantId=restaurant_id)
    row = log["changeLog"]["edges"][0]["node"]["after"]

    assert (limit["unit"], limit["minimum"], limit["maximum"]) == ("HOURS", 120.25, 160.5)
    assert heard["changes"] == [{"workLimit": limit}]
    assert (row["unit"], row["minimumMinutes"], row["maximumMinutes"]) == ("HOURS", 7215, 9630)


async def test_an_edit_reads_bounds_in_the_unit_that_the_limit_has(api, restaurant_id, normal):
    key = (await made(api, restaurant_id, minimum=30))["id"]
    raised = await api.mutate("updateWorkLimit", SHOWN, id=key, maximum=40.25)
    renamed = await api.mutate("updateWorkLimit", SHOWN, id=key, name="週", unit="HOURS")
    bare = await api.mutate("updateWorkLimit", FIELDS, id=key, unit="DAYS")
    back = await api.mutate("updateWorkLimit", SHOWN, id=key, unit="DAYS", maximum=5)

    assert (raised["workLimit"]["minimum"], raised["workLimit"]["maximum"]) == (30, 40.25)
    assert (renamed["workLimit"]["minimum"], renamed["workLimit"]["maximum"]) == (30, 40.25)
    assert (bare["code"], bare["path"]) == ("BOUND_NEEDED", ["input", "minimum"])
    shown = {"unit": "DAYS", "minimum": None, "maximum": 5}
    assert shown.items() <= back["workLimit"].items()


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"maximum": 40.1}, "NOT_QUARTER_HOURS", "maximum"),
        ({"minimum": 30.4}, "NOT_QUARTER_HOURS", "minimum"),
        ({"maximum": 1e300}, "BOUND_OUT_OF_RANGE", "maximum"),
        ({"minimum": 40.25}, "MINIMUM_ABOVE_MAXIMUM", "minimum"),
        ({"maximum": None}, "BOUND_NEEDED", "minimum"),
        ({"window": "CONSECUTIVE_DAYS"}, "UNIT_NOT_ALLOWED", "unit"),
        ({"shiftTypes": ["normal", "early"]}, "NO_CLOCK_TIMES", "shiftTypes"),
        ({"shiftTypes": ["off"]}, "NO_CLOCK_TIMES", "shiftTypes"),
    ],
)
async def test_a_limit_in_hours_is_refused_with_the_field(api, restaurant_id, changed, code, field):
    await timed(api)
    answer = await api.mutate(
        "createWorkLimit", FIELDS, **{**HOURS, "restaurantId": restaurant_id, **changed}
    )
    assert (answer["code"], answer["path"]) == (code, ["input", field])
    assert await revision(api, restaurant_id) == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"startsAt": None}, "startsAt"), ({"endsAt": None}, "endsAt"), ({"works": False}, "works")],
)
async def test_a_type_keeps_its_length_while_a_limit_counts_it(
    api, restaurant_id, normal, changed, field
):
    """COUNTED_IN_HOURS; other clock times are welcome, and none once no limit counts the type."""
    key = (await made(api, restaurant_id, name="週40時間"))["id"]
    refused = await api.mutate("updateShiftType", FIELDS, id=normal, **changed)
    later = await api.mutate("updateShiftType", "shiftType { endsAt }", id=normal, endsAt="18:00")
    await api.mutate("deleteWorkLimit", "revision", id=key)
    free = await api.mutate("updateShiftType", "revision", id=normal, **changed)

    assert (refused["code"], refused["path"]) == ("COUNTED_IN_HOURS", ["input", field])
    assert "“週40時間”" in refused["message"]
    assert later["shiftType"]["endsAt"] == "18:00"
    assert free["revision"] == 6


async def test_a_copied_version_counts_the_same_hours(api, restaurant_id, normal):
    await made(api, restaurant_id, name="週40時間")
    version = await copy(api, restaurant_id)
    found = await api.ask(
        "query($id: ID!) { node(id: $id) { ... on ConfigurationVersion {"
        " workLimits { name unit maximum } } } }",
        id=version,
    )
    copied = {"name": "週40時間", "unit": "HOURS", "maximum": 40}
    assert copied in found["node"]["workLimits"]
