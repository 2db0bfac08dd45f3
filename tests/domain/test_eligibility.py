from datetime import date, timedelta

import pytest

from domain.eligibility import facts_against, reasons_against
from domain.questions import Setting
from domain.rules import CalendarRuleKind, Direction, Level, LimitWindow
from domain.staff import CoverageMode, EmploymentType, HolidayPolicy, IdlePolicy
from tests.builders import (
    RESTING,
    WORKING,
    backup,
    built_in_types,
    calendar,
    cell,
    cover,
    limit,
    person,
    priority_rule,
    request,
    restaurant,
    restaurant_board,
    row,
    staff_group,
    succession,
)

DAY = date(2025, 1, 15)
IN_RUN, AS_IT_STANDS = Setting.IN_RUN, Setting.AS_IT_STANDS
NAKATA = 3


def kitchen(**fields):
    """佐藤 and 鈴木 in group 1, 佐藤 off; 中田 is the backup."""
    return restaurant_board(
        DAY,
        DAY,
        **{
            "staff": [person(1, "佐藤"), person(2, "鈴木"), person(NAKATA, "中田"), 4],
            "groups": {1: [1, 2]},
            "backups": [backup(1, NAKATA, 1)],
            **fields,
            "shifts": [cell(1, DAY, "×", pinned=True), *fields.get("shifts", ())],
        },
    )


def codes(board, setting=AS_IT_STANDS, staff_id=NAKATA):
    return [r.code for r in reasons_against(board, staff_id, 1, DAY, setting)]


def nakata(**fields):
    return [person(1, "佐藤"), person(2, "鈴木"), person(NAKATA, "中田", **fields), 4]


