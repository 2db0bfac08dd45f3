"""What a change set holds: one type for each kind of thing, built from the log's row alone."""

from datetime import date
from typing import Any

import strawberry

from domain import backups, configurations, rules, runs, schedules, shifts, staff
from domain import covers as covers_domain
from domain.access import Membership as DomainMembership
from domain.changes import Change as DomainChange
from domain.changes import EntityType
from domain.ids import GroupId, ScheduleId
from resolvers.boards import ScheduleGap
from schema.backup_assignments import BackupAssignment
from schema.cells import Cover, CoverageGap, ShiftAssignment
from schema.configurations import ConfigurationVersion
from schema.context import Info
from schema.fields import described
from schema.generation import GenerationRun
from schema.log_rows import as_json, entity_id
from schema.references import referred
from schema.requests import DayOffRequest
from schema.restaurants import Membership, Restaurant
from schema.rules import CalendarRule, PriorityRule, StandingRule, SuccessionRule, WorkLimit
from schema.scalars import JSON, Day
from schema.schedules import Schedule
from schema.shift_types import ShiftType
from schema.staff import StaffGroup, StaffMember, staff_group
from store.codec import from_row

STATED = "As this revision left it."


@strawberry.interface(
    description="One row that a mutation changed, as that revision left it, whatever came later."
)
class Change:
    entity_id: strawberry.ID = strawberry.field(description="The row's global id.")


@strawberry.type(description="An assignment was made, changed, or deleted (`isActive` false).")
class BackupAssignmentChanged(Change):
    backup_assignment: BackupAssignment = strawberry.field(description=STATED)


@strawberry.type(description="A cell was set or changed; a cleared one is an EntityDeleted.")
class ShiftChanged(Change):
    shift: ShiftAssignment = strawberry.field(description=STATED)


@strawberry.type(description="A cover was recorded or changed; a released one: EntityDeleted.")
class CoverChanged(Change):
    cover: Cover = strawberry.field(description=STATED)


@strawberry.type(description="A person was added, changed, or deleted.")
class StaffMemberChanged(Change):
    staff_member: StaffMember = strawberry.field(description=STATED)


@strawberry.type(description="A group was made, changed, or deleted.")
class StaffGroupChanged(Change):
    group: StaffGroup = strawberry.field(description=STATED)


@strawberry.type(description="A work limit was made, changed, or deleted.")
class WorkLimitChanged(Change):
    work_limit: WorkLimit = strawberry.field(description=STATED)


@strawberry.type(description="A priority rule was made, changed, or deleted.")
class PriorityRuleChanged(Change):
    priority_rule: PriorityRule = strawberry.field(description=STATED)


@strawberry.type(description="A succession rule was made, changed, or deleted.")
class SuccessionRuleChanged(Change):
    succession_rule: SuccessionRule = strawberry.field(description=STATED)


@strawberry.type(description="A standing rule was made, changed, or deleted.")
class StandingRuleChanged(Change):
    standing_rule: StandingRule = strawberry.field(description=STATED)


@strawberry.type(description="A calendar rule was made, changed, or deleted.")
class CalendarRuleChanged(Change):
    calendar_rule: CalendarRule = strawberry.field(description=STATED)


@strawberry.type(description="A day off was asked for, decided, or withdrawn.")
class DayOffRequestChanged(Change):
    day_off_request: DayOffRequest = strawberry.field(description=STATED)


@strawberry.type(description="A schedule was made, published, deleted, or something on it changed.")
class ScheduleChanged(Change):
    schedule: Schedule = strawberry.field(description=STATED)


@strawberry.type(description="A configuration version was made, activated, locked, or changed.")
class ConfigurationVersionChanged(Change):
    configuration: ConfigurationVersion = strawberry.field(description=STATED)


@strawberry.type(description="The restaurant's own settings changed.")
class RestaurantChanged(Change):
    restaurant: Restaurant = strawberry.field(description=STATED)


@strawberry.type(description="A shift type changed.")
class ShiftTypeChanged(Change):
    shift_type: ShiftType = strawberry.field(description=STATED)


@strawberry.type(description="Somebody was given a role; a revoked one is an EntityDeleted.")
class MembershipChanged(Change):
    membership: Membership = strawberry.field(description=STATED)


@strawberry.type(description="A generation run was asked for, cancelled, or applied.")
class GenerationRunChanged(Change):
    run: GenerationRun = strawberry.field(description=STATED)


@strawberry.type(description="A coverage gap opened, changed, or closed.")
class CoverageGapChanged(Change):
    date: Day = strawberry.field(description="Which day.")
    gap: CoverageGap | None = strawberry.field(description="The gap; null once it is closed.")
    group_id: strawberry.Private[GroupId]
    schedule_id: strawberry.Private[ScheduleId]

    @described("The schedule that it is a gap of.")
    async def schedule(self, info: Info) -> Schedule:
        return await referred(info, Schedule, self.schedule_id, _schedule)

    @described("Which group.")
    async def group(self, info: Info) -> StaffGroup:
        return await referred(info, StaffGroup, self.group_id, staff_group)


