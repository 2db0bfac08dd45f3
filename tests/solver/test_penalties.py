"""What the tiers pay when a rule cannot be kept: exact amounts, on cells that are pinned."""

from datetime import date, time, timedelta

import pytest

from domain.rules import Direction, Level, LimitUnit, LimitWindow, StandingRuleKind
from domain.runs import Outcome, TierName
from domain.staff import CoverageMode, NeedPolicy
from tests.builders import (
    RESTING,
    WORKING,
    backup,
    built_in_types,
    cell,
    cover,
    limit,
    priority_rule,
    restaurant_board,
    row,
    staff_group,
    standing,
    succession,
)
from tests.searches import generate

MONDAY = date(2025, 1, 6)
RUN = LimitWindow.CONSECUTIVE_DAYS


def pinned(symbols, **fields):
    """One person whose whole schedule is pinned."""
    end = MONDAY + timedelta(days=len(symbols) - 1)
    shifts = row(1, MONDAY, symbols, pinned=True)
    return restaurant_board(MONDAY, end, staff=[1], shifts=shifts, **fields)


LIMITS = [
    ("○○○×", RUN, WORKING, {"maximum_half_days": 6}, 0),
    ("○○○×", RUN, WORKING, {"maximum_half_days": 4}, 2),
    ("○○○×", RUN, WORKING, {"maximum_half_days": 3}, 3),
    ("○○○○", RUN, WORKING, {"maximum_half_days": 3}, 5),
    ("○×○×", RUN, WORKING, {"minimum_half_days": 4}, 2),
    ("○×○○", RUN, WORKING, {"minimum_half_days": 6}, 0),
    ("×○××", RUN, WORKING, {"minimum_half_days": 5}, 3),
    ("×△○○○○○", LimitWindow.WEEK, (*RESTING, "early"), {"minimum_half_days": 4}, 1),
    ("××○○○○○", LimitWindow.WEEK, RESTING, {"maximum_half_days": 2}, 2),
    ("○○○○○○", LimitWindow.WEEK, RESTING, {"minimum_half_days": 4}, 0),
    ("△△△△", LimitWindow.PERIOD, ("early",), {"maximum_half_days": 6}, 2),
    ("○○×○", LimitWindow.ROLLING_DAYS, RESTING, {"minimum_half_days": 2, "days": 2}, 2),
    ("○○×○", LimitWindow.ROLLING_DAYS, WORKING, {"maximum_half_days": 2, "days": 2}, 2),
    ("○×○○", LimitWindow.DAY, WORKING, {"minimum_half_days": 2}, 2),
    ("×××××○○", LimitWindow.WEEKENDS, WORKING, {"maximum_half_days": 0}, 2),
    ("○○○○○×△", LimitWindow.WEEKENDS, WORKING, {"maximum_half_days": 2}, 0),
    ("○○○○○××", LimitWindow.WEEKENDS, WORKING, {"minimum_half_days": 2}, 2),
]


TIMED = built_in_types(
    changed={
        "normal": {"starts_at": time(9), "ends_at": time(17)},
        "early": {"starts_at": time(6), "ends_at": time(10)},
    }
)
IN_HOURS = [
    ("○○○×", LimitWindow.PERIOD, {"maximum_minutes": 24 * 60}, 0),
    ("○○○×", LimitWindow.PERIOD, {"maximum_minutes": 24 * 60 - 15}, 1),
    ("○○○×", LimitWindow.PERIOD, {"minimum_minutes": 30 * 60}, 2),
    ("○○○○○××", LimitWindow.WEEK, {"minimum_minutes": 42 * 60, "maximum_minutes": 50 * 60}, 1),
    ("○○×△", LimitWindow.ROLLING_DAYS, {"maximum_minutes": 8 * 60, "days": 2}, 2),
    ("○△", LimitWindow.DAY, {"minimum_minutes": 8 * 60}, 1),
]


@pytest.mark.parametrize(("symbols", "window", "bounds", "half_days"), IN_HOURS)
def test_a_hard_limit_in_hours_counts_a_half_day_for_each_begun_four_hours(
    symbols, window, bounds, half_days
) -> None:
    hours = limit(1, window, ("normal", "early"), unit=LimitUnit.HOURS, **bounds)

    found = generate(pinned(symbols, work_limits=[hours], shift_types=TIMED))

    assert found.tier(TierName.HARD_RULES) == half_days


@pytest.mark.parametrize(("symbols", "window", "codes", "bounds", "half_days"), LIMITS)
def test_a_hard_limit_counts_the_half_days_outside(
    symbols, window, codes, bounds, half_days
) -> None:
    found = generate(pinned(symbols, work_limits=[limit(1, window, codes, **bounds)]))

    assert found.tier(TierName.HARD_RULES) == half_days
    assert found.solution.outcome is (Outcome.RELAXED if half_days else Outcome.OPTIMAL)


@pytest.mark.parametrize(("symbols", "window", "codes", "bounds", "half_days"), LIMITS)
def test_a_soft_limit_weighs_them(symbols, window, codes, bounds, half_days) -> None:
    soft = limit(1, window, codes, level=Level.SOFT, weight=7, **bounds)

    found = generate(pinned(symbols, work_limits=[soft]))

    assert found.tier(TierName.HARD_RULES) == 0
    assert found.tier(TierName.SOFT_RULES) == 7 * half_days
    assert found.solution.outcome is Outcome.OPTIMAL


