"""What is refused, by which code, at which field; and that nothing is written."""

import pytest

from tests.api.conftest import Api
from tests.api.test_settings import group, person, settings

FIELDS = "__typename"


async def revision(api: Api, restaurant_id: str) -> int:
    return (await settings(api, restaurant_id))["revision"]


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"name": ""}, "NAME_EMPTY", "name"),
        ({"name": "  \n"}, "NAME_EMPTY", "name"),
        ({"name": "x" * 10_000}, "NAME_TOO_LONG", "name"),
        ({"name": "a\0b"}, "TEXT_NOT_STORABLE", "name"),
        ({"name": "a\ud800b"}, "TEXT_NOT_STORABLE", "name"),
        ({"position": "x" * 201}, "TEXT_TOO_LONG", "position"),
        ({"employedUntil": "2024-03-31"}, "FROM_AFTER_UNTIL", "employedFrom"),
        ({"maximumGroupsPerDay": 0}, "OUT_OF_RANGE", "maximumGroupsPerDay"),
        ({"maximumGroupsPerDay": 2**31 - 1}, "OUT_OF_RANGE", "maximumGroupsPerDay"),
        ({"restaurantId": "UmVzdGF1cmFudDo5OTk"}, "NOT_FOUND", "restaurantId"),
        ({"restaurantId": "nonsense"}, "NOT_FOUND", "restaurantId"),
        ({"restaurantId": ""}, "NOT_FOUND", "restaurantId"),
        ({"clientMutationId": "x" * 201}, "TEXT_TOO_LONG", "clientMutationId"),
        ({"clientMutationId": "\0"}, "TEXT_NOT_STORABLE", "clientMutationId"),
    ],
)
async def test_a_person_is_refused_with_the_field(api, restaurant_id, changed, code, field):
    fields = {
        "restaurantId": restaurant_id,
        "name": "佐藤",
        "employmentType": "REGULAR",
        "employedFrom": "2024-04-01",
    }
    answer = await api.write("CreateStaffMember", **{**fields, **changed})
    assert (answer["code"], answer["path"]) == (code, ["input", field])
    assert await revision(api, restaurant_id) == 1


@pytest.mark.parametrize("zone", ["", "Tokyo", "asia/tokyo", "../../etc/passwd", "UTC+9", "\0"])
async def test_an_illegal_time_zone_is_refused(api, zone):
    answer = await api.write("CreateRestaurant", name="食堂", timeZone=zone)
    assert (answer["code"], answer["path"]) == ("UNKNOWN_TIME_ZONE", ["input", "timeZone"])
    assert (await api.ask("Restaurants"))["restaurants"] == []


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"criticality": 0}, "OUT_OF_RANGE", "criticality"),
        ({"criticality": 6}, "OUT_OF_RANGE", "criticality"),
        ({"needPolicy": "MINIMUM_PRESENT"}, "MINIMUM_PRESENT_NEEDED", "minimumPresent"),
        (
            {"needPolicy": "MINIMUM_PRESENT", "minimumPresent": 0},
            "MINIMUM_PRESENT_NEEDED",
            "minimumPresent",
        ),
        ({"color": "x" * 33}, "TEXT_TOO_LONG", "color"),
        ({"memberIds": ["U3RhZmZNZW1iZXI6OTk5"]}, "NOT_FOUND", "memberIds"),
        ({"configurationId": "nonsense"}, "NOT_FOUND", "configurationId"),
    ],
)
async def test_a_group_is_refused_with_the_field(api, restaurant_id, changed, code, field):
    fields = {"restaurantId": restaurant_id, "name": "ホール", "memberIds": []}
    answer = await api.write("CreateStaffGroup", **{**fields, **changed})
    assert (answer["code"], answer["path"]) == (code, ["input", field])
    assert await revision(api, restaurant_id) == 1


