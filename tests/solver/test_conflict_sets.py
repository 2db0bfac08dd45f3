"""What clashes, and what would settle it, against trying every row of cells."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import repairs
from domain.checker import check
from domain.cores import Cause, MemberKind, RepairKind
from domain.facts import facts_of
from domain.rules import (
    CalendarRuleKind,
    Direction,
    Level,
    LimitScope,
    LimitUnit,
    LimitWindow,
    Side,
)
from domain.runs import GenerationMode, GenerationRequest, Outcome, TierName
from domain.schedules import Board
from solver.conflict_sets import with_conflict_sets
from solver.loosened import cause_of_fact
from solver.problem import Problem
from solver.search import solve
from solver.solution import Solution
from tests import oracle
from tests.builders import (
    WORKING,
    built_in_types,
    calendar,
    cell,
    limit,
    priority_rule,
    request,
    restaurant_board,
    row,
    succession,
)

DAY = date(2025, 1, 6)
FILL = GenerationMode.FILL
TIMED = built_in_types(changed={"normal": {"starts_at": time(9), "ends_at": time(17)}})
TWO_TYPES = tuple(t for t in built_in_types() if t.code in ("normal", "off"))
RUN, WEEK, PERIOD = LimitWindow.CONSECUTIVE_DAYS, LimitWindow.WEEK, LimitWindow.PERIOD


def answered(board: Board, mode: GenerationMode = FILL) -> Solution:
    asked = GenerationRequest(mode=mode, reproducible=True, time_limit_seconds=60)
    problem = Problem(board=board, request=asked)
    return with_conflict_sets(problem, solve(problem))


def told(solution: Solution) -> list[list[MemberKind]]:
    return [[m.cause.kind for m in found.members] for found in solution.conflict_sets]


def kinds(solution: Solution) -> set[RepairKind]:
    return {repair.change.kind for repair in solution.repairs}


def pins(staff_id: int, symbols: str, first: int = 0):
    return row(staff_id, DAY + timedelta(days=first), symbols, pinned=True)


def days(count: int, **fields) -> Board:
    return restaurant_board(DAY, DAY + timedelta(days=count - 1), **fields)


# One case of each


def test_seven_pins_in_a_row_clash_with_at_most_six_and_eight_pins_need_two_changes():
    board = days(
        10,
        staff=[1, 2],
        work_limits=[limit(1, RUN, WORKING, maximum_half_days=12)],
        shifts=[pins(1, "○" * 8, first=1)],
    )

    solution = answered(board)

    assert solution.outcome is Outcome.RELAXED
    assert told(solution) == [[MemberKind.PINNED] * 7 + [MemberKind.WORK_LIMIT]]
    assert solution.is_explained
    whole = [r for r in solution.repairs if r.hard_rules_after == 0]
    assert {r.hard_rules_before for r in whole} == {4}
    assert {r.change.kind for r in whole} == {
        RepairKind.CLEAR_CELL,
        RepairKind.RAISE_MAXIMUM,
        RepairKind.MAKE_SOFT,
    }
    (raised,) = [r.change.half_days for r in whole if r.change.kind is RepairKind.RAISE_MAXIMUM]
    assert raised == 16


def test_words_name_the_person_the_day_and_the_number():
    board = days(
        3,
        staff=[1],
        work_limits=[limit(1, RUN, WORKING, maximum_half_days=4, name="two in a row")],
        shifts=[pins(1, "○○○")],
    )

    (found,) = answered(board).conflict_sets

    assert found.members[0].message == "S1 is pinned to ○ on 2025-01-06."
    assert "“two in a row” allows S1 at most 2 days" in found.message


def test_a_bound_is_moved_no_farther_than_it_must_be():
    board = days(
        5,
        staff=[1],
        work_limits=[limit(1, RUN, WORKING, maximum_half_days=2)],
        shifts=[pins(1, "○○○○")],
    )

    raised = [
        repair.change.half_days
        for repair in answered(board).repairs
        if repair.change.kind is RepairKind.RAISE_MAXIMUM
    ]

    assert set(raised) == {8}


def test_taking_a_pin_off_is_enough_where_replanning_may_move_what_people_set():
    board = days(
        3,
        staff=[1],
        work_limits=[limit(1, RUN, WORKING, maximum_half_days=4)],
        shifts=[pins(1, "○○○")],
    )

    found = answered(board, GenerationMode.REPLAN).repairs

    whole = {RepairKind.UNPIN, RepairKind.RAISE_MAXIMUM, RepairKind.MAKE_SOFT}
    assert {repair.change.kind for repair in found} == whole
    assert {repair.hard_rules_after for repair in found} == {0}


def test_rest_of_a_week_clashes_with_pinned_work_and_its_minimum_may_be_lowered():
    board = days(
        7,
        staff=[1],
        work_limits=[limit(1, WEEK, ("off",), minimum_half_days=4)],
        shifts=[pins(1, "○○○○○○")],
    )

    solution = answered(board)

    (found,) = told(solution)
    assert found.count(MemberKind.WORK_LIMIT) == 1
    assert RepairKind.LOWER_MINIMUM in kinds(solution)
    lowered = [r for r in solution.repairs if r.change.kind is RepairKind.LOWER_MINIMUM]
    assert [r.change.half_days for r in lowered] == [2]


def test_pins_of_several_people_clash_with_a_maximum_of_the_day():
    board = days(
        2,
        staff=[1, 2, 3],
        work_limits=[limit(1, LimitWindow.DAY, ("off",), maximum_half_days=2)],
        shifts=[pins(1, "×"), pins(2, "×"), pins(3, "○")],
    )

    (found,) = told(answered(board))

    assert found == [MemberKind.PINNED, MemberKind.PINNED, MemberKind.WORK_LIMIT]


def test_limit_of_the_day_clashes_where_there_is_one_person_alone():
    board = days(
        1,
        staff=[1],
        work_limits=[limit(1, LimitWindow.DAY, ("off",), maximum_half_days=0)],
        shifts=[pins(1, "×")],
    )

    assert told(answered(board)) == [[MemberKind.PINNED, MemberKind.WORK_LIMIT]]


def test_day_that_all_must_work_clashes_with_a_rest_that_is_due():
    board = days(
        3,
        staff=[1],
        work_limits=[limit(1, RUN, WORKING, maximum_half_days=2)],
        calendar_rules=[
            calendar(n + 1, DAY + timedelta(days=n), CalendarRuleKind.MUST_WORK) for n in (0, 1)
        ],
    )

    solution = answered(board)

    assert told(solution) == [[MemberKind.MUST_WORK] * 2 + [MemberKind.WORK_LIMIT]]
    assert RepairKind.DROP_CALENDAR_RULE in kinds(solution)


def test_request_clashes_with_a_hard_preference_and_may_be_declined():
    wanted = priority_rule(1, 1, "normal", level=Level.HARD)
    board = days(1, staff=[1], priority_rules=[wanted], day_off_requests=[request(1, 1, DAY)])

    solution = answered(board)

    assert told(solution) == [[MemberKind.REQUEST, MemberKind.PRIORITY_RULE]]
    assert RepairKind.DECLINE_REQUEST in kinds(solution)


def test_succession_clashes_with_what_stands_before_the_start_and_says_so():
    board = days(
        1,
        staff=[1],
        succession_rules=[succession(1, "late", "early", level=Level.HARD)],
        history=[cell(1, DAY - timedelta(days=1), "◇")],
        shifts=[pins(1, "△")],
    )

    solution = answered(board)

    assert told(solution) == [[MemberKind.PINNED, MemberKind.SUCCESSION]]
    assert "before the start" in solution.conflict_sets[0].message


def test_contradictions_of_two_people_are_two_sets():
    board = days(
        3,
        staff=[1, 2],
        work_limits=[limit(1, RUN, WORKING, maximum_half_days=4)],
        shifts=[pins(1, "○○○"), pins(2, "○○○")],
    )

    solution = answered(board)

    people = [{m.cause.staff_id for m in found.members} for found in solution.conflict_sets]
    assert people == [{1}, {2}]


def test_nothing_is_explained_where_hard_rules_can_be_kept():
    solution = answered(days(2, staff=[1], shifts=[pins(1, "○○")]))

    assert (solution.conflict_sets, solution.repairs) == ((), ())


def test_a_limit_in_hours_is_told_and_raised_in_hours():
    """Two pinned days of eight hours and twenty minutes; bounds go by quarters of an hour."""
    timed = built_in_types(changed={"normal": {"starts_at": time(9), "ends_at": time(17, 20)}})
    board = days(
        2,
        staff=[1],
        shift_types=timed,
        work_limits=[
            limit(1, WEEK, WORKING, unit=LimitUnit.HOURS, maximum_minutes=15 * 60 + 15, name="週")
        ],
        shifts=[pins(1, "○○")],
    )

    solution = answered(board)
    (found,) = solution.conflict_sets
    (raised,) = [r for r in solution.repairs if r.change.kind is RepairKind.RAISE_MAXIMUM]

    assert "“週” allows S1 at most 15.25 hours of ○△◇ in a week; here on " in found.message
    assert raised.message == "Raise the maximum of “週” from 15.25 to 16.75 hours."
    assert (raised.change.minutes, raised.change.half_days) == (1005, None)
    assert repairs.changed(board, raised.change).work_limits[0].maximum_minutes == 1005


def test_a_limit_of_weekends_is_told_and_raised_by_whole_weekends():
    board = days(
        14,
        staff=[1],
        work_limits=[limit(1, LimitWindow.WEEKENDS, WORKING, maximum_half_days=0, name="土日休み")],
        shifts=[pins(1, "○○", first=5), pins(1, "○", first=13)],
    )

    solution = answered(board)
    raised = [r for r in solution.repairs if r.change.kind is RepairKind.RAISE_MAXIMUM]

    assert "“土日休み” allows S1 at most 0 weekends with ○△◇ in the schedule; here on " in (
        solution.conflict_sets[0].message
    )
    assert {r.message for r in raised} == {"Raise the maximum of “土日休み” from 0 to 2 weekends."}


def test_a_minimum_of_hours_is_lowered_in_hours():
    least = limit(1, PERIOD, ("normal",), unit=LimitUnit.HOURS, minimum_minutes=20 * 60)
    board = days(3, staff=[1], shift_types=TIMED, work_limits=[least], shifts=[pins(1, "○○×")])

    solution = answered(board)
    (lowered,) = [r for r in solution.repairs if r.change.kind is RepairKind.LOWER_MINIMUM]

    assert lowered.message == "Lower the minimum of “limit 1” from 20 to 16 hours."
    assert lowered.hard_rules_after == 0


# Against trying everything

LIMITS = st.one_of(
    st.builds(
        lambda n, most: limit(n, RUN, ("normal",), maximum_half_days=most),
        st.integers(1, 3),
        st.sampled_from((2, 4)),
    ),
    st.builds(
        lambda n, least: limit(n, PERIOD, ("off",), minimum_half_days=least),
        st.integers(4, 6),
        st.sampled_from((2, 4)),
    ),
    st.builds(
        lambda n, most: limit(n, LimitWindow.DAY, ("normal",), maximum_half_days=most),
        st.integers(7, 9),
        st.sampled_from((0, 2)),
    ),
    st.builds(
        lambda n, least: limit(n, RUN, ("off",), minimum_half_days=least),
        st.integers(10, 12),
        st.just(4),
    ),
)
WISHES = st.builds(
    lambda n, staff, direction: priority_rule(
        n, staff, "normal", direction=direction, level=Level.HARD
    ),
    st.integers(1, 9),
    st.integers(1, 2),
    st.sampled_from(Direction),
)


@st.composite
def clashing(draw) -> Board:
    """Two people, three days, two types, and more facts and hard rules than can hold."""
    facts = st.text("○×.", min_size=3, max_size=3)
    return days(
        3,
        staff=[1, 2],
        shift_types=TWO_TYPES,
        shifts=[pins(1, draw(facts)), pins(2, draw(facts))],
        work_limits=draw(st.lists(LIMITS, max_size=3, unique_by=lambda x: x.id)),
        priority_rules=draw(st.lists(WISHES, max_size=2, unique_by=lambda x: x.id)),
        succession_rules=draw(
            st.sampled_from(((), (succession(1, "normal", "off", level=Level.HARD),)))
        ),
        calendar_rules=draw(st.sampled_from(((), (calendar(1, DAY, CalendarRuleKind.MUST_WORK),)))),
    )


def can_hold(board: Board, causes: Iterable[Cause]) -> bool:
    """Whether any filling keeps these facts and rules, whatever becomes of all others."""
    held = list(causes)
    asked = _with_rules(board, held)
    facts = facts_of(board, FILL)
    choices = [
        [code for code in ("normal", "off") if _keeps(facts, held, key, code)]
        for key in product((1, 2), board.days)
    ]
    keys = list(product((1, 2), board.days))
    for codes in product(*choices):
        cells = [cell(key[0], key[1], code) for key, code in zip(keys, codes, strict=True)]
        after = replace(asked, shifts=tuple(cells))
        if check(asked, after, FILL).tiers[TierName.HARD_RULES] == 0:
            return True
    return False


def _keeps(facts, held: list[Cause], key, code: str) -> bool:
    fact = facts.get(key)
    if fact is None or cause_of_fact(fact.kind, *key) not in held:
        return True
    return code == (fact.shift_type or "normal")


def _with_rules(board: Board, held: list[Cause]) -> Board:
    return replace(
        board,
        shifts=(),
        calendar_rules=(),
        work_limits=tuple(_limit(board, c) for c in held if c.kind is MemberKind.WORK_LIMIT),
        priority_rules=tuple(
            rule
            for rule in board.priority_rules
            if any(c.kind is MemberKind.PRIORITY_RULE and c.rule_id == rule.id for c in held)
        ),
        succession_rules=tuple(
            rule
            for rule in board.succession_rules
            if any(c.kind is MemberKind.SUCCESSION and c.rule_id == rule.id for c in held)
        ),
    )


def _limit(board: Board, cause: Cause):
    (found,) = [limit for limit in board.work_limits if limit.id == cause.rule_id]
    other = "minimum_half_days" if cause.side is Side.MAXIMUM else "maximum_half_days"
    found = replace(found, **{other: None})
    if cause.staff_id is None:
        return found
    return replace(found, scope=LimitScope.STAFF, target_staff_ids=(cause.staff_id,))


def test_a_limit_of_the_day_is_judged_on_all_its_days_even_if_told_of_one():
    board = days(
        3,
        staff=[1, 2],
        shifts=[pins(1, "×××")],
        shift_types=TWO_TYPES,
        calendar_rules=[calendar(1, DAY, CalendarRuleKind.MUST_WORK)],
        work_limits=[limit(1, LimitWindow.DAY, ("normal",), maximum_half_days=0)],
        succession_rules=[replace(succession(2, "normal", "off"), level=Level.HARD)],
    )

    assert told(answered(board)) == [[MemberKind.MUST_WORK, MemberKind.WORK_LIMIT]]


ORACLE = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@ORACLE
@given(clashing())
def test_a_set_is_found_exactly_where_nothing_keeps_all_and_it_is_irreducible(board):
    solution = answered(board)

    assert bool(solution.conflict_sets) is (oracle.best(board)[0] > 0)
    assert solution.is_explained
    for found in solution.conflict_sets:
        causes = [member.cause for member in found.members]
        assert not can_hold(board, causes)
        for left_out in causes:
            assert can_hold(board, [c for c in causes if c != left_out])


@ORACLE
@given(clashing())
def test_each_repair_leaves_hard_rules_broken_less_and_lets_its_set_hold(board):
    solution = answered(board)

    for repair in solution.repairs:
        after = repairs.changed(board, repair.change)
        assert repair.hard_rules_before == oracle.best(board)[0]
        assert oracle.best(after)[0] <= repair.hard_rules_after < repair.hard_rules_before
        found = solution.conflict_sets[repair.conflict_set]
        left = [m.cause for m in found.members if m.cause != repair.change.member.cause]
        assert can_hold(after, left)


@pytest.mark.parametrize("count", [1, 2])
def test_the_same_problem_has_the_same_sets_each_time(count):
    board = days(
        9,
        staff=range(1, 1 + count),
        work_limits=[
            limit(1, RUN, WORKING, maximum_half_days=8),
            limit(2, WEEK, ("off",), minimum_half_days=6),
        ],
        shifts=[pins(n, "○" * 9) for n in range(1, 1 + count)],
    )

    one, other = answered(board), answered(board)

    assert (one.conflict_sets, one.repairs) == (other.conflict_sets, other.repairs)
