"""What may stand in a configuration: each kind of rule, and when it is refused."""

from dataclasses import replace

from domain.clock_times import usual_minutes
from domain.configurations import ConfigurationStatus
from domain.ids import GroupId, ShiftCode
from domain.limit_units import HALF_DAYS_PER_WEEKEND, OF_WHOLE_CELLS
from domain.refusals import ValidationRefusal, not_found
from domain.rules import (
    CalendarRule,
    CalendarRuleKind,
    LimitScope,
    LimitUnit,
    LimitWindow,
    PriorityRule,
    StandingRule,
    SuccessionRule,
    WorkLimit,
)
from domain.shifts import ShiftType
from resolvers.entering import Written, known_types, own_row, own_rows
from resolvers.limit_bounds import told, with_bounds
from resolvers.setting_rows import SettingKind
from resolvers.texts import name_of, note_of
from resolvers.transaction import WriteTransaction
from store import configurations, groups, rules, staff

HEAVIEST = 1000
MOST_DAYS = 366
MOST_HALF_DAYS = 2 * MOST_DAYS * 1000
MOST_MINUTES = 24 * 60 * MOST_DAYS * 1000


def check_weight(weight: int) -> None:
    if 1 <= weight <= HEAVIEST:
        return
    raise ValidationRefusal(
        code="WEIGHT_OUT_OF_RANGE", message=f"weight is from 1 to {HEAVIEST}.", path=("weight",)
    )


async def admit_work_limit(tx: WriteTransaction, limit: WorkLimit) -> WorkLimit:
    """The limit as it may be stored; `days` and targets that mean nothing are dropped."""
    check_weight(limit.weight)
    _check_days(limit)
    _check_bounds(limit)
    _check_weekends(limit)
    types = await known_types(tx, limit.shift_types, ("shiftTypes",))
    _check_types(limit, types)
    await _check_targets(tx, limit)
    is_rolling = limit.window is LimitWindow.ROLLING_DAYS
    return replace(
        limit,
        name=name_of(limit.name),
        days=limit.days if is_rolling else None,
        shift_types=tuple(dict.fromkeys(limit.shift_types)),
    )


def _check_days(limit: WorkLimit) -> None:
    if limit.window is not LimitWindow.ROLLING_DAYS:
        return
    if limit.days is None:
        raise ValidationRefusal(
            code="DAYS_NEEDED", message="ROLLING_DAYS needs days: how many.", path=("days",)
        )
    if not 1 <= limit.days <= MOST_DAYS:
        raise ValidationRefusal(
            code="DAYS_OUT_OF_RANGE", message=f"days is from 1 to {MOST_DAYS}.", path=("days",)
        )


def _check_bounds(limit: WorkLimit) -> None:
    low, high = limit.minimum, limit.maximum
    most = MOST_MINUTES if limit.unit is LimitUnit.HOURS else MOST_HALF_DAYS
    if low is None and high is None:
        raise ValidationRefusal(
            code="BOUND_NEEDED", message="Give a minimum, a maximum or both.", path=("minimum",)
        )
    for bound, field in ((low, "minimum"), (high, "maximum")):
        if bound is not None and not 0 <= bound <= most:
            raise ValidationRefusal(
                code="BOUND_OUT_OF_RANGE",
                message=f"{field} is from 0 to {told(limit, most):.0f}.",
                path=(field,),
            )
    if low is not None and high is not None and low > high:
        raise ValidationRefusal(
            code="MINIMUM_ABOVE_MAXIMUM",
            message="minimum is above maximum; exchange them.",
            path=("minimum",),
        )


def _check_weekends(limit: WorkLimit) -> None:
    if limit.window is not LimitWindow.WEEKENDS:
        return
    for bound, field in ((limit.minimum, "minimum"), (limit.maximum, "maximum")):
        if bound is not None and bound % HALF_DAYS_PER_WEEKEND:
            raise ValidationRefusal(
                code="NOT_WHOLE_WEEKENDS",
                message=f"{field} counts weekends here; give a whole number.",
                path=(field,),
            )


