from datetime import date, timedelta

import pytest

from domain.coverage import gaps
from domain.covers import CoverSource
from domain.explanations import explain
from domain.rules import CalendarRuleKind
from domain.staff import HolidayPolicy, NeedPolicy
from tests.builders import (
    backup,
    calendar,
    cell,
    cover,
    person,
    request,
    restaurant,
    restaurant_board,
    row,
    staff_group,
)

DAY = date(2025, 1, 15)
NEXT = DAY + timedelta(days=1)


def kitchen(**fields):
    """佐藤 and 鈴木 in group 1, 佐藤 off; 中田 is the backup."""
    return restaurant_board(
        DAY,
        DAY,
        **{
            "staff": [person(1, "佐藤"), person(2, "鈴木"), person(3, "中田"), 4, 5],
            "groups": {1: [1, 2]},
            "backups": [backup(1, 3, 1)],
            **fields,
            "shifts": [cell(1, DAY, "×", pinned=True), *fields.get("shifts", ())],
        },
    )


def told(board, **options):
    return [
        (g.group_id, g.date.day, g.needed, g.covered, [r.code for r in g.reasons])
        for g in gaps(board, **options)
    ]


def test_there_is_no_gap_where_a_cover_meets_the_need():
    board = kitchen(shifts=row(3, DAY, "○"), covers=(cover(DAY, 1, 3),))

    assert gaps(board) == ()


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"backups": []}, ["NO_ASSIGNMENT"]),
        ({}, ["AVAILABLE"]),
        ({"day_off_requests": (request(1, 3, DAY),)}, ["BACKUP_ABSENT"]),
        (
            {"backups": [backup(2, 4, 1, 2), backup(1, 3, 1, 1)], "shifts": row(3, DAY, "△")},
            ["OTHER_SHIFT", "AVAILABLE"],
        ),
        (
            {
                "day_off_requests": (request(1, 1, DAY),),
                "calendar_rules": (calendar(1, DAY, CalendarRuleKind.HOLIDAY),),
                "staff": [1, 2, person(3, "中田", holiday_policy=HolidayPolicy.OFF)],
            },
            ["HOLIDAY_BLOCKED"],
        ),
    ],
)
def test_a_gap_says_why_each_candidate_does_not_come(fields, codes):
    assert told(kitchen(**fields)) == [(1, 15, 1, 0, codes)]


def test_a_gap_names_the_search_that_ended_where_facts_allow_the_backup():
    board = kitchen(backups=[backup(1, 3, 1), backup(2, 4, 1, 2)], shifts=[cell(4, DAY, "×")])

    assert told(board, search_ended=True) == [(1, 15, 1, 0, ["SEARCH_ENDED", "BACKUP_ABSENT"])]


def test_an_assignment_counts_from_its_first_day():
    board = restaurant_board(
        DAY,
        NEXT,
        staff=[1, 3],
        groups={1: [1]},
        backups=[backup(1, 3, 1, effective_from=NEXT)],
        shifts=[row(1, DAY, "××"), row(3, DAY, "○○")],
        covers=(cover(NEXT, 1, 3),),
    )

    assert told(board) == [(1, 15, 1, 0, ["OUTSIDE_EFFECTIVE_PERIOD"])]


def test_one_backup_for_two_needs_leaves_the_gap_where_demand_exceeds_supply():
    board = restaurant_board(
        DAY,
        DAY,
        staff=[1, 2, 3],
        groups=[staff_group(1, criticality=5), staff_group(2, criticality=3)],
        members={1: [1], 2: [2]},
        backups=[backup(1, 3, 1), backup(2, 3, 2)],
        shifts=[row(1, DAY, "×"), row(2, DAY, "×"), row(3, DAY, "○")],
        covers=(cover(DAY, 1, 3),),
    )

    (gap,) = gaps(board)

    assert [r.code for r in gap.reasons] == ["USED_FOR_GROUP", "DEMAND_EXCEEDS_SUPPLY"]
    assert gap.reasons[0].staff_id == 3
    assert gap.reasons[1].staff_id is None
    assert "G1, G2" in gap.reasons[1].message
    assert "S3" in gap.reasons[1].message


def test_a_need_beyond_supply_is_covered_in_part():
    board = restaurant_board(
        DAY,
        DAY,
        staff=range(1, 8),
        groups=[staff_group(1, need_policy=NeedPolicy.PER_ABSENCE)],
        members={1: [1, 2, 3, 4]},
        backups=[backup(1, 5, 1, 1), backup(2, 6, 1, 1), backup(3, 7, 1, 2)],
        shifts=[row(n, DAY, "×") for n in (1, 2, 3, 4)] + [row(n, DAY, "○") for n in (5, 6, 7)],
        covers=tuple(cover(DAY, 1, n) for n in (5, 6, 7)),
    )

    (gap,) = gaps(board)

    assert (gap.needed, gap.covered, gap.missing) == (4, 3, 1)


def test_a_gap_with_an_unset_member_is_provisional():
    (gap,) = gaps(kitchen())

    assert gap.is_provisional is True


