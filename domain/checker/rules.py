"""Priority rules, successions and standing rules counted cell by cell."""

from datetime import date

from domain.checker.reading import Reading
from domain.checker.report import Breach, Finding
from domain.ids import ShiftCode, StaffId
from domain.periods import ONE_DAY, Weekday
from domain.rules import (
    Direction,
    Level,
    PriorityRule,
    StandingRule,
    StandingRuleKind,
    SuccessionRule,
)

WEEKDAYS = list(Weekday)


def rule_breaches(reading: Reading) -> list[Breach]:
    found: list[Breach] = []
    for rule in reading.board.priority_rules:
        found += _priority(reading, rule)
    for succession in reading.board.succession_rules:
        found += _succession(reading, succession)
    for standing in reading.board.standing_rules:
        if standing.kind is StandingRuleKind.GROUP_ABSENT_TOGETHER:
            found += _absent_together(reading, standing)
        else:
            found += _not_asked(reading, standing)
    return found


def _priority(reading: Reading, rule: PriorityRule) -> list[Breach]:
    dates = []
    for day in reading.open_days:
        code = reading.cells.get((rule.staff_id, day))
        if code is None or WEEKDAYS[day.weekday()] not in rule.weekdays:
            continue
        is_other = code != rule.shift_type
        if is_other == (rule.direction is Direction.PREFER):
            dates.append(day)
    if not dates:
        return []
    finding = Finding(
        code="PRIORITY_RULE",
        staff_id=rule.staff_id,
        dates=tuple(dates),
        half_days=2 * len(dates),
    )
    return [Breach(level=rule.level, weight=rule.weight, finding=finding)]


def _succession(reading: Reading, rule: SuccessionRule) -> list[Breach]:
    found = []
    start = reading.days[0]
    for member in reading.board.staff:
        for second in reading.days:
            first = second - ONE_DAY
            if reading.cells.get((member.id, second)) != rule.to_type:
                continue
            if _code(reading, member.id, first) != rule.from_type:
                continue
            finding = Finding(
                code="SUCCESSION",
                staff_id=member.id,
                dates=(second,) if first < start else (first, second),
                half_days=2,
            )
            found.append(Breach(level=rule.level, weight=rule.weight, finding=finding))
    return found


def _code(reading: Reading, staff_id: StaffId, day: date) -> ShiftCode | None:
    if day < reading.days[0]:
        return reading.past.get((staff_id, day))
    return reading.cells.get((staff_id, day))


def _absent_together(reading: Reading, rule: StandingRule) -> list[Breach]:
    found = []
    for group in reading.board.groups:
        for day in reading.open_days:
            beyond = len(reading.absent_members(group.id, day)) - 1
            if beyond < 1:
                continue
            finding = Finding(
                code="GROUP_ABSENT_TOGETHER",
                group_id=group.id,
                dates=(day,),
                half_days=2 * beyond,
            )
            found.append(Breach(level=Level.SOFT, weight=rule.weight, finding=finding))
    return found


def _not_asked(reading: Reading, rule: StandingRule) -> list[Breach]:
    found = []
    for member in reading.board.staff:
        dates = [day for day in reading.open_days if _is_not_asked(reading, member.id, day)]
        if not dates:
            continue
        finding = Finding(
            code="SHIFT_NOT_ASKED",
            staff_id=member.id,
            dates=tuple(dates),
            half_days=2 * len(dates),
        )
        found.append(Breach(level=Level.SOFT, weight=rule.weight, finding=finding))
    return found


def _is_not_asked(reading: Reading, staff_id: StaffId, day: date) -> bool:
    own = reading.type_of(staff_id, day)
    if own is None or not own.works:
        return False
    for kind in reading.board.shift_types:
        if kind.works and kind.can_cover:
            if kind.code == own.code:
                return False
            break
    return not any(
        rule.staff_id == staff_id
        and rule.direction is Direction.PREFER
        and rule.shift_type == own.code
        and WEEKDAYS[day.weekday()] in rule.weekdays
        for rule in reading.board.priority_rules
    )
