"""What must happen when one backup, one group and one day meet: the small stories of coverage."""

from datetime import date, timedelta

import pytest

from domain.rules import CalendarRuleKind, Level, LimitWindow, StandingRuleKind
from domain.runs import Outcome, TierName
from domain.shifts import ShiftSource
from domain.staff import EmploymentType, HolidayPolicy, NeedPolicy
from tests.builders import (
    RESTING,
    WORKING,
    backup,
    built_in_types,
    calendar,
    cell,
    limit,
    person,
    request,
    restaurant_board,
    row,
    staff_group,
    standing,
)
from tests.searches import generate

DAY = date(2025, 1, 15)
MEMBER, BACKUP, THIRD = 1, 2, 3


def one_need(**fields):
    """A member pinned off on DAY, and one backup unless `backups` says otherwise."""
    given = {
        "staff": [MEMBER, BACKUP],
        "groups": {1: [MEMBER]},
        "backups": [backup(7, BACKUP, 1)],
        "shifts": [cell(MEMBER, DAY, "×", pinned=True)],
        **fields,
    }
    return restaurant_board(given.pop("start", DAY), given.pop("end", DAY), **given)


def test_an_absence_calls_the_backup_and_records_whom_it_is_for() -> None:
    nakata = person(BACKUP, "中田", employment_type=EmploymentType.PART_TIME)
    together = standing(1, StandingRuleKind.GROUP_ABSENT_TOGETHER, 30)
    board = one_need(staff=[MEMBER, 3, nakata], groups={1: [MEMBER, 3]}, standing_rules=[together])

    found = generate(board)

    (cover,) = found.board.covers
    assert (cover.staff_id, cover.backup_assignment_id, cover.rank) == (BACKUP, 7, 1)
    assert cover.absent_member_ids == (MEMBER,)
    assert found.board.cells[BACKUP, DAY].source is ShiftSource.COVER
    assert found.symbol(BACKUP, DAY) == "○"
    assert found.gaps() == {}


def test_without_an_assignment_the_need_is_a_gap() -> None:
    found = generate(one_need(backups=[]))

    assert found.covers() == set()
    assert found.gaps() == {(15, 1): "NO_ASSIGNMENT"}


def test_a_backup_who_asked_for_the_day_keeps_it() -> None:
    found = generate(one_need(day_off_requests=[request(1, BACKUP, DAY)]))

    assert found.symbol(BACKUP, DAY) == "×"
    assert found.gaps() == {(15, 1): "BACKUP_ABSENT"}


def test_the_second_rank_comes_when_the_first_is_off() -> None:
    board = one_need(
        staff=[MEMBER, BACKUP, THIRD],
        backups=[backup(1, BACKUP, 1), backup(2, THIRD, 1, 2)],
        day_off_requests=[request(1, BACKUP, DAY)],
    )

    found = generate(board)

    assert found.covers() == {(15, 1, THIRD)}
    assert found.board.covers[0].rank == 2


def test_a_rest_that_an_earlier_run_chose_may_move() -> None:
    off = [cell(MEMBER, DAY, "×", pinned=True), *row(BACKUP, DAY, "×")]

    found = generate(one_need(shifts=off))

    assert found.covers() == {(15, 1, BACKUP)}


@pytest.mark.parametrize(("symbol", "covers"), [("★", {(15, 1, BACKUP)}), ("△", set())])
def test_a_designated_day_off_is_an_absence_and_an_early_shift_is_none(symbol, covers) -> None:
    found = generate(one_need(shifts=[cell(MEMBER, DAY, symbol, pinned=True)]))

    assert found.covers() == covers
    assert found.gaps() == {}


def test_a_fixed_shift_covers_only_if_its_type_can() -> None:
    shifts = [cell(MEMBER, DAY, "×", pinned=True), cell(BACKUP, DAY, "△", pinned=True)]
    able = built_in_types(changed={"early": {"can_cover": True}})

    unable = generate(one_need(shifts=shifts))
    covering = generate(one_need(shifts=shifts, shift_types=able))

    assert unable.gaps() == {(15, 1): "OTHER_SHIFT"}
    assert covering.covers() == {(15, 1, BACKUP)}
    assert covering.symbol(BACKUP, DAY) == "△"


def test_a_hard_maximum_holds_against_a_gap_and_a_soft_one_pays() -> None:
    bound = {"maximum_half_days": 0, "scope": "STAFF", "target_staff_ids": (BACKUP,)}
    hard = limit(1, LimitWindow.PERIOD, WORKING, **bound)
    soft = limit(1, LimitWindow.PERIOD, WORKING, level=Level.SOFT, weight=10, **bound)

    kept = generate(one_need(work_limits=[hard]))
    paid = generate(one_need(work_limits=[soft]))

    assert kept.gaps() == {(15, 1): "LIMIT_REACHED"}
    assert paid.covers() == {(15, 1, BACKUP)}
    assert paid.tier(TierName.SOFT_RULES) == 20


def test_days_worked_before_the_start_count_in_a_run() -> None:
    first = date(2025, 1, 1)
    board = one_need(
        start=first,
        end=first,
        shifts=[cell(MEMBER, first, "×", pinned=True)],
        history=[*row(BACKUP, date(2024, 12, 27), "○○○○○"), *row(MEMBER, date(2024, 12, 31), "×")],
        work_limits=[limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=10)],
    )

    assert generate(board).gaps() == {(1, 1): "LIMIT_REACHED"}


