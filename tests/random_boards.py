"""Random boards for laws that must hold on every board: small, and with rules of every kind."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any

from hypothesis import strategies as st

from domain.covers import CoverSource
from domain.ids import GroupId, StaffId
from domain.limit_units import OF_WHOLE_CELLS
from domain.periods import WEEKDAYS
from domain.rules import (
    CalendarRuleKind,
    Direction,
    Level,
    LimitScope,
    LimitUnit,
    LimitWindow,
    StandingRuleKind,
)
from domain.schedules import Board, ScheduleStatus
from domain.shifts import ShiftAssignment, ShiftSource, ShiftType
from domain.staff import CoverageMode, EmploymentType, HolidayPolicy, IdlePolicy, NeedPolicy
from tests.builders import (
    WORKING,
    backup,
    built_in_types,
    calendar,
    cell,
    cover,
    limit,
    membership,
    person,
    priority_rule,
    request,
    restaurant,
    restaurant_board,
    staff_group,
    standing,
    succession,
)

MONDAY = date(2025, 1, 6)
HISTORY_DAYS = 6
OF_HOURS = [w for w in LimitWindow if w not in OF_WHOLE_CELLS]
Drawing = st.DrawFn


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The largest board to draw, and the smallest."""

    staff: int = 4
    days: int = 8
    groups: int = 3
    fewest_staff: int = 1
    fewest_groups: int = 0


@st.composite
def boards(draw: Drawing, size: Size = Size()) -> Board:
    start = MONDAY + timedelta(days=draw(st.integers(0, 6)))
    end = start + timedelta(days=draw(st.integers(1, size.days)) - 1)
    people = [
        _person(draw, n + 1, start, end)
        for n in range(draw(st.integers(size.fewest_staff, size.staff)))
    ]
    groups = [
        _group(draw, n + 1) for n in range(draw(st.integers(size.fewest_groups, size.groups)))
    ]
    types = _types(draw)
    pairs = [(g.id, p.id) for g in groups for p in people]
    rules = _rules(draw, types, [p.id for p in people], [g.id for g in groups])
    board = restaurant_board(
        start,
        end,
        staff=people,
        groups=groups,
        restaurant=restaurant(
            week_start=draw(st.sampled_from(WEEKDAYS)), borrowing=draw(st.booleans())
        ),
        today=start + timedelta(days=draw(st.integers(-2, size.days))),
        status=draw(st.sampled_from(ScheduleStatus)),
        shift_types=types,
        memberships=[
            membership(g, p, **_dates(draw, start, end)) for g, p in draw(_some(pairs, 5))
        ],
        backup_assignments=[
            backup(n, p, g, draw(st.integers(1, 3)), **_dates(draw, start, end))
            for n, (g, p) in enumerate(draw(_some(pairs, 5)))
        ],
        calendar_rules=_calendar(draw, start, end),
        past_cover_counts={p.id: draw(st.integers(0, 3)) for p in people if draw(st.booleans())},
        **rules,
    )
    history = _cells(draw, board, start - timedelta(days=HISTORY_DAYS), HISTORY_DAYS)
    return refilled(draw, replace(board, history=history))


def refilled(draw: Drawing, board: Board) -> Board:
    """The same board with other cells, covers and requests."""
    keys = [(d, g.id, p.id) for d in board.days for g in board.groups for p in board.staff]
    asked = [(p.id, d) for p in board.staff for d in board.days]
    return replace(
        board,
        shifts=_cells(draw, board, board.schedule.start, len(board.days)),
        covers=tuple(
            cover(*key, source=draw(st.sampled_from(CoverSource)), pinned=draw(st.booleans()))
            for key in draw(_some(keys, 6))
        ),
        day_off_requests=tuple(
            request(n, staff_id, day) for n, (staff_id, day) in enumerate(draw(_some(asked, 2)))
        ),
    )


def _some(values: list[Any], most: int) -> st.SearchStrategy[list[Any]]:
    if not values:
        return st.just([])
    return st.lists(st.sampled_from(values), max_size=most, unique=True)


def _day(draw: Drawing, start: date, end: date) -> date:
    return start + timedelta(days=draw(st.integers(-3, (end - start).days + 1)))


def _dates(draw: Drawing, start: date, end: date) -> dict[str, date | None]:
    first = draw(st.sampled_from([None, None, _day(draw, start, end)]))
    last = draw(st.sampled_from([None, None, _day(draw, start, end)]))
    if first is not None and last is not None:
        first, last = min(first, last), max(first, last)
    return {"effective_from": first, "effective_until": last}


def _person(draw: Drawing, number: int, start: date, end: date) -> Any:
    joined = draw(st.sampled_from([date(2020, 1, 1), date(2020, 1, 1), _day(draw, start, end)]))
    return person(
        number,
        employment_type=draw(st.sampled_from(EmploymentType)),
        employed_from=joined,
        employed_until=draw(st.sampled_from([None, None, max(joined, _day(draw, start, end))])),
        deactivated_on=draw(st.sampled_from([None, None, None, _day(draw, start, end)])),
        idle_policy=draw(st.sampled_from(IdlePolicy)),
        holiday_policy=draw(st.sampled_from(HolidayPolicy)),
        maximum_groups_per_day=draw(st.integers(1, 2)),
    )


