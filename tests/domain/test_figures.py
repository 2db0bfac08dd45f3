from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from domain.coverage import gaps
from domain.figures import figures
from domain.rules import CalendarRuleKind
from domain.runs import GenerationMode, TierName
from domain.schedules import Board, FormerGroup
from domain.staff import NeedPolicy
from domain.tiers import tier_values
from tests.builders import backup, calendar, cover, membership, restaurant_board, row, staff_group
from tests.random_boards import boards

DAY = date(2025, 1, 15)


def short_board(**fields):
    """Four members off, three backups at work."""
    return restaurant_board(
        DAY,
        DAY,
        **{
            "staff": range(1, 8),
            "groups": [staff_group(1, need_policy=NeedPolicy.PER_ABSENCE, criticality=1)],
            "members": {1: [1, 2, 3, 4]},
            "backups": [backup(1, 5, 1, 1), backup(2, 6, 1, 1), backup(3, 7, 1, 2)],
            "shifts": [row(n, DAY, "×") for n in (1, 2, 3, 4)]
            + [row(n, DAY, "○") for n in (5, 6, 7)],
            "covers": tuple(cover(DAY, 1, n, rank=r) for n, r in ((5, 1), (6, 1), (7, 2))),
            **fields,
        },
    )


def test_rates_divide_what_is_covered_by_what_is_needed():
    (group,) = figures(short_board()).groups

    assert (group.need_days, group.need_units, group.covered_units) == (1, 4, 3)
    assert group.rate == pytest.approx(3 / 4)
    assert group.first_choice_rate == pytest.approx(2 / 3)
    assert sum(gap.missing for gap in group.gaps) == 1


def test_gaps_weigh_what_their_tier_says():
    board = short_board()

    values = tier_values(board, board, GenerationMode.FILL)

    assert values[TierName.REQUIRED_GAPS] == 1


def test_a_group_without_any_absence_has_no_rate_and_its_days_no_slack():
    found = figures(restaurant_board(DAY, DAY, staff=[1], groups={1: [1]}, shifts=row(1, DAY, "○")))

    (group,), (day,) = found.groups, found.days
    assert (group.need_units, group.rate, group.first_choice_rate) == (0, None, None)
    assert day.slack is None


@pytest.mark.parametrize(("symbol", "is_provisional"), [(".", True), ("○", False)])
def test_figures_of_a_group_with_an_unset_member_are_provisional(symbol, is_provisional):
    closed = calendar(1, DAY + timedelta(days=1), CalendarRuleKind.CLOSED)
    board = restaurant_board(
        DAY,
        closed.date,
        staff=[1],
        groups={1: [1]},
        shifts=row(1, DAY, symbol),
        calendar_rules=(closed,),
    )

    (group,) = figures(board).groups

    assert (group.need_units, group.is_provisional) == (0, is_provisional)


def test_shares_are_null_without_covers():
    found = figures(
        restaurant_board(DAY, DAY, staff=[1, 2], groups={1: [1]}, backups=[backup(1, 2, 1)])
    )

    assert [(b.staff_id, b.share, b.fair_share) for b in found.backups] == [(2, None, None)]


def test_a_cover_is_shared_fairly_among_those_who_could_have_come():
    board = restaurant_board(
        DAY,
        DAY,
        staff=[1, 2, 3],
        groups={1: [1]},
        backups=[backup(1, 2, 1), backup(2, 3, 1)],
        shifts=[row(1, DAY, "×"), row(2, DAY, "○"), row(3, DAY, "×")],
        covers=(cover(DAY, 1, 2, rank=1),),
    )

    found = {b.staff_id: (b.covers, b.share, b.fair_share) for b in figures(board).backups}

    assert found == {2: (1, 1.0, 0.5), 3: (0, 0.0, 0.5)}


def test_shares_and_fair_shares_sum_to_one():
    backups = figures(short_board()).backups

    assert sum(b.share for b in backups) == pytest.approx(1)
    assert sum(b.fair_share for b in backups) == pytest.approx(1)


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(board=boards())
def test_figures_of_any_board_sum_up(board: Board):
    found = figures(board)
    covers = sum(b.covers for b in found.backups)
    for shares in ([b.share for b in found.backups], [b.fair_share for b in found.backups]):
        known = [share for share in shares if share is not None]
        assert len(known) == (len(shares) if covers else 0)
        assert sum(known) == pytest.approx(1 if covers else 0)
    for group in found.groups:
        missing = sum(gap.missing for gap in group.gaps)
        assert missing == group.need_units - group.covered_units
        assert (group.rate is None) == (group.need_units == 0)


def test_closed_days_are_left_out():
    board = short_board(calendar_rules=(calendar(1, DAY, CalendarRuleKind.CLOSED),))

    found = figures(board)

    assert found.days == ()
    assert found.groups[0].need_units == 0