async def test_nobody_is_twice_a_member_of_a_group(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤")
    answer = await api.write(
        "CreateStaffGroup", restaurantId=restaurant_id, name="ホール", memberIds=[sato, sato]
    )
    assert (answer["code"], answer["path"]) == ("DUPLICATE", ["input", "memberIds"])


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"priorityOrder": 0}, "PRIORITY_ORDER_TOO_SMALL", "priorityOrder"),
        ({"priorityOrder": -(2**31)}, "PRIORITY_ORDER_TOO_SMALL", "priorityOrder"),
        ({"priorityOrder": 2**31 - 1}, "OUT_OF_RANGE", "priorityOrder"),
        (
            {"effectiveFrom": "2025-02-02", "effectiveUntil": "2025-02-01"},
            "FROM_AFTER_UNTIL",
            "effectiveFrom",
        ),
        ({"notes": "x" * 2001}, "TEXT_TOO_LONG", "notes"),
        ({"staffId": "x"}, "NOT_FOUND", "staffId"),
        ({"groupId": "x"}, "NOT_FOUND", "groupId"),
    ],
)
async def test_an_assignment_is_refused_with_the_field(api, restaurant_id, changed, code, field):
    nakata = await person(api, restaurant_id, "中田")
    kitchen = await group(api, restaurant_id)
    fields = {"staffId": nakata, "groupId": kitchen}
    answer = await api.write("CreateBackupAssignment", **{**fields, **changed})
    assert (answer["code"], answer["path"]) == (code, ["input", field])
    assert await revision(api, restaurant_id) == 3


