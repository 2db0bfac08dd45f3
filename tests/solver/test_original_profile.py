"""What the earlier system did, from the same engine under its profile, beside what happens here."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from domain.checker import check
from domain.coverage import gaps
from domain.facts import FILL
from domain.need import needs
from domain.profiles import PROFILES, CoverageProfile, Profile, all_called, under
from domain.rules import LimitWindow
from domain.schedules import Board
from domain.shifts import ShiftSource
from domain.staff import EmploymentType
from tests.builders import backup, cell, limit, person, request, restaurant_board, row
from tests.random_boards import boards
from tests.searches import generate

DAY = date(2025, 1, 15)
SATO, SUZUKI, NAKATA, TANAKA = 1, 2, 3, 4
ORIGINAL = PROFILES[CoverageProfile.ORIGINAL_2025_11]
PART_TIMER = person(NAKATA, "中田", employment_type=EmploymentType.PART_TIME)


def kitchen(**fields):
    """佐藤 is off on DAY; 中田 backs the kitchen unless `backups` says otherwise."""
    given = {
        "staff": [person(SATO, "佐藤"), person(SUZUKI, "鈴木"), PART_TIMER, TANAKA],
        "groups": {1: [SATO, SUZUKI]},
        "backups": [backup(1, NAKATA, 1)],
        "shifts": [],
        **fields,
    }
    off = cell(SATO, DAY, "×", pinned=True)
    here = cell(SUZUKI, DAY, "○", pinned=True)
    return restaurant_board(DAY, DAY, **{**given, "shifts": [off, here, *given["shifts"]]})


def covering(board, profile):
    found = generate(under(board, profile))
    return {(cover.group_id, cover.staff_id) for cover in found.board.covers}


def test_nakata_works_when_sato_is_off_in_both_profiles() -> None:
    assert covering(kitchen(), Profile()) == {(1, NAKATA)}
    found = generate(under(kitchen(), ORIGINAL))
    assert found.symbol(NAKATA, DAY) == "○"
    assert found.gaps() == {}


def test_the_standard_profile_leaves_every_board_as_it_is() -> None:
    board = kitchen(shifts=[cell(NAKATA, DAY, "×")])
    assert under(board, PROFILES[CoverageProfile.STANDARD]) == board


def two_groups(**fields):
    bar = cell(TANAKA, DAY, "×", pinned=True)
    backups = [backup(1, NAKATA, 1), backup(2, NAKATA, 2)]
    groups = {1: [SATO, SUZUKI], 2: [TANAKA]}
    return kitchen(groups=groups, backups=backups, shifts=[bar], **fields)


def test_one_backup_serves_several_groups_on_one_day() -> None:
    assert len(covering(two_groups(), Profile())) == 1
    several = Profile(unlimited_groups_a_day=True)
    assert covering(two_groups(), several) == {(1, NAKATA), (2, NAKATA)}


def test_every_backup_who_could_comes_and_the_figures_stay() -> None:
    board = kitchen(backups=[backup(1, NAKATA, 1), backup(2, TANAKA, 1, 2)])
    found = generate(under(board, Profile())).board
    assert all_called(found, Profile()) == found
    after = all_called(found, Profile(every_eligible_backup_comes=True))
    assert [(c.staff_id, c.rank) for c in after.covers] == [(NAKATA, 1), (TANAKA, 2)]
    assert after.cells[TANAKA, DAY].shift_type == "normal"
    assert (needs(after), gaps(after)) == (needs(found), gaps(found))
    told = check(under(board, Profile()), after, FILL).broken_facts
    assert told == ("2025-01-15: group 1 got 2 covers, needs 1",)


def test_nobody_is_called_without_a_need_or_against_a_promise() -> None:
    every = Profile(every_eligible_backup_comes=True)
    idle = generate(kitchen(groups={1: [SUZUKI]})).board
    assert all_called(idle, every).covers == ()
    asked = (request(1, TANAKA, DAY),)
    backups = [backup(1, NAKATA, 1), backup(2, TANAKA, 1, 2)]
    found = generate(kitchen(backups=backups, day_off_requests=asked)).board
    assert all_called(found, every) == found


def test_ranks_are_without_effect() -> None:
    board = kitchen(backups=[backup(1, NAKATA, 1, 1), backup(2, TANAKA, 1, 2)])
    taken = replace(board, past_cover_counts={NAKATA: 5})
    assert covering(taken, Profile()) == {(1, NAKATA)}
    assert covering(taken, Profile(ranks_matter=False)) == {(1, TANAKA)}


def test_effective_dates_are_without_effect() -> None:
    ended = backup(1, NAKATA, 1, effective_until=DAY - timedelta(days=1))
    later = backup(1, NAKATA, 1, effective_from=DAY + timedelta(days=1))
    for assignment in (ended, later):
        board = kitchen(backups=[assignment])
        assert covering(board, Profile()) == set()
        assert covering(board, Profile(effective_dates_matter=False)) == {(1, NAKATA)}


GIVES_WAY = Profile(unrequested_rest_gives_way=True)


@pytest.mark.parametrize("source", [ShiftSource.MANUAL, ShiftSource.IMPORTED])
def test_a_rest_typed_for_a_backup_gives_way(source: ShiftSource) -> None:
    board = kitchen(shifts=[cell(NAKATA, DAY, "×", source=source)])
    assert covering(board, Profile()) == set()
    assert covering(board, GIVES_WAY) == {(1, NAKATA)}


def test_a_rest_that_was_requested_or_pinned_holds_in_every_profile() -> None:
    asked = kitchen(shifts=[cell(NAKATA, DAY, "×")], day_off_requests=(request(1, NAKATA, DAY),))
    assert under(asked, GIVES_WAY).cells == asked.cells
    assert covering(asked, ORIGINAL) == set()
    pinned = kitchen(shifts=[cell(NAKATA, DAY, "×", pinned=True)])
    assert under(pinned, GIVES_WAY).cells == pinned.cells
    assert covering(pinned, ORIGINAL) == set()


def test_a_typed_shift_and_a_rest_of_somebody_who_backs_nobody_stay_typed() -> None:
    board = kitchen(shifts=[cell(NAKATA, DAY, "△"), cell(TANAKA, DAY, "×")])
    assert under(board, GIVES_WAY).cells == board.cells


def test_a_limit_does_not_bind_a_backup_and_binds_everybody_else() -> None:
    worked = row(NAKATA, DAY - timedelta(days=6), "○○○○○○")
    six = limit(1, LimitWindow.CONSECUTIVE_DAYS, ["normal"], maximum_half_days=12)
    board = kitchen(history=worked, work_limits=[six])
    assert covering(board, Profile()) == set()
    free = Profile(limits_bind_backups=False)
    assert covering(board, free) == {(1, NAKATA)}
    (bound,) = under(board, free).work_limits
    assert bound.target_staff_ids == (SATO, SUZUKI, TANAKA)


def test_a_limit_of_a_day_stays_and_one_of_backups_alone_goes() -> None:
    a_day = limit(1, LimitWindow.DAY, ["off"], maximum_half_days=4)
    own = limit(2, LimitWindow.PERIOD, ["off"], maximum_half_days=4)
    everybody = [backup(n, n, 2) for n in (SATO, SUZUKI, NAKATA, TANAKA)]
    board = kitchen(groups={1: [SATO, SUZUKI], 2: []}, backups=everybody, work_limits=[a_day, own])
    assert under(board, Profile(limits_bind_backups=False)).work_limits == (a_day,)


def test_nobody_is_borrowed() -> None:
    board = kitchen(groups={1: [SATO, SUZUKI], 2: [NAKATA]}, backups=[backup(1, NAKATA, 1)])
    important = replace(board.groups[0], criticality=5)
    lent = replace(board, groups=(important, replace(board.groups[1], criticality=1)))
    assert covering(lent, Profile()) == {(1, NAKATA)}
    assert covering(lent, Profile(borrowing=False)) == set()


# The examples that the first version was described by, in both profiles


def kitchen_group(sato: str, suzuki: str, **fields) -> Board:
    """佐藤 and 鈴木 are the kitchen, 中田 works part-time and is their backup."""
    shifts = [cell(SATO, DAY, sato, pinned=True), cell(SUZUKI, DAY, suzuki, pinned=True)]
    given = {"backups": [backup(1, NAKATA, 1)], "shifts": shifts, **fields}
    staff = [person(SATO, "佐藤"), person(SUZUKI, "鈴木"), PART_TIMER]
    return restaurant_board(DAY, DAY, staff=staff, groups={1: [SATO, SUZUKI]}, **given)


def generated(board: Board, profile: Profile) -> Board:
    return all_called(generate(under(board, profile)).board, profile)


both_profiles = pytest.mark.parametrize("profile", [Profile(), ORIGINAL], ids=["now", "original"])


@both_profiles
@pytest.mark.parametrize(
    ("sato", "suzuki", "absent"),
    [("×", "○", (SATO,)), ("○", "×", (SUZUKI,)), ("×", "×", (SATO, SUZUKI))],
)
def test_whoever_of_the_kitchen_is_off_nakata_works_and_the_kitchen_is_covered(
    profile, sato, suzuki, absent
) -> None:
    after = generated(kitchen_group(sato, suzuki), profile)
    (made,) = after.covers
    assert (made.date, made.group_id, made.staff_id) == (DAY, 1, NAKATA)
    assert (made.backup_assignment_id, made.absent_member_ids) == (1, absent)
    assert after.types[after.cells[NAKATA, DAY].shift_type].symbol == "○"
    assert gaps(after) == ()


@both_profiles
def test_a_complete_kitchen_calls_nobody(profile) -> None:
    after = generated(kitchen_group("○", "○"), profile)
    assert (after.covers, gaps(after)) == ((), ())


@both_profiles
def test_a_deleted_assignment_calls_nobody_and_the_gap_is_found(profile) -> None:
    after = generated(kitchen_group("×", "○", backups=[]), profile)
    assert after.covers == ()
    assert [reason.code for gap in gaps(after) for reason in gap.reasons] == ["NO_ASSIGNMENT"]


@both_profiles
def test_a_backup_who_is_not_available_is_left_alone_and_the_gap_is_found(profile) -> None:
    asked = (request(1, NAKATA, DAY),)
    after = generated(kitchen_group("×", "○", day_off_requests=asked), profile)
    assert after.covers == ()
    assert after.types[after.cells[NAKATA, DAY].shift_type].symbol == "×"
    assert [reason.code for gap in gaps(after) for reason in gap.reasons] == ["BACKUP_ABSENT"]


@both_profiles
def test_covering_again_during_and_after_generation_changes_nothing(profile) -> None:
    once = generated(kitchen_group("×", "○"), profile)
    assert all_called(once, profile) == once
    again = generated(once, profile)
    assert [(c.group_id, c.staff_id) for c in again.covers] == [(1, NAKATA)]
    assert {key: c.shift_type for key, c in again.cells.items()} == {
        key: c.shift_type for key, c in once.cells.items()
    }


@settings(max_examples=15)
@given(board=boards())
def test_the_checker_finds_only_covers_beyond_the_need_under_the_original_profile(
    board: Board,
) -> None:
    judged = under(board, ORIGINAL)
    found = generate(judged).board
    after = all_called(found, ORIGINAL)
    told = check(judged, after, FILL).broken_facts
    assert [line for line in told if " covers, needs " not in line] == []
    assert set(found.covers) <= set(after.covers)
    assert needs(after) == needs(found)
