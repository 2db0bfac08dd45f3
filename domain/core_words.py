"""What each member of a conflict set says, in words for a manager."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from domain.cores import Cause, ConflictMember, MemberKind
from domain.facts import kept_covers
from domain.findings import spoken
from domain.ids import RuleId, StaffId
from domain.limit_units import spoken_amount, spoken_number
from domain.periods import ONE_DAY
from domain.rules import (
    CalendarRuleKind,
    Direction,
    LimitUnit,
    LimitWindow,
    PriorityRule,
    Side,
    SuccessionRule,
    WorkLimit,
)
from domain.schedules import Board


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a cause binds: its dates, a limit's bound there, and what history adds to it.

    Both are in what the limit counts.
    """

    dates: tuple[date, ...]
    bound: int | None = None
    known: int = 0


def member(board: Board, cause: Cause, place: Place) -> ConflictMember:
    """The cause as a member of a set, with the rows behind it."""
    is_of_hours = is_in_hours(board, cause)
    return ConflictMember(
        cause=cause,
        message=_message(board, cause, place),
        dates=place.dates,
        row_ids=rows_behind(board, cause),
        half_days=None if is_of_hours else place.bound,
        minutes=place.bound if is_of_hours else None,
    )


def is_in_hours(board: Board, cause: Cause) -> bool:
    """Whether a cause is a limit in hours, so that its bounds are minutes."""
    is_limit = cause.kind is MemberKind.WORK_LIMIT
    return is_limit and limit_of(board, cause.rule_id).unit is LimitUnit.HOURS


def rows_behind(board: Board, cause: Cause) -> tuple[int, ...]:
    key = cell_of(cause)
    if cause.kind in (MemberKind.FROZEN, MemberKind.PINNED, MemberKind.TYPED):
        return (board.cells[key].id,)
    if cause.kind is MemberKind.COVER:
        return tuple(c.id for c in kept_covers(board) if (c.staff_id, c.date) == key)
    if cause.kind is MemberKind.REQUEST:
        return tuple(r.id for r in board.day_off_requests if (r.staff_id, r.date) == key)
    if cause.kind in _CALENDAR:
        kind = CalendarRuleKind(cause.kind.value)
        return tuple(r.id for r in board.calendar_rules if (r.kind, r.date) == (kind, cause.day))
    row = cause.staff_id if cause.kind is MemberKind.IDLE_POLICY else cause.rule_id
    return () if row is None else (row,)


_CALENDAR = (MemberKind.CLOSED, MemberKind.MUST_WORK, MemberKind.HOLIDAY)


def cell_of(cause: Cause) -> tuple[StaffId, date]:
    """The cell of a fact; one that nobody has where the cause is about no cell."""
    return cause.staff_id or StaffId(0), cause.day or date.min


def name_of(board: Board, staff_id: StaffId | None) -> str:
    return "everybody it counts" if staff_id is None else board.people[staff_id].name


def symbol_of(board: Board, cause: Cause) -> str:
    """What stands in the cell of a fact; nothing where none is set."""
    cell = board.cells.get(cell_of(cause))
    return "" if cell is None else board.types[cell.shift_type].symbol


def limit_of(board: Board, rule_id: RuleId | None) -> WorkLimit:
    return next(rule for rule in board.work_limits if rule.id == rule_id)


def priority_of(board: Board, rule_id: RuleId | None) -> PriorityRule:
    return next(rule for rule in board.priority_rules if rule.id == rule_id)


def succession_of(board: Board, rule_id: RuleId | None) -> SuccessionRule:
    return next(rule for rule in board.succession_rules if rule.id == rule_id)


def pair(board: Board, rule: SuccessionRule) -> str:
    return f"{board.types[rule.to_type].symbol} right after {board.types[rule.from_type].symbol}"


