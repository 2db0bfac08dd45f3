"""Laying hypothetical facts over a board, and matching the covers of its days anew."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.edits import ShiftDraft, apply_shifts
from domain.ids import BackupAssignmentId, GroupId, StaffId
from domain.need import missing
from domain.periods import EffectivePeriod
from domain.refusals import NotFoundRefusal, Refusal
from domain.runs import GenerationMode, TierName
from domain.schedules import Board
from domain.supposing import supposed
from domain.what_if import (
    AssignmentChange,
    Changes,
    MembershipChange,
    absence,
    overlay,
    touched_days,
)
from solver.rematching import rematched
from tests.builders import backup, cell, cover, restaurant_board, row
from tests.random_boards import boards

FRIDAY = date(2025, 1, 10)
SATURDAY = FRIDAY + timedelta(days=1)
ALWAYS = EffectivePeriod()


def kitchen(**fields) -> Board:
    """Groups 1 of staff 1 and 2 of staff 4; 2 backs both, 3 backs the second; all work."""
    given_fields = {
        "shifts": [row(n, FRIDAY, "○○") for n in (1, 2, 3, 4)],
        "backups": [backup(1, 2, 1, 1), backup(2, 2, 2, 1), backup(3, 3, 2, 2)],
        **fields,
    }
    return restaurant_board(
        FRIDAY, SATURDAY, staff=[1, 2, 3, 4, 5], groups={1: [1], 2: [4]}, **given_fields
    )


def away(*people: int, on: date = FRIDAY) -> Changes:
    return Changes(absences=tuple((StaffId(p), on) for p in people))


def suppose(board: Board, changes: Changes) -> Board:
    return rematched(overlay(board, changes), touched_days(board, changes))


def covers(board: Board) -> set[tuple[int, int, int]]:
    return {(c.date.day, c.group_id, c.staff_id) for c in board.covers}


def gaps(board: Board) -> dict[tuple[int, int], int]:
    return {
        (day.day, group.id): units
        for day in board.days
        for group in board.groups
        if (units := missing(board, group.id, day))
    }


# Laws


@settings(max_examples=100, deadline=None)
@given(board=boards())
def test_supposing_nothing_is_the_board_itself(board: Board) -> None:
    assert overlay(board, Changes()) is board
    assert touched_days(board, Changes()) == frozenset()
    assert rematched(board, ()) is board


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_an_absence_is_the_edit_of_its_cell(data) -> None:
    board = data.draw(boards())
    days = [(p.id, d) for p in board.staff for d in board.days if p.is_employed_on(d)]
    assume(days)
    day = data.draw(st.sampled_from(days))
    assume(not any(c.pinned for c in board.covers_by_holder.get(day, ())))
    edited = apply_shifts(board, [absence(board, day)]).after
    assert overlay(board, Changes(absences=(day,))) == edited


# Stories


def test_absence_calls_the_backup():
    after = suppose(kitchen(), away(1))
    assert covers(after) == {(10, 1, 2)}
    assert gaps(after) == {}


def test_backup_moves_on_where_that_closes_both_needs():
    before = kitchen(
        shifts=[row(1, FRIDAY, "○"), row(2, FRIDAY, "○"), row(3, FRIDAY, "○"), row(4, FRIDAY, "×")],
        covers=[cover(FRIDAY, 2, 2)],
    )
    assert covers(suppose(before, away(1))) == {(10, 1, 2), (10, 2, 3)}


def test_whoever_covers_now_goes_on_where_nothing_is_lost():
    before = kitchen(
        shifts=[row(1, FRIDAY, "○"), row(2, FRIDAY, "○"), row(3, FRIDAY, "○"), row(4, FRIDAY, "×")],
        covers=[cover(FRIDAY, 2, 3)],
    )
    assert covers(rematched(before, [FRIDAY])) == {(10, 2, 3)}


def test_absent_backup_loses_even_a_pinned_cover():
    before = kitchen(
        shifts=[row(1, FRIDAY, "×"), row(2, FRIDAY, "○"), row(3, FRIDAY, "○")],
        covers=[cover(FRIDAY, 1, 2, pinned=True)],
    )
    after = suppose(before, away(2))
    assert covers(after) == set()
    assert gaps(after) == {(10, 1): 1}


def test_cover_that_stands_in_an_empty_cell_gets_its_cell():
    before = kitchen(shifts=[row(1, FRIDAY, "×")], covers=[cover(FRIDAY, 1, 2)])
    after = rematched(before, [FRIDAY])
    assert after.cells[2, FRIDAY].shift_type == "normal"
    assert gaps(after) == {}


def test_two_absences_leave_the_gap_that_one_backup_cannot_close():
    board = kitchen(backups=[backup(1, 2, 1, 1), backup(2, 2, 2, 1)])
    found = supposed(board, suppose(board, away(1, 4)), GenerationMode.FILL)
    assert [(g.group_id, g.missing) for g in found.gaps] == [(2, 1)]
    assert found.gaps_opened == found.gaps
    assert found.gaps_closed == ()
    assert [(c.group_id, c.staff_id) for c in found.covers_gained] == [(1, 2)]
    tiers = {t.name: (t.before, t.after) for t in found.tiers}
    assert tiers[TierName.REQUIRED_GAPS] == (0, 100)
    assert {(c.staff_id, c.before, c.after) for c in found.cells} == {
        (1, "normal", "off"),
        (4, "normal", "off"),
    }


def test_new_assignment_closes_a_gap():
    board = kitchen(shifts=[row(1, FRIDAY, "×"), row(3, FRIDAY, "○")], backups=[])
    change = AssignmentChange(staff_id=StaffId(3), group_id=GroupId(1))
    found = supposed(board, suppose(board, Changes(assignments=(change,))), GenerationMode.FILL)
    assert [(g.group_id, g.date) for g in found.gaps_closed] == [(1, FRIDAY)]
    assert covers(found.after) == {(10, 1, 3)}


@pytest.mark.parametrize(
    "fields",
    [{"is_active": False}, {"dates": EffectivePeriod(effective_until=FRIDAY - timedelta(days=1))}],
    ids=["deactivated", "ended"],
)
def test_assignment_out_of_force_lets_its_cover_go(fields):
    board = kitchen(shifts=[row(1, FRIDAY, "×"), row(2, FRIDAY, "○")], covers=[cover(FRIDAY, 1, 2)])
    change = AssignmentChange(id=BackupAssignmentId(1), **fields)
    after = suppose(board, Changes(assignments=(change,)))
    assert covers(after) == set()
    assert gaps(after) == {(10, 1): 1}


def test_member_from_saturday_on_is_missed_from_saturday_on():
    board = kitchen(shifts=[row(5, FRIDAY, "××"), row(1, FRIDAY, "○○")])
    change = MembershipChange(
        staff_id=StaffId(5), group_id=GroupId(1), dates=EffectivePeriod(effective_from=SATURDAY)
    )
    assert gaps(overlay(board, Changes(memberships=(change,)))) == {(11, 1): 1}


def test_nobody_is_missed_who_would_not_belong():
    board = kitchen(shifts=[row(1, FRIDAY, "×")])
    change = MembershipChange(staff_id=StaffId(1), group_id=GroupId(1), dates=None)
    assert gaps(overlay(board, Changes(memberships=(change,)))) == {}


def test_request_stops_its_person_from_covering():
    board = kitchen(shifts=[row(1, FRIDAY, "×"), row(2, FRIDAY, "○")])
    asked = Changes(requests=((StaffId(2), FRIDAY),))
    assert covers(suppose(board, Changes(absences=((StaffId(1), FRIDAY),)))) == {(10, 1, 2)}
    assert covers(suppose(board, asked)) == set()


def test_cell_supposed_is_a_cell_set():
    draft = ShiftDraft(staff_id=StaffId(5), date=FRIDAY, shift_type="early")
    board = overlay(kitchen(), Changes(shifts=(draft,)))
    assert board.cells[5, FRIDAY].shift_type == "early"


# Refusals

NOBODY = StaffId(99)


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        (away(99), "NOT_FOUND", ("absences", "0", "staffId")),
        (Changes(requests=((NOBODY, FRIDAY),)), "NOT_FOUND", ("requests", "0", "staffId")),
        (
            Changes(shifts=(ShiftDraft(staff_id=NOBODY, date=FRIDAY, shift_type="off"),)),
            "NOT_FOUND",
            ("shifts", "0", "staffId"),
        ),
        (
            Changes(assignments=(AssignmentChange(id=BackupAssignmentId(99)),)),
            "NOT_FOUND",
            ("assignments", "0", "id"),
        ),
        (
            Changes(assignments=(AssignmentChange(staff_id=NOBODY, group_id=GroupId(1)),)),
            "NOT_FOUND",
            ("assignments", "0", "staffId"),
        ),
        (
            Changes(assignments=(AssignmentChange(staff_id=StaffId(3), group_id=GroupId(9)),)),
            "NOT_FOUND",
            ("assignments", "0", "groupId"),
        ),
        (
            Changes(
                memberships=(
                    MembershipChange(staff_id=StaffId(3), group_id=GroupId(9), dates=ALWAYS),
                )
            ),
            "NOT_FOUND",
            ("memberships", "0", "groupId"),
        ),
        (
            Changes(
                memberships=(
                    MembershipChange(
                        staff_id=StaffId(3),
                        group_id=GroupId(1),
                        dates=EffectivePeriod(effective_from=SATURDAY, effective_until=FRIDAY),
                    ),
                )
            ),
            "FROM_AFTER_UNTIL",
            ("memberships", "0", "effectiveFrom"),
        ),
        (
            Changes(assignments=(AssignmentChange(staff_id=StaffId(1), group_id=GroupId(1)),)),
            "SELF_GROUP",
            ("assignments", "0", "staffId"),
        ),
        (
            Changes(assignments=(AssignmentChange(staff_id=StaffId(2), group_id=GroupId(1)),)),
            "DUPLICATE",
            ("assignments", "0", "staffId"),
        ),
        (
            away(1, on=FRIDAY - timedelta(days=1)),
            "DATE_OUTSIDE_SCHEDULE",
            ("absences", "0", "date"),
        ),
        (
            Changes(
                absences=((StaffId(1), FRIDAY),),
                shifts=(ShiftDraft(staff_id=StaffId(1), date=FRIDAY, shift_type="normal"),),
            ),
            "DUPLICATE",
            ("shifts", "0"),
        ),
        (away(*[1] * 501), "TOO_MANY_CHANGES", ()),
    ],
)
def test_what_cannot_be_supposed_is_refused_with_its_place(changes, code, path):
    with pytest.raises(Refusal) as refused:
        overlay(kitchen(), changes)
    assert refused.value.code == code
    assert refused.value.path == ("changes", *path)


def test_nobody_can_be_absent_without_a_type_for_it():
    board = kitchen()
    board = replace(
        board,
        shift_types=tuple(replace(t, absent_for_coverage=False) for t in board.shift_types),
    )
    with pytest.raises(Refusal) as refused:
        overlay(board, away(1))
    assert refused.value.code == "NO_ABSENT_TYPE"
    assert not isinstance(refused.value, NotFoundRefusal)


def test_somebody_not_employed_cannot_be_absent():
    board = kitchen()
    gone = tuple(
        replace(p, employed_until=FRIDAY - timedelta(days=1)) if p.id == 5 else p
        for p in board.staff
    )
    with pytest.raises(Refusal) as refused:
        overlay(replace(board, staff=gone), away(5))
    assert refused.value.code == "NOT_EMPLOYED"


def test_pinned_cell_of_a_cover_is_refused_as_an_edit_would_be():
    board = kitchen(
        shifts=[row(1, FRIDAY, "×"), cell(2, FRIDAY, "○")],
        covers=[cover(FRIDAY, 1, 2, pinned=True)],
    )
    draft = ShiftDraft(staff_id=StaffId(2), date=FRIDAY, shift_type="off")
    with pytest.raises(Refusal) as refused:
        overlay(board, Changes(shifts=(draft,)))
    assert (refused.value.code, refused.value.path) == (
        "COVER_PINNED",
        ("changes", "shifts", "0", "shiftType"),
    )