@pytest.mark.parametrize(
    ("history", "maximum", "half_days"),
    [("○○", 8, 0), ("○○", 6, 2), ("○○○○", 4, 4), ("×○", 6, 0), ("○.", 4, 0)],
)
def test_a_run_is_counted_from_before_the_start(history, maximum, half_days) -> None:
    start = MONDAY - timedelta(days=len(history))
    runs = limit(1, RUN, WORKING, maximum_half_days=maximum)

    found = generate(pinned("○○", history=row(1, start, history), work_limits=[runs]))

    assert found.tier(TierName.HARD_RULES) == half_days


@pytest.mark.parametrize(("history", "half_days"), [(".", 0), ("×", 4), ("○", 2), ("○○", 0)])
def test_a_short_run_is_judged_when_its_beginning_is_known(history, half_days) -> None:
    start = MONDAY - timedelta(days=len(history))
    before = row(1, start - timedelta(days=1), "×") + row(1, start, history)
    runs = limit(1, RUN, WORKING, minimum_half_days=6)

    found = generate(pinned("○×", history=before, work_limits=[runs]))

    assert found.tier(TierName.HARD_RULES) == half_days


@pytest.mark.parametrize(
    ("direction", "penalty"), [(Direction.PREFER, 20 * 2), (Direction.AVOID, 20)]
)
def test_each_cell_against_a_preference_costs_twice_its_weight(direction, penalty) -> None:
    rule = priority_rule(1, 1, "early", direction=direction)

    found = generate(pinned("△○×", priority_rules=[rule]))

    assert found.tier(TierName.SOFT_RULES) == penalty


def test_a_hard_preference_counts_with_the_hard_rules() -> None:
    rule = priority_rule(1, 1, "early", level=Level.HARD)

    assert generate(pinned("△○×", priority_rules=[rule])).tier(TierName.HARD_RULES) == 4


def test_a_succession_counts_each_pair_and_the_day_before_the_start() -> None:
    rule = succession(1, "late", "early", weight=30)
    history = row(1, MONDAY - timedelta(days=1), "◇")

    found = generate(pinned("△◇△", history=history, succession_rules=[rule]))

    assert found.tier(TierName.SOFT_RULES) == 2 * 60


def test_members_absent_together_cost_each_beyond_the_first() -> None:
    board = restaurant_board(
        MONDAY,
        MONDAY,
        staff=[1, 2, 3],
        groups={1: [1, 2, 3]},
        shifts=[cell(n, MONDAY, "×") for n in (1, 2, 3)],
        standing_rules=[standing(1, StandingRuleKind.GROUP_ABSENT_TOGETHER, 30)],
    )

    found = generate(board)

    assert found.tier(TierName.SOFT_RULES) == 30 * 4
    assert found.tier(TierName.REQUIRED_GAPS) == 3 * 100


def test_a_shift_that_nobody_asked_for_costs_its_weight() -> None:
    rule = standing(1, StandingRuleKind.SHIFT_NOT_ASKED, 3)
    asked = priority_rule(1, 1, "late")

    found = generate(pinned("△◇○×", standing_rules=[rule], priority_rules=[asked]))

    assert found.tier(TierName.SOFT_RULES) == 3 * 2 + 10 * 2 * 3


@pytest.mark.parametrize(
    ("mode", "tier"),
    [
        (CoverageMode.REQUIRED, TierName.REQUIRED_GAPS),
        (CoverageMode.DESIRED, TierName.DESIRED_GAPS),
    ],
)
@pytest.mark.parametrize(("criticality", "units"), [(1, 2), (5, 20_000)])
def test_a_gap_weighs_ten_times_more_with_each_criticality(mode, tier, criticality, units) -> None:
    group = staff_group(
        1, need_policy=NeedPolicy.PER_ABSENCE, coverage_mode=mode, criticality=criticality
    )
    board = restaurant_board(
        MONDAY,
        MONDAY,
        staff=[1, 2],
        groups=[group],
        members={1: [1, 2]},
        shifts=[cell(n, MONDAY, "×") for n in (1, 2)],
    )

    assert generate(board).tier(tier) == units


def test_load_is_squared_with_what_was_covered_before() -> None:
    board = restaurant_board(
        MONDAY,
        MONDAY + timedelta(days=1),
        staff=[1, 2],
        groups={1: [1]},
        backups=[backup(1, 2, 1)],
        shifts=row(1, MONDAY, "××", pinned=True),
        past_cover_counts={2: 3},
    )

    assert generate(board).tier(TierName.BACKUP_LOAD) == 25


def test_rest_is_compared_in_half_days_within_one_employment_type() -> None:
    board = restaurant_board(
        MONDAY,
        MONDAY + timedelta(days=1),
        staff=[1, 2],
        shifts=[row(1, MONDAY, "××", pinned=True), row(2, MONDAY, "△○", pinned=True)],
    )

    assert generate(board).tier(TierName.REST_BALANCE) == 3


def test_changed_cells_and_lost_covers_are_counted() -> None:
    board = restaurant_board(
        MONDAY,
        MONDAY,
        staff=[1, 2],
        groups={1: [1]},
        backups=[backup(1, 2, 1)],
        shifts=[cell(1, MONDAY, "×", source="GENERATED"), cell(2, MONDAY, "○", source="COVER")],
        covers=[cover(MONDAY, 1, 2)],
        work_limits=[limit(1, LimitWindow.PERIOD, RESTING, maximum_half_days=0)],
    )

    found = generate(board)

    assert found.symbols(1) == "○"
    assert found.tier(TierName.CHANGES) == 2
