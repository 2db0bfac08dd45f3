"""The checker on boards counted by hand: limits, priority rules, successions, standing rules."""

from dataclasses import replace
from datetime import date, timedelta

from domain.checker import Finding, check
from domain.ids import GroupId, StaffId
from domain.periods import Weekday
from domain.rules import (
    CalendarRuleKind,
    Direction,
    Level,
    LimitScope,
    LimitWindow,
    StandingRuleKind,
)
from domain.runs import GenerationMode, TierName
from domain.schedules import Board
from tests.builders import (
    WORKING,
    calendar,
    cover,
    limit,
    person,
    priority_rule,
    restaurant,
    restaurant_board,
    row,
    standing,
    succession,
)

MONDAY = date(2025, 1, 6)
RESTS = ("off", "designated_off", "unavailable")


def day(number: int) -> date:
    """Day 0 is a Monday."""
    return MONDAY + timedelta(days=number)


def board_of(*symbols: str, history: str = "", **fields: object) -> Board:
    """Person n has the n-th string of symbols from Monday on; history ends on the Sunday before."""
    shifts = [row(n + 1, MONDAY, s) for n, s in enumerate(symbols)]
    past = row(1, MONDAY - timedelta(days=len(history)), history)
    fields.setdefault("staff", [n + 1 for n in range(len(symbols))])
    return restaurant_board(MONDAY, day(len(symbols[0]) - 1), shifts=shifts, history=past, **fields)


def violations(board: Board) -> set[Finding]:
    return set(check(board, board, GenerationMode.FILL).violations)


def tier(board: Board, name: TierName) -> int:
    return check(board, board, GenerationMode.FILL).tiers[name]


def outside(staff: int | None, days: list[int], half_days: int) -> Finding:
    return Finding(
        code="WORK_LIMIT",
        staff_id=None if staff is None else StaffId(staff),
        dates=tuple(day(n) for n in days),
        half_days=half_days,
    )


def test_day_limit_counts_everybody_on_each_open_day():
    at_work = limit(1, LimitWindow.DAY, WORKING, minimum_half_days=4)
    # day 0: two at work = 4 half-days; day 1: one = 2, two short; day 2 is closed
    board = board_of(
        "○××",
        "○○×",
        work_limits=[at_work],
        calendar_rules=[calendar(1, day(2), CalendarRuleKind.CLOSED)],
    )
    assert violations(board) == {outside(None, [1], 2)}
    assert tier(board, TierName.HARD_RULES) == 2


def test_rest_limit_counts_rest_half_days():
    # one × and three △ are 2 + 3 × 1 = 5 half-days, one more than 4
    rests = limit(1, LimitWindow.PERIOD, ("off", "early"), maximum_half_days=4)
    assert violations(board_of("×△△△", work_limits=[rests])) == {outside(1, [0, 1, 2, 3], 1)}


def test_limit_without_a_whole_rest_counts_cells():
    # three △ are three cells = 6 half-days, two more than 4
    early = limit(1, LimitWindow.PERIOD, ("early",), maximum_half_days=4)
    assert violations(board_of("×△△△", work_limits=[early])) == {outside(1, [0, 1, 2, 3], 2)}


def test_soft_limit_costs_its_weight_for_each_half_day():
    rests = limit(1, LimitWindow.PERIOD, RESTS, maximum_half_days=3, level=Level.SOFT, weight=7)
    board = board_of("××○", work_limits=[rests])
    # 4 half-days of rest, 1 over; weight 7
    assert tier(board, TierName.SOFT_RULES) == 7
    assert tier(board, TierName.HARD_RULES) == 0