@strawberry.type(
    description=(
        "A row is not there any more: a cleared cell, a released cover. What is deleted softly "
        "stays, and is told as changed."
    )
)
class EntityDeleted(Change):
    entity_type: EntityType = strawberry.field(description="What it was.")
    before: JSON = strawberry.field(description="The whole row as it was.")


async def _schedule(info: Info, key: int) -> Schedule:
    found = await info.context.loaders.schedules.load(ScheduleId(key))
    if found is None:
        raise LookupError(f"the log names the schedule {key}, which is not there")
    return Schedule.from_domain(found)


# what the log's rows are of, the type that shows them, and the change that carries it
_KINDS: dict[EntityType, tuple[type[Any], Any, type[Change], str]] = {
    EntityType.RESTAURANT: (
        configurations.Restaurant,
        Restaurant,
        RestaurantChanged,
        "restaurant",
    ),
    EntityType.MEMBERSHIP: (DomainMembership, Membership, MembershipChanged, "membership"),
    EntityType.SHIFT_TYPE: (shifts.ShiftType, ShiftType, ShiftTypeChanged, "shift_type"),
    EntityType.STAFF_MEMBER: (staff.StaffMember, StaffMember, StaffMemberChanged, "staff_member"),
    EntityType.CONFIGURATION: (
        configurations.ConfigurationVersion,
        ConfigurationVersion,
        ConfigurationVersionChanged,
        "configuration",
    ),
    EntityType.STAFF_GROUP: (staff.StaffGroup, StaffGroup, StaffGroupChanged, "group"),
    EntityType.BACKUP_ASSIGNMENT: (
        backups.BackupAssignment,
        BackupAssignment,
        BackupAssignmentChanged,
        "backup_assignment",
    ),
    EntityType.WORK_LIMIT: (rules.WorkLimit, WorkLimit, WorkLimitChanged, "work_limit"),
    EntityType.PRIORITY_RULE: (
        rules.PriorityRule,
        PriorityRule,
        PriorityRuleChanged,
        "priority_rule",
    ),
    EntityType.SUCCESSION_RULE: (
        rules.SuccessionRule,
        SuccessionRule,
        SuccessionRuleChanged,
        "succession_rule",
    ),
    EntityType.STANDING_RULE: (
        rules.StandingRule,
        StandingRule,
        StandingRuleChanged,
        "standing_rule",
    ),
    EntityType.CALENDAR_RULE: (
        rules.CalendarRule,
        CalendarRule,
        CalendarRuleChanged,
        "calendar_rule",
    ),
    EntityType.DAY_OFF_REQUEST: (
        rules.DayOffRequest,
        DayOffRequest,
        DayOffRequestChanged,
        "day_off_request",
    ),
    EntityType.SCHEDULE: (schedules.Schedule, Schedule, ScheduleChanged, "schedule"),
    EntityType.SHIFT_ASSIGNMENT: (
        shifts.ShiftAssignment,
        ShiftAssignment,
        ShiftChanged,
        "shift",
    ),
    EntityType.COVER: (covers_domain.Cover, Cover, CoverChanged, "cover"),
    EntityType.GENERATION_RUN: (runs.GenerationRun, GenerationRun, GenerationRunChanged, "run"),
}

CHANGE_TYPES: tuple[type[Change], ...] = (
    *(kind[2] for kind in _KINDS.values()),
    CoverageGapChanged,
    EntityDeleted,
)


def change_of(change: DomainChange) -> Change:
    """What the log says about one row, as clients see it."""
    key = entity_id(change.entity_type, change.entity_key)
    if change.entity_type is EntityType.COVERAGE_GAP:
        return _gap_changed(key, change)
    if change.after is None:
        before = JSON(as_json(change.entity_type, change.before))
        return EntityDeleted(entity_id=key, entity_type=change.entity_type, before=before)
    domain_type, node_type, change_type, name = _KINDS[change.entity_type]
    stated = node_type.from_domain(from_row(domain_type, change.after))
    return change_type(entity_id=key, **{name: stated})


def _gap_changed(key: strawberry.ID, change: DomainChange) -> CoverageGapChanged:
    stated = from_row(ScheduleGap, change.before if change.after is None else change.after)
    gap = None if change.after is None else CoverageGap.from_domain(stated.gap)
    day: date = stated.date
    return CoverageGapChanged(
        entity_id=key,
        date=day,
        gap=gap,
        group_id=stated.group_id,
        schedule_id=stated.schedule_id,
    )
