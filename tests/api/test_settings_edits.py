"""Edits and deletes beyond the contract's documents: each kind once, through GraphQL."""

import pytest

from tests.api.conftest import Api
from tests.api.test_settings import group, person, settings

DAY = {"date": "2025-01-01", "kind": "CLOSED"}


async def rules(api: Api, restaurant_id: str) -> dict:
    text = (
        "query($id: ID!) { restaurant(id: $id) { activeConfiguration { workLimits { id }"
        " priorityRules { id } successionRules { id } standingRules { id }"
        " calendarRules { id } } } }"
    )
    return (await api.ask(text, id=restaurant_id))["restaurant"]["activeConfiguration"]


async def one_of_each(api: Api, restaurant_id: str) -> dict[str, str]:
    """The id of one rule of each kind."""
    sato = await person(api, restaurant_id, "佐藤")
    await api.write(
        "CreatePriorityRule",
        name="早番",
        staffId=sato,
        shiftType="early",
        weekdays=["MONDAY"],
        direction="PREFER",
        level="SOFT",
    )
    await api.write("CreateCalendarRule", restaurantId=restaurant_id, **DAY)
    found = await rules(api, restaurant_id)
    return {kind: rows[0]["id"] for kind, rows in found.items()}


EDITS = [
    ("WorkLimit", "workLimits", {"name": "新", "weight": 5}),
    ("WorkLimit", "workLimits", {"window": "ROLLING_DAYS", "days": 7}),
    ("PriorityRule", "priorityRules", {"direction": "AVOID", "weekdays": ["SUNDAY", "MONDAY"]}),
    ("SuccessionRule", "successionRules", {"level": "HARD", "weight": 7}),
    ("StandingRule", "standingRules", {"weight": 99}),
    ("CalendarRule", "calendarRules", {"kind": "HOLIDAY", "reason": "元日"}),
]


@pytest.mark.parametrize(("kind", "rows", "changes"), EDITS)
async def test_a_rule_is_edited_field_by_field(api, restaurant_id, kind, rows, changes):
    key = (await one_of_each(api, restaurant_id))[rows]
    field = kind[0].lower() + kind[1:]
    shown = f"{field} {{ id revision {' '.join(changes)} }}"
    answer = await api.mutate(f"update{kind}", shown, id=key, **changes)
    given = dict(changes)
    if "weekdays" in given:
        given["weekdays"] = ["MONDAY", "SUNDAY"]
    assert answer[field] == {"id": key, "revision": answer["revision"], **given}


KINDS = [
    ("WorkLimit", "workLimits"),
    ("PriorityRule", "priorityRules"),
    ("SuccessionRule", "successionRules"),
    ("StandingRule", "standingRules"),
    ("CalendarRule", "calendarRules"),
]


@pytest.mark.parametrize(("kind", "rows"), KINDS)
async def test_a_deleted_rule_leaves_the_list_and_stays_a_node(api, restaurant_id, kind, rows):
    key = (await one_of_each(api, restaurant_id))[rows]
    field = kind[0].lower() + kind[1:]
    stale = await api.mutate(f"delete{kind}", "revision", id=key, expectedRevision=0)
    gone = await api.mutate(f"delete{kind}", f"{field} {{ id isActive }}", id=key)
    again = await api.mutate(f"delete{kind}", "revision", id=key)
    left = await api.ask(
        f"query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ isActive }} }} }}", id=key
    )
    assert (stale["code"], stale["current"]) == ("STALE_REVISION", [{"id": key}])
    assert gone[field] == {"id": key, "isActive": False}
    assert (again["code"], again["current"]) == ("ALREADY_DELETED", [{"id": key}])
    assert left["node"] == {"isActive": False}
    assert key not in [row["id"] for row in (await rules(api, restaurant_id))[rows]]


async def test_a_date_is_free_again_when_its_rule_is_deleted(api, restaurant_id):
    made = await api.write("CreateCalendarRule", restaurantId=restaurant_id, **DAY)
    key = made["calendarRule"]["id"]
    await api.mutate("deleteCalendarRule", "calendarRule { id }", id=key)
    other = {**DAY, "kind": "MUST_WORK"}
    anew = await api.write("CreateCalendarRule", restaurantId=restaurant_id, **other)
    assert anew["calendarRule"]["id"] != key


async def test_planning_periods_begin_on_the_day_of_the_restaurant(api, restaurant_id):
    query = (
        "query ($id: ID!, $on: Date) "
        "{ restaurant(id: $id) { planningPeriod(on: $on) { start end } } }"
    )
    await api.mutate("updateRestaurant", "revision", id=restaurant_id, periodStartDay=31)

    async def period(on):
        answer = await api.ask(query, id=restaurant_id, on=on)
        return answer["restaurant"]["planningPeriod"]

    assert await period("2025-03-01") == {"start": "2025-02-28", "end": "2025-03-30"}
    assert await period("2025-03-31") == {"start": "2025-03-31", "end": "2025-04-29"}
    far = await api.execute(query, id=restaurant_id, on="9999-12-31")
    assert far.errors[0].extensions["code"] == "DATE_OUT_OF_RANGE"


