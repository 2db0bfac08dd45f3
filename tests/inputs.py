"""Inputs that are acceptable until a test spoils them, and what a refusal must leave alone."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.stories import House, open_house
from tests.system import Client

DAY, LAST = "2025-01-14", "2025-01-16"
MODERN = "application/graphql-response+json"


IDS = [
    ("CreateStaffMember", "restaurantId"),
    ("UpdateStaffMember", "id"),
    ("CreateStaffGroup", "restaurantId"),
    ("CreateStaffGroup", "memberIds"),
    ("CreateBackupAssignment", "staffId"),
    ("CreateBackupAssignment", "groupId"),
    ("UpdateBackupAssignment", "id"),
    ("DeleteBackupAssignment", "id"),
    ("ReorderBackupAssignments", "groupId"),
    ("ReorderBackupAssignments", "ids"),
    ("CreateWorkLimit", "restaurantId"),
    ("CreatePriorityRule", "staffId"),
    ("CreateCalendarRule", "restaurantId"),
    ("RequestDayOff", "staffId"),
    ("CreateSchedule", "restaurantId"),
    ("SetShifts", "scheduleId"),
    ("GenerateSchedule", "scheduleId"),
    ("PublishSchedule", "scheduleId"),
]
"""Every field of an input that holds ids."""


async def furnish(client: Client) -> House:
    """A kitchen of two with one backup, somebody who leaves, and a schedule of three days."""
    opened = await open_house(client)
    await opened.form("g", "m", "n")
    await opened.back("g", "b")
    await opened.hire("leaver", employedFrom="2024-01-01", employedUntil="2024-12-31")
    await opened.plan(DAY, LAST)
    return opened


@asynccontextmanager
async def untouched(house: House) -> AsyncIterator[None]:
    """Nothing inside may write: the revision and the log stay as they are."""
    before = (await house.revision(), await house.log())
    yield
    assert (await house.revision(), await house.log()) == before


async def refused(house: House, document: str, kind: str, /, **given: Any) -> dict[str, Any]:
    """The problem that a mutation answers, once it is sure that nothing was written."""
    async with untouched(house):
        problem = await house.client.attempt(document, **given)
    assert problem["__typename"] == kind, problem
    assert problem["message"]
    return problem


async def post_escaped(client: Client, body: dict[str, Any] | str) -> tuple[int, dict[str, Any]]:
    """Status and body of a request whose characters are escaped, as lone surrogates need."""
    content = body if isinstance(body, str) else json.dumps(body)
    headers = {"Content-Type": "application/json", "Accept": MODERN}
    answer = await client.http.post("/graphql", content=content, headers=headers)
    return answer.status_code, answer.json()


def acceptable(house: House) -> dict[str, dict[str, Any]]:
    """An acceptable input for every mutation, by the name of its document."""
    schedule = {"scheduleId": house.schedule}
    cells = [house.cell("m", DAY, "off")]
    pair = {"staffId": house.staff["leaver"], "groupId": house.groups["g"]}
    staff = {"name": "x", "employmentType": "REGULAR", "employedFrom": DAY}
    limit = {"name": "x", "window": "WEEK", "shiftTypes": ["off"], "minimum": 1, "scope": "ALL"}
    rule = {"name": "x", "staffId": house.staff["m"], "shiftType": "normal"}
    preference = {"weekdays": ["MONDAY"], "direction": "PREFER", "level": "SOFT"}
    place = {"restaurantId": house.id}
    assignment = {"id": house.assignments["g", "b"]}
    return {
        "CreateRestaurant": {"name": "x", "timeZone": "Asia/Tokyo"},
        "CreateStaffMember": place | staff,
        "UpdateStaffMember": {"id": house.staff["m"], "name": "x"},
        "CreateStaffGroup": place | {"name": "x", "memberIds": [house.staff["m"]]},
        "ReorderBackupAssignments": {"groupId": house.groups["g"], "ids": [assignment["id"]]},
        "CreateBackupAssignment": pair,
        "UpdateBackupAssignment": assignment | {"notes": "x"},
        "DeleteBackupAssignment": assignment,
        "CreateWorkLimit": place | limit | {"level": "SOFT"},
        "CreatePriorityRule": rule | preference,
        "CreateCalendarRule": place | {"date": DAY, "kind": "HOLIDAY"},
        "RequestDayOff": {"staffId": house.staff["m"], "date": DAY},
        "CreateSchedule": place | {"start": DAY, "end": LAST},
        "SetShifts": schedule | {"shifts": cells},
        "GenerateSchedule": schedule,
        "PublishSchedule": schedule | {"override": "agreed"},
    }