def _check_types(limit: WorkLimit, types: dict[ShiftCode, ShiftType]) -> None:
    if not types:
        raise ValidationRefusal(
            code="SHIFT_TYPES_NEEDED",
            message="shiftTypes names at least one type to count.",
            path=("shiftTypes",),
        )
    if limit.unit is LimitUnit.HOURS:
        _check_hours(limit, types)
        return
    is_rest_limit = any(t.rest_half_days == 2 for t in types.values())
    without_rest = [code for code, t in types.items() if t.rest_half_days == 0]
    if is_rest_limit and without_rest and limit.window not in OF_WHOLE_CELLS:
        raise ValidationRefusal(
            code="MIXED_SHIFT_TYPES",
            message=f"A limit that counts rest cannot count {', '.join(without_rest)} as well.",
            path=("shiftTypes",),
        )


def _check_hours(limit: WorkLimit, types: dict[ShiftCode, ShiftType]) -> None:
    if limit.window in OF_WHOLE_CELLS:
        raise ValidationRefusal(
            code="UNIT_NOT_ALLOWED",
            message=f"{limit.window.value} counts whole days; leave unit out, or give DAYS.",
            path=("unit",),
        )
    without = [code for code, t in types.items() if usual_minutes(t) is None]
    if without:
        raise ValidationRefusal(
            code="NO_CLOCK_TIMES",
            message="A limit in hours counts types that work and have clock times, unlike "
            f"{', '.join(without)}; give startsAt and endsAt (updateShiftType), or leave it out.",
            path=("shiftTypes",),
        )


async def keep_lengths(tx: WriteTransaction, before: ShiftType, after: ShiftType) -> None:
    """Refuse to take from a type the length that limits of versions in use or in the making count.

    An archived version cannot be edited and stands in no way: there the type counts nothing then.
    """
    if usual_minutes(before) is None or usual_minutes(after) is not None:
        return
    versions = await configurations.of_restaurant(tx.connection, before.restaurant_id)
    ids = [v.id for v in versions if v.status is not ConfigurationStatus.ARCHIVED]
    limits = await rules.active_work_limits_of(tx.connection, ids)
    names = [
        f"“{limit.name}”"
        for limit in limits
        if limit.unit is LimitUnit.HOURS and before.code in limit.shift_types
    ]
    if names:
        kept = "works" if not after.works else "startsAt" if after.starts_at is None else "endsAt"
        raise ValidationRefusal(
            code="COUNTED_IN_HOURS",
            message=f"{', '.join(dict.fromkeys(names))} counts the hours of {before.code}; leave "
            "its clock times, or take it out of that limit first.",
            path=(kept,),
        )


async def _check_targets(tx: WriteTransaction, limit: WorkLimit) -> None:
    filled = {
        LimitScope.EMPLOYMENT_TYPE: bool(limit.target_employment_types),
        LimitScope.GROUP: bool(limit.target_group_ids),
        LimitScope.STAFF: bool(limit.target_staff_ids),
    }
    if limit.scope is not LimitScope.ALL and not filled[limit.scope]:
        raise ValidationRefusal(
            code="TARGETS_NEEDED",
            message=f"The scope {limit.scope.value} needs targets: whom.",
            path=("targets",),
        )
    path = ("targets",)
    people = limit.target_staff_ids
    await own_rows(tx, staff.by_ids, people, what="staff member", path=path)
    found = await own_rows(tx, groups.by_ids, limit.target_group_ids, what="group", path=path)
    if any(group.configuration_id != limit.configuration_id for group in found.values()):
        raise ValidationRefusal(
            code="OTHER_CONFIGURATION",
            message="A target group belongs to another configuration version.",
            path=path,
        )
    named_before = await _groups_named_before(tx, limit)
    if not all(group.is_active or key in named_before for key, group in found.items()):
        raise not_found("group", path)


async def _groups_named_before(tx: WriteTransaction, limit: WorkLimit) -> tuple[GroupId, ...]:
    """Groups that the limit as stored names; one deleted since stands in no edit's way."""
    stored = (await rules.work_limits_by_ids(tx.connection, [limit.id])).get(limit.id)
    return () if stored is None else stored.target_group_ids