CASES = [
    ("a free backup", {}, []),
    ("no assignment", {"backups": []}, ["ASSIGNMENT_NOT_ACTIVE"]),
    (
        "effective from tomorrow",
        {"backups": [backup(1, NAKATA, 1, effective_from=DAY + timedelta(days=1))]},
        ["OUTSIDE_EFFECTIVE_PERIOD"],
    ),
    ("effective from today", {"backups": [backup(1, NAKATA, 1, effective_from=DAY)]}, []),
    (
        "effective until yesterday",
        {"backups": [backup(1, NAKATA, 1, effective_until=DAY - timedelta(days=1))]},
        ["OUTSIDE_EFFECTIVE_PERIOD"],
    ),
    (
        "left yesterday",
        {"staff": nakata(employed_until=DAY - timedelta(days=1))},
        ["NOT_EMPLOYED"],
    ),
    (
        "left yesterday, and closed today",
        {
            "staff": nakata(employed_until=DAY - timedelta(days=1)),
            "calendar_rules": (calendar(1, DAY, CalendarRuleKind.CLOSED),),
        },
        ["NOT_EMPLOYED", "DAY_CLOSED"],
    ),
    ("last day", {"staff": nakata(employed_until=DAY)}, []),
    ("deactivated", {"staff": nakata(deactivated_on=DAY)}, ["NOT_EMPLOYED"]),
    ("deactivated later", {"staff": nakata(deactivated_on=DAY + timedelta(days=1))}, []),
    ("member", {"groups": {1: [1, 2, NAKATA]}}, ["MEMBER_OF_GROUP"]),
    (
        "closed",
        {"calendar_rules": (calendar(1, DAY, CalendarRuleKind.CLOSED),)},
        ["DAY_CLOSED"],
    ),
    ("pinned rest", {"shifts": [cell(NAKATA, DAY, "⊘", pinned=True)]}, ["BACKUP_ABSENT"]),
    ("typed rest", {"shifts": [cell(NAKATA, DAY, "★")]}, ["BACKUP_ABSENT"]),
    ("request", {"day_off_requests": (request(1, NAKATA, DAY),)}, ["BACKUP_ABSENT"]),
    (
        "pinned to work against a request",
        {
            "day_off_requests": (request(1, NAKATA, DAY),),
            "shifts": [cell(NAKATA, DAY, "○", pinned=True)],
        },
        [],
    ),
    ("pinned early", {"shifts": [cell(NAKATA, DAY, "△", pinned=True)]}, ["OTHER_SHIFT"]),
    (
        "early that can cover",
        {
            "shifts": [cell(NAKATA, DAY, "△", pinned=True)],
            "shift_types": built_in_types(changed={"early": {"can_cover": True}}),
        },
        [],
    ),
    (
        "member elsewhere, pinned to work",
        {"groups": {1: [1, 2], 2: [NAKATA, 4]}, "shifts": [cell(NAKATA, DAY, "○", pinned=True)]},
        ["OTHER_SHIFT", "NEEDED_AT_HOME"],
    ),
    (
        "holiday",
        {
            "staff": nakata(holiday_policy=HolidayPolicy.OFF),
            "calendar_rules": (calendar(1, DAY, CalendarRuleKind.HOLIDAY),),
        },
        ["HOLIDAY_BLOCKED"],
    ),
    (
        "holiday on which all must work",
        {
            "staff": nakata(holiday_policy=HolidayPolicy.OFF),
            "calendar_rules": (
                calendar(1, DAY, CalendarRuleKind.HOLIDAY),
                calendar(2, DAY, CalendarRuleKind.MUST_WORK),
            ),
        },
        [],
    ),
    (
        "employment type may not cover",
        {
            "staff": nakata(employment_type=EmploymentType.PART_TIME),
            "shift_types": built_in_types(
                changed={"normal": {"employment_types": (EmploymentType.REGULAR,)}}
            ),
        },
        ["SHIFT_NOT_ALLOWED"],
    ),
    (
        "hard avoidance",
        {
            "priority_rules": (
                priority_rule(1, NAKATA, "normal", direction=Direction.AVOID, level=Level.HARD),
            )
        },
        ["SHIFT_NOT_ALLOWED"],
    ),
    (
        "soft avoidance",
        {"priority_rules": (priority_rule(1, NAKATA, "normal", direction=Direction.AVOID),)},
        [],
    ),
    (
        "hard maximum",
        {"work_limits": (limit(1, LimitWindow.PERIOD, WORKING, maximum_half_days=0),)},
        ["LIMIT_REACHED"],
    ),
    (
        "soft maximum",
        {
            "work_limits": (
                limit(1, LimitWindow.PERIOD, WORKING, maximum_half_days=0, level=Level.SOFT),
            )
        },
        [],
    ),
    (
        "already working",
        {
            "shifts": [cell(NAKATA, DAY, "○")],
            "work_limits": (limit(1, LimitWindow.PERIOD, WORKING, maximum_half_days=0),),
        },
        [],
    ),
    (
        "succession from history",
        {
            "history": row(NAKATA, DAY - timedelta(days=1), "◇"),
            "succession_rules": (succession(1, "late", "normal", level=Level.HARD),),
        },
        ["LIMIT_REACHED"],
    ),
    (
        "used elsewhere",
        {
            "groups": {1: [1, 2], 2: [4]},
            "covers": (cover(DAY, 2, NAKATA),),
            "shifts": [cell(NAKATA, DAY, "○")],
        },
        ["USED_FOR_GROUP"],
    ),
    (
        "two groups a day",
        {
            "staff": nakata(maximum_groups_per_day=2),
            "groups": {1: [1, 2], 2: [4]},
            "covers": (cover(DAY, 2, NAKATA),),
            "shifts": [cell(NAKATA, DAY, "○")],
        },
        [],
    ),
    ("needed at home", {"groups": {1: [1, 2], 2: [NAKATA]}}, ["NEEDED_AT_HOME"]),
    (
        "home weighs less",
        {
            "groups": [staff_group(1), staff_group(2, coverage_mode=CoverageMode.DESIRED)],
            "members": {1: [1, 2], 2: [NAKATA]},
        },
        [],
    ),
    (
        "home has a cover",
        {
            "groups": {1: [1, 2], 2: [NAKATA]},
            "covers": (cover(DAY, 2, 4, pinned=True),),
            "shifts": [cell(4, DAY, "○")],
        },
        [],
    ),
    (
        "no borrowing",
        {
            "groups": [staff_group(1), staff_group(2, coverage_mode=CoverageMode.DESIRED)],
            "members": {1: [1, 2], 2: [NAKATA]},
            "restaurant": restaurant(borrowing=False),
        },
        ["NEEDED_AT_HOME"],
    ),
]


