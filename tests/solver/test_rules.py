"""Each rule on a board of its own: what it makes of it, and that nothing else would."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from domain.rules import Direction, Level, LimitWindow, StandingRuleKind
from domain.runs import TierName
from domain.schedules import Board
from domain.staff import EmploymentType, IdlePolicy
from solver.rules import RULES
from tests.builders import (
    RESTING,
    WORKING,
    backup,
    built_in_types,
    cell,
    limit,
    person,
    priority_rule,
    restaurant_board,
    row,
    standing,
    succession,
)
from tests.searches import Found, generate, search

DAY = date(2025, 1, 6)
NEXT = DAY + timedelta(days=1)
LAST = DAY + timedelta(days=3)
PERIOD = LimitWindow.PERIOD


@dataclass(frozen=True, kw_only=True)
class Case:
    """A board, what is looked at in the result, and what must be seen there."""

    board: Board
    seen: Callable[[Found], object]
    expected: object


def rows(found: Found) -> list[str]:
    return [found.symbols(s.id) for s in found.board.staff]


def holders(found: Found) -> list[int]:
    return [c.staff_id for c in found.board.covers]


def proved(found: Found, name: TierName) -> int | None:
    return next(tier.bound for tier in found.solution.tiers if tier.name is name)


def one_need(backups, **fields):
    shifts = [cell(1, DAY, "×", pinned=True)]
    given = {"staff": [1, 2, 3], "groups": {1: [1]}, "shifts": shifts, **fields}
    return restaurant_board(DAY, DAY, backups=backups, **given)


CASES = {
    "covering_cell": Case(
        board=one_need(
            [backup(1, 3, 1), backup(2, 3, 2)],
            groups={1: [1], 2: [2]},
            shifts=[cell(1, DAY, "×", pinned=True), cell(2, DAY, "×", pinned=True)],
        ),
        seen=holders,
        expected=[3],
    ),
    "backup_cover": Case(
        board=one_need([backup(1, 2, 1), backup(2, 3, 2)], groups={1: [1], 2: [2]}),
        seen=holders,
        expected=[2, 3],
    ),
    "idle_policy": Case(
        board=restaurant_board(DAY, NEXT, staff=[person(1, idle_policy=IdlePolicy.STANDBY)]),
        seen=rows,
        expected=["⊘⊘"],
    ),
    "work_limits": Case(
        board=restaurant_board(
            DAY,
            NEXT,
            staff=[1],
            work_limits=[limit(1, PERIOD, RESTING, minimum_half_days=2)],
        ),
        seen=rows,
        expected=["○×"],
    ),
    "consecutive_days": Case(
        board=restaurant_board(
            DAY,
            LAST,
            staff=[1],
            work_limits=[limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=4)],
        ),
        seen=rows,
        expected=["○○×○"],
    ),
    "succession": Case(
        board=restaurant_board(
            DAY,
            NEXT,
            staff=[1],
            shifts=[cell(1, DAY, "◇")],
            succession_rules=[succession(1, "late", "normal", level=Level.HARD)],
        ),
        seen=rows,
        expected=["◇△"],
    ),
    "priority_rules": Case(
        board=restaurant_board(
            DAY,
            DAY,
            staff=[1],
            priority_rules=[priority_rule(1, 1, "normal", direction=Direction.AVOID)],
        ),
        seen=rows,
        expected=["△"],
    ),
    "absent_together": Case(
        board=restaurant_board(
            DAY,
            NEXT,
            staff=[1, 2],
            groups={1: [1, 2]},
            work_limits=[limit(1, PERIOD, RESTING, minimum_half_days=2)],
            standing_rules=[standing(1, StandingRuleKind.GROUP_ABSENT_TOGETHER, 30)],
        ),
        seen=rows,
        expected=["○×", "×○"],
    ),
    "shift_not_asked": Case(
        board=restaurant_board(
            DAY,
            DAY,
            staff=[1],
            shift_types=built_in_types(
                changed={"normal": {"employment_types": (EmploymentType.PART_TIME,)}}
            ),
            standing_rules=[standing(1, StandingRuleKind.SHIFT_NOT_ASKED, 1)],
        ),
        seen=rows,
        expected=["×"],
    ),
    "priority_order": Case(
        board=one_need([backup(1, 2, 1, 2), backup(2, 3, 1, 1)]), seen=holders, expected=[3]
    ),
    # The first schedule may be fair by itself; that nothing is fairer only the rule can prove.
    "backup_load": Case(
        board=restaurant_board(
            DAY,
            DAY + timedelta(days=5),
            staff=[1, 2, 3],
            groups={1: [1]},
            backups=[backup(1, 2, 1), backup(2, 3, 1, effective_until=LAST)],
            shifts=row(1, DAY, "××××××", pinned=True),
            past_cover_counts={2: 2},
        ),
        seen=lambda found: (sorted(holders(found)), proved(found, TierName.BACKUP_LOAD)),
        expected=([2, 2, 3, 3, 3, 3], 32),
    ),
    "rest_balance": Case(
        board=restaurant_board(DAY, NEXT, staff=[1, 2], shifts=row(1, DAY, "××", pinned=True)),
        seen=rows,
        expected=["××", "××"],
    ),
    "stability": Case(
        board=restaurant_board(DAY, NEXT, staff=[1], shifts=row(1, DAY, "×◇")),
        seen=rows,
        expected=["×◇"],
    ),
}


def test_every_rule_has_its_case() -> None:
    assert CASES.keys() == RULES.keys()


@pytest.mark.parametrize("name", CASES)
def test_the_rule_shows_in_the_schedule(name) -> None:
    case = CASES[name]

    found = generate(case.board)

    assert case.seen(found) == case.expected


@pytest.mark.parametrize("name", CASES)
def test_without_the_rule_its_case_goes_wrong(name) -> None:
    case = CASES[name]
    rules = {other: add for other, add in RULES.items() if other != name}

    found = search(case.board, rules=rules)

    assert case.seen(found) != case.expected
