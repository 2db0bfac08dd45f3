from datetime import date, timedelta

import pytest

from domain.cover_findings import board_findings
from domain.rules import CalendarRuleKind, Level, LimitWindow, StandingRuleKind
from domain.schedules import ScheduleStatus
from domain.staff import EmploymentType
from domain.violations import violations
from tests.builders import (
    WORKING,
    backup,
    calendar,
    cell,
    cover,
    limit,
    person,
    priority_rule,
    request,
    restaurant_board,
    row,
    standing,
    succession,
)

DAY = date(2025, 1, 15)
NEXT = DAY + timedelta(days=1)


def codes(board):
    return [(v.code, v.level.value) for v in violations(board)]


def covered(**fields):
    return restaurant_board(
        DAY,
        DAY,
        **{
            "staff": [1, 2, 3],
            "groups": {1: [1, 2]},
            "backups": [backup(1, 3, 1)],
            "shifts": [row(1, DAY, "×"), row(2, DAY, "○"), row(3, DAY, "○")],
            "covers": (cover(DAY, 1, 3),),
            **fields,
        },
    )


def test_a_covered_schedule_breaks_nothing():
    assert codes(covered()) == []


def test_hard_violations_come_before_soft_ones():
    rules = (
        limit(1, LimitWindow.PERIOD, WORKING, maximum_half_days=0, level=Level.SOFT),
        limit(2, LimitWindow.PERIOD, WORKING, maximum_half_days=0),
    )

    found = codes(
        covered(staff=[3], groups={}, shifts=row(3, DAY, "○"), covers=(), work_limits=rules)
    )

    assert found == [("WORK_LIMIT", "HARD"), ("WORK_LIMIT", "SOFT")]


def test_a_cover_by_somebody_unassigned_warns():
    assert codes(covered(backups=[])) == [("COVER_BY_UNASSIGNED", "SOFT")]


def test_a_cover_outside_the_effective_period_is_an_error():
    board = covered(backups=[backup(1, 3, 1, effective_from=NEXT)])

    assert codes(board) == [("COVER_OUTSIDE_EFFECTIVE_PERIOD", "HARD")]


def test_a_cover_by_somebody_who_may_not_is_an_error():
    board = covered(day_off_requests=(request(1, 3, DAY),))

    assert codes(board) == [("COVER_NOT_ELIGIBLE", "HARD"), ("REQUEST_NOT_KEPT", "SOFT")]


def test_covers_that_may_not_stand_are_told_by_cause_each_with_its_dates():
    later = [DAY + timedelta(days=n) for n in range(2, 4)]
    days = (DAY, NEXT, *later)
    board = restaurant_board(
        DAY,
        later[-1],
        staff=[1, person(3, employed_until=NEXT)],
        groups={1: [1]},
        backups=[backup(1, 3, 1)],
        shifts=[row(1, DAY, "××××"), row(3, DAY, "○○○○")],
        covers=tuple(cover(day, 1, 3) for day in days),
        day_off_requests=(request(1, 3, DAY), request(2, 3, NEXT)),
    )

    found = [f for f in board_findings(board) if f.code == "COVER_NOT_ELIGIBLE"]

    assert [f.dates for f in found] == [(DAY, NEXT), tuple(later)]
    assert ["has asked" in f.message for f in found] == [True, False]
    assert ["is not employed" in f.message for f in found] == [False, True]
    assert len({f.key for f in found}) == 2


def test_a_published_cover_of_the_past_keeps_the_facts_of_its_time():
    gone = person(3, deactivated_on=DAY)
    board = restaurant_board(
        DAY,
        NEXT,
        staff=[1, 3],
        groups={1: [1]},
        backups=[backup(1, 3, 1)],
        today=NEXT,
        status=ScheduleStatus.PUBLISHED,
        covers=(cover(DAY, 1, 3), cover(NEXT, 1, 3)),
        shifts=[row(1, DAY, "××")],
    )
    deactivated = restaurant_board(
        DAY,
        NEXT,
        staff=[1, gone],
        groups={1: [1]},
        backups=board.backup_assignments,
        today=NEXT,
        status=ScheduleStatus.PUBLISHED,
        covers=board.covers,
        shifts=board.shifts,
    )

    found = [v for v in violations(deactivated) if v.code == "COVER_NOT_ELIGIBLE"]

    assert [v.dates for v in found] == [(NEXT,)]


