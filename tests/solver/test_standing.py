"""What stands already is where a search begins, as far as facts and needs still allow it."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.checker import check
from domain.runs import GenerationMode
from domain.schedules import Board
from solver import standing
from solver.best import candidate
from solver.choices import Choices
from solver.solution import board_with
from solver.variables import Variables
from tests.builders import backup, cell, cover, restaurant_board, row
from tests.random_boards import Size, boards
from tests.searches import problem_of

DAY = date(2025, 1, 10)


def kitchen(**fields) -> Board:
    given_fields = {
        "shifts": [cell(1, DAY, "×"), *row(2, DAY, "○"), *row(3, DAY, "○")],
        "covers": [cover(DAY, 1, 2)],
        "backups": [backup(1, 2, 1, 1), backup(2, 3, 1, 2)],
        **fields,
    }
    return restaurant_board(DAY, DAY, staff=[1, 2, 3], groups={1: [1]}, **given_fields)


def draft_of(board: Board):
    return standing.build(Choices(problem_of(board)))


def test_complete_board_is_taken_as_it_is():
    draft = draft_of(kitchen())
    assert draft.covers == [(2, 1, DAY)]
    assert draft.cells == {(1, DAY): "off", (2, DAY): "normal", (3, DAY): "normal"}


def test_board_with_an_open_cell_is_no_beginning():
    assert draft_of(kitchen(shifts=[cell(1, DAY, "×")])) is None


def test_worse_of_two_covers_for_one_need_is_let_go():
    draft = draft_of(kitchen(covers=[cover(DAY, 1, 3), cover(DAY, 1, 2)]))
    assert draft.covers == [(2, 1, DAY)]


def test_solver_cover_gives_way_to_a_pinned_one():
    draft = draft_of(kitchen(covers=[cover(DAY, 1, 2), cover(DAY, 1, 3, pinned=True)]))
    assert draft.covers == []


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_every_beginning_keeps_facts_needs_and_capacity(data) -> None:
    board = data.draw(boards(Size(staff=4, days=4, groups=3)))
    rest = {key: "off" for p in board.staff for key in [(p.id, d) for d in board.days]}
    filled = {
        key: board.cells.get(key, cell(*key, code, source="GENERATED"))
        for key, code in rest.items()
        if board.people[key[0]].is_employed_on(key[1])
    }
    strays = tuple(s for s in board.shifts if (s.staff_id, s.date) not in filled)
    problem = problem_of(replace(board, shifts=(*filled.values(), *strays)))
    variables = Variables(problem)
    draft = standing.build(variables.choices)
    if draft is None:
        assert any(len(list(variables.codes(*key))) > 1 for key in variables.employed_cells())
        return
    found = candidate(variables, variables.assign(draft.cells, draft.covers))
    after = board_with(problem.board, found.shifts, found.covers)
    assert check(problem.board, after, GenerationMode.FILL).broken_facts == ()
