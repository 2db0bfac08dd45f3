"""A run while replanning answers from a repair first, and tells each better schedule as a step."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.checker import check
from domain.runs import GenerationMode, TierName, TierStatus
from domain.schedules import Board
from domain.shifts import ShiftSource
from solver import stepwise
from solver.problem import Problem
from solver.progress import Phase, Progress
from solver.search import solve
from solver.solution import Solution, board_after
from tests.builders import backup, cell, request, restaurant_board, row
from tests.random_boards import Size, boards
from tests.searches import problem_of

DAY = date(2025, 1, 10)
REPLAN = GenerationMode.REPLAN


def kitchen() -> Board:
    """1 asks to be off on a day on which backup 3 rests and backup 4 works."""
    return restaurant_board(
        DAY,
        DAY + timedelta(days=2),
        staff=[1, 2, 3, 4],
        groups={1: [1, 2]},
        backups=[backup(1, 3, 1, 1), backup(2, 4, 1, 2)],
        shifts=[
            *(row(n, DAY, "○○○") for n in (1, 2, 4)),
            cell(3, DAY, "×", source=ShiftSource.GENERATED),
            *row(3, DAY + timedelta(days=1), "○○"),
        ],
        day_off_requests=[request(1, 1, DAY)],
    )


def told_by(problem: Problem) -> tuple[Solution, list[Progress]]:
    news: list[Progress] = []
    return stepwise.run(problem, news.append), news


def test_the_repair_is_told_before_the_search_has_built_its_model():
    _, news = told_by(problem_of(kitchen(), mode=REPLAN))
    first = news[0]
    assert first.phase is Phase.BUILDING
    assert first.best is not None
    (step,) = first.best.steps
    assert (step.cells_changed, step.covers_changed) == (1, 1)
    assert (step.tier, step.before, step.after) == (TierName.REQUIRED_GAPS, 100, 0)
    assert {tier.status for tier in first.tiers} == {TierStatus.NOT_REACHED}


def test_steps_go_on_from_each_other_and_stay_with_the_solution():
    solution, news = told_by(problem_of(kitchen(), mode=REPLAN))
    told = [progress.best.steps for progress in news if progress.best is not None]
    assert all(later[: len(steps)] == steps for steps, later in pairwise(told))
    assert solution.steps[: len(told[-1])] == told[-1]
    assert all(step.after < step.before for step in solution.steps)
    assert Solution.from_json(solution.to_json()) == solution


def test_a_schedule_without_anything_to_mend_tells_no_step():
    board = replace(kitchen(), day_off_requests=())
    solution, news = told_by(problem_of(board, mode=REPLAN))
    assert news[0].phase is Phase.BUILDING
    assert solution.steps == ()


def test_filling_begins_with_the_search():
    solution, _ = told_by(problem_of(replace(kitchen(), shifts=())))
    assert len(solution.shifts) == 12
    assert Counter(t.status for t in solution.tiers) == {TierStatus.OPTIMAL: len(TierName)}


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_run_that_was_mended_first_proves_the_same_schedule(data) -> None:
    """The repair is a place to begin: it neither hides the optimum nor breaks a fact."""
    board = data.draw(boards(Size(staff=3, days=4, groups=2, fewest_groups=1)))
    missing = [
        cell(p.id, d, "normal", source=ShiftSource.GENERATED)
        for p in board.staff
        for d in board.days
        if p.is_employed_on(d) and (p.id, d) not in board.cells
    ]
    problem = problem_of(replace(board, shifts=(*board.shifts, *missing)), mode=REPLAN)

    solution, _ = told_by(problem)

    plain = solve(problem)
    assert solution.tiers == plain.tiers
    assert (solution.shifts, solution.covers) == (plain.shifts, plain.covers)
    report = check(problem.board, board_after(problem, solution), REPLAN)
    assert report.broken_facts == ()
