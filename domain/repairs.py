"""The smallest changes that may settle a clash of facts and hard rules, as people can make them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from domain.core_words import (
    cell_of,
    is_in_hours,
    limit_of,
    name_of,
    pair,
    priority_of,
    succession_of,
    symbol_of,
)
from domain.cores import Cause, Change, ConflictMember, MemberKind, RepairKind
from domain.facts import FactKind, fact_for, is_kept
from domain.limit_units import most_of_a_cell, spoken_amount, spoken_number, step_of
from domain.rules import Level, Side, WorkLimit
from domain.runs import GenerationMode
from domain.schedules import Board
from domain.shifts import ShiftSource
from domain.staff import HolidayPolicy, IdlePolicy, StaffMember

KINDS: dict[MemberKind, tuple[RepairKind, ...]] = {
    MemberKind.FROZEN: (),
    MemberKind.PINNED: (RepairKind.UNPIN, RepairKind.CLEAR_CELL),
    MemberKind.TYPED: (RepairKind.CLEAR_CELL,),
    MemberKind.COVER: (RepairKind.RELEASE_COVER,),
    MemberKind.CLOSED: (RepairKind.DROP_CALENDAR_RULE,),
    MemberKind.REQUEST: (RepairKind.DECLINE_REQUEST,),
    MemberKind.MUST_WORK: (RepairKind.DROP_CALENDAR_RULE,),
    MemberKind.HOLIDAY: (RepairKind.CHANGE_HOLIDAY_POLICY, RepairKind.DROP_CALENDAR_RULE),
    MemberKind.WORK_LIMIT: (
        RepairKind.RAISE_MAXIMUM,
        RepairKind.LOWER_MINIMUM,
        RepairKind.MAKE_SOFT,
    ),
    MemberKind.PRIORITY_RULE: (RepairKind.MAKE_SOFT,),
    MemberKind.SUCCESSION: (RepairKind.MAKE_SOFT,),
    MemberKind.IDLE_POLICY: (RepairKind.CHANGE_IDLE_POLICY,),
}
SIDES = {RepairKind.RAISE_MAXIMUM: Side.MAXIMUM, RepairKind.LOWER_MINIMUM: Side.MINIMUM}


def changes(board: Board, mode: GenerationMode, member: ConflictMember) -> Iterator[Change]:
    """What could be changed about a member; a limit's new bound is left to be found.

    A pin that a person set is taken away by clearing the cell, unless the mode frees it unpinned.
    What is past, and the cell of a pinned cover, stays.
    """
    for kind in KINDS[member.cause.kind]:
        change = Change(kind=kind, member=member)
        if _is_possible(board, mode, change):
            yield change


def _is_possible(board: Board, mode: GenerationMode, change: Change) -> bool:
    cause = change.member.cause
    if change.kind in SIDES:
        return SIDES[change.kind] is cause.side
    if cause.staff_id is None or cause.day is None:
        return True
    held = board.covers_by_holder.get((cause.staff_id, cause.day), ())
    if change.kind is RepairKind.CLEAR_CELL and any(cover.pinned for cover in held):
        return False
    if cause.kind is not MemberKind.PINNED:
        return True
    unpinned = changed(board, Change(kind=RepairKind.UNPIN, member=change.member))
    fact = fact_for(unpinned, cause.staff_id, cause.day, mode)
    is_still_kept = fact is not None and fact.kind is FactKind.TYPED
    return is_still_kept is (change.kind is RepairKind.CLEAR_CELL)


def changed(board: Board, change: Change) -> Board:
    """The board after the change."""
    return _CHANGED[change.kind](board, change)


def _unpinned(board: Board, change: Change) -> Board:
    """As `setShifts` leaves a cell that is set again without its pin."""
    cell = board.cells[cell_of(change.member.cause)]
    free = replace(cell, pinned=False, source=ShiftSource.MANUAL)
    return board.edited(shifts=tuple(free if s is cell else s for s in board.shifts))


def _cleared(board: Board, change: Change) -> Board:
    """The covers held in the cell are released with it."""
    key = cell_of(change.member.cause)
    return board.edited(
        shifts=tuple(s for s in board.shifts if (s.staff_id, s.date) != key),
        covers=tuple(c for c in board.covers if (c.staff_id, c.date) != key),
    )


def _released(board: Board, change: Change) -> Board:
    key = cell_of(change.member.cause)
    left = (c for c in board.covers if (c.staff_id, c.date) != key or not is_kept(board, c))
    return board.edited(covers=tuple(left))


def _declined(board: Board, change: Change) -> Board:
    rows = change.member.row_ids
    return replace(
        board, day_off_requests=tuple(r for r in board.day_off_requests if r.id not in rows)
    )


def _reopened(board: Board, change: Change) -> Board:
    rows = change.member.row_ids
    return replace(board, calendar_rules=tuple(r for r in board.calendar_rules if r.id not in rows))


def _working_on_holidays(board: Board, change: Change) -> Board:
    return _with_person(board, change, lambda p: replace(p, holiday_policy=HolidayPolicy.WORK))


def _free_when_idle(board: Board, change: Change) -> Board:
    return _with_person(board, change, lambda p: replace(p, idle_policy=IdlePolicy.FREE))


def _with_person(board: Board, change: Change, edit: Callable[[StaffMember], StaffMember]) -> Board:
    whom = change.member.cause.staff_id
    return replace(board, staff=tuple(edit(p) if p.id == whom else p for p in board.staff))


def _raised(board: Board, change: Change) -> Board:
    days, minutes = change.half_days, change.minutes
    return _with_limit(
        board, change, lambda x: replace(x, maximum_half_days=days, maximum_minutes=minutes)
    )


def _lowered(board: Board, change: Change) -> Board:
    days, minutes = change.half_days, change.minutes
    return _with_limit(
        board, change, lambda x: replace(x, minimum_half_days=days, minimum_minutes=minutes)
    )


def _with_limit(board: Board, change: Change, edit: Callable[[WorkLimit], WorkLimit]) -> Board:
    rule = change.member.cause.rule_id
    return replace(
        board, work_limits=tuple(edit(x) if x.id == rule else x for x in board.work_limits)
    )


def _softened(board: Board, change: Change) -> Board:
    name = _TABLES[change.member.cause.kind]
    rule = change.member.cause.rule_id
    rows = (replace(r, level=Level.SOFT) if r.id == rule else r for r in getattr(board, name))
    rules: dict[str, Any] = {name: tuple(rows)}
    return replace(board, **rules)


_TABLES = {
    MemberKind.WORK_LIMIT: "work_limits",
    MemberKind.PRIORITY_RULE: "priority_rules",
    MemberKind.SUCCESSION: "succession_rules",
}
_CHANGED: dict[RepairKind, Callable[[Board, Change], Board]] = {
    RepairKind.UNPIN: _unpinned,
    RepairKind.CLEAR_CELL: _cleared,
    RepairKind.RELEASE_COVER: _released,
    RepairKind.DECLINE_REQUEST: _declined,
    RepairKind.CHANGE_IDLE_POLICY: _free_when_idle,
    RepairKind.CHANGE_HOLIDAY_POLICY: _working_on_holidays,
    RepairKind.DROP_CALENDAR_RULE: _reopened,
    RepairKind.RAISE_MAXIMUM: _raised,
    RepairKind.LOWER_MINIMUM: _lowered,
    RepairKind.MAKE_SOFT: _softened,
}


def bound_of(board: Board, change: Change) -> int:
    """The bound that a change of a limit begins from, in what the limit counts."""
    limit = limit_of(board, change.member.cause.rule_id)
    is_raised = change.kind is RepairKind.RAISE_MAXIMUM
    return (limit.maximum if is_raised else limit.minimum) or 0


def most_steps(board: Board, change: Change) -> int:
    """So many steps move a bound to where it asks for nothing."""
    limit = limit_of(board, change.member.cause.rule_id)
    if change.kind is not RepairKind.RAISE_MAXIMUM:
        return -(-bound_of(board, change) // step_of(limit))
    cells = len(board.days) * len(board.staff)
    return -(-most_of_a_cell(limit) * cells // step_of(limit))


def moved(board: Board, change: Change, steps: int) -> Change:
    """The change with a bound that people can set, so many steps from the one there is."""
    old, by = bound_of(board, change), steps * step_of(limit_of(board, change.member.cause.rule_id))
    bound = old + by if change.kind is RepairKind.RAISE_MAXIMUM else max(0, old - by)
    if is_in_hours(board, change.member.cause):
        return replace(change, minutes=bound)
    return replace(change, half_days=bound)


_SENTENCES = {
    RepairKind.UNPIN: "Take the pin off {symbol} of {name} on {day}.",
    RepairKind.CLEAR_CELL: "Clear {symbol} of {name} on {day}, so that generation decides.",
    RepairKind.RELEASE_COVER: "Release what {name} covers on {day}.",
    RepairKind.DECLINE_REQUEST: "Decline the day off of {name} on {day}.",
    RepairKind.CHANGE_IDLE_POLICY: "Let {name} be free when idle, instead of on standby.",
    RepairKind.CHANGE_HOLIDAY_POLICY: "Let {name} work on holidays.",
    RepairKind.DROP_CALENDAR_RULE: "Take the rule of the calendar for {day} back.",
    RepairKind.RAISE_MAXIMUM: "Raise the maximum of {rule} from {old} to {new}.",
    RepairKind.LOWER_MINIMUM: "Lower the minimum of {rule} from {old} to {new}.",
    RepairKind.MAKE_SOFT: "Make {rule} soft.",
}


def sentence(board: Board, change: Change) -> str:
    """What to do, in words."""
    cause = change.member.cause
    old, new = _bounds(board, change) if change.kind in SIDES else ("", "")
    return _SENTENCES[change.kind].format(
        symbol=symbol_of(board, cause),
        name=name_of(board, cause.staff_id),
        day=cause.day,
        rule=_rule(board, cause),
        old=old,
        new=new,
    )


def _bounds(board: Board, change: Change) -> tuple[str, str]:
    limit = limit_of(board, change.member.cause.rule_id)
    new = (change.minutes if is_in_hours(board, change.member.cause) else change.half_days) or 0
    return spoken_number(limit, bound_of(board, change)), spoken_amount(limit, new)


def _rule(board: Board, cause: Cause) -> str:
    if cause.kind is MemberKind.WORK_LIMIT:
        return f"“{limit_of(board, cause.rule_id).name}”"
    if cause.kind is MemberKind.PRIORITY_RULE:
        return f"“{priority_of(board, cause.rule_id).name}”"
    if cause.kind is MemberKind.SUCCESSION:
        return f"“no {pair(board, succession_of(board, cause.rule_id))}”"
    return ""
