from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings

from domain.rules import LimitWindow
from domain.schedules import Board
from domain.single_points import single_points_on
from domain.suggestions import suggest
from domain.supply import supplies
from tests.builders import (
    WORKING,
    backup,
    limit,
    request,
    restaurant_board,
    row,
    staff_group,
)
from tests.random_boards import Size, boards

DAY = date(2025, 1, 15)
NEXT = DAY + timedelta(days=1)


def board(**fields):
    """Member 1 is off on both days; 2 and 3 work and back nobody yet."""
    return restaurant_board(
        DAY,
        NEXT,
        **{
            "staff": [1, 2, 3],
            "groups": {1: [1]},
            "shifts": [row(1, DAY, "××"), row(2, DAY, "○○"), row(3, DAY, "○△")],
            **fields,
        },
    )


def found_in(board_, group_id=None, first=10):
    return [
        (s.staff_id, s.group_id, s.gaps_before, s.gaps_after, [d.day for d in s.dates_gained])
        for s in suggest(board_, group_id, first)
    ]


def test_the_backup_that_closes_most_gaps_comes_first_and_the_list_never_repeats_itself():
    assert found_in(board()) == [(2, 1, 2, 0, [15, 16]), (3, 1, 2, 1, [15])]


def test_a_suggestion_says_how_many_gaps_it_closes_and_when():
    told = [s.message for s in suggest(board(), None, 10)]
    assert [message.partition(": ")[2] for message in told] == [
        "2 gaps less, on 2025-01-15, 2025-01-16.",
        "1 gap less, on 2025-01-15.",
    ]


def test_what_adds_nothing_is_not_listed():
    shifts = [row(1, DAY, "××"), row(2, DAY, "○○"), row(3, DAY, "△△")]

    assert found_in(board(shifts=shifts)) == [(2, 1, 2, 0, [15, 16])]


def test_somebody_who_already_backs_the_group_is_not_suggested():
    assert [s[0] for s in found_in(board(backups=[backup(1, 2, 1)]))] == [3]


def test_somebody_who_cannot_come_on_any_day_is_not_suggested():
    requests = tuple(request(n, 2, day) for n, day in enumerate((DAY, NEXT)))

    assert [s[0] for s in found_in(board(day_off_requests=requests))] == [3]


def test_members_are_not_taken_from_a_home_that_needs_them():
    assert found_in(board(groups={1: [1], 2: [2, 3]}), 1) == []


def test_a_gain_that_would_break_a_hard_rule_is_not_offered():
    rule = limit(1, LimitWindow.PERIOD, WORKING, maximum_half_days=2)
    empty = board(shifts=[row(1, DAY, "××")], staff=[1, 2], work_limits=(rule,))

    assert found_in(empty) == []


def test_heavier_gaps_come_first():
    two_groups = board(
        staff=[1, 2, 3, 4],
        groups=[staff_group(1, criticality=1), staff_group(2, criticality=5)],
        members={1: [1], 2: [4]},
        shifts=[row(n, DAY, s) for n, s in ((1, "××"), (2, "○○"), (3, "△△"), (4, "×○"))],
    )

    assert found_in(two_groups, first=1)[0][:2] == (2, 2)


def test_without_need_only_robustness_is_suggested():
    calm = board(shifts=[row(1, DAY, "○○"), row(2, DAY, "○○"), row(3, DAY, "△△")])

    (found,) = suggest(calm, None, 10)

    assert (found.staff_id, found.gaps_before, found.gaps_after) == (2, 0, 0)
    assert (found.fragile_days_before, found.fragile_days_after) == (2, 0)
    assert found.message.endswith(": 2 fragile days less.")


def test_where_nothing_helps_the_list_is_empty():
    assert found_in(board(shifts=[row(1, DAY, "××"), row(2, DAY, "△△"), row(3, DAY, "△△")])) == []


def left_open(found: Board) -> dict[date, int]:
    """Units of each day that the best matching does not meet."""
    return {day: sum(supply.unmet.values()) for day, supply in supplies(found).items()}


def fragile_days(found: Board) -> int:
    return sum(bool(single_points_on(found, supply)) for supply in supplies(found).values())


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(drawn=boards(Size(staff=5, days=3, groups=3)))
def test_each_suggestion_brings_what_it_says_once_it_is_an_assignment(drawn: Board):
    listed = suggest(drawn, None, 100)
    assert len({(s.staff_id, s.group_id) for s in listed}) == len(listed)
    for suggestion in listed:
        made = backup(999, suggestion.staff_id, suggestion.group_id, 99)
        after = replace(drawn, backup_assignments=(*drawn.backup_assignments, made))
        old, new = left_open(drawn), left_open(after)
        assert suggestion.gaps_before - suggestion.gaps_after == sum(old.values()) - sum(
            new.values()
        )
        assert suggestion.dates_gained == tuple(day for day in old if new[day] < old[day])
        told = (suggestion.fragile_days_before, suggestion.fragile_days_after)
        assert told == (fragile_days(drawn), fragile_days(after))
