"""A board that followed its rows is the board that would have been loaded, and judges like it."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.covers import Cover
from domain.later_boards import LaterRows, cover_key, later
from domain.schedules import Board
from tests.builders import cover, restaurant, restaurant_board, row
from tests.domain.test_kept import anew, answers, many
from tests.random_boards import Size, boards, refilled


def as_loaded(board: Board, rank: int = 1) -> Board:
    """The board in the order of the database; its covers have ranks, the last one has none."""
    ranked = [replace(c, rank=None if n % 3 == 2 else rank + n) for n, c in enumerate(board.covers)]
    return replace(
        board,
        shifts=tuple(sorted(board.shifts, key=lambda c: (c.date, c.staff_id))),
        covers=tuple(sorted(ranked, key=_place)),
    )


def _place(cover: Cover) -> tuple[date, int, float, int]:
    rank = float("inf") if cover.rank is None else cover.rank
    return cover.date, cover.group_id, rank, cover.staff_id


def rows_between(before: Board, after: Board) -> LaterRows:
    was = {cover_key(c): c for c in before.covers}
    stands = {cover_key(c): c for c in after.covers}
    return LaterRows(
        schedule=after.schedule,
        cells={
            key: after.cells.get(key)
            for key in before.cells.keys() | after.cells.keys()
            if before.cells.get(key) != after.cells.get(key)
        },
        covers={
            key: stands.get(key)
            for key in was.keys() | stands.keys()
            if was.get(key) != stands.get(key)
        },
    )


@many
@given(board=boards(Size(staff=4, days=8, groups=3)), data=st.data())
def test_a_board_that_followed_is_the_board_that_was_loaded(board: Board, data: st.DataObject):
    before = as_loaded(board)
    answers(before)
    other = as_loaded(refilled(data.draw, board), data.draw(st.integers(-2, 4)))
    after = replace(
        before,
        restaurant=replace(board.restaurant, revision=2),
        schedule=replace(board.schedule, revision=2),
        shifts=other.shifts,
        covers=other.covers,
    )
    found = later(before, after.restaurant, rows_between(before, after))
    assert found == after
    assert list(found.cells.items()) == list(after.cells.items())
    assert answers(found) == answers(anew(after))


def test_what_nothing_was_written_of_is_the_same_object():
    days = date(2025, 1, 13), date(2025, 1, 14)
    board = restaurant_board(
        *days,
        staff=[1, 2, 3],
        groups={1: [1]},
        shifts=row(1, days[0], "×○"),
        covers=[cover(days[0], 1, 2)],
    )
    assert later(board, board.restaurant, LaterRows(schedule=board.schedule)) is board
    newer = later(board, restaurant(revision=7), LaterRows(schedule=board.schedule))
    assert newer == replace(board, restaurant=restaurant(revision=7))
    assert newer.kept is board.kept

    gone = {(board.staff[0].id, days[0]): None}
    found = later(board, restaurant(), LaterRows(schedule=board.schedule, cells=gone))
    assert found.shifts == board.shifts[1:]
    assert found.shifts[0] is board.shifts[1]
    assert found.covers[0] is board.covers[0]
