"""Windows around what is still broken: a small board searched by itself, all else as it stands.

The people of a window are free on its days. Whoever shares a group with them is there too, pinned,
so that needs and covers come out as on the whole board; on that the result is judged.
"""

import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.covers import Cover
from domain.ids import GroupId, StaffId
from domain.runs import TierName, TierStatus
from domain.schedules import Board
from solver.cells import Cell
from solver.choices import Choices
from solver.clock import Clock
from solver.fallback import Draft
from solver.mending import only
from solver.problem import Problem
from solver.progress import Progress
from solver.repair.holes import all_holes
from solver.repair.laying import settled
from solver.repair.local import Mended, draft_of, laid_out, worth_of
from solver.rules import RULES
from solver.search import Search, Start

REACHES = ((2, 2), (4, 3), (7, 4))
SHARE, MOST_UNITS = 0.05, 1.0
LARGEST_PART = 0.5
URGENT = (TierName.HARD_RULES, TierName.REQUIRED_GAPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Who is free on which days."""

    people: frozenset[StaffId]
    days: frozenset[date]

    def holds(self, staff_id: StaffId, day: date) -> bool:
        return staff_id in self.people and day in self.days


def widened(
    choices: Choices, mended: Mended, clock: Clock, largest_part: float = LARGEST_PART
) -> Iterator[Mended]:
    """Better schedules from one window after the other, each reaching farther than the last.

    They end where nothing urgent is broken, or where a window would be most of the board.
    """
    for days, steps in REACHES:
        if not any(mended.worth[name] for name in URGENT):
            return
        window = _around(mended.board, days, steps)
        cells = sum(window.holds(*key) for key in choices.employed_cells())
        if not 0 < cells <= largest_part * len(choices.board.cells):
            return
        found = _searched(choices, mended, window, clock)
        if [*found.worth.values()] < [*mended.worth.values()]:
            mended = found
            yield mended


def _around(board: Board, days: int, steps: int) -> Window:
    """The people of the holes' groups and, step by step, of the groups that those belong to."""
    holes = all_holes(board)
    people = {hole.staff_id for hole in holes if hole.staff_id is not None}
    groups = {hole.group_id for hole in holes if hole.group_id is not None}
    centres = {hole.day for hole in holes if hole.day is not None} or set(board.days)
    for _ in range(steps):
        people |= _people_of(board, groups)
        groups |= _groups_of(board, people)
    reach = [timedelta(days=n) for n in range(-days, days + 1)]
    near = {day + by for day in centres for by in reach}
    return Window(people=frozenset(people), days=frozenset(near))


def _people_of(board: Board, groups: Collection[GroupId]) -> set[StaffId]:
    members = {m.staff_id for m in board.memberships if m.group_id in groups}
    return members | {a.staff_id for a in board.backup_assignments if a.group_id in groups}


def _groups_of(board: Board, people: Collection[StaffId]) -> set[GroupId]:
    homes = {m.group_id for m in board.memberships if m.staff_id in people}
    return homes | {a.group_id for a in board.backup_assignments if a.staff_id in people}


def _searched(choices: Choices, mended: Mended, window: Window, clock: Clock) -> Mended:
    """The schedule with the best that the window's own search finds in its cells and covers."""
    board = _part(choices.board, mended.board, window)
    units = min(MOST_UNITS, SHARE * clock.left)
    asked = replace(choices.problem.request, reproducible=True, time_limit_seconds=units)
    problem = Problem(board=board, request=asked)
    inside = Choices(problem)
    start = Start(draft=draft_of(inside, _as_now(board, mended.board)), clock=Clock(request=asked))
    stop = threading.Event()

    def told(progress: Progress) -> None:
        if any(t.name is TierName.CHANGES and _is_proved(t.status) for t in progress.tiers):
            stop.set()

    search = Search(problem, told, stop, RULES, start)
    search.improve_all()
    clock.spent += search.clock.spent
    return _with(choices, mended.board, search.solution().covers, search, window)


def _is_proved(status: TierStatus) -> bool:
    return status is TierStatus.OPTIMAL


def _part(before: Board, now: Board, window: Window) -> Board:
    """The window's people as they were on its days, and as they are elsewhere, like all others."""
    groups = _groups_of(before, window.people) & before.group_by_id.keys()
    whom = window.people | {m.staff_id for m in before.memberships if m.group_id in groups}
    whom |= {c.staff_id for c in now.covers if c.group_id in groups}
    cells = [
        before.cells[key] if window.holds(*key) and key in before.cells else replace(c, pinned=True)
        for key, c in now.cells.items()
    ]
    inside = [c for c in before.covers if window.holds(c.staff_id, c.date)]
    outside = [c for c in now.covers if not window.holds(c.staff_id, c.date)]
    board = replace(
        before,
        groups=tuple(g for g in before.groups if g.id in groups),
        memberships=tuple(m for m in before.memberships if m.group_id in groups),
        backup_assignments=tuple(
            a for a in before.backup_assignments if a.staff_id in window.people
        ),
        shifts=tuple(cells),
        covers=(*inside, *(replace(cover, pinned=True) for cover in outside)),
    )
    return only(board, whom)


def _as_now(part: Board, now: Board) -> Board:
    """The part with the cells and covers that its people have by now."""
    whom = part.people
    return replace(
        part,
        shifts=tuple(cell for cell in now.shifts if cell.staff_id in whom),
        covers=tuple(cover for cover in now.covers if cover.staff_id in whom),
    )


def _with(
    choices: Choices, now: Board, covers: tuple[Cover, ...], search: Search, window: Window
) -> Mended:
    """The schedule with what the search decided inside the window."""
    draft = draft_of(choices, now)
    places = ((c.staff_id, c.date, c.shift_type) for c in search.best.shifts)
    decided = {(who, day): code for who, day, code in places if window.holds(who, day)}
    cells = {key: decided.get(key, code) for key, code in draft.cells.items()}
    outside = [key for key in draft.covers if not window.holds(key[0], key[2])]
    inside = [(c.staff_id, c.group_id, c.date) for c in covers if window.holds(c.staff_id, c.date)]
    fresh = [key for key in inside if choices.may_cover(key)]
    board = laid_out(choices, Draft(cells, [*outside, *fresh]))
    near: list[Cell] = [key for key in choices.employed_cells() if key[1] in window.days]
    after = settled(choices, board, near)
    return Mended(board=after.board, worth=worth_of(choices, after.board))