@pytest.mark.parametrize(("symbol", "is_provisional"), [(".", True), ("○", False)])
def test_a_need_beside_an_unset_member_is_explained_as_provisional(symbol, is_provisional):
    found = explain(kitchen(shifts=[row(2, DAY, symbol)]), 1, DAY)

    assert (found.needed, found.is_provisional) == (1, is_provisional)


def explained(board, group_id=1):
    return [
        (c.staff_id, c.chosen, [r.code for r in c.reasons])
        for c in explain(board, group_id, DAY).candidates
    ]


def test_an_explanation_lists_every_candidate_in_rank_order():
    board = kitchen(
        backups=[backup(1, 3, 1, 5), backup(2, 4, 1, 1), backup(3, 5, 1, 9)],
        day_off_requests=(request(1, 4, DAY),),
        shifts=[row(3, DAY, "○"), row(5, DAY, "○")],
        covers=(cover(DAY, 1, 3, backup_assignment_id=1, priority_order=5, rank=2),),
    )

    found = explain(board, 1, DAY)

    assert explained(board) == [
        (4, False, ["BACKUP_ABSENT"]),
        (3, True, ["BEST_AVAILABLE"]),
        (5, False, ["OUTRANKED"]),
    ]
    assert (found.needed, found.covered, found.absent_member_ids) == (1, 1, (1,))
    assert [c.priority_order for c in found.candidates] == [1, 5, 9]


def test_the_first_choice_and_a_choice_by_hand_are_told_apart():
    board = kitchen(
        shifts=[row(3, DAY, "○"), row(4, DAY, "○")],
        covers=(cover(DAY, 1, 3, rank=1), cover(DAY, 1, 4, source=CoverSource.MANUAL)),
    )

    assert explained(board) == [(3, True, ["FIRST_CHOICE"]), (4, True, ["MANUAL"])]


def test_without_need_an_eligible_backup_stays_idle():
    board = kitchen(shifts=row(3, DAY, "○"), groups={1: [2]})

    assert explained(board) == [(3, False, ["NO_NEED"])]


def test_the_greedy_trap_explains_the_passed_over_by_the_other_group():
    board = restaurant_board(
        DAY,
        DAY,
        staff=[1, 2, 3, 4],
        groups={1: [1], 2: [2]},
        backups=[backup(1, 3, 1, 1), backup(2, 3, 2, 1), backup(3, 4, 1, 2)],
        shifts=[row(1, DAY, "×"), row(2, DAY, "×"), row(3, DAY, "○"), row(4, DAY, "○")],
        covers=(cover(DAY, 2, 3, rank=1), cover(DAY, 1, 4, rank=2)),
    )

    assert gaps(board) == ()
    assert explained(board) == [
        (3, False, ["USED_FOR_GROUP"]),
        (4, True, ["BEST_AVAILABLE"]),
    ]


LENT = "; being lent counts as one rank lower."
TIED = "of equal rank; soft rules, load, rest, changes and order decided, in that order"


@pytest.mark.parametrize(
    ("backups", "holder", "words"),
    [
        ([backup(1, 3, 1, 2), backup(2, 4, 1, 1)], 4, "of a better rank."),
        ([backup(1, 3, 1, 1), backup(2, 4, 1, 1)], 4, f"{TIED}."),
        ([backup(1, 3, 1, 1), backup(2, 5, 1, 1)], 3, f"of a better rank{LENT}"),
        ([backup(1, 3, 1, 2), backup(2, 5, 1, 1)], 5, f"{TIED}{LENT}"),
        ([backup(1, 3, 1, 1), backup(2, 4, 1, 2)], 4, "set by an earlier decision."),
    ],
)
def test_whoever_is_outranked_is_told_by_what(backups, holder, words):
    """The fifth belongs to a group that can spare them."""
    spare = staff_group(2, need_policy=NeedPolicy.MINIMUM_PRESENT, minimum_present=1)
    board = kitchen(
        groups=[staff_group(1), spare],
        members={1: [1, 2], 2: [2, 5]},
        backups=backups,
        shifts=[row(n, DAY, "○") for n in (2, 3, 4, 5)],
        covers=(cover(DAY, 1, holder, rank=1),),
    )

    (passed_over,) = [c for c in explain(board, 1, DAY).candidates if not c.chosen]

    assert passed_over.reasons[0].code == "OUTRANKED"
    assert passed_over.reasons[0].message.endswith(words)


@pytest.mark.parametrize(
    ("orders", "words"),
    [
        ((2, 1), "of a better rank after the soft rules."),
        ((1, 1), "of equal rank after the soft rules; load, rest and order decided."),
        ((1, 2), "set by an earlier decision or by soft rules, which come before ranks here."),
    ],
)
def test_an_explanation_says_that_soft_rules_come_before_ranks(orders, words):
    board = kitchen(
        restaurant=restaurant(soft_rules_before_priority=True),
        backups=[backup(n, n, 1, order) for n, order in zip((3, 4), orders, strict=True)],
        shifts=[row(n, DAY, "○") for n in (3, 4)],
        covers=(cover(DAY, 1, 4, rank=1),),
    )

    (passed_over,) = [c for c in explain(board, 1, DAY).candidates if not c.chosen]

    assert passed_over.reasons[0].message.endswith(words)