async def test_a_restaurant_is_edited_field_by_field(api, restaurant_id):
    shown = "restaurant { name timeZone weekStart periodStartDay borrowing revision }"
    changed = await api.mutate(
        "updateRestaurant", shown, id=restaurant_id, weekStart="SUNDAY", periodStartDay=31
    )
    day = await api.mutate("updateRestaurant", shown, id=restaurant_id, periodStartDay=32)
    zone = await api.mutate("updateRestaurant", shown, id=restaurant_id, timeZone="Mars/Base")
    await person(api, restaurant_id, "佐藤")
    stale = await api.mutate("updateRestaurant", shown, id=restaurant_id, expectedRevision=1)
    fresh = await api.mutate("updateRestaurant", shown, id=restaurant_id, expectedRevision=2)
    assert changed["restaurant"] == {
        "name": "食堂",
        "timeZone": "Asia/Tokyo",
        "weekStart": "SUNDAY",
        "periodStartDay": 31,
        "borrowing": True,
        "revision": 2,
    }
    assert (day["code"], zone["code"]) == ("OUT_OF_RANGE", "UNKNOWN_TIME_ZONE")
    assert (stale["code"], stale["current"]) == ("STALE_REVISION", [{"id": restaurant_id}])
    assert fresh["restaurant"]["revision"] == 4


async def test_a_group_that_needs_a_minimum_forgets_it_with_the_policy(api, restaurant_id):
    kitchen = await group(api, restaurant_id)
    shown = "group { needPolicy minimumPresent color }"
    two = await api.mutate(
        "updateStaffGroup",
        shown,
        id=kitchen,
        needPolicy="MINIMUM_PRESENT",
        minimumPresent=2,
        color=" #ff8800 ",
    )
    any_absent = await api.mutate("updateStaffGroup", shown, id=kitchen, needPolicy="PER_ABSENCE")
    assert two["group"] == {
        "needPolicy": "MINIMUM_PRESENT",
        "minimumPresent": 2,
        "color": "#ff8800",
    }
    assert any_absent["group"]["minimumPresent"] is None


async def test_a_deleted_assignment_may_be_taken_back(api, restaurant_id):
    kitchen = await group(api, restaurant_id)
    nakata = await person(api, restaurant_id, "中田")
    made = await api.write("CreateBackupAssignment", staffId=nakata, groupId=kitchen)
    key = made["backupAssignment"]["id"]
    await api.write("UpdateBackupAssignment", id=key, isActive=False)
    noted = await api.write("UpdateBackupAssignment", id=key, notes="x")
    back = await api.write("UpdateBackupAssignment", id=key, isActive=True)
    listed = (await settings(api, restaurant_id))["activeConfiguration"]["backupAssignments"]
    assert noted["code"] == "ALREADY_DELETED"
    assert back["backupAssignment"]["isActive"] is True
    assert [row["id"] for row in listed] == [key]


async def test_requests_of_a_span_are_listed_by_state(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤")
    kept = await api.write("RequestDayOff", staffId=sato, date="2025-01-20")
    gone = await api.write("RequestDayOff", staffId=sato, date="2025-01-19")
    key = gone["dayOffRequest"]["id"]
    await api.mutate("withdrawDayOffRequest", "dayOffRequest { id }", id=key)
    text = (
        "query($id: ID!, $s: [RequestState!], $end: Date!) { restaurant(id: $id) {"
        ' dayOffRequests(start: "2025-01-01", end: $end, states: $s) { id } } }'
    )
    force = await api.ask(text, id=restaurant_id, end="2025-01-31")
    withdrawn = await api.ask(text, id=restaurant_id, end="2025-01-31", s=["WITHDRAWN"])
    long = await api.execute(text, id=restaurant_id, end="9999-12-31")
    assert force["restaurant"]["dayOffRequests"] == [{"id": kept["dayOffRequest"]["id"]}]
    assert withdrawn["restaurant"]["dayOffRequests"] == [{"id": key}]
    assert [e.extensions["code"] for e in long.errors] == ["TOO_MANY_DAYS"]


async def test_null_for_what_cannot_be_empty_is_told_in_the_words_of_the_input(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤")
    answer = await api.write("UpdateStaffMember", id=sato, employedFrom=None)
    assert (answer["code"], answer["path"]) == ("NULL_NOT_ALLOWED", ["input", "employedFrom"])
    assert answer["message"].startswith("employedFrom ")


async def test_a_standing_rule_is_in_force_once_and_comes_back_after_a_delete(api, restaurant_id):
    fields = {"restaurantId": restaurant_id, "kind": "GROUP_ABSENT_TOGETHER", "weight": 7}
    shown = "standingRule { id kind weight isActive }"
    first = (await rules(api, restaurant_id))["standingRules"]
    twice = await api.mutate("createStandingRule", shown, **fields)
    await api.mutate("deleteStandingRule", shown, id=first[0]["id"])
    made = (await api.mutate("createStandingRule", shown, **fields))["standingRule"]
    left = (await rules(api, restaurant_id))["standingRules"]
    assert (twice["code"], twice["path"]) == ("DUPLICATE", ["input", "kind"])
    assert (made["kind"], made["weight"], made["isActive"]) == ("GROUP_ABSENT_TOGETHER", 7, True)
    assert left == [first[1], {"id": made["id"]}]
