"""The model recounts every derived variable to what the solver itself would have to say."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from domain.runs import TierName
from solver import fallback, tiers
from solver.best import candidate
from solver.expressions import FALSE, TRUE, Sum, count, holds, times, total
from solver.model import Model
from solver.variables import Variables
from tests.random_boards import Size, boards
from tests.searches import problem_of

ROWS = list(product((0, 1), repeat=3))


def fixed(model, literals, row):
    """The model with these literals decided."""
    for literal, value in zip(literals, row, strict=True):
        model.require_any([literal if value else ~literal])


def least(model, amount):
    model.minimise(amount)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    return round(solver.objective_value)


def decided(literals, row):
    return dict(zip(literals, row, strict=True))


MADE = {
    "any": lambda m, x: times(m.any_of([x[0], ~x[1]]), 1),
    "none of it": lambda m, x: times(~m.any_of([x[0], x[2]]), 1),
    "at least": lambda m, x: times(m.at_least(count(x), 2), 1),
    "fewer": lambda m, x: times(~m.at_least(count(x), 2), 1),
    "all": lambda m, x: m.all_of([x[0], ~x[1], x[2]]),
    "excess": lambda m, x: m.excess(count(x) * 2 - 3),
    "steps": lambda m, x: total(s * (n + 1) for n, s in enumerate(m.steps(count(x)))),
    "largest": lambda m, x: m.largest([count(x[:2]), times(x[2], 3)]),
    "smallest": lambda m, x: -m.smallest([count(x[:2]), times(x[2], 3)]),
}


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("name", MADE)
def test_what_is_recounted_is_the_least_the_solver_can_say(name, row) -> None:
    model = Model()
    literals = [model.decide() for _ in range(3)]
    amount = MADE[name](model, literals)

    values = model.complete(decided(literals, row))
    fixed(model, literals, row)

    assert amount.at(values) == least(model, amount)
    assert model.least(amount) <= amount.at(values) <= model.most(amount)


def test_constants_need_no_variable() -> None:
    model = Model()
    x = model.decide()

    assert model.any_of([x, TRUE]) == TRUE
    assert model.any_of([FALSE]) == FALSE
    assert model.any_of([x, ~x]) == TRUE
    assert model.any_of([x, FALSE]) == x
    assert model.all_of([x, FALSE]) == Sum()
    assert model.all_of([TRUE]) == Sum(1)
    assert model.at_least(times(x, 1), 2) == FALSE
    assert holds(TRUE, [1])
    assert not holds(FALSE, [1])


def test_the_same_question_is_answered_by_the_same_variable() -> None:
    model = Model()
    x, y = model.decide(), model.decide()

    assert model.any_of([x, y]) == model.any_of([y, x])
    assert model.at_least(count([x, y]), 2) == model.at_least(count([x, y]), 2)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(board=boards(Size(staff=4, days=8)))
def test_the_model_and_the_domain_count_the_same_in_the_first_schedule(board) -> None:
    variables = Variables(problem_of(board))
    sums = tiers.build(variables)
    draft = fallback.build(variables)

    found = candidate(variables, variables.assign(draft.cells, draft.covers))

    assert {name: sums[name].at(found.values) for name in TierName} == found.worth


@settings(max_examples=40, deadline=None, derandomize=True)
@given(board=boards(Size(staff=4, days=8)), seed=st.integers(0, 99))
def test_they_count_the_same_in_any_schedule_that_the_model_allows(board, seed) -> None:
    variables = Variables(problem_of(board))
    sums = tiers.build(variables)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.randomize_search = True
    assert solver.solve(variables.model.cp) == cp_model.OPTIMAL

    values = variables.model.recount(list(solver.response_proto.solution))
    found = candidate(variables, values)

    assert {name: sums[name].at(found.values) for name in TierName} == found.worth


@settings(max_examples=60, deadline=None, derandomize=True)
@given(board=boards(Size(staff=4, days=8)))
def test_the_first_schedule_is_one_that_the_model_allows(board) -> None:
    variables = Variables(problem_of(board))
    tiers.build(variables)
    draft = fallback.build(variables)
    variables.model.hint(variables.assign(draft.cells, draft.covers))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.fix_variables_to_their_hinted_value = True

    assert solver.solve(variables.model.cp) == cp_model.OPTIMAL
