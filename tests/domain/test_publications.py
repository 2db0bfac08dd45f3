from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.publications import as_published, published
from domain.runs import GenerationMode
from domain.supposing import supposed
from tests.builders import backup, cover, restaurant_board, row, staff_group

DAY = date(2025, 1, 15)
weeks = st.text("○△×.", min_size=3, max_size=3)


def board_of(one, other, *, is_covered=True, group=1):
    return restaurant_board(
        DAY,
        DAY + timedelta(days=2),
        staff=[1, 2],
        groups=[staff_group(group, lineage_id=None if group == 1 else 1)],
        members={group: [1]},
        backups=[backup(1, 2, group)],
        shifts=[row(1, DAY, one), row(2, DAY, other)],
        covers=(cover(DAY, group, 2, rank=1),) if is_covered else (),
    )


def difference(then, now):
    return supposed(as_published(now, published(then, 7)), now, GenerationMode.FILL)


boards = st.builds(board_of, weeks, weeks, is_covered=st.booleans())


@given(boards, boards)
def test_what_was_published_and_the_difference_make_what_stands(then, now):
    found = difference(then, now)

    cells = {key: cell.shift_type for key, cell in then.cells.items()}
    for change in found.cells:
        key = (change.staff_id, change.date)
        assert cells.get(key) == change.before
        cells[key] = change.after
    stands = {key: code for key, code in cells.items() if code is not None}
    covers = (set(then.covers) - set(found.covers_lost)) | set(found.covers_gained)
    assert stands == {key: cell.shift_type for key, cell in now.cells.items()}
    assert covers == set(now.covers)


def test_nothing_differs_right_after_publishing():
    board = board_of("×○△", "○○○")
    found = difference(board, board)

    assert (found.cells, found.covers_gained, found.covers_lost) == ((), (), ())
    assert (found.gaps_opened, found.gaps_closed) == ((), ())


def test_cover_that_another_version_took_over_is_the_same_cover():
    then = board_of("×○○", "○○○")
    now = board_of("×○○", "○○○", group=5)

    assert (difference(then, now).covers_gained, difference(then, now).covers_lost) == ((), ())


def test_gap_that_an_edit_opened_is_told():
    then = board_of("×○○", "○○○")
    now = replace(then, covers=())

    assert [gap.date for gap in difference(then, now).gaps_opened] == [DAY]
