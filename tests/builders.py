"""Short words for boards in tests: the built-in shift types, no rules unless given."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from domain.backups import BackupAssignment
from domain.configurations import ConfigurationStatus, ConfigurationVersion, Restaurant
from domain.covers import Cover, CoverSource
from domain.ids import (
    BackupAssignmentId,
    ConfigurationId,
    GroupId,
    MembershipId,
    RequestId,
    RestaurantId,
    RuleId,
    ScheduleId,
    ShiftCode,
    ShiftTypeId,
    StaffId,
)
from domain.periods import WEEKDAYS
from domain.rules import (
    CalendarRule,
    CalendarRuleKind,
    DayOffRequest,
    Direction,
    Level,
    LimitWindow,
    PriorityRule,
    StandingRule,
    StandingRuleKind,
    SuccessionRule,
    WorkLimit,
)
from domain.schedules import Board, Schedule, ScheduleStatus
from domain.shifts import ShiftAssignment, ShiftSource, ShiftType
from domain.staff import EmploymentType, GroupMembership, StaffGroup, StaffMember

RESTAURANT = RestaurantId(1)
CONFIGURATION = ConfigurationId(1)
SCHEDULE = ScheduleId(1)
CODES_BY_SYMBOL = {
    "○": "normal",
    "△": "early",
    "◇": "late",
    "×": "off",
    "★": "designated_off",
    "⊘": "unavailable",
}
WORKING = ("normal", "early", "late")
RESTING = ("off", "designated_off", "unavailable")


def built_in_types(
    *,
    kept_to_regular: bool = False,
    changed: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[ShiftType, ...]:
    """The six built-in types; `changed` overrides fields by code."""
    changes = changed or {}
    rests = {"normal": 0, "early": 1, "late": 0, "off": 2, "designated_off": 2, "unavailable": 2}
    return tuple(
        ShiftType(
            **{
                "id": ShiftTypeId(n + 1),
                "restaurant_id": RESTAURANT,
                "code": ShiftCode(code),
                "symbol": symbol,
                "name": code,
                "works": code in WORKING,
                "rest_half_days": rests[code],
                "absent_for_coverage": code in RESTING,
                "can_cover": code == "normal",
                "position": n,
                "employment_types": (EmploymentType.REGULAR,)
                if kept_to_regular and code in ("early", "late")
                else (),
                **changes.get(code, {}),
            }
        )
        for n, (symbol, code) in enumerate(CODES_BY_SYMBOL.items())
    )


def person(number: int, name: str | None = None, **fields: Any) -> StaffMember:
    return StaffMember(
        **{
            "id": StaffId(number),
            "restaurant_id": RESTAURANT,
            "name": name or f"S{number}",
            "employment_type": EmploymentType.REGULAR,
            "employed_from": date(2020, 1, 1),
            **fields,
        }
    )


def staff_group(number: int, name: str | None = None, **fields: Any) -> StaffGroup:
    return StaffGroup(
        **{
            "id": GroupId(number),
            "restaurant_id": RESTAURANT,
            "configuration_id": CONFIGURATION,
            "name": name or f"G{number}",
            **fields,
        }
    )


def membership(group_id: int, staff_id: int, **fields: Any) -> GroupMembership:
    return GroupMembership(
        **{
            "id": MembershipId(group_id * 10_000 + staff_id),
            "group_id": GroupId(group_id),
            "staff_id": StaffId(staff_id),
            **fields,
        }
    )


def backup(number: int, staff_id: int, group_id: int, order: int = 1, **f: Any) -> BackupAssignment:
    return BackupAssignment(
        **{
            "id": BackupAssignmentId(number),
            "restaurant_id": RESTAURANT,
            "configuration_id": CONFIGURATION,
            "staff_id": StaffId(staff_id),
            "group_id": GroupId(group_id),
            "priority_order": order,
            **f,
        }
    )


def cell(staff_id: int, day: date, code: str, **fields: Any) -> ShiftAssignment:
    """A cell that a person set; `source` and `pinned` may be given."""
    return ShiftAssignment(
        **{
            "staff_id": StaffId(staff_id),
            "date": day,
            "shift_type": ShiftCode(CODES_BY_SYMBOL.get(code, code)),
            "source": ShiftSource.MANUAL,
            "schedule_id": SCHEDULE,
            **fields,
        }
    )


def row(staff_id: int, start: date, symbols: str, **fields: Any) -> tuple[ShiftAssignment, ...]:
    """One person's generated cells from a date on, one symbol a day; a dot is an unset cell."""
    return tuple(
        cell(
            staff_id,
            start + timedelta(days=n),
            symbol,
            **{"source": ShiftSource.GENERATED, **fields},
        )
        for n, symbol in enumerate(symbols)
        if symbol != "."
    )


