"""Single points of failure, one absence supposed, and the definition tried out: all three agree."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.covers import Cover, CoverSource
from domain.eligibility import fits_as_it_stands
from domain.figures import day_figures
from domain.ids import GroupId, StaffId
from domain.need import missing
from domain.rules import Level, LimitWindow
from domain.schedules import Board, ScheduleStatus
from domain.shifts import ShiftAssignment, ShiftSource
from domain.staff import IdlePolicy
from domain.supply import supplies
from domain.what_if import Changes, absence, overlay
from solver.rematching import rematched
from tests.builders import backup, cell, cover, limit, restaurant_board, row
from tests.random_boards import Size, boards

Pair = tuple[StaffId, GroupId]


@st.composite
def crowded(draw: st.DrawFn) -> Board:
    """One or two open days to come on which much is lacking and many may come, or may not."""
    board = draw(boards(Size(staff=5, days=2, groups=3, fewest_staff=3, fewest_groups=1)))
    pairs = [(p.id, g.id) for p in board.staff for g in board.groups]
    few, many = min(3, len(pairs)), min(6, len(pairs))
    asked = draw(st.permutations(pairs))[: draw(st.integers(few, many))]
    return replace(
        board,
        schedule=replace(board.schedule, status=ScheduleStatus.DRAFT),
        calendar_rules=(),
        backup_assignments=tuple(backup(n, *pair) for n, pair in enumerate(asked)),
        covers=(*board.covers, *_standing(draw, board, asked[:2])),
    )


@st.composite
def counted_by_the_day(draw: st.DrawFn) -> Board:
    """The same where a hard rule counts everybody of a day together, and many cells are empty."""
    board = draw(crowded())
    at_work = limit(9, LimitWindow.DAY, ["normal"], maximum_half_days=2, level=Level.HARD)
    at_rest = limit(9, LimitWindow.DAY, ["unavailable", "off"], minimum_half_days=4)
    codes = st.sampled_from([None, None, "normal", "off", "unavailable"])
    cells = [
        cell(p.id, day, code, source=ShiftSource.GENERATED)
        for p in board.staff
        for day in board.days
        if p.is_employed_on(day) and (code := draw(codes)) is not None
    ]
    return replace(
        board,
        work_limits=(draw(st.sampled_from([at_work, replace(at_rest, level=Level.HARD)])),),
        priority_rules=(),
        succession_rules=(),
        shifts=tuple(cells),
        covers=(),
    )


def _standing(draw: st.DrawFn, board: Board, asked: list[Pair]) -> list[Cover]:
    known = {(c.date, c.group_id, c.staff_id) for c in board.covers}
    keys = [(day, g, s) for day in board.days for s, g in asked if (day, g, s) not in known]
    return [
        cover(*key, source=draw(st.sampled_from(CoverSource)), pinned=draw(st.booleans()))
        for key in keys
    ]


# The definition, by trying every choice of covers. A cover implies a covering type in the cell.


def least_missing(board: Board, day: date, gone: StaffId | None = None) -> int:
    """The fewest missing units that any choice of unpinned covers leaves, with somebody absent."""
    world = board if gone is None else without(board, gone, day)
    bare = bared(world, day)
    return min(units(with_covers(bare, day, chosen), day) for chosen in choices(bare, day))


def without(board: Board, gone: StaffId, day: date) -> Board:
    """Nobody asks the sick: even their pinned covers are gone."""
    others = tuple(c for c in board.shifts if (c.staff_id, c.date) != (gone, day))
    kept = tuple(c for c in board.covers if (c.staff_id, c.date) != (gone, day))
    draft = absence(board, (gone, day))
    away = ShiftAssignment(
        staff_id=gone,
        date=day,
        shift_type=draft.shift_type,
        source=ShiftSource.MANUAL,
        pinned=True,
    )
    return replace(board, shifts=(*others, away), covers=kept)


def bared(board: Board, day: date) -> Board:
    """Unpinned covers set aside, but for those that lend a member: lending is a run's to weigh."""
    loose = [c for c in board.covers if c.date == day and not c.pinned]
    alone = settled(replace(board, covers=tuple(c for c in board.covers if c not in loose)), day)
    lent = [
        replace(c, pinned=True)
        for c in loose
        if board.restaurant.borrowing
        and homes(board, c.staff_id, c.group_id, day)
        and fits(alone, c.staff_id, c.group_id, day)
    ]
    return settled(replace(alone, covers=(*alone.covers, *lent)), day)


