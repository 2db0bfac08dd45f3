from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.limit_breaches import breaches
from domain.limit_runs import run_scopes
from domain.limit_units import half_days
from domain.limits import spans
from domain.periods import Weekday
from domain.rules import CalendarRuleKind, LimitScope, LimitWindow
from domain.staff import EmploymentType
from tests.builders import (
    RESTING,
    WORKING,
    calendar,
    limit,
    membership,
    person,
    restaurant,
    restaurant_board,
    row,
    staff_group,
)

MONDAY = date(2025, 1, 6)
SUNDAY = date(2025, 1, 12)
REST = [*RESTING, "early"]


def after(start, days):
    return start + timedelta(days=days)


def broken(board, rule):
    return [(b.staff_id, b.half_days) for b in breaches(board, rule)]


@pytest.mark.parametrize(
    ("codes", "window", "expected"),
    [
        (["early"], LimitWindow.PERIOD, 2),
        (["off", "early"], LimitWindow.PERIOD, 1),
        (["off", "early"], LimitWindow.CONSECUTIVE_DAYS, 2),
        (["off"], LimitWindow.PERIOD, 0),
    ],
)
def test_an_early_counts_half_only_in_a_rest_limit(codes, window, expected):
    board = restaurant_board(MONDAY, SUNDAY)

    assert half_days(board, limit(1, window, codes), "early") == expected


@pytest.mark.parametrize(
    ("symbols", "expected"),
    [("×××××××○○○", []), ("×××××××△○○", []), ("××××××××○○", [(1, 1)]), ("××××××○○○○", [(1, 2)])],
)
def test_seven_to_seven_and_a_half_days_of_rest_allow_14_to_15_half_days(symbols, expected):
    board = restaurant_board(MONDAY, after(MONDAY, 9), staff=[1], shifts=row(1, MONDAY, symbols))
    rule = limit(1, LimitWindow.PERIOD, REST, minimum_half_days=14, maximum_half_days=15)

    assert broken(board, rule) == expected


def test_period_bounds_shrink_with_part_employment_to_the_half_day_outwards():
    half = person(1, employed_from=after(MONDAY, 5))
    board = restaurant_board(MONDAY, after(MONDAY, 9), staff=[half])
    rule = limit(1, LimitWindow.PERIOD, REST, minimum_half_days=14, maximum_half_days=15)

    found = [(span.minimum, span.maximum) for span in spans(board, rule)]

    assert found == [(7, 8)]


def test_nobody_without_an_employed_open_day_is_judged():
    later = person(1, employed_from=date(2026, 1, 1))
    board = restaurant_board(MONDAY, SUNDAY, staff=[later])

    assert spans(board, limit(1, LimitWindow.PERIOD, REST, minimum_half_days=14)) == ()


def test_a_week_that_sticks_out_has_a_maximum_on_what_is_known_and_no_minimum():
    wednesday = after(MONDAY, 2)
    board = restaurant_board(
        wednesday,
        SUNDAY,
        staff=[1],
        history=row(1, after(MONDAY, 1), "×"),
        shifts=row(1, wednesday, "××○○○"),
    )
    rule = limit(1, LimitWindow.WEEK, RESTING, minimum_half_days=12, maximum_half_days=4)

    assert broken(board, rule) == [(1, 2)]
    assert [span.minimum for span in spans(board, rule)] == [None]


def test_a_week_starts_on_the_day_that_the_restaurant_says():
    board = restaurant_board(MONDAY, after(MONDAY, 13), staff=[1])
    rule = limit(1, LimitWindow.WEEK, RESTING, maximum_half_days=4)
    by_sunday = replace(board, restaurant=restaurant(week_start=Weekday.SUNDAY))

    assert [len(span.cells) for span in spans(board, rule)] == [7, 7]
    assert [len(span.cells) for span in spans(by_sunday, rule)] == [6, 7, 1]


def test_a_week_with_known_history_has_its_minimum():
    wednesday = after(MONDAY, 2)
    board = restaurant_board(
        wednesday,
        SUNDAY,
        staff=[1],
        history=row(1, MONDAY, "○×"),
        shifts=row(1, wednesday, "○○○○○"),
    )

    assert broken(board, limit(1, LimitWindow.WEEK, RESTING, minimum_half_days=4)) == [(1, 2)]


