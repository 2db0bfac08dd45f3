from datetime import date, timedelta

import pytest

from domain.rules import Level, LimitWindow
from domain.runs import GenerationMode, TierName
from domain.staff import CoverageMode, EmploymentType
from domain.tiers import tier_order, tier_values
from tests.builders import (
    WORKING,
    backup,
    cover,
    limit,
    person,
    restaurant,
    restaurant_board,
    row,
    staff_group,
)

DAY = date(2025, 1, 15)
FILL, REPLAN = GenerationMode.FILL, GenerationMode.REPLAN


def value_of(name, after, before=None):
    return tier_values(before or after, after, FILL)[name]


def test_replanning_counts_changes_right_after_required_gaps():
    names = [name.value for name in tier_order(restaurant(), REPLAN)]

    assert names[:4] == ["HARD_RULES", "REQUIRED_GAPS", "CHANGES", "DESIRED_GAPS"]
    assert len(set(names)) == len(TierName)


def test_a_restaurant_may_put_soft_rules_before_priority():
    names = [n.value for n in tier_order(restaurant(soft_rules_before_priority=True), FILL)]

    assert names.index("SOFT_RULES") + 1 == names.index("PRIORITY_ORDER")


def test_a_run_of_eight_against_at_most_six_breaks_hard_rules_by_four():
    board = restaurant_board(
        DAY,
        DAY + timedelta(days=7),
        staff=[1],
        shifts=row(1, DAY, "○○○○○○○○", pinned=True),
        work_limits=(limit(1, LimitWindow.CONSECUTIVE_DAYS, WORKING, maximum_half_days=12),),
    )

    assert value_of(TierName.HARD_RULES, board) == 4


def test_soft_breaches_count_their_weight():
    rule = limit(1, LimitWindow.PERIOD, WORKING, maximum_half_days=0, level=Level.SOFT, weight=7)
    board = restaurant_board(DAY, DAY, staff=[1], shifts=row(1, DAY, "○"), work_limits=(rule,))

    assert value_of(TierName.SOFT_RULES, board) == 14


def test_required_and_desired_gaps_are_weighed_apart():
    board = restaurant_board(
        DAY,
        DAY,
        staff=[1, 2, 3],
        groups=[
            staff_group(1, criticality=4),
            staff_group(2, criticality=2, coverage_mode=CoverageMode.DESIRED),
        ],
        members={1: [1, 2], 2: [3]},
        shifts=[row(n, DAY, "×") for n in (1, 2, 3)],
    )

    assert value_of(TierName.REQUIRED_GAPS, board) == 2000
    assert value_of(TierName.DESIRED_GAPS, board) == 10


def covered_board(**fields):
    return restaurant_board(
        DAY,
        DAY,
        **{
            "staff": [1, 2, 3, 4],
            "groups": {1: [1], 2: [4]},
            "backups": [backup(1, 2, 1, 3), backup(2, 3, 1, 5), backup(3, 4, 1, 5)],
            "shifts": [row(1, DAY, "×"), row(3, DAY, "○"), row(4, DAY, "○")],
            **fields,
        },
    )


@pytest.mark.parametrize(("holder", "expected"), [(2, 0), (3, 1), (4, 2)])
def test_a_borrowed_cover_counts_as_one_rank_lower(holder, expected):
    board = covered_board(covers=(cover(DAY, 1, holder),))

    assert value_of(TierName.PRIORITY_ORDER, board) == expected


def test_load_is_squared_over_past_and_present_covers():
    board = covered_board(covers=(cover(DAY, 1, 3),), past_cover_counts={2: 3, 3: 1, 9: 5})

    assert value_of(TierName.BACKUP_LOAD, board) == 9 + 4


def test_rest_is_compared_within_an_employment_type_among_the_always_employed():
    temporary = EmploymentType.TEMPORARY
    board = restaurant_board(
        DAY,
        DAY + timedelta(days=1),
        staff=[1, 2, person(3, employed_from=DAY + timedelta(days=1))]
        + [person(n, employment_type=temporary) for n in (4, 5)],
        shifts=[row(1, DAY, "××"), row(2, DAY, "△○"), row(4, DAY, "×○"), row(5, DAY, "○○")],
    )

    assert value_of(TierName.REST_BALANCE, board) == 3 + 2


def test_changes_count_cells_that_were_set_and_covers_that_are_gone():
    before = covered_board(covers=(cover(DAY, 1, 3),))
    after = covered_board(
        shifts=[row(1, DAY, "×"), row(2, DAY, "○"), row(3, DAY, "△")],
        covers=(cover(DAY, 1, 2),),
    )

    assert value_of(TierName.CHANGES, after, before) == 3


def test_the_canonical_order_counts_nothing():
    board = restaurant_board(DAY, DAY, staff=[1, 2], shifts=row(1, DAY, "×"))

    assert value_of(TierName.CANONICAL, board) == 0
