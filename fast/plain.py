"""Which fields of a board's rows are plain: read off the domain value and the board alone.

What stands here says nothing new: each field is the one of the same name in `schema`, which
answers whatever is not here. A property test holds the two equal, byte for byte.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.schedules import Board

Find = Callable[[Board, Any], Any]


@dataclass(frozen=True, slots=True)
class Own:
    """The value of an attribute, as it is."""

    attribute: str


@dataclass(frozen=True, slots=True)
class GlobalId:
    """The global id of the row itself."""

    attribute: str = "id"


@dataclass(frozen=True, slots=True)
class One:
    """The row whose key an attribute holds; `find` is asked when more than its id is wanted."""

    attribute: str
    find: Find | None = None


@dataclass(frozen=True, slots=True)
class Several:
    """The rows whose keys an attribute holds, in that order."""

    attribute: str
    find: Find | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """Values that the row itself holds."""

    attribute: str


Plain = Own | GlobalId | One | Several | Parts


def _person(board: Board, key: Any) -> Any:
    return board.people[key]


def _group(board: Board, key: Any) -> Any:
    return board.group_by_id[key]


def _shift_type(board: Board, code: Any) -> Any:
    return board.types[code]


STAFF = One("staff_id", _person)
GROUP = One("group_id", _group)

FIELDS: dict[str, dict[str, Plain]] = {
    "ShiftAssignment": {
        "id": GlobalId(),
        "date": Own("date"),
        "source": Own("source"),
        "pinned": Own("pinned"),
        "revision": Own("revision"),
        "staff": STAFF,
        "shiftType": One("shift_type", _shift_type),
    },
    "Cover": {
        "id": GlobalId(),
        "date": Own("date"),
        "priorityOrder": Own("priority_order"),
        "source": Own("source"),
        "pinned": Own("pinned"),
        "revision": Own("revision"),
        "group": GROUP,
        "staff": STAFF,
        "backupAssignment": One("backup_assignment_id"),
        "absentMembers": Several("absent_member_ids", _person),
    },
    "CoverageGap": {
        "date": Own("date"),
        "needed": Own("needed"),
        "covered": Own("covered"),
        "missing": Own("missing"),
        "isProvisional": Own("is_provisional"),
        "reasons": Parts("reasons"),
        "group": GROUP,
    },
    "CoverReason": {"code": Own("code"), "message": Own("message"), "staff": STAFF},
    "Violation": {
        "code": Own("code"),
        "level": Own("level"),
        "message": Own("message"),
        "dates": Own("dates"),
        "staff": STAFF,
        "group": GROUP,
    },
    "StaffMember": {
        "id": GlobalId(),
        "name": Own("name"),
        "employmentType": Own("employment_type"),
        "position": Own("position"),
        "isActive": Own("is_active"),
        "revision": Own("revision"),
    },
    "StaffGroup": {
        "id": GlobalId(),
        "name": Own("name"),
        "color": Own("color"),
        "criticality": Own("criticality"),
        "isActive": Own("is_active"),
        "revision": Own("revision"),
    },
    "ShiftType": {
        "id": GlobalId(),
        "code": Own("code"),
        "symbol": Own("symbol"),
        "name": Own("name"),
        "works": Own("works"),
        "restHalfDays": Own("rest_half_days"),
        "absentForCoverage": Own("absent_for_coverage"),
        "canCover": Own("can_cover"),
        "revision": Own("revision"),
    },
    "BackupAssignment": {"id": GlobalId()},
}
