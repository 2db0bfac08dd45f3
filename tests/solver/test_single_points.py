"""Single points of failure, one absence supposed, and the definition tried out: all three agree."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain, combinations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.covers import Cover
from domain.eligibility import fits_as_it_stands
from domain.figures import day_figures
from domain.ids import GroupId, StaffId
from domain.need import missing
from domain.rules import LimitWindow
from domain.schedules import Board, ScheduleStatus
from domain.shifts import ShiftAssignment, ShiftSource
from domain.supply import supplies
from domain.what_if import Changes, absence, overlay
from solver.rematching import rematched
from tests.builders import backup, cover, limit, restaurant_board, row
from tests.random_boards import Size, boards

Pair = tuple[StaffId, GroupId]


def drafts(size: Size) -> st.SearchStrategy[Board]:
    """Boards whose days are all still to come, so that nothing is frozen."""
    return boards(size).map(
        lambda board: replace(board, schedule=replace(board.schedule, status=ScheduleStatus.DRAFT))
    )


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
        if homes(board, c.staff_id, c.group_id, day) and fits(alone, c.staff_id, c.group_id, day)
    ]
    return settled(replace(alone, covers=(*alone.covers, *lent)), day)


def settled(board: Board, day: date) -> Board:
    """Whoever holds a cover in an empty cell works the standard type."""
    holders = {c.staff_id for c in board.covers if c.date == day}
    empty = [
        s for s in holders if (s, day) not in board.cells and board.people[s].is_employed_on(day)
    ]
    return with_cells(board, day, empty)


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


# Laws


@settings(max_examples=150, deadline=None)
@given(board=drafts(Size(staff=5, days=2, groups=3)))
def test_matching_anew_leaves_the_least_that_any_choice_leaves(board: Board) -> None:
    for day in board.open_days:
        least = least_missing(board, day)
        assert units(rematched(board, [day]), day) == least
        assert sum(supplies(board)[day].unmet.values()) == least


@settings(max_examples=150, deadline=None)
@given(board=drafts(Size(staff=5, days=2, groups=3)))
def test_one_absence_agrees_with_the_single_points_of_failure(board: Board) -> None:
    assume(board.open_days)
    for figures in day_figures(board):
        day, least = figures.date, least_missing(board, figures.date)
        for staff_id in working(board, day):
            then = least_missing(board, day, gone=staff_id)
            supposed = rematched(overlay(board, Changes(absences=((staff_id, day),))), [day])
            assert units(supposed, day) == then
            assert (staff_id in figures.single_points_of_failure) == (then > least)


def test_an_absence_may_make_room_for_the_backup_under_a_limit_of_the_day() -> None:
    day = date(2025, 1, 15)
    board = restaurant_board(
        day,
        day,
        staff=[1, 2],
        groups={1: [1]},
        backups=[backup(1, 2, 1)],
        work_limits=[limit(1, LimitWindow.DAY, ("normal",), maximum_half_days=2)],
        shifts=row(1, day, "○"),
    )

    (figures,) = day_figures(board)

    assert least_missing(board, day, gone=StaffId(1)) == 0
    assert figures.single_points_of_failure == ()


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
