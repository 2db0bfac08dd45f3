"""A small edit of a board is the board with those cells and covers, counted anew."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.runs import GenerationMode
from domain.small_edits import with_few
from domain.tiers import tier_values
from tests.builders import cell, cover
from tests.random_boards import Size, boards

REPLAN = GenerationMode.REPLAN


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_board_after_a_small_edit_is_worth_what_the_same_board_is_anew(data) -> None:
    board = data.draw(boards(Size(staff=4, days=5, groups=3, fewest_groups=1)))
    tier_values(board, board, REPLAN)
    keys = [(p.id, d) for p in board.staff for d in board.days if p.is_employed_on(d)]
    places = [(d, g.id, p) for p, d in keys for g in board.groups]
    some = st.lists(st.sampled_from(keys), max_size=2, unique=True) if keys else st.just([])
    cells = [cell(*key, data.draw(st.sampled_from("○×△"))) for key in data.draw(some)]
    gone = (
        data.draw(st.lists(st.sampled_from(board.covers), max_size=2, unique=True))
        if (board.covers)
        else []
    )
    known = {(c.date, c.group_id, c.staff_id) for c in board.covers}
    free = [place for place in places if place not in known]
    come = [cover(*place) for place in free[: data.draw(st.integers(0, 2))]]

    after = with_few(board, cells, gone=gone, come=come)

    edited = {(c.staff_id, c.date) for c in cells}
    same = replace(
        board,
        shifts=(*(c for k, c in board.cells.items() if k not in edited), *cells),
        covers=(*(c for c in board.covers if c not in gone), *come),
    )
    assert after.cells == same.cells
    assert after.covers_by_need == same.covers_by_need
    assert after.covers_by_holder == same.covers_by_holder
    assert tier_values(board, after, REPLAN) == tier_values(board, same, REPLAN)