_SENTENCES = {
    MemberKind.FROZEN: "{name} has {symbol} on {day}, which is past.",
    MemberKind.PINNED: "{name} is pinned to {symbol} on {day}.",
    MemberKind.TYPED: "{name} has been set to {symbol} on {day}.",
    MemberKind.COVER: "{name} covers {groups} on {day}, and that is kept.",
    MemberKind.CLOSED: "The restaurant is closed on {day}, and everybody rests.",
    MemberKind.REQUEST: "{name} has asked for {day} off.",
    MemberKind.MUST_WORK: "Everybody must work on {day}.",
    MemberKind.HOLIDAY: "{name} rests on holidays, and {day} is one.",
    MemberKind.IDLE_POLICY: "{name} is on standby, and works only to cover, on {dates}.",
}


def _message(board: Board, cause: Cause, place: Place) -> str:
    if cause.kind in _RULES:
        return _RULES[cause.kind](board, cause, place)
    return _SENTENCES[cause.kind].format(
        name=name_of(board, cause.staff_id),
        symbol=symbol_of(board, cause),
        groups=_groups(board, cause),
        day=cause.day,
        dates=spoken(place.dates),
    )


def _groups(board: Board, cause: Cause) -> str:
    kept = (c for c in kept_covers(board) if (c.staff_id, c.date) == cell_of(cause))
    groups = (board.group_by_id.get(cover.group_id) for cover in kept)
    return " and ".join("a former group" if g is None else g.name for g in groups)


_WINDOWS = {
    LimitWindow.WEEK: "in a week",
    LimitWindow.PERIOD: "in the schedule",
    LimitWindow.CONSECUTIVE_DAYS: "in a row",
    LimitWindow.WEEKENDS: "in the schedule",
}


def _limit(board: Board, cause: Cause, place: Place) -> str:
    limit = limit_of(board, cause.rule_id)
    is_most = cause.side is Side.MAXIMUM
    most = "at most" if is_most else "at least"
    verb = "allows" if is_most else "asks for"
    amount = spoken_amount(limit, place.bound or 0)
    symbols = "".join(board.types[code].symbol for code in limit.shift_types)
    where = _where(limit, place)
    if limit.window is LimitWindow.DAY:
        return f"“{limit.name}” {verb} {most} {_together(limit, place, symbols)} a day; {where}."
    window = _WINDOWS.get(limit.window, f"in any {limit.days} days")
    name = name_of(board, cause.staff_id)
    whom = f" {name}" if is_most else ""
    of = "" if is_most else f" from {name}"
    joined = "with" if limit.window is LimitWindow.WEEKENDS else "of"
    counted = f"{most} {amount} {joined} {symbols} {window}"
    return f"“{limit.name}” {verb}{whom} {counted}{of}; {where}."


def _together(limit: WorkLimit, place: Place, symbols: str) -> str:
    if limit.unit is LimitUnit.HOURS:
        return f"{spoken_amount(limit, place.bound or 0)} of {symbols} together"
    return f"{spoken_number(limit, place.bound or 0)} people on {symbols}"


def _where(limit: WorkLimit, place: Place) -> str:
    number = spoken_number(limit, place.known)
    known = f", with {number} from before the start" if place.known else ""
    return f"here on {spoken(place.dates)}{known}"


def _priority(board: Board, cause: Cause, place: Place) -> str:
    rule = priority_of(board, cause.rule_id)
    verb = "must have" if rule.direction is Direction.PREFER else "must not have"
    name, symbol = name_of(board, rule.staff_id), board.types[rule.shift_type].symbol
    return f"By “{rule.name}” {name} {verb} {symbol} on {spoken(place.dates)}."


def _succession(board: Board, cause: Cause, place: Place) -> str:
    rule = succession_of(board, cause.rule_id)
    name = name_of(board, cause.staff_id)
    known = ""
    if place.known:
        before = board.schedule.start - ONE_DAY
        known = f" ({board.types[rule.from_type].symbol} stands on {before}, before the start)"
    return f"No {pair(board, rule)} for {name}, on {spoken(place.dates)}{known}."


_RULES: dict[MemberKind, Callable[[Board, Cause, Place], str]] = {
    MemberKind.WORK_LIMIT: _limit,
    MemberKind.PRIORITY_RULE: _priority,
    MemberKind.SUCCESSION: _succession,
}