def test_week_minimum_needs_every_day_known_and_open():
    rest = limit(1, LimitWindow.WEEK, RESTS, minimum_half_days=4)
    whole = board_of("○○○○○○×", work_limits=[rest])
    sticking_out = board_of("○○○○○×", work_limits=[rest])
    closed = board_of(
        "○○○○○○×",
        work_limits=[rest],
        calendar_rules=[calendar(1, day(0), CalendarRuleKind.CLOSED)],
    )
    assert violations(whole) == {outside(1, [0, 1, 2, 3, 4, 5, 6], 2)}
    assert violations(sticking_out) == set()
    assert violations(closed) == set()


def test_week_starts_where_the_restaurant_says_and_reaches_into_history():
    # Wednesday to Tuesday: history Wed-Sun ○○○○○, then Mon ○ Tue ○ = 7 cells, 2 half-days over
    work = limit(1, LimitWindow.WEEK, WORKING, maximum_half_days=12)
    board = board_of("○○×", history="○○○○○", work_limits=[work])
    other = replace(board, restaurant=restaurant(week_start=Weekday.WEDNESDAY))
    assert violations(board) == set()
    assert violations(other) == {outside(1, [0, 1], 2)}


def test_window_whose_history_is_too_full_reports_only_what_the_schedule_adds():
    # windows of 3 days, at most 1 rest (2 half-days); history ×× alone has 4
    rest = limit(1, LimitWindow.ROLLING_DAYS, RESTS, days=3, maximum_half_days=2)
    quiet = board_of("○○", history="××", work_limits=[rest])
    added = board_of("×○", history="××", work_limits=[rest])
    assert violations(quiet) == set()
    # ××|×: 6 against max(2, 4) = 2 over; ×|×○: 4 against max(2, 2) = 2 over
    assert violations(added) == {outside(1, [0], 2), outside(1, [0, 1], 2)}


def test_period_bounds_shrink_with_the_employed_open_days():
    # 7 to 7.5 days of rest in 10 days; employed on 5 of them: 14·5/10 = 7, ⌈15·5/10⌉ = 8 half-days
    rest = limit(
        1, LimitWindow.PERIOD, ("off", "early"), minimum_half_days=14, maximum_half_days=15
    )
    joins = person(1, employed_from=day(5))

    def rests(symbols: str) -> set[Finding]:
        return violations(board_of("....." + symbols, staff=[joins], work_limits=[rest]))

    assert rests("×××○○") == {outside(1, [5, 6, 7, 8, 9], 1)}  # 6 < 7
    assert rests("×××△○") == set()  # 7
    assert rests("××××○") == set()  # 8
    assert rests("××××△") == {outside(1, [5, 6, 7, 8, 9], 1)}  # 9 > 8


def test_run_reaches_into_history():
    # 5 days of work before, 1 in the schedule: 6 cells against at most 5, 2 half-days over
    run = limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=10)
    assert violations(board_of("○×○", history="○○○○○", work_limits=[run])) == {outside(1, [0], 2)}


def test_run_too_long_in_history_counts_only_what_is_added():
    # 3 before against at most 2; the schedule adds 2 days: (5 − max(2, 3)) × 2 = 4
    run = limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=4)
    assert violations(board_of("○○×", history="○○○", work_limits=[run])) == {outside(1, [0, 1], 4)}
    assert violations(board_of("×○×", history="○○○", work_limits=[run])) == set()


def test_run_ends_at_closed_days_and_unset_cells():
    run = limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=4)
    closed = board_of(
        "○○○○×",
        work_limits=[run],
        calendar_rules=[calendar(1, day(1), CalendarRuleKind.CLOSED)],
    )
    assert violations(closed) == set()
    assert violations(board_of("○○.○○", work_limits=[run])) == set()
    assert violations(board_of("○○○○×", work_limits=[run])) == {outside(1, [0, 1, 2, 3], 4)}


def test_shortest_run_is_not_judged_at_the_end_or_an_unknown_start():
    # work at least 2 days in a row
    run = limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, minimum_half_days=4)
    assert violations(board_of("○×○×○", work_limits=[run])) == {outside(1, [2], 2)}
    assert violations(board_of("○×××○", history="×", work_limits=[run])) == {outside(1, [0], 2)}
    assert violations(board_of("○×××○", history="×○", work_limits=[run])) == set()