@pytest.mark.parametrize(
    ("symbols", "expected"), [("○○○○○○×", [(1, 2)]), ("○○○○○○.", []), (".......", [])]
)
@pytest.mark.parametrize("window", [LimitWindow.WEEK, LimitWindow.ROLLING_DAYS])
def test_the_minimum_of_a_week_is_judged_once_all_its_days_are_decided(window, symbols, expected):
    board = restaurant_board(MONDAY, SUNDAY, staff=[1], shifts=row(1, MONDAY, symbols))

    assert broken(board, limit(1, window, RESTING, minimum_half_days=4, days=7)) == expected


def test_what_history_alone_exceeds_is_not_reported_again():
    wednesday = after(MONDAY, 2)
    board = restaurant_board(
        wednesday,
        SUNDAY,
        staff=[1],
        history=row(1, MONDAY, "××"),
        shifts=row(1, wednesday, "×○○○○"),
    )

    assert broken(board, limit(1, LimitWindow.WEEK, RESTING, maximum_half_days=2)) == [(1, 2)]


def test_a_closed_day_counts_in_no_window_and_takes_the_minimum_away():
    board = restaurant_board(
        MONDAY,
        SUNDAY,
        staff=[1],
        shifts=row(1, MONDAY, "×○○○○○○"),
        calendar_rules=(calendar(1, MONDAY, CalendarRuleKind.CLOSED),),
    )
    rule = limit(1, LimitWindow.WEEK, RESTING, minimum_half_days=4, maximum_half_days=0)

    assert broken(board, rule) == []


@pytest.mark.parametrize(
    ("symbols", "expected"),
    [("○○○○○○×", []), ("○○○○○○○", [(1, 2)]), ("○○○.○○○", []), ("○○○△○○○", [(1, 2)])],
)
def test_a_run_longer_than_six_is_broken_by_rest_and_by_an_unset_day(symbols, expected):
    board = restaurant_board(MONDAY, SUNDAY, staff=[1], shifts=row(1, MONDAY, symbols))
    rule = limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=12)

    assert broken(board, rule) == expected


def test_an_early_resets_a_run_only_when_it_is_left_out_of_the_list():
    board = restaurant_board(MONDAY, SUNDAY, staff=[1], shifts=row(1, MONDAY, "○○○△○○○"))
    rule = limit(1, LimitWindow.CONSECUTIVE_DAYS, ["normal", "late"], maximum_half_days=6)

    assert broken(board, rule) == []


@pytest.mark.parametrize(
    ("history", "symbols", "expected"),
    [
        ("○○○○○", "○×○○○○○", [(1, 2)]),
        ("×○○○○", "○×○○○○○", []),
        ("○○○○○○○", "○×○○○○○", [(1, 2)]),
        ("○○○○○○○", "×○○○○○×", []),
    ],
)
def test_a_run_reaches_into_history_whose_own_excess_is_not_reported_again(
    history, symbols, expected
):
    board = restaurant_board(
        MONDAY,
        SUNDAY,
        staff=[1],
        history=row(1, after(MONDAY, -len(history)), history),
        shifts=row(1, MONDAY, symbols),
    )
    rule = limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=10)

    assert broken(board, rule) == expected


def test_a_closed_day_ends_a_run():
    board = restaurant_board(
        MONDAY,
        SUNDAY,
        staff=[1],
        shifts=row(1, MONDAY, "○○○○○○○"),
        calendar_rules=(calendar(1, after(MONDAY, 3), CalendarRuleKind.CLOSED),),
    )
    rule = limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=6)

    assert broken(board, rule) == []
    assert [len(s.days) for s in run_scopes(board, rule)[0].stretches] == [3, 3]


@pytest.mark.parametrize(
    ("history", "symbols", "expected"),
    [("", "○×○×○○×", [(1, 2)]), ("×", "○×○○○×○", [(1, 2)]), ("", "×○×××○○", [(1, 2)])],
)
def test_a_minimum_length_is_not_judged_at_the_end_or_at_an_unknown_start(
    history, symbols, expected
):
    board = restaurant_board(
        MONDAY,
        SUNDAY,
        staff=[1],
        history=row(1, after(MONDAY, -len(history)), history),
        shifts=row(1, MONDAY, symbols),
    )
    rule = limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, minimum_half_days=4)

    assert broken(board, rule) == expected


