from datetime import date, timedelta

import pytest

from domain.periods import Weekday
from domain.priorities import rule_breaches
from domain.rules import CalendarRuleKind, Direction, Level, StandingRuleKind
from tests.builders import (
    calendar,
    cover,
    person,
    priority_rule,
    restaurant_board,
    row,
    standing,
    succession,
)

MONDAY = date(2025, 1, 6)


def found_in(symbols, **fields):
    board = restaurant_board(
        MONDAY,
        MONDAY + timedelta(days=len(symbols) - 1),
        **{"staff": [1], "shifts": row(1, MONDAY, symbols), **fields},
    )
    return [(b.code, [d.day - 6 for d in b.dates], b.half_days) for b in rule_breaches(board)]


def test_a_preference_costs_where_the_cell_is_another_type():
    found = found_in("○△×.", priority_rules=(priority_rule(1, 1, "early"),))

    assert found == [("PRIORITY_RULE", [0, 2], 4)]


def test_an_avoidance_costs_where_the_cell_is_that_type():
    rule = priority_rule(1, 1, "early", direction=Direction.AVOID)

    assert found_in("○△×.", priority_rules=(rule,)) == [("PRIORITY_RULE", [1], 2)]


def test_a_priority_rule_speaks_of_its_weekdays_only():
    rule = priority_rule(1, 1, "early", weekdays=(Weekday.TUESDAY,))

    assert found_in("○○○", priority_rules=(rule,)) == [("PRIORITY_RULE", [1], 2)]


def test_a_priority_rule_is_silent_on_closed_and_unemployed_days():
    found = found_in(
        "○○○",
        staff=[person(1, employed_from=MONDAY + timedelta(days=1))],
        priority_rules=(priority_rule(1, 1, "early"),),
        calendar_rules=(calendar(1, MONDAY + timedelta(days=2), CalendarRuleKind.CLOSED),),
    )

    assert found == [("PRIORITY_RULE", [1], 2)]


def test_a_succession_reaches_into_history():
    found = found_in(
        "△◇△×◇",
        history=row(1, MONDAY - timedelta(days=1), "◇"),
        succession_rules=(succession(1, "late", "early", level=Level.HARD),),
    )

    assert found == [("SUCCESSION", [0], 2), ("SUCCESSION", [1, 2], 2)]


def test_each_member_absent_beyond_the_first_counts():
    together = standing(1, StandingRuleKind.GROUP_ABSENT_TOGETHER, 30)
    found = found_in(
        "×",
        staff=[1, 2, 3, 4],
        groups={1: [1, 2, 3], 2: [4]},
        shifts=[row(1, MONDAY, "×"), row(2, MONDAY, "×"), row(3, MONDAY, "○")],
        covers=(cover(MONDAY, 2, 3),),
        standing_rules=(together,),
    )

    assert found == [("GROUP_ABSENT_TOGETHER", [0], 4)]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((), [("SHIFT_NOT_ASKED", [1, 2], 4)]),
        ((priority_rule(1, 1, "early"),), [("SHIFT_NOT_ASKED", [2], 2)]),
    ],
)
def test_another_working_type_costs_unless_a_preference_asks_for_it(rules, expected):
    found = found_in(
        "○△◇×",
        priority_rules=rules,
        standing_rules=(standing(2, StandingRuleKind.SHIFT_NOT_ASKED, 1),),
    )

    assert [f for f in found if f[0] == "SHIFT_NOT_ASKED"] == expected
