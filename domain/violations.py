"""Everything that a schedule breaks, as it stands; nothing is cut off."""

from datetime import date
from operator import itemgetter

from domain.cover_findings import board_findings
from domain.findings import Conflict, Severity, spoken
from domain.ids import RuleId, StaffId
from domain.kept import once_per_day, once_per_row
from domain.limit_breaches import breaches_of, breaches_on
from domain.limit_units import spoken_amount
from domain.limits import Breach
from domain.priorities import RuleBreach, rule_breaches_of, rule_breaches_on
from domain.rules import Direction, Level
from domain.runs import Violation
from domain.schedules import Board, once_per_board

Placed = tuple[tuple[object, ...], Violation]


@once_per_board
def violations(board: Board) -> tuple[Violation, ...]:
    """Broken rules and findings, hard ones first, then by code, first date, staff and group."""
    found = [
        *(placed for person in board.staff for placed in _of_person(board, person.id)),
        *(placed for day in board.open_days for placed in _of_day(board, day)),
        *(_placed(board, _of_finding(f)) for f in board_findings(board) if _is_told(f)),
    ]
    return tuple(violation for _, violation in sorted(found, key=itemgetter(0)))


@once_per_row
def _of_person(board: Board, staff_id: StaffId) -> tuple[Placed, ...]:
    breaches = (b for limit in board.work_limits for b in breaches_of(board, staff_id, limit))
    limits = [_of_limit(board, breach) for breach in breaches]
    rules = [_of_rule(board, breach) for breach in rule_breaches_of(board, staff_id)]
    return tuple(_placed(board, violation) for violation in (*limits, *rules))


@once_per_day
def _of_day(board: Board, day: date) -> tuple[Placed, ...]:
    breaches = (b for limit in board.work_limits for b in breaches_on(board, day, limit))
    limits = [_of_limit(board, breach) for breach in breaches]
    rules = [_of_rule(board, breach) for breach in rule_breaches_on(board, day)]
    return tuple(_placed(board, violation) for violation in (*limits, *rules))


def _is_told(conflict: Conflict) -> bool:
    return conflict.severity is not Severity.INFO


def _placed(board: Board, violation: Violation) -> Placed:
    return _place(board, violation), violation


def _place(board: Board, violation: Violation) -> tuple[object, ...]:
    staff_id = violation.staff_id
    return (
        violation.level is not Level.HARD,
        violation.code,
        violation.dates,
        -1 if staff_id is None else board.staff_order[staff_id],
        violation.group_id or 0,
        violation.message,
    )


def _weight(level: Level, weight: int) -> int:
    return weight if level is Level.SOFT else 1


def _of_limit(board: Board, breach: Breach) -> Violation:
    limit, dates = breach.limit, breach.dates
    who = "The restaurant" if breach.staff_id is None else board.people[breach.staff_id].name
    outside = spoken_amount(limit, breach.outside)
    when = f"{dates[0]} to {dates[-1]}" if len(dates) > 1 else spoken(dates)
    return Violation(
        code="WORK_LIMIT",
        level=limit.level,
        message=f"{who} is {outside} outside “{limit.name}” on {when}.",
        staff_id=breach.staff_id,
        dates=dates,
        half_days=breach.half_days,
        weight=_weight(limit.level, limit.weight),
    )


def _of_rule(board: Board, breach: RuleBreach) -> Violation:
    return Violation(
        code=breach.code,
        level=breach.level,
        message=_message(board, breach),
        staff_id=breach.staff_id,
        group_id=breach.group_id,
        dates=breach.dates,
        half_days=breach.half_days,
        weight=_weight(breach.level, breach.weight),
    )


def _message(board: Board, breach: RuleBreach) -> str:
    when = spoken(breach.dates)
    if breach.group_id is not None:
        name = board.group_by_id[breach.group_id].name
        return f"{breach.half_days // 2 + 1} members of {name} are absent together on {when}."
    name = "" if breach.staff_id is None else board.people[breach.staff_id].name
    if breach.code == "PRIORITY_RULE":
        return f"{name} works against {_wish(board, breach.rule_id)} on {when}."
    if breach.code == "SUCCESSION":
        return f"{name} has {_pair(board, breach.rule_id)} on {when}."
    return f"{name} works a shift that nobody asked for on {when}."


def _wish(board: Board, rule_id: RuleId) -> str:
    rule = next(r for r in board.priority_rules if r.id == rule_id)
    verb = "prefer" if rule.direction is Direction.PREFER else "avoid"
    return f"“{rule.name}” ({verb} {board.types[rule.shift_type].symbol})"


def _pair(board: Board, rule_id: RuleId) -> str:
    rule = next(r for r in board.succession_rules if r.id == rule_id)
    types = board.types
    return f"{types[rule.to_type].symbol} right after {types[rule.from_type].symbol}"


def _of_finding(conflict: Conflict) -> Violation:
    return Violation(
        code=conflict.code,
        level=Level.HARD if conflict.severity is Severity.ERROR else Level.SOFT,
        message=conflict.message,
        staff_id=conflict.staff_id,
        group_id=conflict.group_id,
        dates=conflict.dates,
    )