@pytest.mark.parametrize(
    ("symbols", "slack", "single_points"),
    [("○○○", 2, ()), ("○○×", 1, ()), ("○××", 0, (2,)), ("×××", -1, ()), ("△○○", 1, ())],
)
def test_slack_says_how_many_may_drop_out(symbols, slack, single_points):
    board = restaurant_board(
        DAY,
        DAY,
        staff=[1, 2, 3, 4],
        groups={1: [1]},
        backups=[backup(n, n, 1) for n in (2, 3, 4)],
        shifts=[row(1, DAY, "×")] + [row(n, DAY, s) for n, s in enumerate(symbols, 2)],
        covers=(cover(DAY, 1, 2),),
    )

    (day,) = figures(board).days

    assert (day.slack, day.single_points_of_failure) == (slack, single_points)


def test_a_member_without_a_backup_is_a_single_point_of_failure():
    board = restaurant_board(
        DAY, DAY, staff=[1, 2], groups={1: [1, 2]}, shifts=[row(1, DAY, "○"), row(2, DAY, "×")]
    )
    policy = restaurant_board(
        DAY,
        DAY,
        staff=[1, 2],
        groups=[staff_group(1, need_policy=NeedPolicy.PER_ABSENCE)],
        members={1: [1, 2]},
        shifts=[row(1, DAY, "○"), row(2, DAY, "×")],
    )

    assert figures(board).days[0].single_points_of_failure == ()
    assert figures(policy).days[0].single_points_of_failure == (1,)


def test_a_shared_backup_is_a_single_point_only_where_nobody_can_take_over():
    board = restaurant_board(
        DAY,
        DAY + timedelta(days=1),
        staff=[1, 2, 3, 4],
        groups={1: [1], 2: [2]},
        backups=[backup(1, 3, 1), backup(2, 3, 2), backup(3, 4, 2)],
        shifts=[row(1, DAY, "××"), row(2, DAY, "○×"), row(3, DAY, "○○"), row(4, DAY, "○○")],
    )

    days = figures(board).days

    assert [day.slack for day in days] == [0, 0]
    assert [day.single_points_of_failure for day in days] == [(3,), (3, 4)]


def with_a_deleted_group(deleted_on, **fields):
    """Two days; 1 is off on both, 2 backs group 1, which is deleted on a day."""
    gone = staff_group(1, is_active=False, deactivated_on=deleted_on)
    former = FormerGroup(
        group=gone,
        memberships=(membership(1, 1),),
        backup_assignments=(backup(1, 2, 1, is_active=False),),
    )
    return restaurant_board(
        DAY,
        DAY + timedelta(days=1),
        **{
            "staff": [1, 2],
            "shifts": [row(1, DAY, "××"), row(2, DAY, "○○")],
            "covers": (cover(DAY, 1, 2, rank=1),),
            "former_groups": (former,),
            **fields,
        },
    )


def test_a_deleted_group_keeps_its_past_and_counts_no_more_from_its_deletion_on():
    (group,) = figures(with_a_deleted_group(DAY + timedelta(days=1))).groups

    assert (group.group_id, group.need_days, group.need_units, group.covered_units) == (1, 1, 1, 1)


def test_a_gap_of_a_deleted_group_names_the_backups_that_ended_with_it():
    (group,) = figures(with_a_deleted_group(DAY + timedelta(days=1), covers=())).groups

    (gap,) = group.gaps
    assert (gap.date, [reason.code for reason in gap.reasons]) == (DAY, ["AVAILABLE"])


def test_nothing_but_figures_asks_for_a_deleted_group():
    board = with_a_deleted_group(DAY + timedelta(days=9), covers=())
    values = tier_values(board, board, GenerationMode.FILL)

    assert gaps(board) == ()
    assert values[TierName.REQUIRED_GAPS] == 0


def test_a_vacancy_of_a_deleted_group_counts_no_more():
    board = with_a_deleted_group(DAY, covers=())
    (former,) = board.former_groups
    counting = replace(
        former.group,
        count_vacancy=True,
        need_policy=NeedPolicy.MINIMUM_PRESENT,
        minimum_present=1,
    )
    board = replace(board, former_groups=(replace(former, group=counting),))

    assert [group.need_units for group in figures(board).groups] == [0]


def test_a_group_counts_from_the_first_day_on_which_somebody_belongs_to_it():
    board = restaurant_board(
        DAY,
        DAY + timedelta(days=1),
        staff=[1],
        groups=[staff_group(1)],
        memberships=[membership(1, 1, effective_from=DAY + timedelta(days=1))],
        shifts=row(1, DAY, "××"),
    )

    assert [group.need_days for group in figures(board).groups] == [1]
