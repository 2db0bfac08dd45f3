"""Bad values of every kind: a typed problem that names its field, and nothing is written."""

from typing import Any

import pytest

from tests.inputs import DAY, IDS, LAST, acceptable, refused, untouched
from tests.stories import House, open_house

BEYOND = "2025-01-17"
UNREADABLE = (
    "",
    "x",
    "1",
    "../../etc/passwd",
    "U3RhZmZNZW1iZXI6MA",
    "U3RhZmZNZW1iZXI6OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
    "U3RhZmZNZW1iZXI6LTE",
    "\0",
    "佐藤",
    "x" * 10_000,
    " U3RhZmZNZW1iZXI6MQ",
    "' or true --",
)

LONG = "長" * 10_000

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.mark.parametrize(("document", "field"), IDS)
async def test_unknown_and_unreadable_ids_are_not_found(standing: House, document: str, field: str):
    good = acceptable(standing)[document]
    is_list = isinstance(good[field], list)
    of_other_types = [key for key in (standing.schedule, standing.id) if key != good[field]]
    async with untouched(standing):
        for bad in (*of_other_types, *UNREADABLE):
            value = [bad] if is_list else bad
            problem = await standing.client.attempt(document, **{**good, field: value})
            assert (problem["__typename"], problem["code"]) == ("NotFoundProblem", "NOT_FOUND")
            assert field in problem["path"]


async def test_unknown_run_is_not_found(standing: House):
    for bad in (standing.id, *UNREADABLE):
        problem = await refused(standing, "CancelGeneration", "NotFoundProblem", runId=bad)
        assert "runId" in problem["path"]


async def test_ids_of_another_restaurant_are_not_found(kitchen: House):
    other = await open_house(kitchen.client, "よそ")
    await other.form("g", "stranger", "n")
    await other.back("g", "b")
    await other.plan(DAY, LAST)
    stranger, group = other.staff["stranger"], other.groups["g"]
    good = acceptable(kitchen)
    mixed = [
        ("CreateStaffGroup", {"memberIds": [kitchen.staff["m"], stranger]}, "memberIds"),
        ("CreateBackupAssignment", {"staffId": stranger}, "staffId"),
        ("CreateBackupAssignment", {"groupId": group}, "groupId"),
        (
            "ReorderBackupAssignments",
            {"ids": [kitchen.assignments["g", "b"], other.assignments["g", "b"]]},
            "ids",
        ),
        ("CreateWorkLimit", {"scope": "STAFF", "targets": [stranger]}, "targets"),
        ("CreateWorkLimit", {"scope": "GROUP", "targets": [group]}, "targets"),
        (
            "SetShifts",
            {"shifts": [kitchen.cell("m", DAY, "off"), other.cell("stranger", DAY, "off")]},
            "staffId",
        ),
    ]
    for document, change, _ in mixed:
        async with untouched(other):
            given = {**good[document], **change}
            problem = await refused(kitchen, document, "NotFoundProblem", **given)
        assert problem["code"] == "NOT_FOUND"


@pytest.mark.parametrize("bad", UNREADABLE)
async def test_reads_of_unreadable_ids_are_null(standing: House, bad: str):
    dates = {"start": DAY, "end": LAST}
    for document, variables in (
        ("Settings", {"restaurantId": bad}),
        ("ScheduleBoard", {"scheduleId": bad}),
        ("Coverage", {"scheduleId": bad}),
        ("ExplainCover", {"scheduleId": standing.schedule, "groupId": bad, "date": DAY}),
        ("ExplainCover", {"scheduleId": bad, "groupId": standing.groups["g"], "date": DAY}),
        ("Conflicts", {"restaurantId": bad, **dates}),
        ("SuggestBackups", {"scheduleId": bad}),
        ("SuggestBackups", {"scheduleId": standing.schedule, "groupId": bad}),
        ("GenerationRun", {"id": bad}),
        ("ChangeLog", {"restaurantId": bad}),
    ):
        assert list((await standing.client.ask(document, **variables)).values()) == [None], document
    assert (await standing.client.post("query ($id: ID!) { node(id: $id) { id } }", id=bad)) == {
        "node": None
    }


