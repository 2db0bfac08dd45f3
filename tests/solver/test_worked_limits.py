"""What a run may not do although a tier would gain by it, and stories that need more room."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.checker import check
from domain.coverage import gaps
from domain.explanations import explain
from domain.figures import figures
from domain.periods import Weekday
from domain.rules import Level, LimitWindow, StandingRuleKind
from domain.runs import GenerationMode, Outcome, TierName, TierStatus
from domain.staff import CoverageMode, EmploymentType, IdlePolicy
from solver.search import solve
from solver.solution import board_after
from tests.builders import (
    RESTING,
    WORKING,
    backup,
    built_in_types,
    cell,
    limit,
    person,
    priority_rule,
    request,
    restaurant,
    restaurant_board,
    row,
    staff_group,
    standing,
)
from tests.searches import generate, problem_of

DAY = date(2025, 1, 15)
MEMBER, BACKUP, THIRD = 1, 2, 3


def one_need(**fields):
    """A member pinned off on DAY, and one backup unless `backups` says otherwise."""
    given = {
        "staff": [MEMBER, BACKUP],
        "groups": {1: [MEMBER]},
        "backups": [backup(7, BACKUP, 1)],
        "shifts": [cell(MEMBER, DAY, "×", pinned=True)],
        **fields,
    }
    return restaurant_board(given.pop("start", DAY), given.pop("end", DAY), **given)


def test_nobody_covers_where_nobody_is_needed_though_a_soft_rule_wants_them_at_work() -> None:
    wanted = limit(1, LimitWindow.PERIOD, WORKING, minimum_half_days=2, level=Level.SOFT)
    standby = person(BACKUP, idle_policy=IdlePolicy.STANDBY)

    found = generate(one_need(staff=[MEMBER, standby], shifts=[], work_limits=[wanted]))

    assert found.covers() == set()
    assert found.symbol(BACKUP, DAY) == "⊘"


def test_a_preference_gets_nobody_a_type_that_is_not_for_their_employment_type() -> None:
    part_time = person(MEMBER, employment_type=EmploymentType.PART_TIME)
    board = one_need(
        staff=[part_time],
        backups=[],
        shifts=[],
        priority_rules=[priority_rule(1, MEMBER, "early")],
        shift_types=built_in_types(kept_to_regular=True),
    )

    assert generate(board).symbol(MEMBER, DAY) == "○"


def test_members_are_not_lent_where_borrowing_is_off() -> None:
    board = one_need(
        staff=[MEMBER, BACKUP, THIRD],
        groups={1: [MEMBER], 2: [BACKUP]},
        backups=[backup(1, BACKUP, 1), backup(2, THIRD, 2)],
        standing_rules=[standing(1, StandingRuleKind.SHIFT_NOT_ASKED, 1)],
    )
    kept = replace(board, restaurant=restaurant(borrowing=False))

    assert generate(board).covers() == {(15, 1, BACKUP), (15, 2, THIRD)}
    assert generate(kept).covers() == set()
    assert generate(kept).gaps() == {(15, 1): "NEEDED_AT_HOME"}


def test_a_desired_group_is_covered_before_a_soft_rule_is_kept() -> None:
    later = DAY + timedelta(days=1)
    one_day = limit(1, LimitWindow.PERIOD, WORKING, maximum_half_days=2)
    on_the_first = priority_rule(2, BACKUP, "normal", weekdays=(Weekday.of(DAY),))
    desired = staff_group(1, coverage_mode=CoverageMode.DESIRED)

    found = generate(
        one_need(
            end=later,
            groups=[desired],
            members={1: [MEMBER]},
            shifts=[cell(MEMBER, DAY, "○"), cell(MEMBER, later, "×")],
            work_limits=[one_day],
            priority_rules=[on_the_first],
        )
    )

    assert found.covers() == {(16, 1, BACKUP)}
    assert found.tier(TierName.SOFT_RULES) > 0


def test_a_generated_rest_moves_only_within_the_limits() -> None:
    week = DAY - timedelta(days=2)
    board = one_need(
        start=week,
        end=week + timedelta(days=6),
        shifts=[*row(MEMBER, week, "○○×○○○○", pinned=True), *row(BACKUP, week, "○○××○○○")],
        work_limits=[
            limit(
                1,
                LimitWindow.WEEK,
                RESTING,
                minimum_half_days=4,
                scope="STAFF",
                target_staff_ids=(BACKUP,),
            )
        ],
    )

    found = generate(board)

    assert found.covers() == {(15, 1, BACKUP)}
    assert found.symbols(BACKUP).count("×") == 2


def test_all_members_who_start_later_need_nobody_before() -> None:
    start = date(2025, 1, 8)
    board = one_need(
        start=start,
        end=date(2025, 1, 11),
        staff=[person(MEMBER, employed_from=date(2025, 1, 10)), BACKUP],
        shifts=[cell(MEMBER, date(2025, 1, 10), "×", pinned=True)],
    )

    found = generate(board)

    assert found.covers() == {(10, 1, BACKUP)}
    assert found.gaps() == {}
    assert figures(found.board).groups[0].need_days == 1
    assert found.solution.outcome is Outcome.OPTIMAL


def test_an_unset_member_is_no_absence_and_the_figures_are_provisional() -> None:
    board = one_need(
        staff=[MEMBER, THIRD, BACKUP],
        groups={1: [MEMBER, THIRD]},
        backups=[],
        shifts=[cell(MEMBER, DAY, "×")],
    )

    (gap,) = gaps(board)

    assert (gap.needed, gap.is_provisional) == (1, True)
    unset = figures(one_need(shifts=[])).groups[0]
    assert (unset.need_units, unset.is_provisional) == (0, True)


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_of_equal_ranks_the_one_who_did_not_cover_last_week_comes_whatever_the_seed(seed) -> None:
    board = one_need(
        staff=[MEMBER, THIRD, BACKUP],
        backups=[backup(1, BACKUP, 1), backup(2, THIRD, 1)],
        past_cover_counts={THIRD: 1},
        last_cover_dates={THIRD: DAY - timedelta(days=7)},
    )

    assert generate(board, seed=seed).covers() == {(15, 1, BACKUP)}
    assert generate(board, seed=seed, reproducible=False).covers() == {(15, 1, BACKUP)}


def test_whoever_is_taken_by_another_group_is_explained_by_it() -> None:
    p, q = 3, 4
    board = one_need(
        staff=[1, 2, p, q],
        groups={1: [1], 2: [2]},
        backups=[backup(1, p, 1), backup(2, p, 2), backup(3, q, 1, 2)],
        shifts=[cell(n, DAY, "×", pinned=True) for n in (1, 2)],
    )

    found = generate(board)
    (first, second) = explain(found.board, 1, DAY).candidates

    assert (first.staff_id, first.reasons[0].code) == (p, "USED_FOR_GROUP")
    assert (second.staff_id, second.chosen) == (q, True)


def test_a_published_month_is_replanned_around_somebody_who_falls_ill_today() -> None:
    start, today = date(2025, 1, 13), DAY
    board = one_need(
        start=start,
        end=date(2025, 1, 17),
        staff=[MEMBER, BACKUP, THIRD],
        backups=[backup(1, BACKUP, 1), backup(2, THIRD, 1, 2)],
        shifts=[
            cell(MEMBER, today, "×", pinned=True),
            cell(BACKUP, today, "×"),
            *row(MEMBER, start, "○○.○○"),
            *row(BACKUP, start, "○○.○○"),
            *row(THIRD, start, "×○○○×"),
        ],
        today=today,
    )

    found = generate(board, mode=GenerationMode.REPLAN)

    assert found.gaps() == {}
    assert found.tier(TierName.CHANGES) == 0
    assert found.covers() == {(15, 1, THIRD)}


def test_a_group_without_any_absence_has_neither_rate_nor_slack() -> None:
    found = figures(generate(one_need(shifts=[])).board)

    assert (found.groups[0].need_units, found.groups[0].rate) == (0, None)
    assert [day.slack for day in found.days] == [None]


def test_a_large_month_in_a_second_is_full_and_says_what_is_proved() -> None:
    start, people = date(2025, 1, 1), range(1, 101)
    board = one_need(
        start=start,
        end=date(2025, 1, 31),
        staff=people,
        groups={g: range(5 * g - 4, 5 * g + 1) for g in range(1, 11)},
        backups=[
            backup(10 * g + n, 50 + 5 * g - n, g, n + 1) for g in range(1, 11) for n in (0, 1)
        ],
        shifts=[],
        day_off_requests=[request(p, p, start + timedelta(days=p % 31)) for p in people],
        work_limits=[limit(1, LimitWindow.WEEK, RESTING, minimum_half_days=4)],
    )
    problem = problem_of(board, time_limit_seconds=1, reproducible=False)

    solution = solve(problem)
    after = board_after(problem, solution)
    report = check(problem.board, after, GenerationMode.FILL)

    assert len(after.shifts) == 100 * 31
    assert (solution.outcome, report.tiers[TierName.HARD_RULES]) == (Outcome.FEASIBLE, 0)
    assert report.broken_facts == ()
    assert {t.name: t.value for t in solution.tiers} == report.tiers
    for tier in solution.tiers:
        assert (tier.bound is None) == (tier.status is TierStatus.NOT_REACHED)
        assert tier.bound is None or tier.bound <= tier.value