def cover(day: date, group_id: int, staff_id: int, **fields: Any) -> Cover:
    return Cover(
        **{
            "date": day,
            "group_id": GroupId(group_id),
            "staff_id": StaffId(staff_id),
            "source": CoverSource.SOLVER,
            "schedule_id": SCHEDULE,
            **fields,
        }
    )


def limit(number: int, window: LimitWindow, codes: Iterable[str], **fields: Any) -> WorkLimit:
    """A hard limit; `minimum_half_days` and `maximum_half_days` count one cell as 2."""
    return WorkLimit(
        **{
            "id": RuleId(number),
            "restaurant_id": RESTAURANT,
            "configuration_id": CONFIGURATION,
            "name": f"limit {number}",
            "window": window,
            "shift_types": tuple(ShiftCode(c) for c in codes),
            "level": Level.HARD,
            **fields,
        }
    )


def priority_rule(number: int, staff_id: int, code: str, **fields: Any) -> PriorityRule:
    """A soft preference on every weekday unless said otherwise."""
    return PriorityRule(
        **{
            "id": RuleId(number),
            "restaurant_id": RESTAURANT,
            "configuration_id": CONFIGURATION,
            "name": f"priority rule {number}",
            "staff_id": StaffId(staff_id),
            "shift_type": ShiftCode(code),
            "weekdays": WEEKDAYS,
            "direction": Direction.PREFER,
            "level": Level.SOFT,
            **fields,
        }
    )


def succession(number: int, from_type: str, to_type: str, **fields: Any) -> SuccessionRule:
    return SuccessionRule(
        **{
            "id": RuleId(number),
            "restaurant_id": RESTAURANT,
            "configuration_id": CONFIGURATION,
            "from_type": ShiftCode(from_type),
            "to_type": ShiftCode(to_type),
            "level": Level.SOFT,
            **fields,
        }
    )


def standing(number: int, kind: StandingRuleKind, weight: int) -> StandingRule:
    return StandingRule(
        id=RuleId(number),
        restaurant_id=RESTAURANT,
        configuration_id=CONFIGURATION,
        kind=kind,
        weight=weight,
    )


def calendar(number: int, day: date, kind: CalendarRuleKind) -> CalendarRule:
    return CalendarRule(
        id=RuleId(number),
        restaurant_id=RESTAURANT,
        configuration_id=CONFIGURATION,
        date=day,
        kind=kind,
    )


def request(number: int, staff_id: int, day: date) -> DayOffRequest:
    return DayOffRequest(
        id=RequestId(number), restaurant_id=RESTAURANT, staff_id=StaffId(staff_id), date=day
    )


def restaurant(**fields: Any) -> Restaurant:
    return Restaurant(
        **{"id": RESTAURANT, "name": "食堂", "time_zone": "Asia/Tokyo", **fields},
    )


def restaurant_board(
    start: date,
    end: date,
    *,
    staff: Iterable[int | StaffMember] = (),
    groups: Mapping[int, Iterable[int]] | Iterable[StaffGroup] = (),
    members: Mapping[int, Iterable[int]] | None = None,
    backups: Iterable[BackupAssignment] = (),
    status: ScheduleStatus = ScheduleStatus.DRAFT,
    kept_to_regular: bool = False,
    **fields: Any,
) -> Board:
    """A board; `groups` is {group: its members} or groups with `members` beside them.

    Everything else is named as on Board: shifts, covers, work_limits, memberships, …
    `shifts` and `history` may hold rows and cells mixed.
    """
    rosters = dict(groups) if isinstance(groups, Mapping) else dict(members or {})
    made = [staff_group(n) for n in groups] if isinstance(groups, Mapping) else list(groups)
    schedule = Schedule(id=SCHEDULE, restaurant_id=RESTAURANT, start=start, end=end, status=status)
    given: dict[str, Any] = {
        "restaurant": restaurant(),
        "configuration": ConfigurationVersion(
            id=CONFIGURATION,
            restaurant_id=RESTAURANT,
            number=1,
            name="1",
            status=ConfigurationStatus.ACTIVE,
        ),
        "schedule": schedule,
        "today": start - timedelta(days=1),
        "shift_types": built_in_types(kept_to_regular=kept_to_regular),
        "staff": tuple(person(s) if isinstance(s, int) else s for s in staff),
        "groups": tuple(made),
        "memberships": tuple(membership(g, s) for g, ids in rosters.items() for s in ids),
        "backup_assignments": tuple(backups),
        **fields,
    }
    for name in ("shifts", "history"):
        given[name] = tuple(_flat(given.get(name, ())))
    return Board(**{k: tuple(v) if isinstance(v, list) else v for k, v in given.items()})


def _flat(cells: Iterable[ShiftAssignment | Iterable[ShiftAssignment]]) -> list[ShiftAssignment]:
    found: list[ShiftAssignment] = []
    for part in cells:
        found += [part] if isinstance(part, ShiftAssignment) else list(part)
    return found
