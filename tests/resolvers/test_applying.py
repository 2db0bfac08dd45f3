"""A result laid over a board on which people have gone on working."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.covers import CoverSource
from domain.schedules import Board, ScheduleStatus
from domain.shifts import ShiftSource
from resolvers.applying import merged
from tests.builders import backup, cell, cover, person, restaurant_board, row

DAY = date(2025, 1, 15)
NEXT = DAY + timedelta(days=1)
MEMBER, OTHER, BACKUP = 1, 2, 3
GROUP = 1


def board(*cells, **fields) -> Board:
    return restaurant_board(
        DAY,
        DAY,
        staff=[MEMBER, OTHER, BACKUP],
        groups={GROUP: [MEMBER, OTHER]},
        backups=[backup(1, BACKUP, GROUP)],
        shifts=cells,
        **fields,
    )


ABSENT = cell(MEMBER, DAY, "×", pinned=True)
READ = board(ABSENT)
COVERED = cover(DAY, GROUP, BACKUP, backup_assignment_id=1, priority_order=1, rank=1)
RESULT = board(
    ABSENT,
    cell(OTHER, DAY, "○", source=ShiftSource.GENERATED),
    cell(BACKUP, DAY, "○", source=ShiftSource.COVER),
    covers=(COVERED,),
)


def codes(found: Board) -> dict[int, str]:
    return {staff_id: found.cells[staff_id, day].shift_type for staff_id, day in found.cells}


def test_a_result_lies_on_a_board_that_stands_as_it_was_read():
    found = merged(READ, RESULT, READ, frozenset())
    assert codes(found) == {MEMBER: "off", OTHER: "normal", BACKUP: "normal"}
    assert [(c.staff_id, c.absent_member_ids) for c in found.covers] == [(BACKUP, (MEMBER,))]


@pytest.mark.parametrize("source", [ShiftSource.MANUAL, ShiftSource.IMPORTED])
def test_a_rest_that_a_person_gave_the_backup_drops_the_cover(source):
    now = board(ABSENT, cell(BACKUP, DAY, "×", source=source))
    found = merged(READ, RESULT, now, frozenset({(BACKUP, DAY)}))
    assert codes(found)[BACKUP] == "off"
    assert found.covers == ()


def test_a_generated_cell_that_was_there_before_gives_way():
    now = board(ABSENT, cell(BACKUP, DAY, "×", source=ShiftSource.GENERATED))
    found = merged(READ, RESULT, now, frozenset())
    assert codes(found)[BACKUP] == "normal"
    assert len(found.covers) == 1


def test_a_day_off_taken_back_leaves_no_cover_without_need():
    now = board(replace(ABSENT, shift_type="normal", pinned=False))
    found = merged(READ, RESULT, now, frozenset({(MEMBER, DAY)}))
    assert found.covers == ()
    assert found.cells[BACKUP, DAY].source is ShiftSource.GENERATED


def test_a_cover_that_a_person_named_takes_the_place_of_the_runs_own():
    helper = 4
    by_hand = cover(DAY, GROUP, helper, source=CoverSource.MANUAL, pinned=True)
    staff = [MEMBER, OTHER, BACKUP, helper]
    now = replace(
        board(ABSENT, cell(helper, DAY, "○", source=ShiftSource.COVER), covers=(by_hand,)),
        staff=tuple(person(number) for number in staff),
    )
    found = merged(READ, RESULT, now, frozenset({(helper, DAY)}))
    assert [c.staff_id for c in found.covers] == [helper]


def test_a_kept_cover_that_a_person_released_does_not_come_back():
    by_hand = replace(COVERED, source=CoverSource.MANUAL, pinned=True)
    read = replace(READ, covers=(by_hand,))
    result = replace(RESULT, covers=(by_hand,))
    found = merged(read, result, READ, frozenset())
    assert found.covers == ()


def test_cells_of_somebody_who_has_left_meanwhile_are_not_written():
    left = person(BACKUP, employed_until=date(2025, 1, 14))
    now = replace(READ, staff=(person(MEMBER), person(OTHER), left))
    found = merged(READ, RESULT, now, frozenset())
    assert codes(found) == {MEMBER: "off", OTHER: "normal"}
    assert found.covers == ()


def test_covers_of_a_group_deleted_meanwhile_are_not_written():
    now = replace(READ, groups=(), memberships=())
    found = merged(READ, RESULT, now, frozenset())
    assert found.covers == ()
    assert found.cells[BACKUP, DAY].source is ShiftSource.GENERATED


@pytest.mark.parametrize("past", ["×", "○"])
def test_the_past_of_a_schedule_published_meanwhile_stays_as_it_was(past):
    def two_days(symbols: str, **fields) -> Board:
        absent = row(MEMBER, DAY, "××", pinned=True)
        cells = row(BACKUP, DAY, symbols)
        return replace(board(*absent, *cells, **fields), schedule=replace(READ.schedule, end=NEXT))

    read = two_days(past + "×")
    result = two_days("△○", covers=(COVERED, replace(COVERED, date=NEXT)))
    published = replace(read.schedule, status=ScheduleStatus.PUBLISHED)
    now = replace(read, schedule=published, today=NEXT)
    found = merged(read, result, now, frozenset())
    assert found.cells[BACKUP, DAY] == now.cells[BACKUP, DAY]
    assert found.cells[BACKUP, NEXT].shift_type == "normal"
    assert [c.date for c in found.covers] == [NEXT]
