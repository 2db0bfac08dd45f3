"""Matching, CP-SAT and brute force agree where absences and all other cells stand."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain, combinations, product

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.covers import Cover, CoverSource
from domain.facts import is_kept
from domain.need import missing
from domain.rules import CalendarRuleKind
from domain.runs import GenerationMode
from domain.schedules import Board
from domain.shifts import ShiftSource
from domain.staff import CoverageMode, NeedPolicy, StaffGroup
from domain.supply import supplies, unit_weight
from domain.tiers import tier_values
from solver.matching import match, match_day
from solver.rematching import rematched
from tests.builders import (
    backup,
    calendar,
    cell,
    cover,
    person,
    restaurant,
    restaurant_board,
    staff_group,
)
from tests.searches import generate

DAY = date(2025, 1, 15)
FIRST, SECOND, P, Q, R = 1, 2, 3, 4, 5
MEMBERS, BACKUPS, LENT = (1, 2, 3), (4, 5, 6), 7
HOLDERS = (*BACKUPS, LENT)
many = settings(max_examples=150, deadline=None, derandomize=True,
                suppress_health_check=[HealthCheck.too_slow])  # fmt: skip


def with_covers(board: Board, covers: Iterable[Cover]) -> Board:
    return replace(board, covers=tuple(covers))


@st.composite
def fixed_boards(draw: st.DrawFn) -> Board:
    """Every cell pinned, and no rule but who may cover whom.

    One member is lent by a pinned cover, which decides the cell on every day; the other backups are
    members of nothing, since whom else to lend is the search's to weigh.
    """
    days = [DAY + timedelta(days=n) for n in range(draw(st.integers(1, 2)))]
    groups = [any_group(draw, n) for n in (1, 2, 3)]
    pairs = [(b, g.id) for b in BACKUPS for g in groups]
    asked = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=7))
    members = {g.id: draw(st.lists(st.sampled_from(MEMBERS), unique=True)) for g in groups}
    members[1].append(LENT)
    lent = [cover(day, 2, LENT, pinned=True) for day in days]
    people = [person(b, maximum_groups_per_day=draw(st.integers(1, 2))) for b in HOLDERS]
    codes = {m: st.sampled_from(["○", "×"]) for m in MEMBERS}
    codes |= {b: st.sampled_from(["○", "○", "×"]) for b in BACKUPS}
    return restaurant_board(
        days[0],
        days[-1],
        staff=[*MEMBERS, *people],
        groups=groups,
        members=members,
        restaurant=restaurant(borrowing=draw(st.booleans())),
        backups=[
            backup(n, *pair, draw(st.integers(1, 3)))
            for n, pair in enumerate([*asked, (LENT, 2), (LENT, 3)])
        ],
        shifts=[
            *(cell(s, day, draw(code), pinned=True) for s, code in codes.items() for day in days),
            *(cell(LENT, day, "○", source=ShiftSource.GENERATED) for day in days),
        ],
        covers=[*lent, *(standing_cover(draw, days[0], *pair) for pair in asked[:2])],
        calendar_rules=draw(
            st.sampled_from([(), (), (calendar(1, days[-1], CalendarRuleKind.CLOSED),)])
        ),
        past_cover_counts={b: draw(st.integers(0, 2)) for b in HOLDERS},
        last_cover_dates={b: DAY - timedelta(days=draw(st.integers(1, 3))) for b in HOLDERS},
    )


def any_group(draw: st.DrawFn, number: int) -> StaffGroup:
    policy = draw(st.sampled_from(NeedPolicy))
    return staff_group(
        number,
        need_policy=policy,
        minimum_present=draw(st.integers(1, 2)) if policy is NeedPolicy.MINIMUM_PRESENT else None,
        criticality=draw(st.integers(2, 4)),
        coverage_mode=draw(st.sampled_from(CoverageMode)),
    )


def standing_cover(draw: st.DrawFn, day: date, staff_id: int, group_id: int) -> Cover:
    source = draw(st.sampled_from([CoverSource.SOLVER, CoverSource.MANUAL]))
    return cover(day, group_id, staff_id, source=source, pinned=draw(st.booleans()))


def keys(covers: Iterable[Cover]) -> list[tuple[date, int, int]]:
    return sorted((c.date, c.group_id, c.staff_id) for c in covers)


@many
@given(board=fixed_boards())
def test_the_matching_is_what_the_search_finds(board: Board) -> None:
    fresh = with_covers(board, (c for c in board.covers if is_kept(board, c)))

    found = generate(fresh)

    assert keys(match(fresh)) == keys(found.board.covers)


def worth(board: Board, covers: Iterable[Cover]) -> list[int]:
    after = with_covers(board, covers)
    return list(tier_values(after, after, GenerationMode.FILL).values())


def every_choice(board: Board, day: date) -> Iterator[tuple[tuple[int, int], ...]]:
    """Every set of offers that keeps capacities and asks no more people than are needed."""
    bare = with_covers(board, (c for c in board.covers if is_kept(board, c)))
    held = {(c.staff_id, c.group_id) for c in bare.covers if c.date == day}
    able = [
        (a.staff_id, a.group_id)
        for a in board.backup_assignments
        if board.cells[a.staff_id, day].shift_type == "normal"
        and (a.staff_id != LENT or board.restaurant.borrowing)
        and (a.staff_id, a.group_id) not in held
    ]
    for chosen in chain.from_iterable(combinations(able, n) for n in range(len(able) + 1)):
        per_group = {g.id: sum(group == g.id for _, group in chosen) for g in board.groups}
        per_person = {
            b: sum(s == b for s, _ in chosen) + sum(s == b for s, _ in held) for b in HOLDERS
        }
        if all(per_group[g.id] <= missing(bare, g.id, day) for g in board.groups) and all(
            count <= max(board.people[b].maximum_groups_per_day, sum(s == b for s, _ in held))
            for b, count in per_person.items()
        ):
            yield chosen


@many
@given(board=fixed_boards())
def test_the_matching_is_worth_what_the_best_of_all_choices_is_worth(board: Board) -> None:
    kept = [c for c in board.covers if is_kept(board, c)]
    options = [
        [[cover(day, g, s) for s, g in chosen] for chosen in every_choice(board, day)]
        for day in board.days
    ]

    best = min(worth(board, [*kept, *chain.from_iterable(plan)]) for plan in product(*options))

    assert worth(board, match(board)) == best


def weight_left(board: Board, day: date, left: dict[int, int]) -> tuple[int, int]:
    weights = [
        (units * unit_weight(board, board.group_by_id[g], day)[0],
         units * unit_weight(board, board.group_by_id[g], day)[1])
        for g, units in left.items()
    ]  # fmt: skip
    return sum(w[0] for w in weights), sum(w[1] for w in weights)


@many
@given(board=fixed_boards())
def test_the_matching_leaves_as_little_open_as_the_supply_of_each_day(board: Board) -> None:
    """Supply sets aside what is not pinned, and asks members even where none may be lent."""
    assume(board.restaurant.borrowing)
    pinned = (replace(c, pinned=c.pinned or is_kept(board, c)) for c in board.covers)
    board = with_covers(board, pinned)
    after = with_covers(board, match(board))
    for day in board.open_days:
        left = {group.id: missing(after, group.id, day) for group in board.groups}
        unmet = supplies(after)[day].unmet
        assert weight_left(after, day, left) == weight_left(after, day, unmet)


@many
@given(board=fixed_boards())
def test_a_day_is_matched_by_the_load_of_the_others(board: Board) -> None:
    one_day = board.days[-1]
    day = match_day(board, one_day)

    others = [c for c in board.covers if c.date != one_day]
    options = [[cover(one_day, g, s) for s, g in chosen] for chosen in every_choice(board, one_day)]
    kept = [c for c in board.covers if c.date == one_day and is_kept(board, c)]

    assert worth(board, [*others, *day]) == min(
        worth(board, [*others, *kept, *plan]) for plan in options
    )


def kept_and_ranked(board: Board, chosen: Iterable[tuple[int, int]]) -> list[int]:
    """Gaps first, then new holders, then everything else that a schedule is judged by."""
    stood = {(c.staff_id, c.group_id) for c in board.covers if c.date == DAY and not c.pinned}
    bare = [c for c in board.covers if c.date != DAY or c.pinned]
    values = worth(board, [*bare, *(cover(DAY, g, s) for s, g in chosen)])
    return [*values[:3], len(set(chosen) - stood), *values[3:]]


@many
@given(board=fixed_boards())
def test_nobody_new_is_asked_where_whoever_stands_costs_no_unit(board: Board) -> None:
    """All that is not pinned may move; of the choices the best keeps as many as it can."""
    assume(DAY not in board.closed_days)
    loose = replace(
        board, covers=tuple(replace(c, source=CoverSource.SOLVER) for c in board.covers)
    )
    after = rematched(loose, [DAY])

    found = [(c.staff_id, c.group_id) for c in after.covers if c.date == DAY and not c.pinned]
    options = every_choice(loose, DAY)
    assert kept_and_ranked(loose, found) == min(kept_and_ranked(loose, c) for c in options)


def one_day(**fields) -> Board:
    """FIRST and SECOND are off; P, Q and R work and may cover."""
    given = {
        "staff": [FIRST, SECOND, P, Q, R],
        "groups": {1: [FIRST], 2: [SECOND]},
        "shifts": [*(cell(m, DAY, "×") for m in (FIRST, SECOND)),
                   *(cell(b, DAY, "○") for b in (P, Q, R))],
        **fields,
    }  # fmt: skip
    return restaurant_board(DAY, DAY, **given)


def holders(board: Board) -> dict[int, int]:
    return {c.group_id: c.staff_id for c in match_day(board, DAY)}


def test_the_greedy_trap_is_avoided() -> None:
    """Group by group, P would go to the first and leave the second with nobody."""
    shared = [backup(1, P, 1, 1), backup(2, Q, 1, 2), backup(3, P, 2, 1)]
    assert holders(one_day(backups=shared)) == {1: Q, 2: P}


def test_one_heavy_unit_outweighs_many_better_ranks() -> None:
    groups = [staff_group(1, criticality=3), staff_group(2, criticality=5)]
    shared = [backup(1, P, 1, 1), backup(2, Q, 2, 1), backup(3, P, 2, 2)]
    off = one_day(groups=groups, members={1: [FIRST], 2: [SECOND]}, backups=shared)
    rested = replace(off, shifts=tuple(c for c in off.shifts if c.staff_id != Q))
    rested = replace(rested, shifts=(*rested.shifts, cell(Q, DAY, "×", pinned=True)))

    assert holders(off) == {1: P, 2: Q}
    assert holders(rested) == {2: P}


def test_of_equal_ranks_the_smaller_load_comes() -> None:
    ties = [backup(1, P, 1), backup(2, Q, 1)]
    assert holders(one_day(backups=ties, past_cover_counts={P: 2, Q: 1})) == {1: Q}


def test_of_equal_loads_whoever_covered_longest_ago_comes_then_staff_order() -> None:
    ties = [backup(1, P, 1), backup(2, Q, 1), backup(3, R, 1)]
    yesterday, before = DAY - timedelta(days=1), DAY - timedelta(days=9)

    assert holders(one_day(backups=ties)) == {1: P}
    assert holders(one_day(backups=ties, last_cover_dates={P: before, Q: yesterday})) == {1: R}
    known = {P: yesterday, Q: before, R: yesterday}
    assert holders(one_day(backups=ties, last_cover_dates=known)) == {1: Q}


def test_an_absence_of_many_weighs_more_than_that_of_one() -> None:
    groups = [staff_group(1), staff_group(2)]
    board = one_day(
        groups=groups, members={1: [FIRST], 2: [SECOND, R]},
        shifts=[*(cell(m, DAY, "×") for m in (FIRST, SECOND, R)), cell(P, DAY, "○")],
        backups=[backup(1, P, 1), backup(2, P, 2)],
    )  # fmt: skip
    assert holders(board) == {2: P}
    assert supplies(board)[DAY].unmet == {1: 1}


def test_members_stay_at_home_and_kept_covers_stay_with_their_holders() -> None:
    board = one_day(
        groups={1: [FIRST], 2: [SECOND, R]},
        backups=[backup(1, R, 1, 1), backup(2, P, 1, 2), backup(3, Q, 2)],
        covers=(cover(DAY, 2, P, pinned=True),),
    )
    assert keys(match_day(board, DAY)) == [(DAY, 2, P)]


def test_a_closed_day_and_a_day_that_all_work_need_nobody() -> None:
    working = one_day(shifts=[cell(s, DAY, "○") for s in (FIRST, SECOND, P)])
    assert match(replace(working, backup_assignments=(backup(1, P, 1),))) == ()
    shut = calendar(1, DAY, CalendarRuleKind.CLOSED)
    closed = one_day(backups=[backup(1, P, 1)], calendar_rules=(shut,))
    assert match(closed) == match_day(closed, DAY) == ()