def settled(board: Board, day: date) -> Board:
    """Whoever holds a cover in an empty cell, or standing by, works the standard type."""
    holders = {c.staff_id for c in board.covers if c.date == day}
    employed = [s for s in holders if board.people[s].is_employed_on(day)]
    return with_cells(board, day, [s for s in employed if is_undecided(board, s, day)])


def is_undecided(board: Board, staff_id: StaffId, day: date) -> bool:
    cell = board.cells.get((staff_id, day))
    if cell is None:
        return True
    waits = board.people[staff_id].idle_policy is IdlePolicy.STANDBY and not cell.pinned
    by_hand = cell.source in {ShiftSource.MANUAL, ShiftSource.IMPORTED}
    return waits and not by_hand and cell.shift_type in {"unavailable", "designated_off"}


def choices(bare: Board, day: date) -> Iterator[tuple[Pair, ...]]:
    """Every set of further covers by people who may come, each at most so many groups a day."""
    held = [(c.staff_id, c.group_id) for c in bare.covers if c.date == day]
    able = sorted(
        {
            (a.staff_id, a.group_id)
            for a in bare.backup_assignments
            if fits(bare, a.staff_id, a.group_id, day)
            and (a.staff_id, a.group_id) not in held
            and is_spare(bare, a.staff_id, a.group_id, day)
        }
    )
    for chosen in chain.from_iterable(combinations(able, n) for n in range(len(able) + 1)):
        if all(
            sum(s == who for s, _ in (*held, *chosen)) <= bare.people[who].maximum_groups_per_day
            for who, _ in chosen
        ):
            yield chosen