def test_shortest_run_is_judged_at_the_first_day_of_employment():
    run = limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, minimum_half_days=4)
    joins = person(1, employed_from=MONDAY)
    assert violations(board_of("○×××", staff=[joins], work_limits=[run])) == {outside(1, [0], 2)}


def test_group_limit_judges_members_of_any_day_and_counts_members_of_the_day():
    def members_only(window: LimitWindow) -> set[Finding]:
        rule = limit(
            1,
            window,
            RESTS,
            maximum_half_days=0,
            scope=LimitScope.GROUP,
            target_group_ids=(GroupId(1),),
        )
        board = board_of("×○", "×○", groups={1: [1]}, work_limits=[rule])
        return violations(board)

    assert members_only(LimitWindow.DAY) == {outside(None, [0], 2)}
    assert members_only(LimitWindow.PERIOD) == {outside(1, [0, 1], 2)}


def test_prefer_costs_another_type_and_avoid_costs_that_type():
    prefer = priority_rule(1, 1, "early", weekdays=(Weekday.MONDAY, Weekday.TUESDAY))
    avoid = priority_rule(2, 2, "early", direction=Direction.AVOID, level=Level.HARD)
    board = board_of("○△×", "△○.", priority_rules=[prefer, avoid])
    # 1: Monday is ○; 2: Monday is △. Soft 2 × weight 10, hard 2
    assert violations(board) == {
        Finding(code="PRIORITY_RULE", staff_id=StaffId(1), dates=(day(0),), half_days=2),
        Finding(code="PRIORITY_RULE", staff_id=StaffId(2), dates=(day(0),), half_days=2),
    }
    assert tier(board, TierName.SOFT_RULES) == 20
    assert tier(board, TierName.HARD_RULES) == 2


def test_succession_is_found_over_the_start():
    rule = succession(1, "late", "early", weight=30)
    board = board_of("△◇△", history="◇", succession_rules=[rule])
    assert violations(board) == {
        Finding(code="SUCCESSION", staff_id=StaffId(1), dates=(day(0),), half_days=2),
        Finding(code="SUCCESSION", staff_id=StaffId(1), dates=(day(1), day(2)), half_days=2),
    }
    # two pairs, 2 half-days each, weight 30
    assert tier(board, TierName.SOFT_RULES) == 120


def test_members_absent_together_cost_beyond_the_first():
    rule = standing(1, StandingRuleKind.GROUP_ABSENT_TOGETHER, 30)
    # group 1 = 1, 2, 3: on day 0 two rest and 3 is lent to group 2: 3 − 1 = 2 beyond the first
    board = board_of(
        "×○",
        "×○",
        "○×",
        groups={1: [1, 2, 3], 2: []},
        covers=[cover(day(0), 2, 3)],
        standing_rules=[rule],
    )
    assert violations(board) == {
        Finding(code="GROUP_ABSENT_TOGETHER", group_id=GroupId(1), dates=(day(0),), half_days=4)
    }
    assert tier(board, TierName.SOFT_RULES) == 120


def test_working_type_that_nobody_asked_for_costs():
    rule = standing(1, StandingRuleKind.SHIFT_NOT_ASKED, 1)
    asked = priority_rule(1, 1, "early", weekdays=(Weekday.TUESDAY,), weight=0)
    board = board_of("△△◇○×", standing_rules=[rule], priority_rules=[asked])
    # Monday △ and Wednesday ◇ were not asked for; Tuesday △ was
    assert violations(board) == {
        Finding(
            code="SHIFT_NOT_ASKED",
            staff_id=StaffId(1),
            dates=(day(0), day(2)),
            half_days=4,
        )
    }
    assert tier(board, TierName.SOFT_RULES) == 4
