"""What is asked: the contract's documents as HTTP bodies, and ones that no server has seen."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.system import DOCUMENTS

SMALL = "query Small($id: ID!) { node(id: $id) { id ... on StaffMember { name } } }"
SHIFT_TYPES = "query ($id: ID!) { restaurant(id: $id) { shiftTypes { code symbol works } } }"
WRITTEN_CODES = ("designated_off", "off")
_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    staff_id: str
    date: str


def body(document: str, **variables: Any) -> bytes:
    return json.dumps({"query": document, "variables": variables}).encode()


def board(schedule_id: str) -> bytes:
    return body(DOCUMENTS["ScheduleBoard"], scheduleId=schedule_id)


def unseen_board(schedule_id: str) -> bytes:
    """The same question in a text that was never sent: the operation and a list renamed."""
    number = next(_numbers)
    document = DOCUMENTS["ScheduleBoard"].replace("ScheduleBoard", f"Board{number}")
    renamed, times = re.subn(r"\bshifts \{", f"cells{number}: shifts {{", document)
    if times != 1:
        raise ValueError("the board's document has not one list of shifts")
    return body(renamed, scheduleId=schedule_id)


def small(staff_id: str) -> bytes:
    return body(SMALL, id=staff_id)


def set_shift(schedule_id: str, cell: Cell, code: str) -> bytes:
    shift = {"staffId": cell.staff_id, "date": cell.date, "shiftType": code}
    given = {"clientMutationId": f"bench-{next(_numbers)}", "scheduleId": schedule_id}
    return body(DOCUMENTS["SetShifts"], input={**given, "shifts": [shift]})


def writes(schedule_id: str, cells: tuple[Cell, ...]) -> Iterator[bytes]:
    """Without end, one cell each: every × in turn becomes ★, then every one × again."""
    while True:
        for code in WRITTEN_CODES:
            for cell in cells:
                yield set_shift(schedule_id, cell, code)


def follow(restaurant_id: str) -> dict[str, Any]:
    """The payload of a `subscribe` message."""
    return {"query": DOCUMENTS["Changes"], "variables": {"restaurantId": restaurant_id}}
