"""Every table on one page, every constraint named; `store.violated` reads these names.

A foreign key between two things of a restaurant holds the restaurant too, so that the database
itself refuses to mix rows of two restaurants. Single numbers stand in exclusion constraints as
ranges of one point: ranges need no extension.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    Identity,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    Time,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from domain.access import Role
from domain.backups import AssignmentType
from domain.configurations import ConfigurationStatus
from domain.covers import CoverSource
from domain.periods import Weekday
from domain.rules import (
    CalendarRuleKind,
    Direction,
    LimitScope,
    LimitUnit,
    LimitWindow,
    RequestState,
    StandingRuleKind,
)
from domain.runs import Outcome, Phase, RunState, TierName
from domain.schedules import ScheduleStatus
from domain.shifts import ShiftSource
from domain.staff import CoverageMode, EmploymentType, HolidayPolicy, IdlePolicy, NeedPolicy
from store.columns import (
    LONGEST_NAME,
    are_among,
    at_most,
    count,
    dated,
    flag,
    is_one_of,
    levelled,
    list_of,
    metadata,
    moment,
    never_at_once,
    number,
    of_restaurant,
    of_type,
    once,
    owned,
    refers,
    said,
    setting,
    weighed,
    words,
)

restaurants = Table(
    "restaurants",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    words("name"),
    words("time_zone"),
    number("revision"),
    words("epoch"),
    words("week_start"),
    count("period_start_day"),
    flag("borrowing"),
    flag("soft_rules_before_priority"),
    moment("created_at"),
    moment("updated_at"),
    said("name"),
    said("time_zone"),
    said("epoch"),
    is_one_of("week_start", Weekday),
    CheckConstraint("revision >= 0", name="revision_bounds"),
    CheckConstraint("period_start_day between 1 and 31", name="period_start_day_bounds"),
)

staff = owned(
    "staff",
    words("name"),
    words("employment_type"),
    Column("position", Text),
    Column("employed_from", Date, nullable=False),
    Column("employed_until", Date),
    words("idle_policy"),
    words("holiday_policy"),
    count("maximum_groups_per_day"),
    Column("deactivated_on", Date),
    said("name"),
    at_most("position", LONGEST_NAME),
    is_one_of("employment_type", EmploymentType),
    is_one_of("idle_policy", IdlePolicy),
    is_one_of("holiday_policy", HolidayPolicy),
    CheckConstraint("employed_from <= employed_until", name="employed_period"),
    CheckConstraint("maximum_groups_per_day >= 1", name="maximum_groups_per_day_bounds"),
)

restaurant_memberships = Table(
    "restaurant_memberships",
    metadata,
    number("restaurant_id"),
    words("subject"),
    words("role"),
    Column("staff_id", BigInteger),
    moment("created_at"),
    PrimaryKeyConstraint("restaurant_id", "subject"),
    Index(None, "subject"),
    said("subject", 500),
    is_one_of("role", Role),
    refers("restaurant_id", "restaurants", "id"),
    of_restaurant("staff_id", "staff"),
)

shift_types = owned(
    "shift_types",
    words("code"),
    words("symbol"),
    words("name"),
    flag("works"),
    count("rest_half_days"),
    flag("absent_for_coverage"),
    flag("can_cover"),
    count("position"),
    list_of("employment_types"),
    Column("starts_at", Time),
    Column("ends_at", Time),
    said("code", 40),
    said("symbol", 8),
    said("name"),
    are_among("employment_types", EmploymentType),
    CheckConstraint("rest_half_days between 0 and 2", name="rest_half_days_bounds"),
    UniqueConstraint("restaurant_id", "code", name="shift_types_code_once"),
)

configuration_versions = owned(
    "configuration_versions",
    count("number"),
    words("name"),
    words("status"),
    flag("is_locked"),
    said("name"),
    is_one_of("status", ConfigurationStatus),
    CheckConstraint("number >= 1", name="number_bounds"),
    UniqueConstraint("restaurant_id", "number", name="configuration_versions_number_once"),
    once("configuration_versions_one_active", "restaurant_id", "status = 'ACTIVE'"),
)

staff_groups = setting(
    "staff_groups",
    words("name"),
    Column("color", Text),
    words("need_policy"),
    count("minimum_present", nullable=True),
    flag("count_vacancy"),
    words("coverage_mode"),
    count("criticality"),
    Column("lineage_id", BigInteger),
    Column("deactivated_on", Date),
    said("name"),
    at_most("color", 40),
    is_one_of("need_policy", NeedPolicy),
    is_one_of("coverage_mode", CoverageMode),
    CheckConstraint("criticality between 1 and 5", name="criticality_bounds"),
    CheckConstraint("minimum_present >= 0", name="minimum_present_bounds"),
    CheckConstraint(
        "(minimum_present is not null) = (need_policy = 'MINIMUM_PRESENT')",
        name="minimum_present_policy",
    ),
    of_restaurant("lineage_id", "staff_groups"),
    UniqueConstraint("restaurant_id", "configuration_id", "id"),
)

group_memberships = Table(
    "group_memberships",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    number("restaurant_id"),
    number("group_id"),
    number("staff_id"),
    *dated(),
    moment("created_at"),
    moment("updated_at"),
    of_restaurant("group_id", "staff_groups"),
    of_restaurant("staff_id", "staff"),
    Index(None, "group_id"),
    never_at_once(
        "group_memberships_no_overlap", "group_id staff_id", "effective_from", "effective_until"
    ),
)

backup_assignments = setting(
    "backup_assignments",
    number("staff_id"),
    number("group_id"),
    words("assignment_type"),
    count("priority_order"),
    *dated(),
    Column("notes", Text),
    Column("lineage_id", BigInteger),
    at_most("notes"),
    is_one_of("assignment_type", AssignmentType),
    CheckConstraint("priority_order >= 1", name="priority_order_bounds"),
    of_restaurant("lineage_id", "backup_assignments"),
    of_restaurant("staff_id", "staff"),
    refers(
        "restaurant_id configuration_id group_id",
        "staff_groups",
        "restaurant_id configuration_id id",
    ),
    Index(None, "group_id"),
    never_at_once(
        "backup_assignments_no_overlap",
        "configuration_id staff_id group_id",
        "effective_from",
        "effective_until",
        where="is_active",
    ),
)

work_limits = setting(
    "work_limits",
    words("name"),
    words("window"),
    list_of("shift_types"),
    count("days", nullable=True),
    count("minimum_half_days", nullable=True),
    count("maximum_half_days", nullable=True),
    words("unit"),
    count("minimum_minutes", nullable=True),
    count("maximum_minutes", nullable=True),
    words("scope"),
    list_of("target_employment_types"),
    list_of("target_group_ids", BigInteger),
    list_of("target_staff_ids", BigInteger),
    *levelled(),
    said("name"),
    is_one_of('"window"', LimitWindow),
    is_one_of("unit", LimitUnit),
    is_one_of("scope", LimitScope),
    are_among("target_employment_types", EmploymentType),
    CheckConstraint("cardinality(shift_types) >= 1", name="shift_types_bounds"),
    CheckConstraint("(days is not null) = (\"window\" = 'ROLLING_DAYS')", name="days_window"),
    CheckConstraint("days between 1 and 366", name="days_bounds"),
    CheckConstraint("minimum_half_days >= 0", name="minimum_bounds"),
    CheckConstraint("maximum_half_days >= 0", name="maximum_bounds"),
    CheckConstraint("minimum_half_days <= maximum_half_days", name="minimum_maximum"),
    CheckConstraint("minimum_minutes >= 0", name="minimum_minutes_bounds"),
    CheckConstraint("maximum_minutes >= 0", name="maximum_minutes_bounds"),
    CheckConstraint("minimum_minutes <= maximum_minutes", name="minimum_maximum_minutes"),
    CheckConstraint(
        "(num_nonnulls(minimum_half_days, maximum_half_days) >= 1) = (unit = 'DAYS')",
        name="bounded",
    ),
    CheckConstraint(
        "(num_nonnulls(minimum_minutes, maximum_minutes) >= 1) = (unit = 'HOURS')",
        name="bounded_minutes",
    ),
    CheckConstraint(
        "unit <> 'HOURS' or \"window\" in ('DAY', 'WEEK', 'PERIOD', 'ROLLING_DAYS')",
        name="unit_window",
    ),
    *(
        CheckConstraint(f"(cardinality({column}) > 0) = (scope = '{scope}')", name=column)
        for column, scope in (
            ("target_employment_types", LimitScope.EMPLOYMENT_TYPE),
            ("target_group_ids", LimitScope.GROUP),
            ("target_staff_ids", LimitScope.STAFF),
        )
    ),
)

priority_rules = setting(
    "priority_rules",
    words("name"),
    number("staff_id"),
    words("shift_type"),
    list_of("weekdays"),
    words("direction"),
    *levelled(),
    said("name"),
    are_among("weekdays", Weekday),
    CheckConstraint("cardinality(weekdays) >= 1", name="weekdays_bounds"),
    is_one_of("direction", Direction),
    of_restaurant("staff_id", "staff"),
    of_type("shift_type"),
)

succession_rules = setting(
    "succession_rules",
    words("from_type"),
    words("to_type"),
    *levelled(),
    of_type("from_type", "succession_rules_from_type_fkey"),
    of_type("to_type", "succession_rules_to_type_fkey"),
    once("succession_rules_once", "configuration_id from_type to_type", "is_active"),
)

standing_rules = setting(
    "standing_rules",
    words("kind"),
    *weighed(),
    is_one_of("kind", StandingRuleKind),
    once("standing_rules_once", "configuration_id kind", "is_active"),
)

calendar_rules = setting(
    "calendar_rules",
    Column("date", Date, nullable=False),
    words("kind"),
    Column("reason", Text),
    at_most("reason"),
    is_one_of("kind", CalendarRuleKind),
    # before the next one: of two violated, PostgreSQL names the older
    once("calendar_rules_once", "configuration_id date kind", "is_active"),
    once(
        "calendar_rules_no_contradiction",
        "configuration_id date",
        "is_active and kind in ('CLOSED', 'MUST_WORK')",
    ),
)

day_off_requests = owned(
    "day_off_requests",
    number("staff_id"),
    Column("date", Date, nullable=False),
    words("state"),
    Column("reason", Text),
    at_most("reason"),
    is_one_of("state", RequestState),
    of_restaurant("staff_id", "staff"),
    Index(None, "restaurant_id", "date"),
    once("day_off_requests_once", "staff_id date", "state in ('REQUESTED', 'APPROVED')"),
)

schedules = owned(
    "schedules",
    Column("start", Date, nullable=False),
    Column("end", Date, nullable=False),
    words("status"),
    flag("is_active"),
    Column("published_at", DateTime(timezone=True)),
    Column("published", JSONB),
    is_one_of("status", ScheduleStatus),
    CheckConstraint('"end" - start between 0 and 365', name="days_bounds"),
    Index(None, "restaurant_id", "start"),
    never_at_once(
        "schedules_no_published_overlap",
        "restaurant_id",
        "start",
        '"end"',
        where="is_active and status = 'PUBLISHED'",
    ),
)

# shift_type null: a cell that was cleared, kept so that a stale edit of it is noticed
shift_assignments = owned(
    "shift_assignments",
    number("schedule_id"),
    number("staff_id"),
    Column("date", Date, nullable=False),
    Column("shift_type", Text),
    words("source"),
    flag("pinned"),
    is_one_of("source", ShiftSource),
    CheckConstraint("shift_type is not null or not pinned", name="pinned_set"),
    of_restaurant("schedule_id", "schedules"),
    of_restaurant("staff_id", "staff"),
    of_type("shift_type"),
    UniqueConstraint("schedule_id", "staff_id", "date", name="shift_assignments_cell"),
)

covers = owned(
    "covers",
    number("schedule_id"),
    Column("date", Date, nullable=False),
    number("group_id"),
    number("staff_id"),
    words("source"),
    Column("backup_assignment_id", BigInteger),
    count("priority_order", nullable=True),
    count("rank", nullable=True),
    list_of("absent_member_ids", BigInteger),
    flag("pinned"),
    is_one_of("source", CoverSource),
    CheckConstraint(
        "num_nulls(backup_assignment_id, priority_order, rank) in (0, 3)", name="assigned"
    ),
    CheckConstraint("priority_order >= 1 and rank >= 1", name="rank_bounds"),
    of_restaurant("schedule_id", "schedules"),
    of_restaurant("group_id", "staff_groups"),
    of_restaurant("staff_id", "staff"),
    of_restaurant("backup_assignment_id", "backup_assignments"),
    UniqueConstraint("schedule_id", "date", "group_id", "staff_id", name="covers_once"),
)

generation_runs = Table(
    "generation_runs",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    number("restaurant_id"),
    number("schedule_id"),
    Column("request", JSONB, nullable=False),
    number("configuration_revision"),
    words("state"),
    Column("outcome", Text),
    flag("is_stale"),
    flag("is_applied"),
    flag("cancel_requested"),
    flag("keep_best"),
    Column("failure", Text),
    count("attempt"),
    Column("phase", Text),
    Column("improving", Text),
    count("solutions"),
    Column("elapsed_seconds", Double, nullable=False),
    Column("tiers", JSONB, nullable=False),
    Column("violations", JSONB, nullable=False),
    Column("steps", JSONB, nullable=False),
    Column("worker", Text),
    Column("problem", Text),
    Column("solution", Text),
    Column("input_hash", Text),
    Column("schedule_hash", Text),
    number("revision"),
    moment("created_at"),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    is_one_of("state", RunState),
    is_one_of("outcome", Outcome),
    is_one_of("phase", Phase),
    is_one_of("improving", TierName),
    CheckConstraint("attempt >= 0", name="attempt_bounds"),
    CheckConstraint(
        "(finished_at is not null) = (state in ('FINISHED', 'FAILED', 'CANCELLED'))",
        name="finished",
    ),
    of_restaurant("schedule_id", "schedules"),
    UniqueConstraint("restaurant_id", "id"),
    Index(None, "schedule_id"),
    once("generation_runs_one_active", "schedule_id", "state in ('QUEUED', 'RUNNING')"),
)

change_sets = Table(
    "change_sets",
    metadata,
    number("restaurant_id"),
    number("revision"),
    Column("committed_at", DateTime(timezone=True), nullable=False),
    words("actor_id"),
    words("actor_name"),
    words("operation"),
    Column("client_mutation_id", Text),
    Column("note", Text),
    at_most("note"),
    PrimaryKeyConstraint("restaurant_id", "revision"),
    CheckConstraint("revision >= 1", name="revision_bounds"),
    refers("restaurant_id", "restaurants", "id"),
)

change_log = Table(
    "change_log",
    metadata,
    number("restaurant_id"),
    number("revision"),
    count("position"),
    words("entity_type"),
    words("entity_key"),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    PrimaryKeyConstraint("restaurant_id", "revision", "position"),
    CheckConstraint("num_nonnulls(before, after) >= 1", name="before_or_after"),
    refers("restaurant_id revision", "change_sets", "restaurant_id revision"),
    Index(None, "restaurant_id", "entity_type", "revision"),
)

pruned_changes = Table(
    "pruned_changes",
    metadata,
    number("restaurant_id"),
    words("entity_type"),
    words("scope"),
    number("revision"),
    PrimaryKeyConstraint("restaurant_id", "entity_type", "scope"),
    refers("restaurant_id", "restaurants", "id"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    words("subject"),
    words("key"),
    words("operation"),
    words("input_hash"),
    Column("restaurant_id", BigInteger),
    Column("result", JSONB(none_as_null=True)),
    moment("created_at"),
    PrimaryKeyConstraint("subject", "key"),
    said("key"),
    refers("restaurant_id", "restaurants", "id"),
    Index(None, "created_at"),
)