@pytest.mark.parametrize(("fields", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_every_failing_test_is_listed_in_order(fields, expected):
    assert codes(kitchen(**fields)) == expected


def test_a_generated_rest_is_no_obstacle_in_a_run():
    board = kitchen(shifts=row(NAKATA, DAY, "×"))

    assert codes(board, IN_RUN) == []
    assert codes(board) == ["BACKUP_ABSENT"]


def test_a_generated_rest_comes_after_every_other_reason_as_it_stands():
    board = kitchen(
        shifts=row(NAKATA, DAY, "×"),
        work_limits=(limit(1, LimitWindow.WEEK, RESTING, minimum_half_days=2),),
        schedule=restaurant_board(DAY, DAY).schedule,
    )
    monday = DAY - timedelta(days=2)
    whole_week = restaurant_board(
        monday,
        monday + timedelta(days=6),
        staff=board.staff,
        groups=board.groups,
        members={1: [1, 2]},
        backups=board.backup_assignments,
        shifts=[row(NAKATA, monday, "○○×○○○○"), cell(1, DAY, "×")],
        work_limits=board.work_limits,
    )

    assert codes(whole_week) == ["LIMIT_REACHED", "BACKUP_ABSENT"]


def test_the_last_open_day_of_a_week_cannot_go_to_a_cover_that_leaves_too_little_rest():
    monday = DAY - timedelta(days=2)
    board = restaurant_board(
        monday,
        monday + timedelta(days=6),
        staff=[1, 2, person(NAKATA, "中田")],
        groups={1: [1, 2]},
        backups=[backup(1, NAKATA, 1)],
        shifts=[row(NAKATA, monday, "○○.×○○○"), cell(1, DAY, "×")],
        work_limits=(limit(1, LimitWindow.WEEK, RESTING, minimum_half_days=4),),
    )

    assert codes(board) == ["LIMIT_REACHED"]


@pytest.mark.parametrize(("symbol", "code"), [("×", "BACKUP_ABSENT"), ("△", "OTHER_SHIFT")])
def test_a_set_cell_is_fixed_as_it_stands_also_where_a_kept_cover_would_change_it(symbol, code):
    held = cover(DAY, 2, NAKATA, pinned=True)
    two = nakata(maximum_groups_per_day=2)
    board = kitchen(
        staff=two, groups={1: [1, 2], 2: [4]}, shifts=row(NAKATA, DAY, symbol), covers=[held]
    )

    assert (codes(board, IN_RUN), codes(board)) == ([], [code])


def test_standby_is_no_obstacle_as_it_stands():
    board = kitchen(staff=nakata(idle_policy=IdlePolicy.STANDBY), shifts=row(NAKATA, DAY, "⊘"))

    assert codes(board) == []


def test_a_generated_shift_that_cannot_cover_is_an_obstacle_only_as_it_stands():
    board = kitchen(shifts=row(NAKATA, DAY, "△"))

    assert (codes(board, IN_RUN), codes(board)) == ([], ["OTHER_SHIFT"])


def test_facts_leave_out_what_depends_on_the_rest_of_the_schedule():
    board = kitchen(
        groups={1: [1, 2], 2: [NAKATA]},
        work_limits=(limit(1, LimitWindow.PERIOD, WORKING, maximum_half_days=0),),
    )

    assert facts_against(board, NAKATA, 1, DAY) == ()


def test_messages_name_person_and_date():
    (reason,) = reasons_against(
        kitchen(day_off_requests=(request(1, NAKATA, DAY),)), NAKATA, 1, DAY, AS_IT_STANDS
    )

    assert "中田" in reason.message
    assert "2025-01-15" in reason.message
    assert reason.staff_id == NAKATA


def test_a_cover_of_a_group_that_is_no_longer_in_use_is_named_as_such():
    board = kitchen(covers=(cover(DAY, 9, NAKATA),), shifts=[cell(NAKATA, DAY, "○")])
    (reason,) = reasons_against(board, NAKATA, 1, DAY, AS_IT_STANDS)
    assert reason.code == "USED_FOR_GROUP"
    assert "a group no longer in use" in reason.message