async def admit_priority_rule(tx: WriteTransaction, rule: PriorityRule) -> PriorityRule:
    check_weight(rule.weight)
    await own_row(tx, staff.by_ids, rule.staff_id, what="staff member", path=("staffId",))
    await known_types(tx, [rule.shift_type], ("shiftType",))
    if not rule.weekdays:
        raise ValidationRefusal(
            code="WEEKDAYS_NEEDED",
            message="weekdays names at least one day of the week.",
            path=("weekdays",),
        )
    in_order = tuple(sorted(set(rule.weekdays), key=lambda day: day.number))
    return replace(rule, name=name_of(rule.name), weekdays=in_order)


async def admit_succession_rule(tx: WriteTransaction, rule: SuccessionRule) -> SuccessionRule:
    check_weight(rule.weight)
    await known_types(tx, [rule.from_type], ("from",))
    await known_types(tx, [rule.to_type], ("to",))
    others = await rules.active_succession_rules_of(tx.connection, [rule.configuration_id])
    pair = (rule.from_type, rule.to_type)
    if any((o.from_type, o.to_type) == pair and o.id != rule.id for o in others):
        raise ValidationRefusal(
            code="DUPLICATE", message="There is a rule for these two types.", path=("from",)
        )
    return rule


async def admit_standing_rule(tx: WriteTransaction, rule: StandingRule) -> StandingRule:
    check_weight(rule.weight)
    others = await rules.active_standing_rules_of(tx.connection, [rule.configuration_id])
    if any(other.kind is rule.kind and other.id != rule.id for other in others):
        raise ValidationRefusal(
            code="DUPLICATE", message="This rule is in force already; weigh it.", path=("kind",)
        )
    return rule


_CONTRADICTION = frozenset({CalendarRuleKind.CLOSED, CalendarRuleKind.MUST_WORK})


async def admit_calendar_rule(tx: WriteTransaction, rule: CalendarRule) -> CalendarRule:
    active = await rules.active_calendar_rules_of(tx.connection, [rule.configuration_id])
    kinds = {o.kind for o in active if o.date == rule.date and o.id != rule.id}
    if rule.kind in kinds:
        raise ValidationRefusal(
            code="DUPLICATE",
            message=f"{rule.date} is {rule.kind.value} already.",
            path=("date",),
        )
    if rule.kind in _CONTRADICTION and kinds & _CONTRADICTION:
        raise ValidationRefusal(
            code="CALENDAR_CONTRADICTION",
            message=f"{rule.date} cannot be both CLOSED and MUST_WORK; delete the other rule.",
            path=("kind",),
        )
    return replace(rule, reason=note_of(rule.reason, ("reason",)))


WORK_LIMIT = SettingKind(
    what="work limit",
    result=Written[WorkLimit],
    by_ids=rules.work_limits_by_ids,
    insert=rules.insert_work_limit,
    update=rules.update_work_limit,
    admit=admit_work_limit,
    edit=with_bounds,
)
PRIORITY_RULE = SettingKind(
    what="priority rule",
    result=Written[PriorityRule],
    by_ids=rules.priority_rules_by_ids,
    insert=rules.insert_priority_rule,
    update=rules.update_priority_rule,
    admit=admit_priority_rule,
)
SUCCESSION_RULE = SettingKind(
    what="succession rule",
    result=Written[SuccessionRule],
    by_ids=rules.succession_rules_by_ids,
    insert=rules.insert_succession_rule,
    update=rules.update_succession_rule,
    admit=admit_succession_rule,
)
STANDING_RULE = SettingKind(
    what="standing rule",
    result=Written[StandingRule],
    by_ids=rules.standing_rules_by_ids,
    insert=rules.insert_standing_rule,
    update=rules.update_standing_rule,
    admit=admit_standing_rule,
)
CALENDAR_RULE = SettingKind(
    what="calendar rule",
    result=Written[CalendarRule],
    by_ids=rules.calendar_rules_by_ids,
    insert=rules.insert_calendar_rule,
    update=rules.update_calendar_rule,
    admit=admit_calendar_rule,
)
