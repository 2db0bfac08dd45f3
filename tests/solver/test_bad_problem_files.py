"""Files that are cut off, negative, contradictory or of ten thousand people: refused by field."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from solver.problem import NonsenseProblem
from solver.replay import FileRefused, solve_file
from solver.sense import require_sense, require_size
from tests.builders import membership, restaurant_board
from tests.random_boards import Size, boards
from tests.searches import problem_of
from tests.solver.test_problem import DAY, example


def refusal(tmp_path, text: str) -> str:
    file = tmp_path / "run.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        solve_file(file)
    return str(refused.value)


def stored(**fields):
    return json.loads(problem_of(example(), **fields).to_json())


@pytest.mark.parametrize("lines", [1, 2, 20])
def test_a_file_that_is_cut_off_is_refused_with_its_line(tmp_path, lines) -> None:
    text = json.dumps(stored(), indent=1)
    cut = "\n".join(text.splitlines()[:lines])

    told = refusal(tmp_path, cut)

    assert told.startswith(f"run.json, line {lines}, column ")
    assert told.endswith("; is the file cut off?")


@pytest.mark.parametrize(
    ("where", "value", "message"),
    [
        ("board.staff.1.name", None, "board.staff[1].name: Input should be a valid string"),
        ("board.staff.0.employed_from", "2024-13-01", "board.staff[0].employed_from: "),
        ("request.mode", "FIL", "request.mode: Input should be 'FILL' or 'REPLAN'"),
        ("request.seed", -1, "request.seed: -1 is not from 0 to 2147483647."),
        ("request.time_limit_seconds", -1, "request.time_limit_seconds: it must be a number"),
        ("board.staff.2.employed_until", "2019-01-01", "board.staff[id 3].employed_from: "),
        ("board.groups.1.id", 1, "board.groups: id 1 stands there 2 times."),
        ("board.groups.0.criticality", 6, "board.groups[id 1].criticality: 6 is not from 1 to 5."),
        ("board.groups.0.minimum_present", -2, "board.groups[id 1].minimum_present: -2 is not"),
        ("board.work_limits.0.minimum_half_days", 5, "work_limits[id 1].minimum_half_days: 5 is "),
        ("board.work_limits.0.maximum_half_days", -1, "work_limits[id 1].maximum_half_days: -1"),
        ("board.work_limits.0.weight", 0, "board.work_limits[id 1].weight: 0 is not from 1 to 1"),
        ("board.backup_assignments.0.priority_order", 0, "[id 1].priority_order: 0 is not from 1"),
        ("board.backup_assignments.1.group_id", 9, "[id 2].group_id: there is no group 9."),
        (
            "board.backup_assignments.1.staff_id",
            9,
            "run.json, board.backup_assignments: there is no",
        ),
        ("board.shifts.0.shift_type", "night", "board.shifts: there is no shift type night."),
        ("board.shifts.1.staff_id", 1, "board.shifts: staff_id 1, date 2025-01-06 stands there 2"),
        ("board.shift_types.0.rest_half_days", 3, "board.shift_types[id 1].rest_half_days: 3 is"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_field(tmp_path, where, value, message) -> None:
    file = stored()
    *path, last = where.split(".")
    row = file
    for step in path:
        row = row[int(step)] if step.isdigit() else row[step]
    assert last in row
    row[last] = value

    assert message in refusal(tmp_path, json.dumps(file))


def test_ten_thousand_people_are_refused_by_number(tmp_path) -> None:
    many = restaurant_board(DAY, DAY, staff=range(1, 10_001))

    told = refusal(tmp_path, problem_of(many).to_json())

    assert told == "run.json, board.staff: 10000 people are more than 2000."


def test_more_cells_than_one_search_can_hold_are_refused_by_number() -> None:
    year = restaurant_board(DAY, DAY.replace(year=2026), staff=range(1, 301))

    with pytest.raises(NonsenseProblem, match="300 people × 366 days are 109800 cells"):
        require_size(year)


def test_members_of_a_group_that_is_not_there_are_refused() -> None:
    board = replace(example(), memberships=(membership(5, 1, id=1),))

    with pytest.raises(NonsenseProblem, match="group_id: there is no group 5"):
        require_sense(problem_of(board))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(board=boards(Size()))
def test_what_a_restaurant_can_hold_is_not_refused(board) -> None:
    require_sense(problem_of(board))
