"""Limits of weekends: each with a listed type on its Saturday or Sunday counts once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.checker import Finding, check
from domain.eligibility import reasons_against
from domain.limit_breaches import breaches
from domain.limit_units import spoken_amount
from domain.limits import spans
from domain.periods import weekends
from domain.questions import Setting
from domain.rules import CalendarRuleKind, LimitWindow
from domain.runs import GenerationMode
from domain.violations import violations
from tests.builders import WORKING, backup, calendar, cell, limit, person, restaurant_board, row

MONDAY = date(2025, 1, 6)
SATURDAY, SUNDAY = date(2025, 1, 11), date(2025, 1, 12)


def after(start, days):
    return start + timedelta(days=days)


def board_of(symbols, start=MONDAY, **fields):
    end = after(start, len(symbols) - 1)
    return restaurant_board(
        start, end, **{"staff": [1], "shifts": row(1, start, symbols), **fields}
    )


def of_weekends(low=None, high=None, codes=WORKING, **fields):
    """Bounds in weekends."""
    low, high = (None if count is None else 2 * count for count in (low, high))
    bounds = {"minimum_half_days": low, "maximum_half_days": high}
    return limit(1, LimitWindow.WEEKENDS, codes, **bounds, **fields)


def broken(board, rule):
    """Half-days of each breach; the checker finds the same."""
    found = breaches(board, rule)
    told = check(board, replace(board, work_limits=(rule,)), GenerationMode.FILL)
    assert told.violations == {
        Finding(code="WORK_LIMIT", staff_id=b.staff_id, dates=b.dates, half_days=b.half_days)
        for b in found
    }
    return [b.half_days for b in found]


@pytest.mark.parametrize(
    ("symbols", "low", "high", "expected"),
    [
        ("×××××○○×××××××", None, 1, []),
        ("×××××○××××××○×", None, 1, [2]),
        ("○○○○○××○○○○○××", None, 0, []),
        ("×××××○○×××××○○", None, 0, [4]),
        ("×××××××××××××○", 2, None, [2]),
        ("○○○○○..○○○○○..", 1, None, [2]),
        ("×××××△××××××◇×", 2, 2, []),
    ],
)
def test_a_weekend_counts_once_if_a_listed_type_is_on_either_day(symbols, low, high, expected):
    assert broken(board_of(symbols), of_weekends(low, high)) == expected


def test_types_of_rest_count_weekends_as_others_do():
    board = board_of("○○○○○△○○○○○○×○")

    assert broken(board, of_weekends(high=0, codes=("off", "early"))) == [4]


@pytest.mark.parametrize(("symbols", "expected"), [("○×××××○", [2]), ("×○○○○○×", [])])
def test_of_a_weekend_that_the_schedule_cuts_what_lies_inside_counts(symbols, expected):
    """From a Sunday to a Saturday; the days around it are known and say nothing."""
    board = board_of(symbols, start=SUNDAY, history=row(1, SATURDAY, "○"))

    assert broken(board, of_weekends(high=1)) == expected


def test_a_closed_day_leaves_the_weekend_to_the_other_day():
    closed = calendar(1, SATURDAY, CalendarRuleKind.CLOSED)

    assert broken(board_of("×××××○×", calendar_rules=(closed,)), of_weekends(high=0)) == []
    assert broken(board_of("×××××○○", calendar_rules=(closed,)), of_weekends(high=0)) == [2]


@pytest.mark.parametrize(
    ("first", "expected"), [(0, (6, 6)), (7, (4, 6)), (13, (4, 6)), (14, (2, 4)), (21, (0, 2))]
)
def test_bounds_shrink_by_whole_weekends_with_part_employment(first, expected):
    """Three of four weekends; a weekend of which one day is employed is one."""
    board = board_of("." * 28, staff=[person(1, employed_from=after(MONDAY, first))])

    (span,) = spans(board, of_weekends(3, 3))

    assert (span.minimum, span.maximum) == expected


def test_nobody_without_an_employed_weekend_is_judged():
    board = board_of("○" * 7, staff=[person(1, employed_until=after(MONDAY, 4))])

    assert spans(board, of_weekends(low=1)) == ()
    assert spans(board_of("○○○"), of_weekends(low=1)) == ()


def test_saturdays_and_sundays_are_told_apart_by_weekend():
    days = [after(MONDAY, n) for n in range(14)]

    assert weekends(days) == [(SATURDAY, SUNDAY), (after(SATURDAY, 7), after(SUNDAY, 7))]
    assert weekends(days[6:13]) == [(SUNDAY,), (after(SATURDAY, 7),)]


def test_a_violation_says_how_many_weekends():
    rule = of_weekends(high=1, name="土日出勤は月1回まで")

    (found,) = violations(board_of("×××××○××××××○○", work_limits=[rule]))

    assert found.message == (
        "S1 is 1 weekend outside “土日出勤は月1回まで” on 2025-01-11 to 2025-01-19."
    )
    assert spoken_amount(rule, 4) == "2 weekends"


@pytest.mark.parametrize(("sunday", "codes"), [("×", ["LIMIT_REACHED"]), ("○", [])])
def test_a_second_day_of_a_weekend_at_work_reaches_no_limit(sunday, codes):
    board = restaurant_board(
        SATURDAY,
        SUNDAY,
        staff=[1, 2],
        groups={1: [1]},
        backups=[backup(1, 2, 1)],
        shifts=[row(1, SATURDAY, "×○"), cell(2, SUNDAY, sunday, pinned=True)],
        work_limits=[of_weekends(high=0)],
    )

    reasons = reasons_against(board, 2, 1, SATURDAY, Setting.IN_RUN)

    assert [reason.code for reason in reasons] == codes
