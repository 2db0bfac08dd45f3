"""What the first version would have done: other rules decide, those of the restaurant measure."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings

from domain.ids import GroupId, StaffId
from domain.profiles import PROFILES, CoverageProfile, all_called, told_by, under
from domain.rules import Level, LimitWindow
from domain.runs import TierName
from domain.schedules import Board
from domain.supposing import Supposed
from domain.what_if import AssignmentChange, Changes
from resolvers.what_if import WhatIfMode, what_if
from solver.rematching import rematched
from tests.builders import backup, cell, cover, limit, person, request, restaurant_board, row
from tests.random_boards import boards

DAY = date(2025, 1, 15)
SATO, SUZUKI, NAKATA, TANAKA = 1, 2, 3, 4
ORIGINAL = CoverageProfile.ORIGINAL_2025_11
NOTHING = Changes()


def kitchen(**fields) -> Board:
    """佐藤 is off, 鈴木 works; 中田 backs the kitchen at order 7."""
    given_fields = {
        "staff": [person(SATO, "佐藤"), person(SUZUKI, "鈴木"), person(NAKATA, "中田"), TANAKA],
        "groups": {1: [SATO, SUZUKI]},
        "backups": [backup(1, NAKATA, 1, 7)],
        **fields,
        "shifts": [
            cell(SATO, DAY, "×", pinned=True),
            cell(SUZUKI, DAY, "○"),
            *fields.get("shifts", ()),
        ],
    }
    return restaurant_board(DAY, DAY, **given_fields)


async def compared(board: Board, changes: Changes = NOTHING, profile=ORIGINAL) -> Supposed:
    return await what_if(board, changes, WhatIfMode.AS_IT_STANDS, 1, profile)


def covers(found: Supposed) -> set[tuple[int, int]]:
    return {(c.group_id, c.staff_id) for c in found.after.covers}


def tier(found: Supposed, name: TierName) -> tuple[int, int]:
    return next((t.before, t.after) for t in found.tiers if t.name is name)


async def test_a_hard_rule_that_the_first_version_broke_shows_as_a_tier_that_gets_worse():
    six = limit(1, LimitWindow.CONSECUTIVE_DAYS, ["normal"], maximum_half_days=12, level=Level.HARD)
    worked = row(NAKATA, DAY - timedelta(days=6), "○○○○○○")
    found = await compared(kitchen(history=worked, work_limits=[six]))
    assert covers(found) == {(1, NAKATA)}
    assert tier(found, TierName.HARD_RULES) == (0, 2)
    assert tier(found, TierName.REQUIRED_GAPS) == (100, 0)


async def test_a_cover_outside_its_dates_keeps_its_order_and_has_no_rank():
    ended = backup(1, NAKATA, 1, 7, effective_until=DAY - timedelta(days=1))
    found = await compared(kitchen(backups=[ended]))
    (made,) = found.covers_gained
    assert (made.staff_id, made.priority_order, made.rank) == (NAKATA, 7, None)
    assert [gap.missing for gap in found.gaps_closed] == [1]


async def test_ranks_are_those_of_the_restaurant_whoever_chose():
    both = [backup(1, NAKATA, 1, 3), backup(2, TANAKA, 1, 7)]
    found = await compared(kitchen(backups=both))
    assert [(c.staff_id, c.priority_order, c.rank) for c in found.covers_gained] == [
        (NAKATA, 3, 1),
        (TANAKA, 7, 2),
    ]
    assert tier(found, TierName.PRIORITY_ORDER) == (0, 1)


async def test_one_person_counts_for_every_group_that_the_first_version_gave_them():
    groups = {1: [SATO, SUZUKI], 2: [TANAKA]}
    backups = [backup(1, NAKATA, 1), backup(2, NAKATA, 2)]
    board = kitchen(groups=groups, backups=backups, shifts=[cell(TANAKA, DAY, "×", pinned=True)])
    assert covers(await compared(board, profile=CoverageProfile.STANDARD)) == set()
    found = await compared(board)
    assert covers(found) == {(1, NAKATA), (2, NAKATA)}
    assert found.gaps == ()


async def test_a_member_who_is_lent_goes_home():
    lent = cover(DAY, 1, NAKATA)
    board = kitchen(
        groups={1: [SATO, SUZUKI], 2: [NAKATA]}, shifts=[cell(NAKATA, DAY, "○")], covers=[lent]
    )
    assert [c.staff_id for c in (await compared(board)).covers_lost] == [NAKATA]


async def test_a_rest_that_stays_is_told_as_it_was_set():
    idle = cell(NAKATA, DAY, "×")
    board = kitchen(shifts=[idle], groups={1: [SUZUKI]})
    found = await compared(board)
    assert found.cells == ()
    assert found.after.cells[NAKATA, DAY] == idle


async def test_a_request_holds_and_its_gap_has_the_reason_of_now():
    board = kitchen(day_off_requests=(request(1, NAKATA, DAY),))
    (gap,) = (await compared(board)).gaps
    assert [reason.code for reason in gap.reasons] == ["BACKUP_ABSENT"]


async def test_changes_are_laid_before_the_profile():
    change = AssignmentChange(staff_id=StaffId(TANAKA), group_id=GroupId(1))
    found = await compared(kitchen(), Changes(assignments=(change,)))
    assert covers(found) == {(1, NAKATA), (1, TANAKA)}


@settings(max_examples=60, deadline=None)
@given(board=boards())
def test_what_a_profile_does_is_told_in_the_words_of_the_board(board: Board) -> None:
    profile = PROFILES[ORIGINAL]
    judged = under(board, profile)
    found = all_called(rematched(judged, judged.days), profile)
    told = told_by(board, judged, found)
    assert replace(told, shifts=board.shifts, covers=board.covers) == board
    assert {k: c.shift_type for k, c in told.cells.items()} == {
        k: c.shift_type for k, c in found.cells.items()
    }
    assert [(c.date, c.group_id, c.staff_id) for c in told.covers] == [
        (c.date, c.group_id, c.staff_id) for c in found.covers
    ]
    assert all(told.cells[key] == cell for key, cell in board.cells.items() if cell.pinned)
