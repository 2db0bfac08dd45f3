"""How a search goes on: tier after tier, told on the way, ended in time, the same every time."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from domain.rules import Direction, Level, LimitWindow
from domain.runs import GenerationMode, Outcome, Phase, TierName, TierStatus
from domain.staff import IdlePolicy, NeedPolicy
from solver.search import SearchError, solve
from tests.builders import (
    RESTING,
    WORKING,
    backup,
    cell,
    limit,
    person,
    priority_rule,
    request,
    restaurant,
    restaurant_board,
    row,
    staff_group,
)
from tests.searches import FILL, generate, problem_of

START = date(2025, 1, 6)


def month(staff=10, days=14, **fields):
    """Groups of two with shared backups, weekly rests and some wishes: not proved at once."""
    members = staff * 2 // 3
    groups = {g: (2 * g - 1, 2 * g) for g in range(1, members // 2 + 1)}
    return restaurant_board(
        START,
        START + timedelta(days=days - 1),
        staff=range(1, staff + 1),
        groups=groups,
        backups=[
            backup(10 * g + n, members + (g + n) % (staff - members) + 1, g, n)
            for g in groups
            for n in (1, 2)
        ],
        work_limits=[
            limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=12),
            limit(2, LimitWindow.WEEK, RESTING, minimum_half_days=4),
            limit(3, LimitWindow.WEEK, RESTING, maximum_half_days=4, level=Level.SOFT),
        ],
        day_off_requests=[
            request(n, n, START + timedelta(days=n * 3 % days)) for n in range(1, staff + 1)
        ],
        **fields,
    )


def told(board, stop_at=None, **request_fields):
    """Everything a search tells; the stop is asked for at the given piece of news."""
    stop, news = threading.Event(), []

    def listen(progress):
        news.append(progress)
        if len(news) == stop_at:
            stop.set()

    solution = solve(problem_of(board, **request_fields), listen, stop)
    return solution, news


def worth(solution):
    return [t.value for t in solution.tiers]


@pytest.mark.parametrize("staff", [(), (person(1, employed_until=date(2024, 1, 1)),)])
def test_nobody_to_plan_is_a_valid_empty_result(staff) -> None:
    found = generate(restaurant_board(START, START, staff=staff))

    assert found.solution.shifts == ()
    assert found.solution.outcome is Outcome.OPTIMAL


def test_no_dates_are_a_valid_empty_result() -> None:
    solution = solve(problem_of(restaurant_board(START, START - timedelta(days=1), staff=[1])))

    assert (solution.shifts, solution.covers) == ((), ())
    assert solution.outcome is Outcome.OPTIMAL


def test_a_vacancy_that_counts_is_a_gap_though_nobody_is_there() -> None:
    group = staff_group(
        1, need_policy=NeedPolicy.MINIMUM_PRESENT, minimum_present=2, count_vacancy=True
    )
    board = restaurant_board(START, START, staff=[1], groups=[group], backups=[backup(1, 1, 1)])

    found = generate(board)

    assert found.covers() == {(6, 1, 1)}
    assert found.tier(TierName.REQUIRED_GAPS) == 100


def test_a_stop_before_the_start_leaves_a_full_schedule() -> None:
    board = month()

    solution, news = told(board, stop_at=1)

    assert len(solution.shifts) == 10 * 14
    assert news[0].phase is Phase.BUILDING
    assert news[0].best is not None
    statuses = {t.status for t in solution.tiers}
    assert TierStatus.NOT_REACHED in statuses
    assert all((t.bound is None) == (t.status is TierStatus.NOT_REACHED) for t in solution.tiers)


def test_a_stop_on_the_way_keeps_the_best_that_was_told() -> None:
    solution, news = told(month(), stop_at=4)

    assert news[3].best is not None
    assert worth(solution) <= worth(news[3].best)
    assert len(solution.shifts) == 10 * 14


def test_what_is_told_never_gets_worse() -> None:
    _, news = told(month(), time_limit_seconds=2)

    values = [worth(progress.best) for progress in news]
    assert values == sorted(values, reverse=True)
    assert news[-1].solutions >= len(values) // 2


def test_bounds_are_told_as_they_rise_and_which_tier_is_being_improved() -> None:
    _, news = told(month(), seed=3)

    load = [
        (next(t.bound for t in progress.tiers if t.name is TierName.BACKUP_LOAD), progress)
        for progress in news
        if progress.tier is TierName.BACKUP_LOAD
    ]
    bounds = [bound for bound, _ in load]
    alone = [
        later
        for (before, earlier), (later, progress) in pairwise(load)
        if progress.solutions == earlier.solutions and later > before
    ]
    assert bounds == sorted(bounds)
    assert bounds[-1] == 48
    assert len(alone) > 1


def test_no_tier_is_claimed_that_was_not_proved() -> None:
    solution, _ = told(month(staff=20, days=31), time_limit_seconds=0.5)

    proved = [t for t in solution.tiers if t.status is TierStatus.OPTIMAL]
    assert all(t.bound == t.value for t in proved)
    assert solution.outcome is Outcome.FEASIBLE
    assert all(t.bound <= t.value for t in solution.tiers if t.bound is not None)


def test_time_that_runs_out_before_a_proof_is_no_proof() -> None:
    pins = row(1, START, "○○○○", pinned=True)
    runs = limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=4)
    weeks = limit(2, LimitWindow.PERIOD, ("early",), minimum_half_days=4)
    board = restaurant_board(
        START, START + timedelta(days=5), staff=[1], shifts=pins, work_limits=[runs, weeks]
    )

    cut = solve(problem_of(board, time_limit_seconds=0))
    proved = solve(problem_of(board))

    assert cut.outcome in (Outcome.UNKNOWN, Outcome.RELAXED)
    assert proved.outcome is Outcome.RELAXED
    assert proved.tiers[0].bound == proved.tiers[0].value


def test_hard_rules_that_could_be_kept_are_never_called_impossible() -> None:
    early = limit(1, LimitWindow.PERIOD, ("early",), minimum_half_days=4)
    board = restaurant_board(START, START + timedelta(days=3), staff=[1], work_limits=[early])

    cut, full = (solve(problem_of(board, time_limit_seconds=s)) for s in (0, 60))

    assert cut.outcome is Outcome.UNKNOWN
    assert full.outcome is Outcome.OPTIMAL


def test_soft_rules_may_be_put_before_ranks() -> None:
    board = restaurant_board(
        START,
        START,
        staff=[1, 2, 3],
        groups={1: [1]},
        backups=[backup(1, 2, 1, 1), backup(2, 3, 1, 2)],
        shifts=[cell(1, START, "×", pinned=True)],
        priority_rules=[priority_rule(1, 2, "normal", direction=Direction.AVOID)],
    )
    turned = replace(board, restaurant=restaurant(soft_rules_before_priority=True))

    assert generate(board).covers() == {(6, 1, 2)}
    assert generate(turned).covers() == {(6, 1, 3)}


def test_a_replan_changes_less_than_a_fill() -> None:
    """One person's rest would balance the other's; a replan leaves the cell alone."""
    board = restaurant_board(
        START,
        START,
        staff=[1, 2],
        shifts=[cell(1, START, "×", pinned=True), *row(2, START, "○")],
    )

    replanned = generate(board, mode=GenerationMode.REPLAN)

    assert generate(board, mode=FILL).symbols(2) == "×"
    assert replanned.symbols(2) == "○"
    assert [t.name for t in replanned.solution.tiers][2] is TierName.CHANGES


@pytest.mark.parametrize(("minimum", "rests"), [(0, 0), (4, 2)])
def test_who_is_wanted_at_work_rests_only_where_a_hard_rule_asks(minimum, rests) -> None:
    board = restaurant_board(
        START,
        START + timedelta(days=3),
        staff=[person(1, idle_policy=IdlePolicy.WORK), 2],
        shifts=row(2, START, "××××", pinned=True),
        work_limits=[limit(1, LimitWindow.PERIOD, RESTING, minimum_half_days=minimum)],
    )

    assert generate(board).symbols(1).count("×") == rests


def test_a_model_that_contradicts_its_schedule_is_our_fault_and_said_aloud() -> None:
    def impossible(variables):
        variables.model.require_any([])
        variables.model.require_at_most(variables.model.excess(variables_sum(variables)), -1)
        return ()

    def variables_sum(variables):
        literal = variables.works(1, START)
        return variables.model.all_of([literal]) + 1

    board = restaurant_board(START, START, staff=[1, 2], shifts=[cell(1, START, "×", pinned=True)])

    with pytest.raises(SearchError, match="INFEASIBLE"):
        solve(problem_of(board), rules={"impossible": impossible})


def test_what_fails_while_counting_is_not_swallowed(monkeypatch) -> None:
    calls = iter(range(1000))

    def broken(variables, values):
        if next(calls):
            raise ZeroDivisionError
        return counted(variables, values)

    from solver import search

    counted = search.candidate
    monkeypatch.setattr(search, "candidate", broken)

    with pytest.raises(ZeroDivisionError):
        solve(problem_of(month()))


def test_a_canonical_schedule_is_the_same_for_every_seed_and_way_of_searching() -> None:
    board = month(staff=8, days=7)
    requests = [{"seed": n} for n in range(3)] + [{"reproducible": False, "seed": 9}]

    solutions = [solve(problem_of(board, **fields)) for fields in requests]

    first = solutions[0]
    assert first.tiers[-1].name is TierName.CANONICAL
    assert first.tiers[-1].status is TierStatus.OPTIMAL
    assert all((s.shifts, s.covers) == (first.shifts, first.covers) for s in solutions)
