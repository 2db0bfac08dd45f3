from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.figures import figures
from domain.ids import RestaurantId, ScheduleId
from domain.periods import days_between
from domain.schedules import Schedule, ScheduleStatus
from domain.trends import ReasonCount, compared, point, taken
from tests.builders import backup, cover, restaurant_board, row

DAY = date(2025, 1, 15)
NEXT = date(2025, 1, 16)


def plan(key: int, first: int, last: int, status=ScheduleStatus.DRAFT) -> Schedule:
    start, end = date(2025, 1, first), date(2025, 1, last)
    restaurant = RestaurantId(1)
    return Schedule(
        id=ScheduleId(key), restaurant_id=restaurant, start=start, end=end, status=status
    )


def short_board():
    """Two groups without one member each; one is covered by rank 1, one on a day by nobody."""
    return restaurant_board(
        DAY,
        NEXT,
        staff=[1, 2, 3, 4],
        groups={1: [1], 2: [2]},
        backups=[backup(1, 3, 1, 1), backup(2, 4, 2, 1)],
        shifts=[
            *(row(1, day, "×") for day in (DAY, NEXT)),
            row(2, DAY, "×"),
            row(2, NEXT, "○"),
            *(row(3, day, "○") for day in (DAY, NEXT)),
            *(row(4, day, "×") for day in (DAY, NEXT)),
        ],
        covers=(cover(DAY, 1, 3, rank=1), cover(NEXT, 1, 3, rank=2)),
    )


def test_a_point_adds_up_what_the_figures_say():
    board = short_board()
    groups = figures(board).groups
    found = point(board)

    assert (found.need_units, found.covered_units) == (3, 2)
    assert found.need_units == sum(group.need_units for group in groups)
    assert found.covered_units == sum(group.covered_units for group in groups)
    assert found.rate == pytest.approx(2 / 3)
    assert found.first_choice_rate == pytest.approx(1 / 2)
    assert found.missing_units == sum(gap.missing for group in groups for gap in group.gaps)
    assert found.reasons == (ReasonCount(code="BACKUP_ABSENT", gaps=1),)


def test_a_point_of_one_group_equals_the_figures_of_that_group():
    board = short_board()
    for group in figures(board).groups:
        found = point(board, group.group_id)
        assert (found.need_units, found.covered_units) == (group.need_units, group.covered_units)
        assert (found.rate, found.first_choice_rate) == (group.rate, group.first_choice_rate)


def test_without_need_a_point_has_no_rate():
    found = point(restaurant_board(DAY, DAY, staff=[1], groups={1: [1]}, shifts=row(1, DAY, "○")))

    assert (found.need_units, found.rate, found.first_choice_rate, found.reasons) == (
        0,
        None,
        None,
        (),
    )


def test_each_point_differs_from_the_one_before():
    short = point(short_board())
    calm = point(restaurant_board(DAY, DAY, staff=[1], groups={1: [1]}, shifts=row(1, DAY, "○")))
    first, second, third, last = compared([short, short, calm, short])

    assert (first.missing_change, first.rate_change, first.first_choice_change) == (None,) * 3
    assert (second.missing_change, second.rate_change, second.first_choice_change) == (0, 0, 0)
    assert (third.missing_change, third.rate_change, third.first_choice_change) == (-1, None, None)
    assert (last.missing_change, last.rate_change, last.first_choice_change) == (1, None, None)


def test_the_published_schedule_counts_before_a_newer_draft():
    published = plan(1, 1, 10, ScheduleStatus.PUBLISHED)

    assert taken([published, plan(2, 5, 12)]) == (published,)


def test_of_overlapping_drafts_the_newest_counts():
    assert [s.id for s in taken([plan(1, 1, 10), plan(2, 1, 10), plan(3, 11, 20)])] == [2, 3]


@given(st.lists(st.tuples(st.integers(1, 31), st.integers(1, 31), st.booleans()), max_size=8))
def test_no_date_counts_twice_and_none_is_left_out_without_a_better_claim(spans):
    drafts = [plan(key, min(a, b), max(a, b)) for key, (a, b, _) in enumerate(spans, start=1)]
    found = taken(drafts)
    held = {s.id: set(days_between(s.start, s.end)) for s in drafts}

    assert not any(held[one.id] & held[other.id] for one, other in combinations(found, 2))
    for left in (draft for draft in drafts if draft not in found):
        assert any(held[left.id] & held[other.id] and other.id > left.id for other in found)
