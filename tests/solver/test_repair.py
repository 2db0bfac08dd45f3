"""What stands is mended near what is broken: by the fewest changes, and never for the worse."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.checker import check
from domain.rules import Level, LimitScope, LimitWindow
from domain.runs import GenerationMode, TierName
from domain.schedules import Board, ScheduleStatus
from domain.shifts import ShiftSource
from domain.staff import CoverageMode, EmploymentType, IdlePolicy, NeedPolicy
from solver.choices import Choices
from solver.clock import Clock
from solver.repair.local import Mended, repairs
from solver.repair.windows import widened
from solver.search import solve
from solver.solution import board_after
from tests import oracle
from tests.builders import (
    RESTING,
    WORKING,
    backup,
    cell,
    cover,
    limit,
    membership,
    person,
    request,
    restaurant,
    restaurant_board,
    row,
    staff_group,
)
from tests.random_boards import Size, boards
from tests.searches import problem_of

REPLAN = GenerationMode.REPLAN
DAY = date(2025, 1, 10)
NEXT = DAY + timedelta(days=1)


def mended(board: Board) -> list[Mended]:
    return list(repairs(Choices(problem_of(board, mode=REPLAN))))


def kitchen(**fields: Any) -> Board:
    """Member 1 of group 1 asks to be off; 4 is the first backup, 5 the second, all at work."""
    given_fields: dict[str, Any] = {
        "staff": [1, 2, 3, 4, 5],
        "groups": {1: [1, 2], 2: [3]},
        "backups": [backup(1, 4, 1, 1), backup(2, 5, 1, 2)],
        "shifts": [row(n, DAY, "○") for n in range(1, 6)],
        "day_off_requests": [request(1, 1, DAY)],
        **fields,
    }
    return restaurant_board(DAY, given_fields.pop("end", DAY), **given_fields)


def last(board: Board) -> Mended:
    return mended(board)[-1]


def covers_of(found: Mended) -> set[tuple[int, int]]:
    return {(c.group_id, c.staff_id) for c in found.board.covers}


def changed(board: Board, found: Mended) -> set[tuple[int, str]]:
    """Whose cells differ from those of the board, and their types by now."""
    now = found.board.cells
    return {
        (k[0], now[k].shift_type)
        for k, c in board.cells.items()
        if now[k].shift_type != c.shift_type
    }


def test_the_absence_is_laid_first_and_then_covered():
    stood, covered = mended(kitchen())
    assert stood.worth[TierName.REQUIRED_GAPS] > 0
    assert covered.worth[TierName.REQUIRED_GAPS] == 0
    assert covers_of(covered) == {(1, 4)}


def test_nobody_elses_cell_changes_where_a_backup_is_at_work():
    board = kitchen()
    found = last(board)
    assert changed(board, found) == {(1, "off")}
    assert found.worth[TierName.CHANGES] == 1


def test_the_second_backup_at_work_is_asked_before_the_first_at_rest():
    board = kitchen(
        shifts=[
            *row(1, DAY, "○"),
            *row(2, DAY, "○"),
            *row(3, DAY, "○"),
            cell(4, DAY, "×", source=ShiftSource.GENERATED),
            *row(5, DAY, "○"),
        ]
    )
    assert covers_of(last(board)) == {(1, 5)}


def test_a_backup_is_called_from_a_generated_rest_where_nobody_else_may_come():
    board = kitchen(
        backups=[backup(1, 4, 1)],
        shifts=[
            *(row(n, DAY, "○") for n in (1, 2, 3, 5)),
            cell(4, DAY, "×", source=ShiftSource.GENERATED),
        ],
    )
    assert changed(board, last(board)) == {(1, "off"), (4, "normal")}


@pytest.mark.parametrize(
    "rest",
    [{"pinned": True}, {"source": ShiftSource.MANUAL}],
)
def test_a_rest_that_a_person_set_stays_and_the_gap_too(rest):
    board = kitchen(
        backups=[backup(1, 4, 1)],
        shifts=[*(row(n, DAY, "○") for n in (1, 2, 3, 5)), cell(4, DAY, "×", **rest)],
    )
    found = last(board)
    assert found.board.cells[4, DAY].shift_type == "off"
    assert found.worth[TierName.REQUIRED_GAPS] > 0


def test_a_backup_leaves_a_group_that_another_can_cover():
    """3 is away and covered by 4, the only backup of group 1; 5 takes the place of 4."""
    board = kitchen(
        backups=[backup(1, 4, 1), backup(2, 4, 2), backup(3, 5, 2)],
        shifts=[*(row(n, DAY, "○") for n in (1, 2, 4, 5)), cell(3, DAY, "×", pinned=True)],
        covers=[cover(DAY, 2, 4)],
    )
    assert covers_of(last(board)) == {(1, 4), (2, 5)}


def test_a_called_backup_gets_the_rest_back_on_another_day():
    """Of two days 4 must rest on one: called on the first, 4 rests on the second."""
    board = kitchen(
        end=NEXT,
        backups=[backup(1, 4, 1)],
        shifts=[
            *(row(n, DAY, "○○") for n in (1, 2, 3, 5)),
            cell(4, DAY, "×", source=ShiftSource.GENERATED),
            cell(4, NEXT, "○", source=ShiftSource.GENERATED),
        ],
        work_limits=[
            limit(
                1,
                LimitWindow.PERIOD,
                RESTING,
                minimum_half_days=2,
                maximum_half_days=2,
                scope=LimitScope.STAFF,
                target_staff_ids=(4,),
            ),
        ],
    )
    found = last(board)
    assert found.worth[TierName.HARD_RULES] == 0
    assert [found.board.cells[4, d].shift_type for d in (DAY, NEXT)] == ["normal", "off"]


def test_a_backup_stays_in_a_group_whose_cover_is_pinned():
    board = kitchen(
        backups=[backup(1, 4, 1), backup(2, 4, 2), backup(3, 5, 2)],
        shifts=[*(row(n, DAY, "○") for n in (1, 2, 4, 5)), cell(3, DAY, "×", pinned=True)],
        covers=[cover(DAY, 2, 4, pinned=True)],
    )
    assert covers_of(last(board)) == {(2, 4)}


def test_who_must_come_instead_sends_a_cover_home_and_standby_idle():
    """One of 1 and 3 has to work; 3 was resting, covered by 4, who works only to cover."""
    one_of_both = limit(
        1,
        LimitWindow.DAY,
        WORKING,
        minimum_half_days=2,
        scope=LimitScope.STAFF,
        target_staff_ids=(1, 3),
    )
    board = kitchen(
        staff=[1, 2, 3, person(4, idle_policy=IdlePolicy.STANDBY), 5],
        groups={2: [3]},
        backups=[backup(1, 4, 2)],
        shifts=[
            *(row(n, DAY, "○") for n in (1, 2, 5)),
            cell(3, DAY, "×", source=ShiftSource.GENERATED),
            cell(4, DAY, "○", source=ShiftSource.COVER),
        ],
        covers=[cover(DAY, 2, 4)],
        work_limits=[one_of_both],
    )
    found = last(board)
    assert found.worth[TierName.HARD_RULES] == 0
    assert changed(board, found) == {(1, "off"), (3, "normal"), (4, "unavailable")}
    assert covers_of(found) == set()


def test_hard_rules_are_not_broken_for_coverage():
    board = kitchen(
        backups=[backup(1, 4, 1)],
        shifts=[
            *(row(n, DAY, "○") for n in (1, 2, 3, 5)),
            cell(4, DAY, "×", source=ShiftSource.GENERATED),
        ],
        work_limits=[
            limit(
                1,
                LimitWindow.PERIOD,
                WORKING,
                maximum_half_days=0,
                scope=LimitScope.STAFF,
                target_staff_ids=(4,),
            ),
        ],
    )
    assert covers_of(last(board)) == set()


def test_the_past_of_a_published_schedule_stays_with_its_gaps():
    board = kitchen(
        end=NEXT,
        shifts=[row(n, DAY, "○○") for n in range(1, 6)],
        day_off_requests=[request(1, 1, DAY), request(2, 1, NEXT)],
        status=ScheduleStatus.PUBLISHED,
        today=NEXT,
    )
    found = last(board)
    assert found.board.cells[1, DAY].shift_type == "normal"
    assert {c.date for c in found.board.covers} == {NEXT}


def test_an_unset_cell_leaves_it_to_the_search():
    assert mended(kitchen(shifts=[row(n, DAY, "○") for n in range(1, 5)])) == []


# Laws

PART_TIMERS = [person(n, employment_type=EmploymentType.PART_TIME) for n in range(1, 6)]


@st.composite
def small_kitchens(draw: st.DrawFn) -> Board:
    """Two groups, five people who work or rest, backups and limits of every kind."""
    pairs = [(g, s) for g in (1, 2) for s in range(1, 6)]
    homes = draw(st.lists(st.sampled_from(pairs), min_size=2, max_size=4, unique=True))
    asked = draw(st.lists(st.sampled_from(pairs), min_size=2, max_size=6, unique=True))
    days = draw(st.integers(1, 2))
    bounds = st.integers(0, 5).map(lambda n: 2 * n)
    return restaurant_board(
        DAY,
        DAY + timedelta(days=days - 1),
        staff=[
            replace(p, maximum_groups_per_day=draw(st.sampled_from([1, 1, 2]))) for p in PART_TIMERS
        ],
        groups=[
            staff_group(
                n,
                need_policy=draw(st.sampled_from([NeedPolicy.ANY_ABSENT, NeedPolicy.PER_ABSENCE])),
                coverage_mode=draw(st.sampled_from([*CoverageMode, CoverageMode.REQUIRED])),
                criticality=draw(st.integers(1, 3)),
            )
            for n in (1, 2)
        ],
        memberships=[membership(g, s) for g, s in homes],
        backups=[backup(n, s, g, draw(st.integers(1, 2))) for n, (g, s) in enumerate(asked)],
        kept_to_regular=True,
        restaurant=restaurant(borrowing=draw(st.booleans())),
        work_limits=[
            limit(1, LimitWindow.DAY, WORKING, maximum_half_days=draw(bounds)),
            limit(2, LimitWindow.DAY, RESTING, maximum_half_days=draw(bounds), level=Level.SOFT),
        ][: draw(st.integers(0, 2))],
        past_cover_counts={p.id: draw(st.integers(0, 2)) for p in PART_TIMERS},
    )


def whole(board: Board, draw: Callable[..., Any]) -> Board:
    """A board with every cell set, in the order that a problem puts it in."""
    missing = [
        cell(p.id, d, draw(st.sampled_from(["normal", "off"])), source=ShiftSource.GENERATED)
        for p in board.staff
        for d in board.days
        if p.is_employed_on(d) and (p.id, d) not in board.cells
    ]
    return problem_of(replace(board, shifts=(*board.shifts, *missing)), mode=REPLAN).board


def absent(board: Board, draw: Callable[..., Any]) -> Board:
    """The best schedule of a board, and then somebody who works there asks to be off."""
    problem = problem_of(board)
    made = board_after(problem, solve(problem))
    at_work = sorted(k for k, c in made.cells.items() if made.types[c.shift_type].works)
    assume(at_work)
    staff_id, day = draw(st.sampled_from(at_work))
    asked = (*made.day_off_requests, request(99, staff_id, day))
    return problem_of(replace(made, day_off_requests=asked), mode=REPLAN).board


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_single_absence_is_mended_as_well_as_the_best_of_its_day(data) -> None:
    """Every way to fill the day is tried, with all other days as they stand."""
    board = absent(data.draw(small_kitchens()), data.draw)
    (asked,) = (r for r in board.day_off_requests if r.id == 99)
    stood, *_ = found = mended(board)
    assume(len(found) > 1 or stood.worth[TierName.REQUIRED_GAPS] > 0)

    def is_near(way: oracle.Day) -> bool:
        day = way.cells[0].date
        held = {(c.staff_id, c.group_id) for c in stood.board.covers if c.date == day}
        is_as_it_stands = all(
            stood.board.cells[c.staff_id, day].shift_type == c.shift_type for c in way.cells
        )
        is_same = is_as_it_stands and {(c.staff_id, c.group_id) for c in way.covers} == held
        return day == asked.date or is_same

    best = oracle.best(board, REPLAN, is_near)

    assert [*found[-1].worth.values()][:-1] <= best


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_each_schedule_is_better_than_the_one_before_and_keeps_all_facts(data) -> None:
    board = whole(data.draw(boards(Size(staff=4, days=6, groups=3, fewest_groups=1))), data.draw)

    found = mended(board)

    values = [[*m.worth.values()] for m in found]
    assert values == sorted(values, reverse=True)
    assert len({tuple(v) for v in values}) == len(values) > 0
    for schedule in found:
        report = check(board, schedule.board, REPLAN)
        assert report.broken_facts == ()
        assert report.tiers == schedule.worth
    assert mended(board) == found


def wide(board: Board) -> list[Mended]:
    choices = Choices(problem_of(board, mode=REPLAN))
    *_, best = repairs(choices)
    clock = Clock(request=choices.problem.request)
    return [best, *widened(choices, best, clock, largest_part=1.0)]


def test_a_window_finds_what_is_too_long_for_a_chain():
    """Four backups move on by one group each, and the one at the end is free."""
    board = kitchen(
        staff=range(1, 9),
        groups={1: [1], 2: [2], 3: [3], 4: [8]},
        backups=[
            *(backup(n, 3 + n, n, 1) for n in (1, 2, 3, 4)),
            *(backup(4 + n, 3 + n, n + 1, 2) for n in (1, 2, 3)),
        ],
        shifts=[
            *(row(n, DAY, "○") for n in (1, 4, 5, 6, 7)),
            *(cell(n, DAY, "×", pinned=True) for n in (2, 3, 8)),
        ],
        covers=[cover(DAY, n + 1, 3 + n) for n in (1, 2, 3)],
    )
    near, *_, far = wide(board)
    assert near.worth[TierName.REQUIRED_GAPS] > 0
    assert far.worth[TierName.REQUIRED_GAPS] == 0
    assert covers_of(far) == {(1, 4), (2, 5), (3, 6), (4, 7)}


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_each_window_makes_it_better_and_keeps_all_facts(data) -> None:
    board = whole(data.draw(boards(Size(staff=4, days=6, groups=3, fewest_groups=1))), data.draw)

    found = wide(board)

    values = [[*m.worth.values()] for m in found]
    assert values == sorted(values, reverse=True)
    for schedule in found:
        report = check(board, schedule.board, REPLAN)
        assert report.broken_facts == ()
        assert report.tiers == schedule.worth
    assert wide(board) == found
