"""The checker's word on results: agreement passes, every kind of tampering is seen."""

from dataclasses import replace
from datetime import date

import pytest

from domain.runs import GenerationRequest
from resolvers.recheck import judge
from solver.problem import Problem
from solver.search import solve
from solver.solution import Solution
from tests.builders import backup, cell, restaurant_board

START, ABSENCE, END = date(2025, 1, 14), date(2025, 1, 15), date(2025, 1, 16)


@pytest.fixture(scope="module")
def problem() -> Problem:
    board = restaurant_board(
        START,
        END,
        staff=[1, 2, 3],
        groups={1: [1, 2]},
        backups=[backup(1, 3, 1)],
        shifts=[cell(1, ABSENCE, "×", pinned=True)],
    )
    return Problem(board=board, request=GenerationRequest(reproducible=True))


@pytest.fixture(scope="module")
def solution(problem) -> Solution:
    return solve(problem)


def test_the_result_of_a_search_is_confirmed(problem, solution):
    assert judge(problem, solution).disagreements == ()


def test_a_cover_left_out_is_seen_in_the_tiers(problem, solution):
    verdict = judge(problem, replace(solution, covers=()))
    assert any("REQUIRED_GAPS" in word for word in verdict.disagreements)


def test_a_pin_given_up_is_seen(problem, solution):
    cells = tuple(
        replace(c, shift_type="normal", pinned=False) if (c.staff_id, c.date) == (1, ABSENCE) else c
        for c in solution.shifts
    )
    verdict = judge(problem, replace(solution, shifts=cells))
    assert any("fact given up" in word for word in verdict.disagreements)


def test_a_tier_told_better_than_it_is_is_seen(problem, solution):
    first, *rest = solution.tiers
    told = replace(solution, tiers=(replace(first, value=first.value + 2), *rest))
    assert any("HARD_RULES" in word for word in judge(problem, told).disagreements)
