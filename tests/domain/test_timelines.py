"""The timeline of a group against the same days looked at one by one."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import GroupId
from domain.timelines import timeline
from tests.builders import backup, membership, person, restaurant_board

START = date(2025, 1, 1)
DAYS = [START + timedelta(days=n) for n in range(12)]
OUTSIDE = [
    START - timedelta(days=2),
    START - timedelta(days=1),
    *DAYS,
    DAYS[-1] + timedelta(days=1),
]
GROUP = GroupId(1)

some_day = st.none() | st.sampled_from(OUTSIDE)


def board_of(people, backups, **fields):
    return restaurant_board(
        DAYS[0], DAYS[-1], staff=people, groups={1: []}, backups=backups, **fields
    )


@st.composite
def boards(draw):
    people = [
        person(n, employed_from=draw(st.sampled_from(OUTSIDE)), employed_until=draw(some_day),
               deactivated_on=draw(some_day))
        for n in (1, 2, 3)
    ]  # fmt: skip
    backups = [
        backup(n, n, 1, draw(st.integers(1, 2)),
               effective_from=draw(some_day), effective_until=draw(some_day))
        for n in draw(st.sets(st.integers(1, 3)))
    ]  # fmt: skip
    joined = [membership(1, 1, effective_from=draw(st.sampled_from(OUTSIDE)))]
    memberships = joined if draw(st.booleans()) else []
    today = draw(st.sampled_from(OUTSIDE))
    return board_of(people, backups, memberships=memberships, today=today)


def holds(first, last, day):
    return (first is None or first <= day) and (last is None or day <= last)


def in_force(board, day):
    """Who may be asked on a day with which rank, by the words of the page on coverage."""
    valid = [a for a in board.backup_assignments if holds(a.effective_from, a.effective_until, day)]
    orders = sorted({a.priority_order for a in valid})
    found = {}
    for assignment in valid:
        who = board.people[assignment.staff_id]
        gone = who.deactivated_on is not None and day >= who.deactivated_on
        member = any(
            m.staff_id == who.id and holds(m.effective_from, m.effective_until, day)
            for m in board.memberships
        )
        if holds(who.employed_from, who.employed_until, day) and not gone and not member:
            found[assignment.id] = orders.index(assignment.priority_order) + 1
    return found


def shown(board):
    """The spans of a timeline, laid out day by day."""
    return {
        span.start + timedelta(days=n): {b.assignment.id: b.rank for b in span.backups}
        for span in timeline(board, GROUP).spans
        for n in range((span.end - span.start).days + 1)
    }


@given(board=boards())
def test_each_day_shows_who_is_in_force_at_which_rank(board):
    assert shown(board) == {day: in_force(board, day) for day in DAYS}


@given(board=boards())
def test_spans_are_as_long_as_nothing_changes(board):
    spans = timeline(board, GROUP).spans
    for one, following in pairwise(spans):
        assert one.end + timedelta(days=1) == following.start
        assert one.backups != following.backups


@given(board=boards())
def test_the_last_backup_is_lost_on_the_first_day_without_any(board):
    before = {day: day - timedelta(days=1) for day in DAYS}
    lost = [day for day in DAYS if not in_force(board, day) and in_force(board, before[day])]
    assert list(timeline(board, GROUP).last_backup_lost) == lost


@pytest.mark.parametrize(
    ("fields", "expiry"),
    [
        ({"effective_until": DAYS[4]}, DAYS[4]),
        ({"effective_until": DAYS[9]}, DAYS[7]),
        ({}, DAYS[7]),
        ({"effective_until": DAYS[0]}, None),
        ({"effective_from": DAYS[8], "effective_until": DAYS[9]}, None),
    ],
)
def test_the_next_expiry_is_the_first_end_from_today_on(fields, expiry):
    """An assignment over before today expires no more, one that is never in force never does."""
    board = board_of(
        [person(1, employed_until=DAYS[7]), person(2)],
        [backup(1, 1, 1, **fields), backup(2, 2, 1)],
        today=DAYS[2],
    )
    found = timeline(board, GROUP)
    assert found.next_expiry == expiry
    assert found.expiring_ids == (() if expiry is None else (board.backup_assignments[0].id,))


def test_somebody_deactivated_backs_until_the_day_before():
    board = board_of([person(1, deactivated_on=DAYS[5])], [backup(1, 1, 1)], today=DAYS[0])
    found = timeline(board, GROUP)
    assert found.next_expiry == DAYS[4]
    assert found.last_backup_lost == (DAYS[5],)


def test_the_ranks_of_a_group_close_up_when_the_first_backup_ends():
    board = board_of(
        [1, 2], [backup(1, 1, 1, 1, effective_until=DAYS[3]), backup(2, 2, 1, 5)], today=DAYS[0]
    )
    first, second = timeline(board, GROUP).spans
    assert [b.rank for b in first.backups] == [1, 2]
    assert (second.start, [b.rank for b in second.backups]) == (DAYS[4], [1])
