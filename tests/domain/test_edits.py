from datetime import date, timedelta

import pytest

from domain.covers import CoverSource
from domain.edits import ShiftDraft, apply_shifts, gap_changes
from domain.need import missing
from domain.refusals import ConflictRefusal, Refusal
from domain.schedules import ScheduleStatus
from domain.shifts import ShiftSource
from domain.staff import NeedPolicy
from tests.builders import backup, cell, cover, person, restaurant_board, row, staff_group

DAY = date(2025, 1, 15)


def kitchen(**fields):
    """Member 1 is off and 3 covers, as a run decided."""
    return restaurant_board(
        DAY,
        DAY,
        **{
            "staff": [1, 2, 3, person(4, employed_from=DAY + timedelta(days=1))],
            "groups": {1: [1, 2]},
            "backups": [backup(1, 3, 1)],
            "shifts": [
                row(1, DAY, "×"),
                row(2, DAY, "○"),
                row(3, DAY, "○", source=ShiftSource.COVER),
            ],
            "covers": (cover(DAY, 1, 3, id=7, rank=1, absent_member_ids=(1,)),),
            **fields,
        },
    )


def draft(staff_id, code, day=DAY, **fields):
    return ShiftDraft(staff_id=staff_id, date=day, shift_type=code, **fields)


@pytest.mark.parametrize("code", ["off", "early", None])
def test_setting_a_covering_backup_otherwise_releases_the_cover_and_shows_the_gap(code):
    before = kitchen()

    edit = apply_shifts(before, [draft(3, code)])
    (change,) = gap_changes(before, edit.after)

    assert [c.id for c in edit.released] == [7]
    assert (change.group_id, change.date, change.before) == (1, DAY, None)
    assert change.after is not None
    assert change.after.missing == 1


def test_a_cell_set_by_hand_is_manual_and_keeps_its_row():
    board = kitchen(shifts=[cell(2, DAY, "○", id=5, source=ShiftSource.GENERATED)], covers=())

    (set_cell,) = apply_shifts(board, [draft(2, "late", pinned=True)]).cells

    assert (set_cell.id, set_cell.shift_type, set_cell.source, set_cell.pinned) == (
        5,
        "late",
        ShiftSource.MANUAL,
        True,
    )


def test_clearing_a_cell_leaves_it_undecided():
    edit = apply_shifts(kitchen(), [draft(2, None)])

    assert [c.staff_id for c in edit.cleared] == [2]
    assert (2, DAY) not in edit.after.cells


def test_a_cover_stays_on_another_cell_that_covers():
    edit = apply_shifts(kitchen(), [draft(3, "normal", pinned=True)])

    assert edit.released == ()
    assert missing(edit.after, 1, DAY) == 0


def test_a_need_that_vanishes_releases_the_cover_and_keeps_the_cell_as_generated():
    edit = apply_shifts(kitchen(), [draft(1, "early")])

    assert [c.id for c in edit.released] == [7]
    assert edit.after.cells[3, DAY].source is ShiftSource.GENERATED
    assert edit.after.cells[3, DAY].shift_type == "normal"


@pytest.mark.parametrize("fields", [{"pinned": True}, {"source": CoverSource.MANUAL}])
def test_pinned_covers_and_those_set_by_hand_outlast_their_need(fields):
    board = kitchen(covers=(cover(DAY, 1, 3, **fields),))

    edit = apply_shifts(board, [draft(1, "normal")])

    assert edit.released == ()


def test_the_worst_rank_is_released_first():
    board = restaurant_board(
        DAY,
        DAY,
        staff=[1, 2, 3, 4],
        groups=[staff_group(1, need_policy=NeedPolicy.PER_ABSENCE)],
        members={1: [1, 2]},
        shifts=[row(1, DAY, "×"), row(2, DAY, "×"), row(3, DAY, "○"), row(4, DAY, "○")],
        covers=(cover(DAY, 1, 4, id=8, rank=1), cover(DAY, 1, 3, id=7, rank=2)),
    )

    edit = apply_shifts(board, [draft(1, "normal")])

    assert [c.id for c in edit.released] == [7]
    assert [c.id for c in edit.after.covers] == [8]


def test_the_end_of_a_loan_ends_the_need_at_home():
    board = restaurant_board(
        DAY,
        DAY,
        staff=[1, 2, 3],
        groups={1: [1], 2: [2]},
        backups=[backup(1, 2, 1), backup(2, 3, 2)],
        shifts=[row(1, DAY, "×"), row(2, DAY, "○"), row(3, DAY, "○")],
        covers=(cover(DAY, 1, 2, id=7), cover(DAY, 2, 3, id=8)),
    )

    edit = apply_shifts(board, [draft(1, "normal")])

    assert [c.id for c in edit.released] == [7, 8]


@pytest.mark.parametrize(
    ("status", "expected"), [(ScheduleStatus.DRAFT, [(1, 2)]), (ScheduleStatus.PUBLISHED, [])]
)
def test_a_draft_keeps_the_absent_members_of_its_covers_current(status, expected):
    edit = apply_shifts(kitchen(status=status), [draft(2, "off")])

    assert [c.absent_member_ids for c in edit.updated] == expected


@pytest.mark.parametrize(
    ("drafts", "code"),
    [
        ([draft(2, None, pinned=True)], "PIN_WITHOUT_SHIFT"),
        ([draft(2, "holiday")], "UNKNOWN_SHIFT_TYPE"),
        ([draft(2, "off", DAY + timedelta(days=1))], "DATE_OUTSIDE_SCHEDULE"),
        ([draft(4, "off")], "NOT_EMPLOYED"),
        ([draft(99, "off")], "NOT_FOUND"),
        ([draft(2, "off"), draft(2, "normal")], "DUPLICATE"),
    ],
)
def test_a_draft_that_cannot_be_is_refused_with_its_place(drafts, code):
    with pytest.raises(Refusal) as refused:
        apply_shifts(kitchen(), drafts)

    assert refused.value.code == code
    assert refused.value.path[0] == "shifts"


def test_a_pinned_cover_refuses_the_edit_and_is_named():
    pinned = cover(DAY, 1, 3, id=7, pinned=True)
    board = kitchen(covers=(pinned,))

    with pytest.raises(ConflictRefusal) as refused:
        apply_shifts(board, [draft(3, "off")])

    assert refused.value.code == "COVER_PINNED"
    assert refused.value.current == (pinned, board.cells[3, DAY])
    named = (board.people[3].name, board.group_by_id[1].name, str(DAY))
    assert all(name in refused.value.message for name in named)


def test_a_cell_that_new_dates_of_employment_left_outside_may_be_cleared():
    left = [person(1, employed_until=DAY - timedelta(days=1)), 2, 3]
    board = kitchen(staff=left, covers=())

    edit = apply_shifts(board, [draft(1, None)])

    assert [(c.staff_id, c.date) for c in edit.cleared] == [(1, DAY)]


def test_a_cover_of_a_group_no_longer_in_use_keeps_whom_it_was_for():
    old = cover(DAY, 9, 3, id=7, absent_member_ids=(1,))

    edit = apply_shifts(kitchen(covers=(old,)), [draft(2, "off")])

    assert edit.after.covers == (old,)
