"""Small edits of a schedule that might close one hole; each leaves a schedule that may be."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from domain.covers import Cover
from domain.facts import is_kept
from domain.ids import GroupId, ShiftCode, StaffId
from domain.limit_breaches import breaches_of, breaches_on
from domain.limit_units import Counts, counts
from domain.need import absent_members
from domain.periods import ONE_DAY
from domain.priorities import rule_breaches_of
from domain.rules import Level, LimitWindow, WorkLimit
from domain.schedules import Board
from domain.staff import IdlePolicy
from solver.cells import Cell, standby_type
from solver.choices import Choices, CoverKey
from solver.repair.holes import Hole


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """At most one cell with another type; `gone` are covers of the board, `come` are new ones."""

    cell: tuple[Cell, ShiftCode] | None = None
    gone: tuple[Cover, ...] = ()
    come: tuple[CoverKey, ...] = ()


def edits_for(choices: Choices, board: Board, hole: Hole) -> Iterator[Edit]:
    """The edits that might close a hole, in an order that depends on the board alone."""
    if hole.staff_id is not None:
        yield from _of_row(choices, board, hole.staff_id)
    elif hole.day is not None and hole.group_id is not None:
        yield from _calls(choices, board, hole.group_id, hole.day)
        yield from _returns(choices, board, hole.group_id, hole.day)
    elif hole.day is not None:
        yield from _of_day(choices, board, hole.day)


def loose(board: Board, staff_id: StaffId, day: date) -> tuple[Cover, ...]:
    """The covers of somebody that a run may let go of."""
    held = board.covers_by_holder.get((staff_id, day), ())
    return tuple(cover for cover in held if not is_kept(board, cover))


def _calls(choices: Choices, board: Board, group_id: GroupId, day: date) -> Iterator[Edit]:
    """Each backup called, from another group where they cannot be in both."""
    holders = {cover.staff_id for cover in board.covers_by_need.get((group_id, day), ())}
    for staff_id in _backups(choices, group_id, day):
        code = choices.covering_code(staff_id, day)
        if staff_id in holders or code is None:
            continue
        cell = ((staff_id, day), code)
        needed = None if board.cells[staff_id, day].shift_type == code else cell
        key = (staff_id, group_id, day)
        held = board.covers_by_holder.get((staff_id, day), ())
        if len(held) < board.people[staff_id].maximum_groups_per_day:
            yield Edit(cell=needed, come=(key,))
            continue
        for cover in loose(board, staff_id, day):
            yield Edit(cell=needed, gone=(cover,), come=(key,))


def _backups(choices: Choices, group_id: GroupId, day: date) -> list[StaffId]:
    """Whoever may be recorded, whose last cover is longest ago first."""
    board = choices.board
    known = {a.staff_id for a in board.assignments_of_group.get(group_id, ())}
    found = [who for who in known if choices.may_cover((who, group_id, day))]
    last = board.last_cover_dates
    return sorted(found, key=lambda who: (last.get(who, date.min), board.staff_order[who]))


def _returns(choices: Choices, board: Board, group_id: GroupId, day: date) -> Iterator[Edit]:
    """Each absent member back: from another group, or from a day off that nobody asked for."""
    for member in absent_members(board, group_id, day):
        away = tuple(c for c in loose(board, member, day) if c.group_id != group_id)
        if away:
            yield Edit(gone=away)
        elif board.people[member].idle_policy is not IdlePolicy.STANDBY:
            for code in choices.codes(member, day):
                kind = board.types[code]
                if kind.works and not kind.absent_for_coverage:
                    yield Edit(cell=((member, day), code))


def _of_row(choices: Choices, board: Board, staff_id: StaffId) -> Iterator[Edit]:
    """Another type on the days of what the row breaks, if it is counted otherwise there."""
    suspects: dict[date, list[Counts]] = {}
    for limit in _hard_limits(board):
        for breach in breaches_of(board, staff_id, limit):
            for day in _around(limit, breach.dates):
                suspects.setdefault(day, []).append(counts(board, limit))
    rules = [b for b in rule_breaches_of(board, staff_id) if b.level is Level.HARD]
    told = {day for breach in rules for day in breach.dates}
    for day in board.open_days_of[staff_id]:
        for edit in _other_types(choices, board, (staff_id, day)):
            if day in told or _counts_otherwise(board, edit, suspects.get(day, [])):
                yield edit


def _around(limit: WorkLimit, dates: tuple[date, ...]) -> Iterator[date]:
    """The days of a breach; a run may also be too short for want of the day beside it."""
    is_run = limit.window is LimitWindow.CONSECUTIVE_DAYS
    beside = (dates[0] - ONE_DAY, dates[-1] + ONE_DAY) if is_run and dates else ()
    yield from (*dates, *beside)


def _of_day(choices: Choices, board: Board, day: date) -> Iterator[Edit]:
    """Another type for anybody that the day's broken limits count otherwise."""
    limits = [limit for limit in _hard_limits(board) if breaches_on(board, day, limit)]
    suspects = [counts(board, limit) for limit in limits]
    for person in board.staff:
        if not person.is_employed_on(day):
            continue
        for edit in _other_types(choices, board, (person.id, day)):
            if _counts_otherwise(board, edit, suspects):
                yield edit


def _hard_limits(board: Board) -> list[WorkLimit]:
    return [limit for limit in board.work_limits if limit.level is Level.HARD]


def _counts_otherwise(board: Board, edit: Edit, suspects: Iterable[Counts]) -> bool:
    if edit.cell is None:
        return False
    key, then = edit.cell
    now = board.cells[key].shift_type
    of_day = [counted.on(key[1]) for counted in suspects]
    return any(counted.get(now, 0) != counted.get(then, 0) for counted in of_day)


def _other_types(choices: Choices, board: Board, cell: Cell) -> Iterator[Edit]:
    """The cell with each other type; who may work only for a cover, does so only for one."""
    now, standby = board.cells[cell].shift_type, standby_type(board)
    on_standby = board.people[cell[0]].idle_policy is IdlePolicy.STANDBY
    for code in choices.codes(*cell):
        is_idle = standby is not None and code == standby.code
        if code != now and (is_idle or not on_standby or cell in choices.facts):
            yield Edit(cell=(cell, code), gone=loose(board, *cell))