def fits(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    is_in_use = group_id in board.group_by_id
    return is_in_use and fits_as_it_stands(board, staff_id, group_id, day)


def homes(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> list[GroupId]:
    return [g.id for g in board.groups if g.id != group_id and staff_id in board.members(g.id, day)]


def is_spare(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    """Whether no home group misses somebody whom it does not miss already."""
    found = homes(board, staff_id, group_id, day)
    if found and not board.restaurant.borrowing:
        return False
    lent = replace(board, covers=(*board.covers, cover(day, group_id, staff_id)))
    return all(away(lent, staff_id, h, day) == away(board, staff_id, h, day) for h in found)


def away(board: Board, staff_id: StaffId, home: GroupId, day: date) -> bool:
    cell = board.cells.get((staff_id, day))
    is_off = cell is not None and board.types[cell.shift_type].absent_for_coverage
    return is_off or any(
        c.group_id != home for c in board.covers if (c.staff_id, c.date) == (staff_id, day)
    )


def with_covers(board: Board, day: date, chosen: tuple[Pair, ...]) -> Board:
    made: tuple[Cover, ...] = tuple(cover(day, group_id, staff_id) for staff_id, group_id in chosen)
    people = [
        s
        for s, _ in chosen
        if (cell := board.cells.get((s, day))) is None or not board.types[cell.shift_type].can_cover
    ]
    return replace(with_cells(board, day, people), covers=(*board.covers, *made))


def with_cells(board: Board, day: date, people: list[StaffId]) -> Board:
    assert board.standard_type is not None
    code = board.standard_type.code
    made = {
        (s, day): ShiftAssignment(staff_id=s, date=day, shift_type=code, source=ShiftSource.COVER)
        for s in people
    }
    return replace(board, shifts=tuple({**board.cells, **made}.values()))


def units(board: Board, day: date) -> int:
    return sum(missing(board, group.id, day) for group in board.groups)


def working(board: Board, day: date) -> list[StaffId]:
    return [
        p.id
        for p in board.staff
        if p.is_employed_on(day)
        and (cell := board.cells.get((p.id, day))) is not None
        and board.types[cell.shift_type].works
    ]


# Stories

FRIDAY = date(2025, 1, 10)


def kitchen(symbols: str, **fields) -> Board:
    """Group 1 of staff 1, group 2 of staff 4; 2 backs both and 3 the second."""
    given_fields = {
        "backups": [backup(1, 2, 1), backup(2, 2, 2), backup(3, 3, 2)],
        "shifts": [row(n, FRIDAY, s) for n, s in enumerate(symbols, start=1)],
        **fields,
    }
    return restaurant_board(
        FRIDAY, FRIDAY, staff=[1, 2, 3, 4], groups={1: [1], 2: [4]}, **given_fields
    )


def single_points(board: Board) -> tuple[StaffId, ...]:
    (day,) = day_figures(board)
    return day.single_points_of_failure


def test_a_pinned_cover_whose_cell_is_empty_still_brings_its_holder():
    by_hand = cover(FRIDAY, 1, 2, source=CoverSource.MANUAL, pinned=True)
    board = kitchen("○.○○", covers=[by_hand])
    assert single_points(board) == ()
    after = rematched(overlay(board, Changes(absences=((StaffId(1), FRIDAY),))), [FRIDAY])
    assert after.cells[2, FRIDAY].shift_type == "normal"
    assert units(after, FRIDAY) == 0


def test_a_pinned_cover_takes_its_holder_from_other_groups_also_while_it_does_not_count():
    by_hand = cover(FRIDAY, 1, 2, source=CoverSource.MANUAL, pinned=True)
    board = kitchen("○.×○", covers=[by_hand])
    assert single_points(board) == (4,)


def test_an_unpinned_cover_by_hand_does_not_open_a_generated_rest():
    rest = cell(2, FRIDAY, "×", source=ShiftSource.GENERATED)
    others = [row(1, FRIDAY, "○"), row(3, FRIDAY, "○"), row(4, FRIDAY, "○")]
    by_hand = cover(FRIDAY, 1, 2, source=CoverSource.MANUAL)
    assert single_points(kitchen("", shifts=[*others, rest], covers=[by_hand])) == (1,)


def test_a_member_who_would_be_missed_at_home_replaces_nobody():
    missed = kitchen("○.×○", backups=[backup(1, 4, 1)])
    assert single_points(missed) == (1, 4)


def test_an_absence_that_makes_room_under_a_limit_of_the_day_lets_the_backup_come():
    one_works = limit(1, LimitWindow.DAY, ["normal"], maximum_half_days=2, level=Level.HARD)
    backups = [backup(1, 2, 1)]
    assert single_points(kitchen("○.××", backups=backups)) == ()
    assert single_points(kitchen("○.××", backups=backups, work_limits=[one_works])) == ()


# Laws


@settings(max_examples=300, deadline=None)
@given(board=crowded())
def test_matching_anew_leaves_the_least_that_any_choice_leaves(board: Board) -> None:
    for day in board.open_days:
        least = least_missing(board, day)
        assert units(rematched(board, [day]), day) == least
        assert sum(supplies(board)[day].unmet.values()) == least


@settings(max_examples=300, deadline=None)
@given(board=st.one_of(crowded(), counted_by_the_day()))
def test_one_absence_agrees_with_the_single_points_of_failure(board: Board) -> None:
    for figures in day_figures(board):
        day, least = figures.date, least_missing(board, figures.date)
        for staff_id in working(board, day):
            then = least_missing(board, day, gone=staff_id)
            supposed = rematched(overlay(board, Changes(absences=((staff_id, day),))), [day])
            assert units(supposed, day) == then
            assert (staff_id in figures.single_points_of_failure) == (then > least)


def test_whoever_is_lent_stays_lent_while_others_are_matched_anew() -> None:
    day = date(2025, 1, 15)
    board = restaurant_board(
        day,
        day,
        staff=[1, 3, 4],
        groups={1: [1], 2: [3]},
        backups=[backup(1, 3, 1), backup(2, 4, 2)],
        shifts=[row(1, day, "×"), row(3, day, "○"), row(4, day, "○")],
        covers=(cover(day, 1, 3, rank=1), cover(day, 2, 4, rank=1)),
    )

    (figures,) = day_figures(board)

    assert [least_missing(board, day, gone=StaffId(n)) for n in (3, 4)] == [1, 1]
    assert least_missing(board, day) == 0
    assert figures.single_points_of_failure == (3, 4)
