"""Values of wrong types and at the ends of what a type can hold."""

import json
from typing import Any

import pytest

from tests.inputs import DAY, LAST, acceptable, post_escaped, refused, untouched
from tests.stories import House
from tests.system import DOCUMENTS

BEYOND = "2025-01-17"

pytestmark = pytest.mark.usefixtures("quiet")


UNTYPED = [
    ("CreateBackupAssignment", {"priorityOrder": 2**31}),
    ("CreateBackupAssignment", {"priorityOrder": -(2**31) - 1}),
    ("CreateBackupAssignment", {"priorityOrder": 1.5}),
    ("CreateBackupAssignment", {"priorityOrder": "1"}),
    ("CreateBackupAssignment", {"priorityOrder": 10**400}),
    ("CreateBackupAssignment", {"priorityOrder": True}),
    ("CreateBackupAssignment", {"staffId": None}),
    ("CreateBackupAssignment", {"staffId": ["x"]}),
    ("CreateBackupAssignment", {"staffId": 1.5}),
    ("CreateBackupAssignment", {"assignmentType": "NONSENSE"}),
    ("CreateBackupAssignment", {"nonsense": 1}),
    ("CreateBackupAssignment", {"notes": {"a": 1}}),
    ("SetShifts", {"shifts": None}),
    ("SetShifts", {"shifts": [None]}),
    ("SetShifts", {"shifts": "x"}),
    ("UpdateStaffMember", {"expectedRevision": 2**31}),
    *(
        ("RequestDayOff", {"date": day})
        for day in (
            "2025-01",
            "0000-00-00",
            "2025-02-30",
            "2025-1-5",
            "20250115",
            "2025-01-15T00:00:00Z",
            "２０２５-01-15",
            "99999-01-01",
            "-001-01-01",
            "",
            "\0",
            20250115,
            None,
        )
    ),
]


@pytest.mark.parametrize(("document", "change"), UNTYPED)
async def test_wrong_type_is_a_request_error(
    standing: House, document: str, change: dict[str, Any]
):
    given = {**acceptable(standing)[document], **change}
    body = {"query": DOCUMENTS[document], "variables": {"input": given}}
    async with untouched(standing):
        status, answer = await post_escaped(standing.client, body)
    assert status == 400, answer
    assert "data" not in answer
    assert all("internal" not in error["message"].lower() for error in answer["errors"])


@pytest.mark.parametrize("escape", [r"\ud800", r"a\udfffb", r"\ud83d"])
async def test_half_of_a_pair_is_refused_wherever_it_stands(standing: House, escape: str):
    given = {**acceptable(standing)["CreateStaffMember"], "name": "NAME"}
    variables = {"query": DOCUMENTS["CreateStaffMember"], "variables": {"input": given}}
    literal = {
        "query": "mutation { createStaffMember(input: {"
        f'restaurantId: "{standing.id}", name: "NAME", '
        f'employmentType: REGULAR, employedFrom: "{DAY}"'
        "}) { __typename } }"
    }
    for body in (variables, literal):
        async with untouched(standing):
            status, answer = await post_escaped(
                standing.client, json.dumps(body).replace("NAME", escape)
            )
        made = (answer.get("data") or {}).get("createStaffMember", {})
        assert status == 400 or made["__typename"] == "ValidationProblem", answer


@pytest.mark.parametrize("name", ["👩‍🍳", "İstanbul", "e\u0301", "\u202eabc", "𠮷野家", '"\\\n%s'])
async def test_unusual_names_are_read_back_as_written(kitchen: House, name: str):
    given = {**acceptable(kitchen)["CreateStaffMember"], "name": name}
    made = await kitchen.client.do("CreateStaffMember", **given)
    settings = (await kitchen.client.ask("Settings", restaurantId=kitchen.id))["restaurant"]
    assert name in [member["name"] for member in settings["staff"]]
    assert made["staffMember"]["name"] == name


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-02", "9999-12-30", "9999-12-31"])
async def test_no_schedule_lies_at_the_ends_of_the_calendar(standing: House, day: str):
    given = {"restaurantId": standing.id, "start": day, "end": day}
    problem = await refused(standing, "CreateSchedule", "ValidationProblem", **given)
    assert problem["path"][0] == "input"
    asked = {"scheduleId": standing.schedule, "groupId": standing.groups["g"], "date": day}
    status, answer = await post_escaped(
        standing.client, {"query": DOCUMENTS["ExplainCover"], "variables": asked}
    )
    assert status == 200
    assert (answer.get("data") or {}).get("explainCover") is None


async def test_reads_of_impossible_pages_and_spans_are_clear_errors(standing: House):
    for document, variables in (
        ("ChangeLog", {"restaurantId": standing.id, "first": -1}),
        ("ChangeLog", {"restaurantId": standing.id, "first": 10_000}),
        ("ChangeLog", {"restaurantId": standing.id, "after": "nonsense"}),
        ("Conflicts", {"restaurantId": standing.id, "start": LAST, "end": DAY}),
        ("Conflicts", {"restaurantId": standing.id, "start": "0001-01-01", "end": "9999-12-31"}),
        ("SuggestBackups", {"scheduleId": standing.schedule, "first": -1}),
        ("SuggestBackups", {"scheduleId": standing.schedule, "first": 2**31 - 1}),
        (
            "ExplainCover",
            {"scheduleId": standing.schedule, "groupId": standing.groups["g"], "date": BEYOND},
        ),
    ):
        body = {"query": DOCUMENTS[document], "variables": variables}
        status, answer = await post_escaped(standing.client, body)
        assert status in {200, 400}, (document, answer)
        for error in answer.get("errors", []):
            assert error["extensions"]["code"] not in {"INTERNAL", "INTERNAL_ERROR"}, document
