"""On every tiny board the search finds what trying everything finds."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.checker import check
from domain.runs import GenerationMode, GenerationRequest, Outcome, TierName
from domain.schedules import Board
from domain.staff import IdlePolicy
from solver.problem import Problem
from solver.search import solve
from solver.solution import board_after
from tests import oracle
from tests.random_boards import Size, boards

TINY = Size(staff=3, days=4, groups=2)
MOST_WAYS = 4_000
MODES = pytest.mark.parametrize("mode", list(GenerationMode))


def comparable(board: Board) -> Board:
    """The board with nobody wanted at work: that is no tier, and the oracle knows tiers only."""
    policies = {IdlePolicy.WORK: IdlePolicy.FREE}
    staff = (
        replace(s, idle_policy=policies.get(s.idle_policy, s.idle_policy)) for s in board.staff
    )
    return replace(board, staff=tuple(staff))


def repeatable(board: Board, mode: GenerationMode) -> Problem:
    request = GenerationRequest(mode=mode, reproducible=True, time_limit_seconds=60)
    return Problem(board=board, request=request)


def ways(board: Board, mode: GenerationMode) -> int:
    count = 1
    for day in board.days:
        count *= max(1, len(oracle._ways(board, mode, day)))
    return count


@MODES
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(data=st.data())
def test_tiers_are_those_of_the_best_of_all_boards(mode: GenerationMode, data) -> None:
    board = comparable(data.draw(boards(TINY)))
    assume(ways(board, mode) <= MOST_WAYS)
    problem = repeatable(board, mode)

    solution = solve(problem)

    found = {t.name: t.value for t in solution.tiers}
    found.pop(TierName.CANONICAL)
    assert list(found.values()) == oracle.best(problem.board, mode)
    assert all(t.bound == t.value for t in solution.tiers)
    hard = found[TierName.HARD_RULES]
    assert solution.outcome is (Outcome.RELAXED if hard else Outcome.OPTIMAL)


@MODES
@settings(max_examples=120, deadline=None, derandomize=True)
@given(data=st.data())
def test_the_checker_agrees_with_every_schedule(mode: GenerationMode, data) -> None:
    problem = repeatable(data.draw(boards(Size(staff=4, days=8, groups=3))), mode)

    solution = solve(problem)

    report = check(problem.board, board_after(problem, solution), mode)
    assert report.broken_facts == ()
    assert {t.name: t.value for t in solution.tiers} == report.tiers
