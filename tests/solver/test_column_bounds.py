"""A bound by columns is never above what the best of all boards pays for soft rules."""

import math
from datetime import date, time, timedelta
from itertools import takewhile

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.rules import Level, LimitUnit, LimitWindow, StandingRuleKind
from domain.runs import GenerationMode, GenerationRequest, TierName
from domain.schedules import Board
from solver.columns.aid import Lines
from solver.columns.boards import Weights, task
from solver.columns.generation import Generation, Pool
from solver.problem import Problem
from solver.variables import Variables
from tests import oracle
from tests.builders import (
    WORKING,
    backup,
    built_in_types,
    limit,
    restaurant_board,
    row,
    standing,
)
from tests.random_boards import Size, boards
from tests.solver.test_brute_force import comparable, ways

DAY = date(2025, 1, 6)
EARLIER = (TierName.REQUIRED_GAPS, TierName.DESIRED_GAPS, TierName.PRIORITY_ORDER)
FILL = GenerationMode.FILL


def bound_of(board: Board, best: dict[TierName, int]) -> float:
    variables = Variables(Problem(board=board, request=GenerationRequest()))
    names = EARLIER[:2] if board.restaurant.soft_rules_before_priority else EARLIER
    asked = task(variables, {name: best[name] for name in names}, Weights())
    generation = Generation(Pool(asked), lambda: math.inf)
    optimum = generation.converge()
    assert optimum.missing < 1e-6
    return generation.bound


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(data=st.data())
def test_bound_is_never_above_the_best_of_all_boards(data) -> None:
    board = comparable(data.draw(boards(Size(staff=3, days=4, groups=2))))
    assume(board.staff and ways(board, FILL) <= 2_000)
    best = dict(zip(oracle.tier_order(board, FILL), oracle.best(board, FILL), strict=True))
    assume(best[TierName.HARD_RULES] == 0)

    assert bound_of(board, best) <= best[TierName.SOFT_RULES] + 1e-4
    lines = Lines(Variables(Problem(board=board, request=GenerationRequest())))
    for tier in (TierName.SOFT_RULES, TierName.BACKUP_LOAD, TierName.REST_BALANCE):
        kept = dict(takewhile(lambda pair, tier=tier: pair[0] is not tier, best.items()))
        assert lines.ask(tier, kept, math.inf, lambda: False).bound <= best[tier]


def test_bound_counts_rest_that_is_due_and_members_who_are_absent_together() -> None:
    board = restaurant_board(
        DAY,
        DAY + timedelta(days=6),
        staff=[1, 2, 3],
        groups={1: [1, 2, 3]},
        work_limits=[
            limit(1, LimitWindow.WEEK, ("off",), minimum_half_days=6),
            limit(2, LimitWindow.WEEK, ("off",), maximum_half_days=4, level=Level.SOFT, weight=10),
        ],
        standing_rules=[standing(1, StandingRuleKind.GROUP_ABSENT_TOGETHER, 30)],
    )
    gaps = dict.fromkeys(EARLIER, 10**9)

    too_much_rest, too_many_absent = 3 * 2 * 10, 2 * 2 * 30
    assert round(bound_of(board, gaps)) == too_much_rest + too_many_absent


def test_bound_counts_weekends() -> None:
    """Two of them at work, each with one day: one too many."""
    most = limit(1, LimitWindow.WEEKENDS, WORKING, maximum_half_days=2, level=Level.SOFT, weight=10)
    board = restaurant_board(
        DAY,
        DAY + timedelta(days=13),
        staff=[1],
        shifts=row(1, DAY, "○○○○○×○○○○○○○×", pinned=True),
        work_limits=[most],
    )

    assert round(bound_of(board, dict.fromkeys(EARLIER, 10**9))) == 2 * 10


@pytest.mark.parametrize(("ends_at", "paid"), [(time(10), 4 * 10), (time(9, 50), 0)])
@pytest.mark.parametrize("window", [LimitWindow.PERIOD, LimitWindow.WEEK])
def test_bound_counts_hours_where_no_length_is_finer_than_half_of_the_longest(
    window: LimitWindow, ends_at: time, paid: int
) -> None:
    """Four ○ of eight hours, sixteen too many; with a △ of 3:50 lines would count by tens."""
    timed = built_in_types(
        changed={
            "normal": {"starts_at": time(9), "ends_at": time(17)},
            "early": {"starts_at": time(6), "ends_at": ends_at},
        }
    )
    most = limit(
        1,
        window,
        ("normal", "early"),
        unit=LimitUnit.HOURS,
        maximum_minutes=16 * 60,
        level=Level.SOFT,
        weight=10,
    )
    board = restaurant_board(
        DAY,
        DAY + timedelta(days=6),
        staff=[1],
        shift_types=timed,
        shifts=row(1, DAY, "○○○○×××", pinned=True),
        work_limits=[most],
    )

    assert round(bound_of(board, dict.fromkeys(EARLIER, 10**9))) == paid


def test_bound_knows_that_a_backup_who_covers_cannot_rest() -> None:
    board = restaurant_board(
        DAY,
        DAY + timedelta(days=2),
        staff=[1, 2],
        groups={1: [1]},
        backups=[backup(1, 2, 1)],
        shifts=row(1, DAY, "×××", pinned=True),
        work_limits=[
            limit(
                1,
                LimitWindow.CONSECUTIVE_DAYS,
                WORKING,
                maximum_half_days=2,
                level=Level.SOFT,
                weight=20,
            )
        ],
    )

    assert round(bound_of(board, dict.fromkeys(EARLIER, 0))) == 2 * 2 * 20
    assert round(bound_of(board, dict.fromkeys(EARLIER, 10**9))) == 0


def asked(board: Board, tier: TierName, **kept: int) -> int:
    lines = Lines(Variables(Problem(board=board, request=GenerationRequest())))
    kept_at = {TierName[name]: value for name, value in kept.items()}
    return lines.ask(tier, kept_at, math.inf, lambda: False).bound


def test_load_is_spread_over_backups_and_counts_what_was_before() -> None:
    board = restaurant_board(
        DAY,
        DAY + timedelta(days=2),
        staff=[1, 2, 3],
        groups={1: [1]},
        backups=[backup(1, 2, 1), backup(2, 3, 1)],
        shifts=row(1, DAY, "×××", pinned=True),
        past_cover_counts={2: 1},
    )

    assert asked(board, TierName.BACKUP_LOAD, REQUIRED_GAPS=0, SOFT_RULES=0) == 2**2 + 2**2


def test_rest_is_compared_among_those_of_one_employment_type() -> None:
    board = restaurant_board(
        DAY,
        DAY + timedelta(days=1),
        staff=[1, 2],
        shifts=[*row(1, DAY, "××", pinned=True), *row(2, DAY, "○○", pinned=True)],
    )

    assert asked(board, TierName.REST_BALANCE, SOFT_RULES=0, BACKUP_LOAD=0) == 4
