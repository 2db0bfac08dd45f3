"""A problem is plain data: it goes through JSON unharmed and refuses what makes no sense."""

import json
import random
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from domain.ids import ShiftCode
from domain.rules import LimitWindow
from solver.problem import NonsenseProblem, Problem
from solver.replay import FileRefused, solve_file
from solver.search import solve
from solver.solution import Solution
from tests.builders import (
    WORKING,
    backup,
    built_in_types,
    cell,
    limit,
    request,
    restaurant_board,
    row,
)
from tests.random_boards import Size, boards
from tests.searches import problem_of

DAY = date(2025, 1, 6)


def example():
    return restaurant_board(
        DAY,
        DAY + timedelta(days=2),
        staff=[1, 2, 3],
        groups={1: [1], 2: [2]},
        backups=[backup(1, 3, 1), backup(2, 3, 2), backup(3, 2, 1, 2)],
        shifts=[cell(1, DAY, "×", pinned=True), *row(2, DAY, "○×○")],
        day_off_requests=[request(1, 3, DAY), request(2, 1, DAY + timedelta(days=1))],
        work_limits=[limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=4)],
    )


@settings(max_examples=25, deadline=None, derandomize=True)
@given(board=boards(Size()))
def test_a_problem_is_read_back_as_it_was_written(board) -> None:
    problem = problem_of(board)

    assert Problem.from_json(problem.to_json()) == problem


def test_a_problem_from_before_there_were_units_counts_days() -> None:
    problem = problem_of(example())
    stored = json.loads(problem.to_json())
    for rule in stored["board"]["work_limits"]:
        for name in ("unit", "minimum_minutes", "maximum_minutes"):
            del rule[name]

    assert Problem.from_json(json.dumps(stored)) == problem


def test_a_solution_is_read_back_as_it_was_written() -> None:
    solution = solve(problem_of(example()))

    assert Solution.from_json(solution.to_json()) == solution


def test_the_order_of_rows_changes_nothing() -> None:
    board = example()
    dice = random.Random(7)
    mixed = {
        f.name: tuple(dice.sample(rows, len(rows)))
        for f in fields(board)
        if isinstance(rows := getattr(board, f.name), tuple)
    }

    one, other = problem_of(board), problem_of(replace(board, **mixed))

    assert one == other
    assert solve(one).shifts == solve(other).shifts
    assert solve(one).covers == solve(other).covers


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shift_types": ()}, "both works and can cover"),
        ({"shift_types": built_in_types()[:3]}, "rests a whole day"),
        (
            {"backup_assignments": (backup(1, 99, 1),)},
            "board.backup_assignments: there is no staff member 99",
        ),
        ({"shift_types": tuple(t for t in built_in_types() if t.code != "early")}, "early"),
    ],
)
def test_nonsense_is_refused_at_birth(change, message) -> None:
    board = replace(example(), shifts=(cell(1, DAY, "△" if "early" in message else "×"),))

    with pytest.raises(NonsenseProblem, match=message):
        problem_of(replace(board, **change))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_limit_seconds", -1),
        ("time_limit_seconds", float("nan")),
        ("time_limit_seconds", float("inf")),
        ("good_enough_percent", -1),
        ("good_enough_percent", 101),
    ],
)
def test_limits_of_a_request_that_are_out_of_range_are_refused(field, value) -> None:
    with pytest.raises(NonsenseProblem, match=rf"request\.{field}"):
        problem_of(example(), **{field: value})


def test_a_stored_problem_is_solved_again(tmp_path) -> None:
    file = tmp_path / "problem.json"
    file.write_text(problem_of(example()).to_json())

    again = Solution.from_json(solve_file(file, time_limit_seconds=30))

    assert again.shifts == solve(problem_of(example())).shifts


@pytest.mark.parametrize("content", ["", "{}", "[1", '{"board": 1}'])
def test_a_file_without_a_problem_is_refused(tmp_path, content) -> None:
    file = tmp_path / "problem.json"
    file.write_text(content)

    with pytest.raises(FileRefused, match=r"problem\.json"):
        solve_file(file)


def test_a_missing_file_is_refused(tmp_path) -> None:
    with pytest.raises(FileRefused, match="cannot be read"):
        solve_file(tmp_path / "nothing.json")


def test_codes_stay_codes() -> None:
    codes = {s.shift_type for s in Problem.from_json(problem_of(example()).to_json()).board.shifts}

    assert codes == {ShiftCode("off"), ShiftCode("normal")}
