"""Limits of working time: shifts as long as their clock times say, breaches in half-days."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from domain.checker import Finding, check
from domain.eligibility import reasons_against
from domain.limit_breaches import breaches
from domain.limit_units import counts, half_days_outside, spoken_amount
from domain.limits import spans
from domain.questions import Setting
from domain.rules import LimitUnit, LimitWindow
from domain.runs import GenerationMode
from domain.violations import violations
from tests.builders import (
    WORKING,
    backup,
    built_in_types,
    cell,
    limit,
    person,
    restaurant,
    restaurant_board,
    row,
)

MONDAY = date(2025, 1, 6)
TYPES = built_in_types(
    changed={
        "normal": {"starts_at": time(9), "ends_at": time(17)},
        "early": {"starts_at": time(6), "ends_at": time(10, 30)},
        "late": {"starts_at": time(18), "ends_at": time(2)},
        "off": {"starts_at": time(9), "ends_at": time(17)},
    }
)
PERIOD, WEEK = LimitWindow.PERIOD, LimitWindow.WEEK


def after(start, days):
    return start + timedelta(days=days)


def board_of(symbols, start=MONDAY, **fields):
    end = after(start, len(symbols) - 1)
    given = {"staff": [1], "shift_types": TYPES, "shifts": row(1, start, symbols), **fields}
    return restaurant_board(start, end, **given)


def in_hours(window, low=None, high=None, codes=WORKING, **fields):
    low, high = (None if hours is None else int(60 * hours) for hours in (low, high))
    bounds = {"minimum_minutes": low, "maximum_minutes": high}
    return limit(1, window, codes, unit=LimitUnit.HOURS, **bounds, **fields)


def broken(board, rule):
    """Minutes outside and half-days of each breach; the checker finds the same half-days."""
    found = breaches(board, rule)
    told = check(board, replace(board, work_limits=(rule,)), GenerationMode.FILL)
    assert told.violations == {
        Finding(code="WORK_LIMIT", staff_id=b.staff_id, dates=b.dates, half_days=b.half_days)
        for b in found
    }
    return [(b.outside, b.half_days) for b in found]


@pytest.mark.parametrize(
    ("symbols", "low", "high", "expected"),
    [
        ("○○", 16, 16, []),
        ("○○△", None, 16, [(270, 2)]),
        ("◇◇", None, 15.75, [(15, 1)]),
        ("○×", 12, None, [(240, 1)]),
        ("○×", 12.25, None, [(255, 2)]),
        ("○.", 16, None, [(480, 2)]),
    ],
)
def test_cells_count_the_length_of_their_shifts(symbols, low, high, expected):
    assert broken(board_of(symbols), in_hours(PERIOD, low, high)) == expected


@pytest.mark.parametrize(("minutes", "half_days"), [(0, 0), (1, 1), (240, 1), (241, 2), (480, 2)])
def test_each_begun_four_hours_outside_are_one_half_day(minutes, half_days):
    assert half_days_outside(in_hours(PERIOD), minutes) == half_days


def test_only_listed_types_and_only_work_with_clock_times_count():
    untimed = built_in_types(changed={"normal": {"starts_at": time(9)}})
    rule = in_hours(PERIOD, high=0, codes=("normal", "off"))

    assert counts(board_of("○"), rule).usual == {"normal": 480}
    assert counts(board_of("○", shift_types=untimed), rule).usual == {}
    assert broken(board_of("○△×"), rule) == [(480, 2)]
    assert broken(board_of("○", shift_types=untimed), rule) == []


def test_hours_of_the_period_shrink_with_part_employment_to_the_minute_outwards():
    """Five of seven days: 5/7 of 15 minutes lie between 10 and 11."""
    board = board_of(".......", staff=[person(1, employed_from=after(MONDAY, 2))])

    (span,) = spans(board, in_hours(PERIOD, 0.25, 0.25))

    assert (span.minimum, span.maximum) == (10, 11)


@pytest.mark.parametrize(
    ("history", "high", "expected"),
    [("○○○", 32, []), ("○○○", 30, [(120, 1)]), ("○○○", 16, [(480, 2)])],
)
def test_hours_before_the_start_count_and_are_not_told_again(history, high, expected):
    start = after(MONDAY, 3)
    board = board_of("○×××", start=start, history=row(1, MONDAY, history))

    assert broken(board, in_hours(WEEK, high=high)) == expected


def test_the_least_hours_of_a_week_are_asked_only_once_all_its_days_are_decided():
    assert broken(board_of("○○○××××"), in_hours(WEEK, low=30)) == [(360, 2)]
    assert broken(board_of("○○○×××."), in_hours(WEEK, low=30)) == []


def test_hours_of_a_day_are_those_of_everybody_together():
    board = board_of("○", staff=[1, 2], shifts=[row(1, MONDAY, "○"), row(2, MONDAY, "△")])

    assert broken(board, in_hours(LimitWindow.DAY, high=12)) == [(30, 1)]


def test_rolling_days_hold_no_more_hours():
    rule = in_hours(LimitWindow.ROLLING_DAYS, high=12, days=2)

    assert broken(board_of("○△○×△"), rule) == [(30, 1), (30, 1)]


@pytest.mark.parametrize(
    ("night", "minutes"),
    [(date(2025, 3, 29), 420), (date(2025, 10, 25), 540), (date(2025, 6, 14), 480)],
)
def test_a_night_that_changes_the_clocks_makes_a_shift_shorter_or_longer(night, minutes):
    nights = built_in_types(changed={"late": {"starts_at": time(22), "ends_at": time(6)}})
    berlin = restaurant(time_zone="Europe/Berlin")
    board = board_of("◇×", start=night, shift_types=nights, restaurant=berlin)

    assert broken(board, in_hours(PERIOD, high=0)) == [(minutes, -(-minutes // 240))]


def test_history_on_a_night_that_changes_the_clocks_counts_as_long_as_it_was():
    nights = built_in_types(changed={"late": {"starts_at": time(22), "ends_at": time(6)}})
    berlin = restaurant(time_zone="Europe/Berlin")
    spring = date(2025, 3, 29)
    board = board_of(
        "◇",
        start=after(spring, 1),
        history=row(1, spring, "◇"),
        shift_types=nights,
        restaurant=berlin,
    )

    assert broken(board, in_hours(WEEK, high=14)) == [(60, 1)]


def test_a_violation_says_how_many_hours():
    rule = in_hours(PERIOD, high=16, name="月16時間まで")

    (found,) = violations(board_of("○○△", work_limits=[rule]))

    assert found.message == "S1 is 4.5 hours outside “月16時間まで” on 2025-01-06 to 2025-01-08."
    assert found.half_days == 2


def test_whoever_would_work_too_many_hours_by_covering_is_not_eligible():
    """S2 has 8 of 12 hours."""
    board = board_of(
        "×○",
        staff=[1, 2],
        groups={1: [1]},
        backups=[backup(1, 2, 1)],
        shifts=[row(1, MONDAY, "×○"), cell(2, after(MONDAY, 1), "○", pinned=True)],
        work_limits=[in_hours(PERIOD, high=12)],
    )

    (reason,) = reasons_against(board, 2, 1, MONDAY, Setting.IN_RUN)

    assert reason.code == "LIMIT_REACHED"
    assert reason.message == (
        "With 2025-01-06, S2 would be 4 hours outside the hard rule “limit 1”."
    )


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(60, "1 hour"), (150, "2.5 hours"), (100, "1.67 hours"), (600000, "10000 hours")],
)
def test_amounts_are_said_in_hours(minutes, words):
    assert spoken_amount(in_hours(PERIOD), minutes) == words
