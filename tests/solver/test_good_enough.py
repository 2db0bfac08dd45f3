"""A tier that is proved to be near enough to the best is settled, and the next one has its turn."""

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.runs import ALWAYS_EXACT, GenerationRequest, Outcome, TierName, TierStatus
from domain.staff import CoverageMode
from solver.problem import Problem
from solver.search import solve
from tests.builders import backup, cell, restaurant_board, staff_group
from tests.random_boards import Size, boards
from tests.searches import generate, problem_of
from tests.solver.test_search import month

DAY = date(2025, 1, 15)


def tiers(solution):
    return {tier.name: tier for tier in solution.tiers}


def test_a_search_ends_at_the_first_schedule_that_is_near_enough_and_claims_no_more() -> None:
    board, fields = month(), {"seed": 3}

    best = solve(problem_of(board, **fields))
    found = solve(problem_of(board, **fields, good_enough_percent=30))

    load, least = tiers(found)[TierName.BACKUP_LOAD], tiers(best)[TierName.BACKUP_LOAD]
    assert best.outcome is Outcome.OPTIMAL
    assert load.bound <= least.value < load.value <= load.bound / (1 - 0.3)
    assert (load.status, found.outcome) == (TierStatus.FEASIBLE, Outcome.FEASIBLE)
    assert tiers(found)[TierName.CHANGES].status is TierStatus.OPTIMAL
    assert found.solutions < best.solutions


@settings(max_examples=60, deadline=None, derandomize=True)
@given(board=boards(Size(days=4)), percent=st.sampled_from([5.0, 40.0, 100.0]))
def test_what_nobody_trades_is_exact_and_every_bound_is_true_whatever_is_enough(board, percent):
    request = GenerationRequest(reproducible=True, time_limit_seconds=60)
    lazy = GenerationRequest(reproducible=True, time_limit_seconds=60, good_enough_percent=percent)

    best = tiers(solve(Problem(board=board, request=request)))
    found = tiers(solve(Problem(board=board, request=lazy)))

    for name in found:
        if name not in ALWAYS_EXACT:
            assert lazy.is_enough(name, found[name].value, found[name].bound), found[name]
        if found[name].value != best[name].value:
            assert name not in ALWAYS_EXACT
            assert found[name].bound <= best[name].value < found[name].value
            break


def test_gaps_of_groups_that_should_be_covered_may_be_traded_and_others_not() -> None:
    def two_needs(mode):
        """The first schedule gives both backups to whom they cannot both help."""
        return restaurant_board(
            DAY,
            DAY,
            staff=[1, 2, 3, 4],
            groups=[staff_group(g, coverage_mode=mode) for g in (1, 2)],
            members={1: [1], 2: [2]},
            backups=[backup(1, 3, 1), backup(2, 3, 2), backup(3, 4, 1, 2)],
            shifts=[cell(1, DAY, "×", pinned=True), cell(2, DAY, "×", pinned=True)],
        )

    required = generate(two_needs(CoverageMode.REQUIRED), good_enough_percent=100)

    assert required.gaps() == {}
    request = GenerationRequest(good_enough_percent=30)
    assert not request.is_enough(TierName.REQUIRED_GAPS, 100, 99)
    assert request.is_enough(TierName.DESIRED_GAPS, 100, 70)
    assert not request.is_enough(TierName.DESIRED_GAPS, 100, 69)


def test_a_repeatable_search_stops_early_at_the_same_schedule_every_time() -> None:
    fields = {"seed": 3, "good_enough_percent": 30}

    first, second = (solve(problem_of(month(), **fields)) for _ in range(2))

    assert tiers(first)[TierName.BACKUP_LOAD].status is TierStatus.FEASIBLE
    assert (first.shifts, first.covers, first.tiers) == (
        second.shifts,
        second.covers,
        second.tiers,
    )


def test_a_request_of_before_is_searched_to_the_proof() -> None:
    stored = json.loads(problem_of(month(), good_enough_percent=30).to_json())
    assert stored["request"].pop("good_enough_percent") == 30

    assert Problem.from_json(json.dumps(stored)).request.good_enough_percent == 0