async def test_a_member_does_not_back_up_their_own_group(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤")
    kitchen = await group(api, restaurant_id, sato)
    answer = await api.write("CreateBackupAssignment", staffId=sato, groupId=kitchen)
    assert (answer["code"], answer["path"]) == ("SELF_GROUP", ["input", "staffId"])


async def test_dates_of_one_pair_do_not_overlap(api, restaurant_id):
    nakata = await person(api, restaurant_id, "中田")
    kitchen = await group(api, restaurant_id)
    pair = {"staffId": nakata, "groupId": kitchen}
    january = {"effectiveFrom": "2025-01-01", "effectiveUntil": "2025-01-31"}
    first = await api.write("CreateBackupAssignment", **pair, **january)
    same = await api.write("CreateBackupAssignment", **pair, **january)
    touching = await api.write("CreateBackupAssignment", **pair, effectiveFrom="2025-01-31")
    apart = await api.write("CreateBackupAssignment", **pair, effectiveFrom="2025-02-01")
    moved = await api.write(
        "UpdateBackupAssignment", id=apart["backupAssignment"]["id"], effectiveFrom="2025-01-15"
    )
    assert first["revision"] == 4
    assert (same["code"], touching["code"]) == ("DUPLICATE", "EFFECTIVE_PERIODS_OVERLAP")
    assert apart["revision"] == 5
    assert moved["code"] == "EFFECTIVE_PERIODS_OVERLAP"


LIMIT = {
    "name": "上限",
    "window": "WEEK",
    "shiftTypes": ["normal"],
    "maximum": 5,
    "scope": "ALL",
    "level": "SOFT",
}


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"maximum": 2.25}, "NOT_HALF_DAYS", "maximum"),
        ({"maximum": 1e308}, "NOT_HALF_DAYS", "maximum"),
        ({"maximum": 1e300}, "BOUND_OUT_OF_RANGE", "maximum"),
        ({"maximum": -1}, "BOUND_OUT_OF_RANGE", "maximum"),
        ({"minimum": 6}, "MINIMUM_ABOVE_MAXIMUM", "minimum"),
        ({"maximum": None}, "BOUND_NEEDED", "minimum"),
        ({"shiftTypes": ["brunch"]}, "UNKNOWN_SHIFT_TYPE", "shiftTypes"),
        ({"shiftTypes": []}, "SHIFT_TYPES_NEEDED", "shiftTypes"),
        ({"shiftTypes": ["off", "normal"]}, "MIXED_SHIFT_TYPES", "shiftTypes"),
        ({"window": "ROLLING_DAYS"}, "DAYS_NEEDED", "days"),
        ({"window": "ROLLING_DAYS", "days": 0}, "DAYS_OUT_OF_RANGE", "days"),
        ({"scope": "STAFF"}, "TARGETS_NEEDED", "targets"),
        ({"scope": "GROUP", "targets": ["x"]}, "NOT_FOUND", "targets"),
        ({"scope": "EMPLOYMENT_TYPE", "targets": ["x"]}, "UNKNOWN_EMPLOYMENT_TYPE", "targets"),
        ({"targets": ["REGULAR"]}, "TARGETS_NOT_ALLOWED", "targets"),
        ({"weight": 0}, "WEIGHT_OUT_OF_RANGE", "weight"),
        ({"weight": 1001}, "WEIGHT_OUT_OF_RANGE", "weight"),
        ({"window": "WEEKENDS", "maximum": 1.5}, "NOT_WHOLE_WEEKENDS", "maximum"),
        ({"window": "WEEKENDS", "unit": "HOURS"}, "UNIT_NOT_ALLOWED", "unit"),
    ],
)
async def test_a_work_limit_is_refused_with_the_field(api, restaurant_id, changed, code, field):
    fields = {**LIMIT, "restaurantId": restaurant_id, **changed}
    answer = await api.write("CreateWorkLimit", **fields)
    assert (answer["code"], answer["path"]) == (code, ["input", field])
    assert await revision(api, restaurant_id) == 1


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"window": "WEEK"}, "MIXED_SHIFT_TYPES", "shiftTypes"),
        ({"maximum": None}, "BOUND_NEEDED", "minimum"),
        ({"maximum": 0.25}, "NOT_HALF_DAYS", "maximum"),
        ({"minimum": 6}, "MINIMUM_ABOVE_MAXIMUM", "minimum"),
        ({"scope": "GROUP"}, "TARGETS_NEEDED", "targets"),
        ({"targets": ["REGULAR"]}, "SCOPE_NEEDED", "scope"),
        ({"window": "ROLLING_DAYS"}, "DAYS_NEEDED", "days"),
        ({"window": "ROLLING_DAYS", "days": 367}, "DAYS_OUT_OF_RANGE", "days"),
        ({"weight": 1001}, "WEIGHT_OUT_OF_RANGE", "weight"),
    ],
)
async def test_an_edit_of_a_limit_is_refused_like_a_new_one(
    api, restaurant_id, changed, code, field
):
    mixed = {"window": "CONSECUTIVE_DAYS", "shiftTypes": ["off", "normal"], "weight": 1000}
    fields = {**LIMIT, **mixed, "restaurantId": restaurant_id}
    made = await api.mutate("createWorkLimit", "workLimit { id }", **fields)
    answer = await api.mutate("updateWorkLimit", FIELDS, id=made["workLimit"]["id"], **changed)
    assert (answer["code"], answer["path"]) == (code, ["input", field])
    assert await revision(api, restaurant_id) == 2


async def test_a_limit_names_no_deleted_group_and_outlives_one_that_it_named(api, restaurant_id):
    kitchen, hall = await group(api, restaurant_id), await group(api, restaurant_id)
    fields = {**LIMIT, "restaurantId": restaurant_id, "scope": "GROUP"}
    made = await api.mutate("createWorkLimit", "workLimit { id }", **fields, targets=[kitchen])
    for gone in (kitchen, hall):
        await api.mutate("deleteStaffGroup", "group { id }", id=gone)
    answer = await api.mutate("createWorkLimit", FIELDS, **fields, targets=[hall])
    edit = {"id": made["workLimit"]["id"], "scope": "GROUP"}
    moved = await api.mutate("updateWorkLimit", FIELDS, **edit, targets=[kitchen, hall])
    renamed = await api.mutate(
        "updateWorkLimit",
        "workLimit { name }",
        **edit | {"name": "厨房の上限", "targets": [kitchen]},
    )
    for refused in (answer, moved):
        assert (refused["code"], refused["path"]) == ("NOT_FOUND", ["input", "targets"])
    assert renamed["workLimit"] == {"name": "厨房の上限"}


