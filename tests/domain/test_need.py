from datetime import date, timedelta

import pytest

from domain.need import (
    absent_members,
    gap_units,
    gap_weight,
    is_absent,
    is_provisional,
    missing,
    need,
    need_of,
)
from domain.rules import CalendarRuleKind
from domain.staff import NeedPolicy
from tests.builders import calendar, cover, person, restaurant_board, row, staff_group

DAY = date(2025, 1, 15)
POLICIES = {
    "ANY_ABSENT": {},
    "PER_ABSENCE": {"need_policy": NeedPolicy.PER_ABSENCE},
    "MINIMUM_PRESENT": {"need_policy": NeedPolicy.MINIMUM_PRESENT, "minimum_present": 1},
}


def board_with(symbols, policy="ANY_ABSENT", **fields):
    people = range(1, len(symbols) + 1)
    return restaurant_board(
        DAY,
        DAY,
        **{
            "staff": [*people, 9],
            "groups": [staff_group(1, **POLICIES[policy])],
            "members": {1: people},
            "shifts": [row(n, DAY, symbol) for n, symbol in enumerate(symbols, 1)],
            **fields,
        },
    )


@pytest.mark.parametrize(
    ("policy", "expected"), [("ANY_ABSENT", 1), ("PER_ABSENCE", 2), ("MINIMUM_PRESENT", 0)]
)
def test_two_of_three_members_off_need_what_the_policy_says(policy, expected):
    assert need(board_with("××○", policy), 1, DAY) == expected


@pytest.mark.parametrize(
    ("policy", "expected"), [("ANY_ABSENT", 1), ("PER_ABSENCE", 3), ("MINIMUM_PRESENT", 1)]
)
def test_all_members_off_need_what_the_policy_says(policy, expected):
    assert need(board_with("×★⊘", policy), 1, DAY) == expected


@pytest.mark.parametrize("policy", POLICIES)
def test_a_closed_day_needs_nobody(policy):
    board = board_with("×××", policy, calendar_rules=(calendar(1, DAY, CalendarRuleKind.CLOSED),))

    assert need(board, 1, DAY) == 0
    assert absent_members(board, 1, DAY) == ()


@pytest.mark.parametrize(
    ("symbol", "absent"),
    [("×", True), ("★", True), ("⊘", True), ("△", False), ("◇", False), ("○", False), (".", False)],
)
def test_absence_follows_the_flag_of_the_type_and_unset_is_presence(symbol, absent):
    board = board_with(symbol)

    assert is_absent(board, 1, 1, DAY) is absent
    assert need(board, 1, DAY) == int(absent)
    assert is_provisional(board, 1, DAY) is (symbol == ".")


def test_a_group_needs_nobody_before_its_members_start():
    board = board_with("×", staff=[person(1, employed_from=date(2025, 1, 16))])

    assert need(board, 1, DAY) == 0


@pytest.mark.parametrize(("counted", "expected"), [(False, 0), (True, 2)])
def test_a_vacant_group_needs_its_minimum_only_when_vacancies_count(counted, expected):
    group = staff_group(
        1, need_policy=NeedPolicy.MINIMUM_PRESENT, minimum_present=2, count_vacancy=counted
    )

    assert need_of(group, 0, 0, closed=False) == expected
    assert need_of(group, 1, 0, closed=False) == 1


def test_somebody_of_two_groups_who_is_off_makes_a_need_in_both():
    board = restaurant_board(DAY, DAY, staff=[1], groups={1: [1], 2: [1]}, shifts=row(1, DAY, "×"))

    assert (need(board, 1, DAY), need(board, 2, DAY)) == (1, 1)


def test_a_lent_member_is_absent_at_home():
    board = restaurant_board(
        DAY,
        DAY,
        staff=[1, 2],
        groups={1: [1], 2: [2]},
        shifts=[row(1, DAY, "×"), row(2, DAY, "○")],
        covers=(cover(DAY, 1, 2),),
    )

    assert absent_members(board, 2, DAY) == (2,)
    assert (missing(board, 1, DAY), missing(board, 2, DAY)) == (0, 1)


@pytest.mark.parametrize(("symbol", "still_missing"), [("○", 0), ("△", 1), ("×", 1), (".", 1)])
def test_a_cover_counts_only_on_a_cell_that_can_cover(symbol, still_missing):
    board = board_with(
        "×", shifts=[row(1, DAY, "×"), row(9, DAY, symbol)], covers=(cover(DAY, 1, 9),)
    )

    assert missing(board, 1, DAY) == still_missing


@pytest.mark.parametrize(
    ("policy", "lacking", "absent", "units"),
    [("ANY_ABSENT", 1, 3, 3), ("ANY_ABSENT", 0, 3, 0), ("PER_ABSENCE", 2, 3, 2)],
)
def test_a_gap_of_any_absent_weighs_each_absence(policy, lacking, absent, units):
    assert gap_units(staff_group(1, **POLICIES[policy]), lacking, absent) == units


def test_one_unit_of_a_criticality_weighs_ten_of_the_one_below():
    weights = [gap_weight(staff_group(1, criticality=n)) for n in range(1, 6)]

    assert weights == [1, 10, 100, 1000, 10000]


@pytest.mark.parametrize("policy", POLICIES)
def test_the_policy_alone_needs_nobody_on_a_closed_day(policy):
    assert need_of(staff_group(1, **POLICIES[policy]), 3, 3, closed=True) == 0


def test_a_cover_counts_only_while_its_holder_is_employed():
    left = person(9, employed_until=DAY - timedelta(days=1))
    fields = {"shifts": [*row(1, DAY, "×"), *row(9, DAY, "○")], "covers": (cover(DAY, 1, 9),)}

    assert missing(board_with("×", **fields), 1, DAY) == 0
    assert missing(board_with("×", **{**fields, "staff": [1, left]}), 1, DAY) == 1