def _group(draw: Drawing, number: int) -> Any:
    policy = draw(st.sampled_from(NeedPolicy))
    return staff_group(
        number,
        need_policy=policy,
        minimum_present=draw(st.integers(1, 3)) if policy is NeedPolicy.MINIMUM_PRESENT else None,
        count_vacancy=draw(st.booleans()),
        coverage_mode=draw(st.sampled_from(CoverageMode)),
        criticality=draw(st.integers(1, 5)),
    )


def _types(draw: Drawing) -> tuple[ShiftType, ...]:
    return built_in_types(
        kept_to_regular=draw(st.booleans()),
        changed={
            "normal": {"starts_at": time(9), "ends_at": time(17, 30)},
            "early": {"can_cover": draw(st.booleans()), "starts_at": time(6), "ends_at": time(10)},
            "late": {
                "absent_for_coverage": draw(st.booleans()),
                "starts_at": time(18),
                "ends_at": time(2),
            },
            "unavailable": {"absent_for_coverage": draw(st.booleans())},
        },
    )


def _cells(draw: Drawing, board: Board, start: date, days: int) -> tuple[ShiftAssignment, ...]:
    """Cells of everybody, some not set, some on days that nobody works."""
    found = []
    codes = [None, "normal", "off", *(t.code for t in board.shift_types)]
    for someone in board.staff:
        row = draw(st.lists(st.sampled_from(codes), min_size=days, max_size=days))
        for n, code in enumerate(row):
            day = start + timedelta(days=n)
            is_stray = not someone.is_employed_on(day)
            if code is None or (is_stray and code != "designated_off"):
                continue
            found.append(
                cell(
                    someone.id,
                    day,
                    code,
                    source=draw(st.sampled_from(ShiftSource)),
                    pinned=draw(st.sampled_from([False, False, True])),
                )
            )
    return tuple(found)


def _calendar(draw: Drawing, start: date, end: date) -> list[Any]:
    kinds = draw(
        st.dictionaries(
            st.integers(-3, (end - start).days), st.sampled_from(CalendarRuleKind), max_size=3
        )
    )
    return [
        calendar(n, start + timedelta(days=offset), kind)
        for n, (offset, kind) in enumerate(kinds.items())
    ]


def _rules(
    draw: Drawing, types: tuple[ShiftType, ...], people: list[StaffId], groups: list[GroupId]
) -> dict[str, Any]:
    codes = st.sampled_from([t.code for t in types])
    levels, weights = st.sampled_from(Level), st.integers(1, 30)
    return {
        "work_limits": [_limit(draw, n, people, groups) for n in range(draw(st.integers(0, 3)))],
        "priority_rules": [
            priority_rule(
                n,
                draw(st.sampled_from(people)),
                draw(codes),
                weekdays=tuple(draw(_some(list(WEEKDAYS), 5))),
                direction=draw(st.sampled_from(Direction)),
                level=draw(levels),
                weight=draw(weights),
            )
            for n in range(draw(st.integers(0, 2)))
        ],
        "succession_rules": [
            succession(n, draw(codes), draw(codes), level=draw(levels), weight=draw(weights))
            for n in range(draw(st.integers(0, 2)))
        ],
        "standing_rules": [
            standing(n, kind, draw(weights))
            for n, kind in enumerate(draw(_some(list(StandingRuleKind), 2)))
        ],
    }


def _limit(draw: Drawing, number: int, people: list[StaffId], groups: list[GroupId]) -> Any:
    window = draw(st.sampled_from(LimitWindow))
    rests = [["off"], ["off", "early"], ["off", "designated_off", "unavailable"]]
    works = [list(WORKING), ["early"], ["normal", "late"]]
    is_in_hours = window in OF_HOURS and draw(st.booleans())
    most = 3 if window is LimitWindow.WEEKENDS else 12
    scope = draw(st.sampled_from([s for s in LimitScope if groups or s is not LimitScope.GROUP]))
    targets: dict[str, Any] = {
        LimitScope.ALL: {},
        LimitScope.STAFF: {"target_staff_ids": tuple(draw(_some(people, 2)))},
        LimitScope.GROUP: {"target_group_ids": tuple(draw(_some(groups, 2)))},
        LimitScope.EMPLOYMENT_TYPE: {
            "target_employment_types": tuple(draw(_some(list(EmploymentType), 2)))
        },
    }[scope]
    return limit(
        number,
        window,
        draw(st.sampled_from(works if is_in_hours else rests + works)),
        days=draw(st.integers(1, 5)) if window is LimitWindow.ROLLING_DAYS else None,
        **(_hours(draw) if is_in_hours else _half_days(draw, most)),
        level=draw(st.sampled_from(Level)),
        weight=draw(st.integers(1, 30)),
        scope=scope,
        **targets,
    )


def _half_days(draw: Drawing, most: int) -> dict[str, Any]:
    low, high = _bounds(draw, most)
    return {"minimum_half_days": low, "maximum_half_days": high}


def _hours(draw: Drawing) -> dict[str, Any]:
    low, high = _bounds(draw, 200)
    return {
        "unit": LimitUnit.HOURS,
        "minimum_minutes": None if low is None else 15 * low,
        "maximum_minutes": None if high is None else 15 * high,
    }


def _bounds(draw: Drawing, most: int) -> tuple[int | None, int | None]:
    low, high = sorted(draw(st.lists(st.integers(0, most), min_size=2, max_size=2)))
    side = draw(st.sampled_from(("both", "minimum", "maximum")))
    return None if side == "maximum" else low, None if side == "minimum" else high
