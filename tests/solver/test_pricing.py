"""The price of a cover is the best schedule with it less the best one without."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.candidates import candidates
from domain.ids import GroupId, StaffId
from domain.need import absent_members, need, needs
from domain.rules import LimitWindow
from domain.runs import GenerationMode, GenerationRequest, TierName
from domain.schedules import Board
from domain.staff import IdlePolicy
from solver import pricing
from solver.problem import canonical
from tests import oracle
from tests.builders import (
    backup,
    cell,
    cover,
    limit,
    person,
    priority_rule,
    restaurant,
    restaurant_board,
    row,
)
from tests.random_boards import Size, boards

FRIDAY = date(2025, 1, 10)
SOON = GenerationRequest(reproducible=True, time_limit_seconds=60)
MOST_WAYS = 3_000


def kitchen(**fields) -> Board:
    """Group 1 of staff 1, away on Friday; 2 is asked first and comes, 3 second."""
    given_fields = {
        "shifts": [cell(1, FRIDAY, "×"), *row(2, FRIDAY, "○"), *row(3, FRIDAY, "○")],
        "covers": [cover(FRIDAY, 1, 2, rank=1)],
        "backups": [backup(1, 2, 1, 1), backup(2, 3, 1, 2)],
        "groups": {1: [1]},
        **fields,
    }
    staff = given_fields.pop("staff", [1, 2, 3])
    return restaurant_board(FRIDAY, FRIDAY, staff=staff, **given_fields)


def price(board: Board, staff_id: int = 3, group_id: int = 1, day: date = FRIDAY):
    return pricing.price_of(board, (StaffId(staff_id), GroupId(group_id), day), SOON)


def test_second_choice_costs_one_step_of_the_order():
    found = price(kitchen())
    assert (found.tier, found.by) == (TierName.PRIORITY_ORDER, 1)
    assert found.is_proved
    assert found.reason.code == "OUTRANKED"
    assert found.reason.message == (
        "With S3 instead of S2 on 2025-01-10, covers would go 1 further down the order of backups."
    )


def test_better_rank_that_breaks_a_hard_rule_costs_more():
    board = kitchen(
        backups=[backup(1, 2, 1, 2), backup(2, 3, 1, 1)],
        shifts=[cell(1, FRIDAY, "×"), *row(2, FRIDAY, "○"), *row(3, FRIDAY, "×")],
        work_limits=[
            limit(
                1,
                LimitWindow.PERIOD,
                ["normal"],
                maximum_half_days=0,
                scope="STAFF",
                target_staff_ids=(StaffId(3),),
            )
        ],
    )
    found = price(board)
    assert (found.tier, found.by) == (TierName.HARD_RULES, 2)
    assert found.reason.code == "COSTS_MORE"
    assert "hard rules would be broken further, by 1 day." in found.reason.message
    changes = {(c.staff_id, c.date): (c.before, c.after) for c in found.cells}
    assert changes[3, FRIDAY] == ("off", "normal")


def test_soft_rule_before_the_order_costs_more():
    board = kitchen(
        backups=[backup(1, 2, 1, 1), backup(2, 3, 1, 1)],
        priority_rules=[priority_rule(1, 3, "off", weight=7)],
        restaurant=restaurant(soft_rules_before_priority=True),
        shifts=[cell(1, FRIDAY, "×"), *row(2, FRIDAY, "○"), *row(3, FRIDAY, "×")],
    )
    found = price(board)
    assert (found.tier, found.by) == (TierName.SOFT_RULES, 14)
    assert found.reason.code == "COSTS_MORE"


def test_taking_somebody_from_a_heavier_need_opens_a_gap_there():
    board = kitchen(
        staff=[1, 2, 3, 4],
        groups={1: [1], 2: [4]},
        shifts=[
            cell(1, FRIDAY, "×"),
            cell(4, FRIDAY, "×"),
            *row(2, FRIDAY, "○"),
            *row(3, FRIDAY, "○"),
        ],
        covers=[cover(FRIDAY, 1, 2), cover(FRIDAY, 2, 3)],
        backups=[backup(1, 2, 1, 1), backup(2, 3, 1, 2), backup(3, 3, 2, 1)],
    )
    found = price(board)
    assert (found.tier, found.by) == (TierName.REQUIRED_GAPS, 100)
    assert found.reason.code == "COSTS_MORE"


def test_equals_differ_by_what_would_have_to_change():
    board = kitchen(backups=[backup(1, 2, 1, 1), backup(2, 3, 1, 1)])
    found = price(board)
    assert (found.tier, found.by) == (TierName.CHANGES, 1)
    assert found.reason.code == "OUTRANKED"


def test_whom_nobody_asked_yet_costs_nothing():
    found = price(kitchen(covers=[]), staff_id=2)
    assert (found.tier, found.by) == (None, 0)
    assert found.reason.code == "AVAILABLE"


@pytest.mark.parametrize(
    "fields",
    [
        {"shifts": row(1, FRIDAY, "○")},
        {"covers": [cover(FRIDAY, 1, 2, pinned=True)]},
        {"shifts": [cell(1, FRIDAY, "×"), cell(3, FRIDAY, "×", pinned=True)]},
        {"covers": [cover(FRIDAY, 1, 3)]},
        {"calendar_rules": [], "backups": []},
    ],
    ids=["no need", "met by a pinned cover", "fails a fact", "covers already", "no assignment"],
)
def test_no_price_where_no_run_could_record_the_cover(fields):
    assert price(kitchen(**fields)) is None


def large() -> Board:
    """Twelve people for six weeks; 2 comes for 1 on the first day, and 3 is the second choice."""
    end = FRIDAY + timedelta(days=40)
    people = [person(n) for n in range(1, 13)]
    cells = [row(p.id, FRIDAY, "○" * 41) for p in people[1:]]
    return restaurant_board(
        FRIDAY,
        end,
        staff=people,
        groups={1: [1]},
        shifts=[row(1, FRIDAY, "×" + "○" * 40), *cells],
        covers=[cover(FRIDAY, 1, 2)],
        backups=[backup(1, 2, 1, 1), backup(2, 3, 1, 2)],
    )


def test_price_of_a_large_schedule_is_not_called_proved():
    found = price(large())
    assert (found.tier, found.by) == (TierName.PRIORITY_ORDER, 1)
    assert not found.is_proved
    assert "cut short" in found.reason.message


def test_a_large_schedule_is_open_that_day_and_the_week_around_it_of_the_backups():
    asked = pricing.pricing(large(), (StaffId(3), GroupId(1), FRIDAY), SOON)
    assert asked is not None
    open_cells = {(s.staff_id, (s.date - FRIDAY).days) for s in asked.free.board.shifts
                  if not s.pinned}  # fmt: skip
    that_day = {(n, 0) for n in range(2, 13)}
    assert open_cells == that_day | {(n, later) for n in (2, 3) for later in range(4)}


# Against trying everything


def tame(board: Board) -> Board:
    """Nobody wanted at work: that is no tier, and the oracle knows tiers only."""
    policies = {IdlePolicy.WORK: IdlePolicy.FREE}
    return replace(
        board,
        staff=tuple(
            replace(s, idle_policy=policies.get(s.idle_policy, s.idle_policy)) for s in board.staff
        ),
    )


def absences_kept(board: Board, group_id: GroupId, day: date) -> Board:
    absent = absent_members(board, group_id, day)

    def is_away(s) -> bool:
        return (
            s.date == day and s.staff_id in absent and board.types[s.shift_type].absent_for_coverage
        )

    away = {s.staff_id for s in board.shifts if is_away(s)}
    lent = [
        c.date == day and c.staff_id in set(absent) - away and c.group_id != group_id
        for c in board.covers
    ]
    return replace(
        board,
        shifts=tuple(replace(s, pinned=True) if is_away(s) else s for s in board.shifts),
        covers=tuple(
            replace(c, pinned=True) if gone else c
            for c, gone in zip(board.covers, lent, strict=True)
        ),
    )


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(data=st.data())
def test_prices_are_those_of_trying_everything(data) -> None:
    board = canonical(tame(data.draw(boards(Size(staff=3, days=3, groups=2)))))
    keys = [
        (c.staff_id, group_id, day)
        for group_id, day in needs(board)
        for c in candidates(board, group_id, day)
    ]
    assume(keys)
    key = data.draw(st.sampled_from(keys))
    asked = pricing.pricing(board, key, SOON)
    assume(asked is not None)
    assert need(board, key[1], key[2]) > 0
    kept = absences_kept(board, *key[1:])
    count = 1
    for day in board.days:
        count *= max(1, len(oracle._ways(kept, GenerationMode.FILL, day)))
    assume(count <= MOST_WAYS)

    def has_it(way: oracle.Day) -> bool:
        is_there = any((c.staff_id, c.group_id) == key[:2] for c in way.covers)
        return is_there or all(c.date != key[2] for c in way.cells)

    without, forced = oracle.best(kept), oracle.best(kept, only=has_it)
    names = oracle.tier_order(kept, GenerationMode.FILL)
    expected = next(
        ((n, f - w) for n, w, f in zip(names, without, forced, strict=True) if f != w), None
    )
    found = pricing.price_of(board, key, SOON)
    assert found.is_proved
    if expected is None:
        assert found.tier in (None, TierName.CANONICAL)
        assert found.by == 0
    else:
        assert (found.tier, found.by) == expected