async def test_a_limit_of_weekends_may_list_work_and_rest(api, restaurant_id):
    shown = "workLimit { window unit maximum shiftTypes }"
    types = {"shiftTypes": ["normal", "off"], "window": "WEEKENDS", "maximum": 2}
    made = await api.mutate(
        "createWorkLimit", shown, **{**LIMIT, **types, "restaurantId": restaurant_id}
    )
    assert made["workLimit"] == {**types, "unit": "DAYS"}


async def test_a_limit_counts_half_days_of_rest(api, restaurant_id):
    made = await api.mutate(
        "createWorkLimit",
        "workLimit { id minimum maximum shiftTypes scope targets }",
        **{
            **LIMIT,
            "restaurantId": restaurant_id,
            "shiftTypes": ["off", "early"],
            "maximum": 7.5,
            "scope": "EMPLOYMENT_TYPE",
            "targets": ["REGULAR", "PART_TIME"],
        },
    )
    limit = made["workLimit"]
    changed = await api.mutate(
        "updateWorkLimit", "workLimit { minimum targets }", id=limit["id"], minimum=0.5, scope="ALL"
    )
    assert (limit["maximum"], limit["targets"]) == (7.5, ["REGULAR", "PART_TIME"])
    assert changed["workLimit"] == {"minimum": 0.5, "targets": []}


