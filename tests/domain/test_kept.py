"""What an edited board has kept from the board before it is what it would count anew."""

from dataclasses import fields, replace
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.coverage import gaps
from domain.edits import ShiftDraft, apply_shifts
from domain.figures import figures
from domain.ids import ShiftCode, StaffId
from domain.refusals import Refusal
from domain.rules import LimitWindow
from domain.runs import GenerationMode
from domain.schedules import Board
from domain.staff import NeedPolicy
from domain.suggestions import suggest
from domain.tiers import tier_values
from domain.violations import violations
from tests.builders import WORKING, backup, cell, limit, restaurant_board, staff_group
from tests.random_boards import Size, boards, refilled

many = settings(
    max_examples=120, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


def anew(board: Board) -> Board:
    """The same board, with nothing kept."""
    return Board(**{f.name: getattr(board, f.name) for f in fields(board)})


def answers(board: Board):
    return (
        gaps(board),
        gaps(board, search_ended=True),
        violations(board),
        figures(board),
        suggest(board, None, 10),
        tier_values(board, board, GenerationMode.FILL),
    )


@many
@given(board=boards(Size(staff=4, days=8, groups=3)), data=st.data())
def test_after_an_edit_of_cells_everything_is_as_counted_anew(board: Board, data: st.DataObject):
    codes = st.sampled_from([None, *(t.code for t in board.shift_types)])
    for _ in range(3):
        answers(board)
        draft = ShiftDraft(
            staff_id=data.draw(st.sampled_from([p.id for p in board.staff])),
            date=data.draw(st.sampled_from(board.days)),
            shift_type=data.draw(codes),
        )
        try:
            board = apply_shifts(board, [draft]).after
        except Refusal:
            continue
        assert answers(board) == answers(anew(board))


@many
@given(board=boards(Size(staff=4, days=8, groups=3)), data=st.data())
def test_with_any_other_cells_and_covers_everything_is_as_counted_anew(
    board: Board, data: st.DataObject
):
    answers(board)
    other = refilled(data.draw, replace(board))
    requests = replace(board, day_off_requests=other.day_off_requests)
    answers(requests)

    few = data.draw(st.integers(0, len(other.covers)))
    covers = (*other.covers[:few], *requests.covers[few:])
    kept = {(c.date, c.group_id, c.staff_id): c for c in covers}
    shifts = {**requests.cells, **dict(list(other.cells.items())[:3])}
    after = requests.edited(shifts=tuple(shifts.values()), covers=tuple(kept.values()))

    assert answers(after) == answers(anew(after))


@many
@given(board=boards(Size(staff=3, days=5, groups=2)))
def test_a_board_edited_into_itself_keeps_every_answer(board: Board):
    before = answers(board)
    same = board.edited(shifts=board.shifts, covers=board.covers)
    assert answers(same) == before
    assert same.kept.days.keys() == board.kept.days.keys()


DAY, NEXT = date(2025, 1, 15), date(2025, 1, 16)
AWAY, OTHER, BACKUP, THIRD = 1, 2, 3, 4


def first_reasons(board: Board) -> dict[tuple[date, int], str]:
    return {(gap.date, gap.group_id): gap.reasons[0].code for gap in gaps(board)}


def edited(board: Board, staff_id: int, day: date, code: str) -> Board:
    draft = ShiftDraft(staff_id=StaffId(staff_id), date=day, shift_type=ShiftCode(code))
    return apply_shifts(board, [draft]).after


def test_a_day_worked_elsewhere_tells_the_gap_of_another_day_that_the_limit_is_reached():
    one_day = limit(1, LimitWindow.PERIOD, WORKING, maximum_half_days=2)
    board = restaurant_board(
        DAY, NEXT, staff=[AWAY, BACKUP], groups={1: [AWAY]}, backups=[backup(1, BACKUP, 1)],
        shifts=[cell(AWAY, NEXT, "×")], work_limits=[one_day],
    )  # fmt: skip
    assert first_reasons(board) == {(NEXT, 1): "AVAILABLE"}

    after = edited(board, BACKUP, DAY, "normal")

    assert first_reasons(after) == {(NEXT, 1): "LIMIT_REACHED"}


def test_an_absence_of_somebody_else_keeps_a_member_at_home():
    groups = [
        staff_group(1),
        staff_group(2, need_policy=NeedPolicy.MINIMUM_PRESENT, minimum_present=1),
    ]
    board = restaurant_board(
        DAY, DAY, staff=[AWAY, OTHER, BACKUP, THIRD], groups=groups,
        members={1: [AWAY], 2: [BACKUP, OTHER]}, backups=[backup(1, BACKUP, 1)],
        shifts=[cell(AWAY, DAY, "×")],
    )  # fmt: skip
    assert first_reasons(board) == {(DAY, 1): "AVAILABLE"}

    after = edited(board, OTHER, DAY, "off")

    assert first_reasons(after) == {(DAY, 1): "NEEDED_AT_HOME"}