WRONG = [
    ("CreateRestaurant", {"name": ""}, None, "name"),
    ("CreateRestaurant", {"name": LONG}, None, "name"),
    ("CreateRestaurant", {"name": "a\0b"}, None, "name"),
    ("CreateRestaurant", {"timeZone": "Asia/Atlantis"}, None, "timeZone"),
    ("CreateRestaurant", {"timeZone": ""}, None, "timeZone"),
    ("CreateRestaurant", {"timeZone": "../../etc/localtime"}, None, "timeZone"),
    ("CreateRestaurant", {"timeZone": "a\0b"}, None, "timeZone"),
    ("CreateRestaurant", {"timeZone": LONG}, None, "timeZone"),
    ("CreateStaffMember", {"name": " \u3000\t"}, None, "name"),
    ("CreateStaffMember", {"name": LONG}, None, "name"),
    ("CreateStaffMember", {"name": "\0"}, None, "name"),
    ("CreateStaffMember", {"position": LONG}, None, "position"),
    ("CreateStaffMember", {"position": "a\0"}, None, "position"),
    ("CreateStaffMember", {"employedUntil": "2025-01-13"}, "FROM_AFTER_UNTIL", None),
    ("UpdateStaffMember", {"name": ""}, None, "name"),
    ("UpdateStaffMember", {"name": None}, None, "name"),
    ("UpdateStaffMember", {"employedFrom": None}, None, "employedFrom"),
    ("UpdateStaffMember", {"employedUntil": "2024-03-31"}, "FROM_AFTER_UNTIL", None),
    ("CreateStaffGroup", {"name": ""}, None, "name"),
    ("CreateStaffGroup", {"name": LONG}, None, "name"),
    ("CreateStaffGroup", {"color": LONG}, None, "color"),
    ("CreateStaffGroup", {"criticality": 0}, None, "criticality"),
    ("CreateStaffGroup", {"criticality": 6}, None, "criticality"),
    ("CreateStaffGroup", {"needPolicy": "MINIMUM_PRESENT"}, None, "minimumPresent"),
    (
        "CreateStaffGroup",
        {"needPolicy": "MINIMUM_PRESENT", "minimumPresent": 0},
        None,
        "minimumPresent",
    ),
    ("CreateBackupAssignment", {"priorityOrder": 0}, "PRIORITY_ORDER_TOO_SMALL", "priorityOrder"),
    ("CreateBackupAssignment", {"priorityOrder": -5}, "PRIORITY_ORDER_TOO_SMALL", "priorityOrder"),
    (
        "CreateBackupAssignment",
        {"effectiveFrom": LAST, "effectiveUntil": DAY},
        "FROM_AFTER_UNTIL",
        "effectiveFrom",
    ),
    ("CreateBackupAssignment", {"notes": LONG}, None, "notes"),
    ("CreateBackupAssignment", {"notes": "a\0b"}, None, "notes"),
    ("CreateBackupAssignment", {"clientMutationId": "a\0b"}, None, "clientMutationId"),
    ("CreateBackupAssignment", {"clientMutationId": LONG}, None, "clientMutationId"),
    ("UpdateBackupAssignment", {"priorityOrder": 0}, "PRIORITY_ORDER_TOO_SMALL", "priorityOrder"),
    (
        "UpdateBackupAssignment",
        {"effectiveFrom": LAST, "effectiveUntil": DAY},
        "FROM_AFTER_UNTIL",
        "effectiveFrom",
    ),
    ("UpdateBackupAssignment", {"isActive": None}, None, "isActive"),
    ("ReorderBackupAssignments", {"ids": []}, "ORDER_INCOMPLETE", "ids"),
    ("CreateWorkLimit", {"shiftTypes": ["nonsense"]}, None, "shiftTypes"),
    ("CreateWorkLimit", {"shiftTypes": []}, None, "shiftTypes"),
    ("CreateWorkLimit", {"shiftTypes": ["off", "normal"]}, "MIXED_SHIFT_TYPES", "shiftTypes"),
    ("CreateWorkLimit", {"minimum": 0.3}, "NOT_HALF_DAYS", "minimum"),
    ("CreateWorkLimit", {"maximum": 1e300}, None, "maximum"),
    ("CreateWorkLimit", {"minimum": -1}, None, "minimum"),
    ("CreateWorkLimit", {"minimum": 3, "maximum": 2}, None, None),
    ("CreateWorkLimit", {"minimum": None}, None, "minimum"),
    ("CreateWorkLimit", {"weight": 0}, None, "weight"),
    ("CreateWorkLimit", {"weight": 1001}, None, "weight"),
    ("CreateWorkLimit", {"window": "ROLLING_DAYS"}, None, "days"),
    ("CreateWorkLimit", {"window": "ROLLING_DAYS", "days": 0}, None, "days"),
    ("CreateWorkLimit", {"scope": "EMPLOYMENT_TYPE", "targets": ["X"]}, None, "targets"),
    ("CreateWorkLimit", {"scope": "STAFF", "targets": []}, None, "targets"),
    ("CreatePriorityRule", {"shiftType": "nonsense"}, None, "shiftType"),
    ("CreatePriorityRule", {"shiftType": "a\0b"}, None, "shiftType"),
    ("CreatePriorityRule", {"weekdays": []}, None, "weekdays"),
    ("CreatePriorityRule", {"weight": 0}, None, "weight"),
    ("CreateCalendarRule", {"reason": LONG}, None, "reason"),
    ("RequestDayOff", {"date": "2024-03-31"}, "NOT_EMPLOYED", "date"),
    ("RequestDayOff", {"reason": "\0"}, None, "reason"),
    ("CreateSchedule", {"end": "2025-01-13"}, "SCHEDULE_LENGTH", None),
    ("CreateSchedule", {"end": "2027-10-10"}, "SCHEDULE_LENGTH", None),
    ("CreateSchedule", {"end": "9999-12-31"}, "SCHEDULE_LENGTH", None),
    ("GenerateSchedule", {"timeLimitSeconds": 0}, None, "timeLimitSeconds"),
    ("GenerateSchedule", {"timeLimitSeconds": -1}, None, "timeLimitSeconds"),
    ("GenerateSchedule", {"timeLimitSeconds": 1_000_000}, None, "timeLimitSeconds"),
    ("PublishSchedule", {"override": LONG}, None, "override"),
]