def test_a_cover_that_may_not_stand_names_who_is_next_in_line():
    staff = [1, 2, 3, person(4, deactivated_on=DAY), 5]
    in_line = (backup(1, 3, 1), backup(2, 4, 1, 2), backup(3, 5, 1, 3))
    shifts = [row(1, DAY, "×"), *(row(n, DAY, "○") for n in (2, 3)), row(5, DAY, "×")]
    asked = (request(1, 3, DAY),)

    board = covered(staff=staff, backups=in_line, shifts=shifts, day_off_requests=asked)
    nobody = covered(day_off_requests=asked)
    (replaced, released) = (
        next(f.fix for f in board_findings(b) if f.code == "COVER_NOT_ELIGIBLE")
        for b in (board, nobody)
    )

    names = {n: board.people[n].name for n in (3, 5)}
    assert f"to replace {names[3]} by {names[5]}, or" in replaced
    assert f"to replace {names[3]}, or" in released


def test_covers_beyond_the_need_are_told():
    board = covered(shifts=[row(1, DAY, "○"), row(2, DAY, "○"), row(3, DAY, "○")])

    assert codes(board) == [("COVER_WITHOUT_NEED", "SOFT")]


def test_covers_on_a_closed_day_are_told_and_no_absence_is():
    board = covered(calendar_rules=(calendar(1, DAY, CalendarRuleKind.CLOSED),))

    assert codes(board) == [("COVER_WITHOUT_NEED", "SOFT")]


def test_a_group_with_everybody_absent_is_told_even_when_covered():
    board = covered(shifts=[row(1, DAY, "×"), row(2, DAY, "×"), row(3, DAY, "○")])

    assert codes(board) == [("GROUP_ALL_ABSENT", "SOFT")]


def test_a_borrowed_cover_that_strips_a_required_home_is_an_error():
    found = codes(covered(groups={1: [1, 2], 2: [3]}))

    assert ("HOME_GROUP_STRIPPED", "HARD") in found


def test_a_cell_outside_employment_is_an_error_and_counts_for_nothing():
    board = restaurant_board(
        DAY,
        DAY,
        staff=[person(1, employed_from=NEXT)],
        groups={1: [1]},
        shifts=row(1, DAY, "×"),
    )

    assert codes(board) == [("OUTSIDE_EMPLOYMENT", "HARD")]


def test_a_type_kept_from_an_employment_type_is_accepted_and_told():
    part_time = person(1, employment_type=EmploymentType.PART_TIME)
    board = restaurant_board(
        DAY, DAY, staff=[part_time], shifts=[cell(1, DAY, "◇")], kept_to_regular=True
    )

    assert codes(board) == [("SHIFT_NOT_ALLOWED", "SOFT")]


def test_a_silenced_request_is_a_soft_violation_and_mere_information_is_none():
    board = restaurant_board(
        DAY,
        NEXT,
        staff=[1],
        shifts=[cell(1, DAY, "○", pinned=True), cell(1, NEXT, "○", pinned=True)],
        day_off_requests=(request(1, 1, DAY),),
        calendar_rules=(calendar(1, NEXT, CalendarRuleKind.CLOSED),),
    )

    assert codes(board) == [("REQUEST_NOT_KEPT", "SOFT")]


BROKEN_RULES = {
    "PRIORITY_RULE": {"priority_rules": (priority_rule(1, 1, "normal"),)},
    "SUCCESSION": {"succession_rules": (succession(1, "early", "late"),)},
    "GROUP_ABSENT_TOGETHER": {
        "groups": {1: [2, 3]},
        "shifts": [row(2, DAY, "×"), row(3, DAY, "★"), row(1, DAY, "○")],
        "standing_rules": (standing(1, StandingRuleKind.GROUP_ABSENT_TOGETHER, 30),),
    },
    "SHIFT_NOT_ASKED": {
        "standing_rules": (standing(1, StandingRuleKind.SHIFT_NOT_ASKED, 1),),
    },
}


@pytest.mark.parametrize("code", BROKEN_RULES)
def test_a_broken_rule_is_a_violation_of_its_code(code):
    given = {"staff": [1, 2, 3], "shifts": [row(1, DAY, "△◇")], **BROKEN_RULES[code]}
    found = violations(restaurant_board(DAY, NEXT, **given))

    assert code in {v.code for v in found if v.level is Level.SOFT}