async def test_a_priority_rule_names_a_type_and_days(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤")
    rule = {
        "name": "金曜は早番",
        "staffId": sato,
        "shiftType": "early",
        "weekdays": ["FRIDAY", "MONDAY", "FRIDAY"],
        "direction": "PREFER",
        "level": "SOFT",
    }
    unknown = await api.write("CreatePriorityRule", **{**rule, "shiftType": "△"})
    never = await api.write("CreatePriorityRule", **{**rule, "weekdays": []})
    made = await api.write("CreatePriorityRule", **rule)
    read = (await settings(api, restaurant_id))["activeConfiguration"]["priorityRules"]
    assert (unknown["code"], unknown["path"]) == ("UNKNOWN_SHIFT_TYPE", ["input", "shiftType"])
    assert never["code"] == "WEEKDAYS_NEEDED"
    assert read[0]["id"] == made["priorityRule"]["id"]
    assert read[0]["weekdays"] == ["MONDAY", "FRIDAY"]


async def test_a_date_is_not_closed_and_a_working_day(api, restaurant_id):
    day = {"restaurantId": restaurant_id, "date": "2025-01-01"}
    first = await api.write("CreateCalendarRule", **day, kind="CLOSED", reason="元日")
    twice = await api.write("CreateCalendarRule", **day, kind="CLOSED")
    other = await api.write("CreateCalendarRule", **day, kind="MUST_WORK")
    holiday = await api.write("CreateCalendarRule", **day, kind="HOLIDAY")
    assert (first["revision"], holiday["revision"]) == (2, 3)
    assert (twice["code"], other["code"]) == ("DUPLICATE", "CALENDAR_CONTRADICTION")
    key = holiday["calendarRule"]["id"]
    turned = await api.mutate("updateCalendarRule", FIELDS, id=key, kind="MUST_WORK")
    elsewhere = await api.write(
        "CreateCalendarRule", **{**day, "date": "2025-01-02"}, kind="MUST_WORK"
    )
    key = elsewhere["calendarRule"]["id"]
    moved = await api.mutate("updateCalendarRule", FIELDS, id=key, date="2025-01-01")
    assert (turned["code"], moved["code"]) == ("CALENDAR_CONTRADICTION",) * 2


async def test_a_second_succession_of_two_types_is_refused(api, restaurant_id):
    answer = await api.mutate(
        "createSuccessionRule",
        FIELDS,
        **{"restaurantId": restaurant_id, "from": "late", "to": "early", "level": "HARD"},
    )
    assert (answer["code"], answer["path"]) == ("DUPLICATE", ["input", "from"])


async def test_days_off_are_asked_for_once_and_for_employed_days(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤", employedUntil="2025-01-20")
    before = await api.write("RequestDayOff", staffId=sato, date="2024-03-31")
    after = await api.write("RequestDayOff", staffId=sato, date="2025-01-21")
    last = await api.write("RequestDayOff", staffId=sato, date="2025-01-20")
    twice = await api.write("RequestDayOff", staffId=sato, date="2025-01-20")
    key = last["dayOffRequest"]["id"]
    shown = "dayOffRequest { state }"
    declined = await api.mutate("decideDayOffRequest", shown, id=key, decision="DECLINED")
    anew = await api.write("RequestDayOff", staffId=sato, date="2025-01-20")
    back = await api.mutate("decideDayOffRequest", shown, id=key, decision="APPROVED")
    undecided = await api.mutate("decideDayOffRequest", shown, id=key, decision="REQUESTED")
    gone = await api.mutate("withdrawDayOffRequest", shown, id=anew["dayOffRequest"]["id"])
    again = await api.mutate("withdrawDayOffRequest", shown, id=anew["dayOffRequest"]["id"])
    assert (before["code"], after["code"]) == ("NOT_EMPLOYED", "NOT_EMPLOYED")
    assert last["dayOffRequest"]["state"] == "REQUESTED"
    assert twice["code"] == "DUPLICATE"
    assert declined["dayOffRequest"]["state"] == "DECLINED"
    assert (back["code"], undecided["code"]) == ("DUPLICATE", "NOT_A_DECISION")
    assert gone["dayOffRequest"]["state"] == "WITHDRAWN"
    assert again["code"] == "ALREADY_WITHDRAWN"


async def test_a_shift_type_keeps_its_code_and_its_bounds(api, restaurant_id):
    types = await api.ask("query { restaurants { shiftTypes { id code } } }")
    early = types["restaurants"][0]["shiftTypes"][1]["id"]
    shown = "shiftType { code canCover startsAt employmentTypes }"
    changed = await api.mutate(
        "updateShiftType", shown, id=early, canCover=True, startsAt="06:30", employmentTypes=[]
    )
    cleared = await api.mutate("updateShiftType", shown, id=early, startsAt=None)
    late = await api.mutate("updateShiftType", shown, id=early, startsAt="24:00")
    rest = await api.mutate("updateShiftType", shown, id=early, restHalfDays=3)
    wide = await api.mutate("updateShiftType", shown, id=early, symbol="123456789")
    assert changed["shiftType"] == {
        "code": "early",
        "canCover": True,
        "startsAt": "06:30",
        "employmentTypes": [],
    }
    assert cleared["shiftType"]["startsAt"] is None
    assert (late["code"], late["path"]) == ("NOT_A_TIME", ["input", "startsAt"])
    assert (rest["code"], wide["code"]) == ("OUT_OF_RANGE", "TEXT_TOO_LONG")


@pytest.mark.parametrize(
    "variables",
    [
        {"name": 5},
        {"employedFrom": "2025-02-30"},
        {"employedFrom": "2025-1-1"},
        {"employedFrom": "20250101"},
        {"employedFrom": 20250101},
        {"employmentType": "BOSS"},
        {"maximumGroupsPerDay": 2**31},
        {"unknown": 1},
    ],
)
async def test_values_of_a_wrong_type_are_request_errors(api, restaurant_id, variables):
    fields = {
        "restaurantId": restaurant_id,
        "name": "佐藤",
        "employmentType": "REGULAR",
        "employedFrom": "2024-04-01",
    }
    answer = await api.execute("CreateStaffMember", input={**fields, **variables})
    assert answer.data is None
    assert [error.path for error in answer.errors] == [None]
    assert "Internal error" not in answer.errors[0].message