@pytest.mark.parametrize(
    ("document", "change", "code", "field"),
    [pytest.param(*case, id=f"{case[0]}-{case[3]}-{n}") for n, case in enumerate(WRONG)],
)
async def test_wrong_value_is_a_problem_that_names_its_field(
    standing: House, document: str, change: dict[str, Any], code: str | None, field: str | None
):
    given = {**acceptable(standing)[document], **change}
    problem = await refused(standing, document, "ValidationProblem", **given)
    assert code in {None, problem["code"]}
    assert field is None or field in problem["path"]


CELLS = [
    ({"date": BEYOND}, "DATE_OUTSIDE_SCHEDULE", "date"),
    ({"date": "9999-12-31"}, "DATE_OUTSIDE_SCHEDULE", "date"),
    ({"date": "0001-01-01"}, "DATE_OUTSIDE_SCHEDULE", "date"),
    ({"staffId": "leaver"}, "NOT_EMPLOYED", None),
    ({"shiftType": "nonsense"}, "UNKNOWN_SHIFT_TYPE", "shiftType"),
    ({"shiftType": ""}, "UNKNOWN_SHIFT_TYPE", "shiftType"),
    ({"shiftType": "a\0b"}, "UNKNOWN_SHIFT_TYPE", "shiftType"),
    ({"shiftType": None, "pinned": True}, "PIN_WITHOUT_SHIFT", None),
]


@pytest.mark.parametrize(("change", "code", "field"), CELLS)
async def test_one_bad_cell_refuses_all(standing: House, change, code: str, field: str | None):
    if "staffId" in change:
        change = {"staffId": standing.staff[change["staffId"]]}
    shifts = [standing.cell("n", DAY, "off"), {**standing.cell("m", DAY, "off"), **change}]
    given = {"scheduleId": standing.schedule, "shifts": shifts}
    problem = await refused(standing, "SetShifts", "ValidationProblem", **given)
    assert problem["code"] == code
    assert problem["path"][:2] == ["input", "shifts"]
    assert field is None or field in problem["path"]


async def test_backup_in_their_own_group_is_refused(standing: House):
    given = {"staffId": standing.staff["m"], "groupId": standing.groups["g"]}
    problem = await refused(standing, "CreateBackupAssignment", "ValidationProblem", **given)
    assert problem["code"] == "SELF_GROUP"


async def test_second_assignment_of_a_pair_is_refused(standing: House):
    pair = {"staffId": standing.staff["b"], "groupId": standing.groups["g"]}
    kind = "ValidationProblem"
    problem = await refused(standing, "CreateBackupAssignment", kind, **pair)
    assert problem["code"] == "DUPLICATE"
    problem = await refused(standing, "CreateBackupAssignment", kind, **pair, effectiveFrom=DAY)
    assert problem["code"] == "EFFECTIVE_PERIODS_OVERLAP"


async def test_order_needs_every_assignment_exactly_once(kitchen: House):
    await kitchen.back("g", "c")
    first, second = kitchen.assignments["g", "b"], kitchen.assignments["g", "c"]
    for ids in ([first], [first, first], [first, second, second]):
        given = {"groupId": kitchen.groups["g"], "ids": ids}
        problem = await refused(kitchen, "ReorderBackupAssignments", "ValidationProblem", **given)
        assert problem["code"] == "ORDER_INCOMPLETE"


async def test_contradicting_dates_and_second_requests_are_refused(kitchen: House):
    await kitchen.rule_date(DAY, "CLOSED")
    given = {"restaurantId": kitchen.id, "date": DAY, "kind": "MUST_WORK"}
    problem = await refused(kitchen, "CreateCalendarRule", "ValidationProblem", **given)
    assert problem["code"] == "CALENDAR_CONTRADICTION"
    asked = {"staffId": kitchen.staff["m"], "date": LAST}
    await kitchen.client.do("RequestDayOff", **asked)
    problem = await refused(kitchen, "RequestDayOff", "ValidationProblem", **asked)
    assert problem["code"] == "DUPLICATE"