def test_a_day_limit_counts_people_in_scope_that_day():
    board = restaurant_board(
        MONDAY,
        after(MONDAY, 1),
        staff=[1, 2, 3],
        groups=[staff_group(1)],
        memberships=(membership(1, 1), membership(1, 2, effective_from=after(MONDAY, 1))),
        shifts=[row(1, MONDAY, "○○"), row(2, MONDAY, "○○"), row(3, MONDAY, "○○")],
    )
    rule = limit(
        1,
        LimitWindow.DAY,
        WORKING,
        minimum_half_days=4,
        scope=LimitScope.GROUP,
        target_group_ids=(1,),
    )

    found = [(b.staff_id, b.dates, b.half_days) for b in breaches(board, rule)]

    assert found == [(None, (MONDAY,), 2)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [1, 2]),
        ({"scope": LimitScope.STAFF, "target_staff_ids": (2,)}, [2]),
        (
            {
                "scope": LimitScope.EMPLOYMENT_TYPE,
                "target_employment_types": (EmploymentType.PART_TIME,),
            },
            [2],
        ),
        ({"scope": LimitScope.GROUP, "target_group_ids": (1,)}, [1]),
    ],
)
def test_a_limit_judges_whom_its_scope_names(fields, expected):
    part_time = person(2, employment_type=EmploymentType.PART_TIME)
    board = restaurant_board(MONDAY, SUNDAY, staff=[1, part_time], groups={1: [1]})
    rule = limit(1, LimitWindow.PERIOD, WORKING, maximum_half_days=0, **fields)

    assert [span.staff_id for span in spans(board, rule)] == expected


SYMBOLS = st.text("○△×.", min_size=12, max_size=12)


@settings(max_examples=200, deadline=None)
@given(
    past=SYMBOLS,
    symbols=SYMBOLS,
    closed=st.sets(st.integers(0, 11), max_size=2),
    days=st.integers(1, 5),
    maximum=st.integers(0, 8),
)
def test_rolling_windows_agree_with_a_naive_loop(past, symbols, closed, days, maximum):
    board = restaurant_board(
        MONDAY,
        after(MONDAY, 11),
        staff=[1],
        history=row(1, after(MONDAY, -12), past),
        shifts=row(1, MONDAY, symbols),
        calendar_rules=tuple(
            calendar(n, after(MONDAY, n), CalendarRuleKind.CLOSED) for n in closed
        ),
    )
    rule = limit(1, LimitWindow.ROLLING_DAYS, WORKING, days=days, maximum_half_days=maximum)
    line = [s in "○△" for s in past + symbols]
    expected = []
    for last in range(12, 24):
        window = range(last - days + 1, last + 1)
        counted = [n for n in window if line[n] and n - 12 not in closed]
        known = 2 * sum(n < 12 for n in counted)
        inside = [n for n in window if n >= 12 and n - 12 not in closed]
        excess = 2 * len(counted) - max(maximum, known)
        if inside and excess > 0:
            expected.append((1, excess))

    assert broken(board, rule) == expected


@settings(max_examples=200, deadline=None)
@given(past=SYMBOLS, symbols=SYMBOLS, maximum=st.integers(0, 9))
def test_runs_agree_with_a_naive_loop(past, symbols, maximum):
    board = restaurant_board(
        MONDAY,
        after(MONDAY, 11),
        staff=[1],
        history=row(1, after(MONDAY, -12), past),
        shifts=row(1, MONDAY, symbols),
    )
    rule = limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=maximum)
    expected, length, inside = [], 0, 0
    for n, symbol in enumerate(past + symbols + "×"):
        if symbol in "○△":
            length, inside = length + 1, inside + (n >= 12)
            continue
        excess = 2 * length - max(maximum, 2 * (length - inside))
        if inside and excess > 0:
            expected.append((1, excess))
        length = inside = 0

    assert broken(board, rule) == expected


@pytest.mark.parametrize(
    ("window", "fields", "days"),
    [
        (LimitWindow.ROLLING_DAYS, {"days": 366, "maximum_half_days": 2}, 365),
        (LimitWindow.CONSECUTIVE_DAYS, {"maximum_half_days": 200}, 101),
        (LimitWindow.CONSECUTIVE_DAYS, {"minimum_half_days": 4, "maximum_half_days": 12}, 7),
        (LimitWindow.WEEK, {"maximum_half_days": 4}, 6),
        (LimitWindow.DAY, {"maximum_half_days": 4}, 0),
        (LimitWindow.PERIOD, {"maximum_half_days": 4}, 0),
    ],
)
def test_a_limit_looks_back_as_far_as_its_window_may_begin(window, fields, days):
    assert limit(1, window, ["normal"], **fields).days_looked_back == days
