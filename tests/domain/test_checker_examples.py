"""Worked examples as tiny problems whose best boards are found by trying all of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.rules import CalendarRuleKind, Level, LimitWindow
from domain.runs import GenerationMode
from domain.schedules import Board, ScheduleStatus
from domain.staff import HolidayPolicy, IdlePolicy, NeedPolicy
from tests.builders import (
    WORKING,
    backup,
    built_in_types,
    calendar,
    cell,
    limit,
    person,
    priority_rule,
    request,
    restaurant_board,
    row,
    staff_group,
)
from tests.oracle import best, best_board

START = date(2025, 1, 14)
TYPES = tuple(t for t in built_in_types() if t.code in ("normal", "off", "designated_off"))


def day(number: int) -> date:
    return START + timedelta(days=number)


def problem(days: int = 1, *, off: dict[int, str] | None = None, **fields: object) -> Board:
    """1 is the only member of group 1; `off` pins symbols by person, a dot is not pinned."""
    pins = {1: "×" + "." * (days - 1)} if off is None else off
    shifts = [row(n, START, symbols, pinned=True) for n, symbols in pins.items()]
    given = {"staff": [1, 2, 3], "groups": {1: [1]}, "shift_types": TYPES, **fields}
    return restaurant_board(START, day(days - 1), shifts=shifts, **given)


def covers_of(board: Board) -> set[tuple[int, int, int]]:
    """(day, group, holder) of the best board."""
    found = best_board(board).covers
    return {((c.date - START).days, c.group_id, c.staff_id) for c in found}


def gap_tier(board: Board) -> int:
    return best(board)[1]


def test_a_backup_covers_a_pinned_day_off():
    board = problem(groups={1: [1, 3]}, backups=[backup(1, 2, 1)])
    assert covers_of(board) == {(0, 1, 2)}
    # 1 rests; 2 and 3 are at work, so rest half-days are 2, 0, 0
    assert best(board) == [0, 0, 0, 0, 0, 1, 2, 0]


def test_without_an_assignment_there_is_a_gap_of_its_weight():
    board = problem(backups=[])
    assert covers_of(board) == set()
    assert gap_tier(board) == 100  # criticality 3


def test_a_requested_day_off_is_kept_and_the_second_covers():
    asked = [request(1, 2, day(0))]
    alone = problem(backups=[backup(1, 2, 1)], day_off_requests=asked)
    second = replace(alone, backup_assignments=(backup(1, 2, 1), backup(2, 3, 1, 2)))
    assert gap_tier(alone) == 100
    assert covers_of(second) == {(0, 1, 3)}
    assert best(second)[3] == 1  # rank 2


def test_a_generated_rest_of_the_backup_may_move():
    rests = problem(2, backups=[backup(1, 2, 1)])
    board = replace(rests, shifts=(*rests.shifts, *row(2, START, "×○")))
    assert covers_of(board) == {(0, 1, 2)}


def test_a_hard_limit_leaves_a_gap_where_a_soft_one_pays():
    none_left = limit(1, LimitWindow.PERIOD, WORKING, maximum_half_days=0)
    hard = problem(staff=[1, 2], backups=[backup(1, 2, 1)], work_limits=[none_left])
    soft = replace(hard, work_limits=(replace(none_left, level=Level.SOFT),))
    assert best(hard)[:2] == [0, 100]
    assert best(soft)[:5] == [0, 0, 0, 0, 20]  # one cell beyond, weight 10


def test_a_run_of_last_month_keeps_the_backup_at_home():
    run = limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=10)
    past = row(2, day(-5), "○○○○○")
    board = problem(backups=[backup(1, 2, 1)], work_limits=[run], history=past)
    assert gap_tier(board) == 100


def test_two_needs_are_judged_jointly_with_one_day_left():
    one_day = limit(1, LimitWindow.PERIOD, WORKING, maximum_half_days=2)
    board = problem(
        2, staff=[1, 2], off={1: "××"}, backups=[backup(1, 2, 1)], work_limits=[one_day]
    )
    assert len(covers_of(board)) == 1
    assert best(board)[:2] == [0, 100]


def test_cover_ends_with_employment():
    leaves = person(2, employed_until=day(0))
    board = problem(2, staff=[1, leaves], off={1: "××"}, backups=[backup(1, 2, 1)])
    assert covers_of(board) == {(0, 1, 2)}
    assert gap_tier(board) == 100


@pytest.mark.parametrize(
    ("policy", "gap"),
    [(NeedPolicy.ANY_ABSENT, 200), (NeedPolicy.PER_ABSENCE, 200), (NeedPolicy.MINIMUM_PRESENT, 0)],
)
def test_two_of_three_off_under_each_policy(policy: NeedPolicy, gap: int):
    least = 1 if policy is NeedPolicy.MINIMUM_PRESENT else None
    group = staff_group(1, need_policy=policy, minimum_present=least)
    board = problem(off={1: "×", 2: "×"}, groups=[group], members={1: [1, 2, 3]})
    assert gap_tier(board) == gap


def test_a_closed_day_has_no_need():
    closed = [calendar(1, day(0), CalendarRuleKind.CLOSED)]
    board = problem(backups=[backup(1, 2, 1)], calendar_rules=closed)
    assert covers_of(board) == set()
    assert gap_tier(board) == 0


def test_holiday_blocks_a_backup_until_all_must_work():
    off = [person(n, holiday_policy=HolidayPolicy.OFF) for n in (2, 3)]
    holiday = calendar(1, day(0), CalendarRuleKind.HOLIDAY)
    must_work = calendar(2, day(0), CalendarRuleKind.MUST_WORK)
    blocked = problem(
        staff=[1, *off], off={}, day_off_requests=[request(1, 1, day(0))],
        backups=[backup(1, 2, 1)], calendar_rules=[holiday],
    )  # fmt: skip
    assert gap_tier(blocked) == 100
    both = replace(blocked, calendar_rules=(holiday, must_work))
    assert covers_of(both) == {(0, 1, 2)}


def test_one_person_covers_one_group_unless_more_are_allowed():
    groups = [staff_group(1, criticality=5), staff_group(2, criticality=3)]
    backs = [backup(1, 3, 1), backup(2, 3, 2)]
    once = problem(off={1: "×", 2: "×"}, groups=groups, members={1: [1], 2: [2]}, backups=backs)
    twice = replace(once, staff=(*once.staff[:2], person(3, maximum_groups_per_day=2)))
    assert covers_of(once) == {(0, 1, 3)}
    assert gap_tier(once) == 100
    assert covers_of(twice) == {(0, 1, 3), (0, 2, 3)}


def test_member_of_two_groups_needs_two_people():
    backs = [backup(1, 2, 1), backup(2, 3, 2)]
    board = problem(groups={1: [1], 2: [1]}, backups=backs)
    assert covers_of(board) == {(0, 1, 2), (0, 2, 3)}


def test_greedy_trap_is_avoided():
    backs = [backup(1, 3, 1, 1), backup(2, 3, 2, 1), backup(3, 4, 1, 2)]
    board = problem(
        off={1: "×", 2: "×"}, staff=[1, 2, 3, 4], groups={1: [1], 2: [2]}, backups=backs
    )
    assert covers_of(board) == {(0, 2, 3), (0, 1, 4)}
    assert best(board)[1:4] == [0, 0, 1]


def test_member_is_lent_only_if_home_is_covered():
    groups = {1: [1], 2: [2]}
    alone = problem(groups=groups, backups=[backup(1, 2, 1)])
    chain = replace(alone, backup_assignments=(backup(1, 2, 1), backup(2, 3, 2)))
    assert gap_tier(alone) == 100
    assert covers_of(chain) == {(0, 1, 2), (0, 2, 3)}
    assert best(chain)[1:4] == [0, 0, 1]  # one rank lower for the borrowed


def test_mutual_backups_both_off_leave_two_gaps():
    backs = [backup(1, 2, 1), backup(2, 1, 2)]
    asked = [request(n, n, day(0)) for n in (1, 2)]
    board = problem(off={}, groups={1: [1], 2: [2]}, backups=backs, day_off_requests=asked)
    assert gap_tier(board) == 200


def test_need_of_two_takes_the_two_of_first_rank():
    group = staff_group(1, need_policy=NeedPolicy.PER_ABSENCE)
    backs = [backup(1, 3, 1, 1), backup(2, 4, 1, 1), backup(3, 5, 1, 2)]
    board = problem(
        off={1: "×", 2: "×"}, staff=[1, 2, 3, 4, 5], groups=[group], members={1: [1, 2]},
        backups=backs,
    )  # fmt: skip
    assert covers_of(board) == {(0, 1, 3), (0, 1, 4)}


def test_first_rank_comes_even_if_a_soft_rule_pays():
    backs = [backup(1, 2, 1, 1), backup(2, 3, 1, 2)]
    likes_rest = priority_rule(1, 2, "off")
    board = problem(backups=backs, priority_rules=[likes_rest])
    soft_first = replace(
        board, restaurant=replace(board.restaurant, soft_rules_before_priority=True)
    )
    assert covers_of(board) == {(0, 1, 2)}
    assert covers_of(soft_first) == {(0, 1, 3)}


def test_effective_dates_are_judged_by_the_day():
    backs = [backup(1, 2, 1, effective_from=day(1))]
    board = problem(2, staff=[1, 2], off={1: "××"}, backups=backs)
    assert covers_of(board) == {(1, 1, 2)}
    assert gap_tier(board) == 100


def test_pins_beyond_a_hard_limit_cost_what_they_exceed():
    run = limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=12)
    board = problem(8, staff=[1], off={1: "○○○○○○○○"}, groups={}, work_limits=[run])
    assert best(board)[0] == 4


def test_replan_closes_a_gap_of_today_with_the_fewest_changes():
    ill = cell(1, day(1), "×")
    stood = [*row(1, START, "○"), ill, *row(2, START, "○×"), *row(3, START, "×○")]
    board = restaurant_board(
        START, day(1), staff=[1, 2, 3], groups={1: [1]}, shifts=stood, shift_types=TYPES,
        backups=[backup(1, 2, 1, 1), backup(2, 3, 1, 2)], status=ScheduleStatus.PUBLISHED,
        today=day(1),
    )  # fmt: skip
    after = best_board(board, GenerationMode.REPLAN)
    # 3 is at work already: a worse rank, but no cell changes; the filling run prefers rank 1
    assert [c.staff_id for c in after.covers] == [3]
    assert best(board, GenerationMode.REPLAN)[:5] == [0, 0, 0, 0, 1]
    assert [c.staff_id for c in best_board(board).covers] == [2]


def test_somebody_on_standby_works_exactly_when_covering():
    standby = person(2, idle_policy=IdlePolicy.STANDBY)
    types = built_in_types()
    board = problem(2, staff=[1, standby], backups=[backup(1, 2, 1)], shift_types=types)
    after = best_board(replace(board, shifts=(*board.shifts, *row(1, day(1), "○"))))
    assert [after.cells[standby.id, day(n)].shift_type for n in (0, 1)] == [
        "normal",
        "unavailable",
    ]