def test_two_needs_share_one_day_that_is_left() -> None:
    later = DAY + timedelta(days=1)
    board = one_need(
        end=later,
        shifts=[cell(MEMBER, d, "×", pinned=True) for d in (DAY, later)],
        work_limits=[limit(1, LimitWindow.WEEK, WORKING, maximum_half_days=2)],
    )

    found = generate(board)

    assert len(found.covers()) == 1
    assert list(found.gaps().values()) == ["LIMIT_REACHED"]


def test_the_last_day_of_employment_still_counts() -> None:
    last = date(2025, 1, 20)
    board = one_need(
        staff=[MEMBER, person(BACKUP, employed_until=last)],
        start=last,
        end=date(2025, 1, 21),
        shifts=[cell(MEMBER, date(2025, 1, d), "×", pinned=True) for d in (20, 21)],
    )

    found = generate(board)

    assert found.covers() == {(20, 1, BACKUP)}
    assert found.gaps() == {(21, 1): "NOT_EMPLOYED"}


def test_a_day_all_must_work_beats_the_holiday_policy() -> None:
    resting = person(BACKUP, holiday_policy=HolidayPolicy.OFF)
    rules = [
        calendar(1, DAY, CalendarRuleKind.HOLIDAY),
        calendar(2, DAY, CalendarRuleKind.MUST_WORK),
    ]

    found = generate(one_need(staff=[MEMBER, resting], calendar_rules=rules))

    assert found.covers() == {(15, 1, BACKUP)}
    assert found.solution.outcome is Outcome.OPTIMAL


def test_a_request_on_a_holiday_is_kept_though_no_backup_comes() -> None:
    board = one_need(
        staff=[MEMBER, person(BACKUP, holiday_policy=HolidayPolicy.OFF)],
        shifts=[],
        day_off_requests=[request(1, MEMBER, DAY)],
        calendar_rules=[calendar(1, DAY, CalendarRuleKind.HOLIDAY)],
    )

    found = generate(board)

    assert found.symbol(MEMBER, DAY) == "×"
    assert found.gaps() == {(15, 1): "HOLIDAY_BLOCKED"}


def test_a_member_of_two_groups_makes_a_need_in_both() -> None:
    board = one_need(
        staff=[MEMBER, BACKUP, THIRD],
        groups={1: [MEMBER], 2: [MEMBER]},
        backups=[backup(1, BACKUP, 1), backup(2, BACKUP, 2, 2), backup(3, THIRD, 2)],
    )

    assert generate(board).covers() == {(15, 1, BACKUP), (15, 2, THIRD)}


@pytest.mark.parametrize(
    ("policy", "needed"),
    [(NeedPolicy.ANY_ABSENT, 1), (NeedPolicy.PER_ABSENCE, 2), (NeedPolicy.MINIMUM_PRESENT, 0)],
)
def test_the_policy_says_how_many_come(policy, needed) -> None:
    minimum = 1 if policy is NeedPolicy.MINIMUM_PRESENT else None
    board = restaurant_board(
        DAY,
        DAY,
        staff=[1, 2, 3, 4, 5, 6],
        groups=[staff_group(1, need_policy=policy, minimum_present=minimum)],
        members={1: [1, 2, 3]},
        backups=[backup(n, n, 1) for n in (4, 5, 6)],
        shifts=[cell(n, DAY, "×", pinned=True) for n in (1, 2)],
    )

    assert len(generate(board).covers()) == needed


@pytest.mark.parametrize(
    ("employed_from", "low", "high"), [(date(2020, 1, 1), 14, 15), (date(2025, 1, 17), 7, 8)]
)
def test_rest_of_a_period_is_prorated_for_who_comes_later(employed_from, low, high) -> None:
    """7 to 7.5 days of rest in 32 days, or in the last 16 of them."""
    board = restaurant_board(
        date(2025, 1, 1),
        date(2025, 2, 1),
        staff=[person(1, employed_from=employed_from)],
        work_limits=[
            limit(
                1,
                LimitWindow.PERIOD,
                (*RESTING, "early"),
                minimum_half_days=14,
                maximum_half_days=15,
            )
        ],
    )

    found = generate(board)

    rests = sum(found.board.types[s.shift_type].rest_half_days for s in found.board.shifts)
    assert low <= rests <= high
    assert found.solution.outcome is Outcome.OPTIMAL


def test_pins_that_break_a_hard_rule_are_kept_and_the_least_breach_is_proved() -> None:
    start = date(2025, 1, 1)
    board = restaurant_board(
        start,
        start + timedelta(days=9),
        staff=[1],
        shifts=row(1, start, "○○○○○○○○", pinned=True),
        work_limits=[limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=12)],
    )

    found = generate(board)

    hard = found.solution.tiers[0]
    assert found.symbols(1).startswith("○○○○○○○○×")
    assert (hard.name, hard.value, hard.bound) == (TierName.HARD_RULES, 4, 4)
    assert found.solution.outcome is Outcome.RELAXED
