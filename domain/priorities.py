"""Breaches of priority rules, successions and standing rules, as a board stands."""

from dataclasses import dataclass
from datetime import date

from domain.ids import GroupId, RuleId, ShiftCode, StaffId
from domain.kept import once_per_day, once_per_row, once_per_setting
from domain.need import absent_members
from domain.periods import ONE_DAY, Weekday
from domain.rules import (
    Direction,
    Level,
    PriorityRule,
    StandingRule,
    StandingRuleKind,
    SuccessionRule,
)
from domain.schedules import Board

HALF_DAYS_PER_CELL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBreach:
    """One rule broken by one person, or by one group on one day."""

    code: str
    rule_id: RuleId
    level: Level
    weight: int
    dates: tuple[date, ...]
    half_days: int
    staff_id: StaffId | None = None
    group_id: GroupId | None = None


def rule_breaches(board: Board) -> tuple[RuleBreach, ...]:
    """Every breach of the rules that are no limits, person by person, then day by day."""
    return (
        *(breach for person in board.staff for breach in rule_breaches_of(board, person.id)),
        *(breach for day in board.open_days for breach in rule_breaches_on(board, day)),
    )


@once_per_row
def rule_breaches_of(board: Board, staff_id: StaffId) -> tuple[RuleBreach, ...]:
    """What one person's row breaks."""
    rules = _rules_of_people(board).get(staff_id, ())
    found = [_of_priority_rule(board, rule) for rule in rules]
    for succession in board.succession_rules:
        found += _of_succession(board, succession, staff_id)
    for standing in board.standing_rules:
        if standing.kind is StandingRuleKind.SHIFT_NOT_ASKED:
            found.append(_not_asked(board, standing, staff_id))
    return tuple(breach for breach in found if breach is not None)


@once_per_day
def rule_breaches_on(board: Board, day: date) -> tuple[RuleBreach, ...]:
    """What the groups break on an open day."""
    found = (
        _absent_together(board, rule, group.id, day)
        for rule in board.standing_rules
        if rule.kind is StandingRuleKind.GROUP_ABSENT_TOGETHER
        for group in board.groups
    )
    return tuple(breach for breach in found if breach is not None)


@once_per_setting
def _rules_of_people(board: Board) -> dict[StaffId, tuple[PriorityRule, ...]]:
    found: dict[StaffId, list[PriorityRule]] = {}
    for rule in board.priority_rules:
        found.setdefault(rule.staff_id, []).append(rule)
    return {staff_id: tuple(rules) for staff_id, rules in found.items()}


def code_on(board: Board, staff_id: StaffId, day: date) -> ShiftCode | None:
    """The type of an employed cell, in the schedule or in known history."""
    if not board.people[staff_id].is_employed_on(day):
        return None
    cell = board.cells.get((staff_id, day)) or board.history_cells.get((staff_id, day))
    return None if cell is None else cell.shift_type


def breaks_priority(rule: PriorityRule, day: date, code: ShiftCode | None) -> bool:
    """Whether a type on an open employed day goes against the rule; an unset cell does not."""
    if code is None or Weekday.of(day) not in rule.weekdays:
        return False
    return (code == rule.shift_type) is (rule.direction is Direction.AVOID)


def _of_priority_rule(board: Board, rule: PriorityRule) -> RuleBreach | None:
    days = tuple(
        day
        for day in board.open_days_of.get(rule.staff_id, ())
        if breaks_priority(rule, day, code_on(board, rule.staff_id, day))
    )
    if not days:
        return None
    return RuleBreach(
        code="PRIORITY_RULE",
        rule_id=rule.id,
        level=rule.level,
        weight=rule.weight,
        dates=days,
        half_days=HALF_DAYS_PER_CELL * len(days),
        staff_id=rule.staff_id,
    )


def _of_succession(board: Board, rule: SuccessionRule, staff_id: StaffId) -> list[RuleBreach]:
    """One breach for each second day; a first day before the schedule is not among its dates."""
    return [
        RuleBreach(
            code="SUCCESSION",
            rule_id=rule.id,
            level=rule.level,
            weight=rule.weight,
            dates=tuple(d for d in (day - ONE_DAY, day) if d >= board.schedule.start),
            half_days=HALF_DAYS_PER_CELL,
            staff_id=staff_id,
        )
        for day in board.days
        if code_on(board, staff_id, day) == rule.to_type
        and code_on(board, staff_id, day - ONE_DAY) == rule.from_type
    ]


def _absent_together(
    board: Board, rule: StandingRule, group_id: GroupId, day: date
) -> RuleBreach | None:
    absent = len(absent_members(board, group_id, day))
    if absent < 2:
        return None
    return RuleBreach(
        code=rule.kind.value,
        rule_id=rule.id,
        level=Level.SOFT,
        weight=rule.weight,
        dates=(day,),
        half_days=HALF_DAYS_PER_CELL * (absent - 1),
        group_id=group_id,
    )


@once_per_setting
def preferred(board: Board) -> frozenset[tuple[StaffId, ShiftCode, Weekday]]:
    """What the preferences of each person ask for."""
    return frozenset(
        (rule.staff_id, rule.shift_type, weekday)
        for rule in board.priority_rules
        if rule.direction is Direction.PREFER
        for weekday in rule.weekdays
    )


def is_not_asked(board: Board, staff_id: StaffId, day: date, code: ShiftCode) -> bool:
    """Whether a working type other than the standard one is worked that no preference asks for."""
    standard = board.standard_type
    if not board.types[code].works or (standard is not None and code == standard.code):
        return False
    return (staff_id, code, Weekday.of(day)) not in preferred(board)


def _not_asked(board: Board, rule: StandingRule, staff_id: StaffId) -> RuleBreach | None:
    days = tuple(
        day
        for day in board.open_days_of[staff_id]
        if (code := code_on(board, staff_id, day)) is not None
        and is_not_asked(board, staff_id, day, code)
    )
    if not days:
        return None
    return RuleBreach(
        code=rule.kind.value,
        rule_id=rule.id,
        level=Level.SOFT,
        weight=rule.weight,
        dates=days,
        half_days=HALF_DAYS_PER_CELL * len(days),
        staff_id=staff_id,
    )
