"""Every table on one page, every constraint named; `store.violated` reads these names.

A foreign key between two things of a restaurant holds the restaurant too, so that the database
itself refuses to mix rows of two restaurants. Single numbers stand in exclusion constraints as
ranges of one point: ranges need no extension.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Time,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.schema import SchemaItem

from domain.access import Role
from domain.backups import AssignmentType
from domain.configurations import ConfigurationStatus
from domain.covers import CoverSource
from domain.periods import Weekday
from domain.rules import (
    CalendarRuleKind,
    Direction,
    Level,
    LimitScope,
    LimitWindow,
    RequestState,
    StandingRuleKind,
)
from domain.runs import Outcome, RunState
from domain.schedules import ScheduleStatus
from domain.shifts import ShiftSource
from domain.staff import CoverageMode, EmploymentType, HolidayPolicy, IdlePolicy, NeedPolicy

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(referred_table_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)

_LONGEST_NAME = 200
_LONGEST_TEXT = 2000


def _is_one_of(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=f"{column.strip(chr(34))}_known")


def _are_among(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} <@ array[{listed}]", name=f"{column}_known")


def _said(column: str, longest: int = _LONGEST_NAME) -> CheckConstraint:
    """Not blank, and no longer than this."""
    return CheckConstraint(
        f"btrim({column}) <> '' and char_length({column}) <= {longest}", name=f"{column}_length"
    )


def _at_most(column: str, longest: int = _LONGEST_TEXT) -> CheckConstraint:
    return CheckConstraint(f"char_length({column}) <= {longest}", name=f"{column}_length")


def _text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[Any]:
    return Column(name, BigInteger, nullable=False)


def _count(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Integer, nullable=nullable)


def _flag(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False)


def _list(name: str, of: Any = Text) -> Column[Any]:
    return Column(name, ARRAY(of), nullable=False)


def _moment(name: str) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def _refers(columns: str, table: str, keys: str, name: str | None = None) -> ForeignKeyConstraint:
    referred = [f"{table}.{key}" for key in keys.split()]
    return ForeignKeyConstraint(columns.split(), referred, name=name)


def _of_restaurant(column: str, table: str) -> ForeignKeyConstraint:
    return _refers(f"restaurant_id {column}", table, "restaurant_id id")


def _of_type(column: str, name: str | None = None) -> ForeignKeyConstraint:
    return _refers(f"restaurant_id {column}", "shift_types", "restaurant_id code", name)


def _dated() -> tuple[SchemaItem, ...]:
    return (
        Column("effective_from", Date),
        Column("effective_until", Date),
        CheckConstraint("effective_from <= effective_until", name="effective_period"),
    )


def _once(name: str, columns: str, where: str) -> Index:
    return Index(name, *columns.split(), unique=True, postgresql_where=text(where))


def _never_at_once(
    name: str, numbers: str, first: str, last: str, where: str = "true"
) -> ExcludeConstraint:
    """No two rows with these numbers equal and overlapping dates, among those that meet `where`."""
    points = [(text(f"int8range({n}, {n}, '[]')"), "=") for n in numbers.split()]
    dates = text(f"daterange({first}, {last}, '[]')")
    return ExcludeConstraint(*points, (dates, "&&"), name=name, using="gist", where=text(where))


def _owned(name: str, *items: SchemaItem) -> Table:
    """A table of things that belong to one restaurant."""
    return Table(
        name,
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        _number("restaurant_id"),
        *items,
        _number("revision"),
        _moment("created_at"),
        _moment("updated_at"),
        _refers("restaurant_id", "restaurants", "id"),
        UniqueConstraint("restaurant_id", "id"),
    )


def _setting(name: str, *items: SchemaItem) -> Table:
    """A table of things that belong to one version of a restaurant's settings."""
    return _owned(
        name,
        _number("configuration_id"),
        *items,
        _flag("is_active"),
        _of_restaurant("configuration_id", "configuration_versions"),
        Index(None, "configuration_id"),
    )


def _weighed() -> tuple[SchemaItem, ...]:
    return _count("weight"), CheckConstraint("weight between 1 and 1000", name="weight_bounds")


def _levelled() -> tuple[SchemaItem, ...]:
    return _text("level"), _is_one_of("level", Level), *_weighed()


restaurants = Table(
    "restaurants",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _text("name"),
    _text("time_zone"),
    _number("revision"),
    _text("epoch"),
    _text("week_start"),
    _count("period_start_day"),
    _flag("borrowing"),
    _flag("soft_rules_before_priority"),
    _moment("created_at"),
    _moment("updated_at"),
    _said("name"),
    _said("time_zone"),
    _said("epoch"),
    _is_one_of("week_start", Weekday),
    CheckConstraint("revision >= 0", name="revision_bounds"),
    CheckConstraint("period_start_day between 1 and 31", name="period_start_day_bounds"),
)

staff = _owned(
    "staff",
    _text("name"),
    _text("employment_type"),
    Column("position", Text),
    Column("employed_from", Date, nullable=False),
    Column("employed_until", Date),
    _text("idle_policy"),
    _text("holiday_policy"),
    _count("maximum_groups_per_day"),
    Column("deactivated_on", Date),
    _said("name"),
    _at_most("position", _LONGEST_NAME),
    _is_one_of("employment_type", EmploymentType),
    _is_one_of("idle_policy", IdlePolicy),
    _is_one_of("holiday_policy", HolidayPolicy),
    CheckConstraint("employed_from <= employed_until", name="employed_period"),
    CheckConstraint("maximum_groups_per_day >= 1", name="maximum_groups_per_day_bounds"),
)

restaurant_memberships = Table(
    "restaurant_memberships",
    metadata,
    _number("restaurant_id"),
    _text("subject"),
    _text("role"),
    Column("staff_id", BigInteger),
    _moment("created_at"),
    PrimaryKeyConstraint("restaurant_id", "subject"),
    Index(None, "subject"),
    _said("subject", 500),
    _is_one_of("role", Role),
    _refers("restaurant_id", "restaurants", "id"),
    _of_restaurant("staff_id", "staff"),
)

shift_types = _owned(
    "shift_types",
    _text("code"),
    _text("symbol"),
    _text("name"),
    _flag("works"),
    _count("rest_half_days"),
    _flag("absent_for_coverage"),
    _flag("can_cover"),
    _count("position"),
    _list("employment_types"),
    Column("starts_at", Time),
    Column("ends_at", Time),
    _said("code", 40),
    _said("symbol", 8),
    _said("name"),
    _are_among("employment_types", EmploymentType),
    CheckConstraint("rest_half_days between 0 and 2", name="rest_half_days_bounds"),
    UniqueConstraint("restaurant_id", "code", name="shift_types_code_once"),
)

configuration_versions = _owned(
    "configuration_versions",
    _count("number"),
    _text("name"),
    _text("status"),
    _flag("is_locked"),
    _said("name"),
    _is_one_of("status", ConfigurationStatus),
    CheckConstraint("number >= 1", name="number_bounds"),
    UniqueConstraint("restaurant_id", "number", name="configuration_versions_number_once"),
    _once("configuration_versions_one_active", "restaurant_id", "status = 'ACTIVE'"),
)

staff_groups = _setting(
    "staff_groups",
    _text("name"),
    Column("color", Text),
    _text("need_policy"),
    _count("minimum_present", nullable=True),
    _flag("count_vacancy"),
    _text("coverage_mode"),
    _count("criticality"),
    _said("name"),
    _at_most("color", 40),
    _is_one_of("need_policy", NeedPolicy),
    _is_one_of("coverage_mode", CoverageMode),
    CheckConstraint("criticality between 1 and 5", name="criticality_bounds"),
    CheckConstraint("minimum_present >= 0", name="minimum_present_bounds"),
    CheckConstraint(
        "(minimum_present is not null) = (need_policy = 'MINIMUM_PRESENT')",
        name="minimum_present_policy",
    ),
    UniqueConstraint("restaurant_id", "configuration_id", "id"),
)

group_memberships = Table(
    "group_memberships",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _number("restaurant_id"),
    _number("group_id"),
    _number("staff_id"),
    *_dated(),
    _moment("created_at"),
    _moment("updated_at"),
    _of_restaurant("group_id", "staff_groups"),
    _of_restaurant("staff_id", "staff"),
    Index(None, "group_id"),
    _never_at_once(
        "group_memberships_no_overlap", "group_id staff_id", "effective_from", "effective_until"
    ),
)

backup_assignments = _setting(
    "backup_assignments",
    _number("staff_id"),
    _number("group_id"),
    _text("assignment_type"),
    _count("priority_order"),
    *_dated(),
    Column("notes", Text),
    _at_most("notes"),
    _is_one_of("assignment_type", AssignmentType),
    CheckConstraint("priority_order >= 1", name="priority_order_bounds"),
    _of_restaurant("staff_id", "staff"),
    _refers(
        "restaurant_id configuration_id group_id",
        "staff_groups",
        "restaurant_id configuration_id id",
    ),
    Index(None, "group_id"),
    _never_at_once(
        "backup_assignments_no_overlap",
        "configuration_id staff_id group_id",
        "effective_from",
        "effective_until",
        where="is_active",
    ),
)

work_limits = _setting(
    "work_limits",
    _text("name"),
    _text("window"),
    _list("shift_types"),
    _count("days", nullable=True),
    _count("minimum_half_days", nullable=True),
    _count("maximum_half_days", nullable=True),
    _text("scope"),
    _list("target_employment_types"),
    _list("target_group_ids", BigInteger),
    _list("target_staff_ids", BigInteger),
    *_levelled(),
    _said("name"),
    _is_one_of('"window"', LimitWindow),
    _is_one_of("scope", LimitScope),
    _are_among("target_employment_types", EmploymentType),
    CheckConstraint("cardinality(shift_types) >= 1", name="shift_types_bounds"),
    CheckConstraint("(days is not null) = (\"window\" = 'ROLLING_DAYS')", name="days_window"),
    CheckConstraint("days between 1 and 366", name="days_bounds"),
    CheckConstraint("minimum_half_days >= 0", name="minimum_bounds"),
    CheckConstraint("maximum_half_days >= 0", name="maximum_bounds"),
    CheckConstraint("minimum_half_days <= maximum_half_days", name="minimum_maximum"),
    CheckConstraint("num_nonnulls(minimum_half_days, maximum_half_days) >= 1", name="bounded"),
    *(
        CheckConstraint(f"(cardinality({column}) > 0) = (scope = '{scope}')", name=column)
        for column, scope in (
            ("target_employment_types", LimitScope.EMPLOYMENT_TYPE),
            ("target_group_ids", LimitScope.GROUP),
            ("target_staff_ids", LimitScope.STAFF),
        )
    ),
)

priority_rules = _setting(
    "priority_rules",
    _text("name"),
    _number("staff_id"),
    _text("shift_type"),
    _list("weekdays"),
    _text("direction"),
    *_levelled(),
    _said("name"),
    _are_among("weekdays", Weekday),
    CheckConstraint("cardinality(weekdays) >= 1", name="weekdays_bounds"),
    _is_one_of("direction", Direction),
    _of_restaurant("staff_id", "staff"),
    _of_type("shift_type"),
)

succession_rules = _setting(
    "succession_rules",
    _text("from_type"),
    _text("to_type"),
    *_levelled(),
    _of_type("from_type", "succession_rules_from_type_fkey"),
    _of_type("to_type", "succession_rules_to_type_fkey"),
    _once("succession_rules_once", "configuration_id from_type to_type", "is_active"),
)

standing_rules = _setting(
    "standing_rules",
    _text("kind"),
    *_weighed(),
    _is_one_of("kind", StandingRuleKind),
    _once("standing_rules_once", "configuration_id kind", "is_active"),
)

calendar_rules = _setting(
    "calendar_rules",
    Column("date", Date, nullable=False),
    _text("kind"),
    Column("reason", Text),
    _at_most("reason"),
    _is_one_of("kind", CalendarRuleKind),
    _once("calendar_rules_once", "configuration_id date kind", "is_active"),
    _once(
        "calendar_rules_no_contradiction",
        "configuration_id date",
        "is_active and kind in ('CLOSED', 'MUST_WORK')",
    ),
)

day_off_requests = _owned(
    "day_off_requests",
    _number("staff_id"),
    Column("date", Date, nullable=False),
    _text("state"),
    Column("reason", Text),
    _at_most("reason"),
    _is_one_of("state", RequestState),
    _of_restaurant("staff_id", "staff"),
    Index(None, "restaurant_id", "date"),
    _once("day_off_requests_once", "staff_id date", "state in ('REQUESTED', 'APPROVED')"),
)

schedules = _owned(
    "schedules",
    Column("start", Date, nullable=False),
    Column("end", Date, nullable=False),
    _text("status"),
    _flag("is_active"),
    Column("published_at", DateTime(timezone=True)),
    _is_one_of("status", ScheduleStatus),
    CheckConstraint('"end" - start between 0 and 365', name="days_bounds"),
    Index(None, "restaurant_id", "start"),
    _never_at_once(
        "schedules_no_published_overlap",
        "restaurant_id",
        "start",
        '"end"',
        where="is_active and status = 'PUBLISHED'",
    ),
)

# shift_type null: a cell that was cleared, kept so that a stale edit of it is noticed
shift_assignments = _owned(
    "shift_assignments",
    _number("schedule_id"),
    _number("staff_id"),
    Column("date", Date, nullable=False),
    Column("shift_type", Text),
    _text("source"),
    _flag("pinned"),
    _is_one_of("source", ShiftSource),
    CheckConstraint("shift_type is not null or not pinned", name="pinned_set"),
    _of_restaurant("schedule_id", "schedules"),
    _of_restaurant("staff_id", "staff"),
    _of_type("shift_type"),
    UniqueConstraint("schedule_id", "staff_id", "date", name="shift_assignments_cell"),
)

covers = _owned(
    "covers",
    _number("schedule_id"),
    Column("date", Date, nullable=False),
    _number("group_id"),
    _number("staff_id"),
    _text("source"),
    Column("backup_assignment_id", BigInteger),
    _count("priority_order", nullable=True),
    _count("rank", nullable=True),
    _list("absent_member_ids", BigInteger),
    _flag("pinned"),
    _is_one_of("source", CoverSource),
    CheckConstraint(
        "num_nulls(backup_assignment_id, priority_order, rank) in (0, 3)", name="assigned"
    ),
    CheckConstraint("priority_order >= 1 and rank >= 1", name="rank_bounds"),
    _of_restaurant("schedule_id", "schedules"),
    _of_restaurant("group_id", "staff_groups"),
    _of_restaurant("staff_id", "staff"),
    _of_restaurant("backup_assignment_id", "backup_assignments"),
    UniqueConstraint("schedule_id", "date", "group_id", "staff_id", name="covers_once"),
)

generation_runs = Table(
    "generation_runs",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _number("restaurant_id"),
    _number("schedule_id"),
    Column("request", JSONB, nullable=False),
    _number("configuration_revision"),
    _text("state"),
    Column("outcome", Text),
    _flag("is_stale"),
    _flag("is_applied"),
    _flag("cancel_requested"),
    _flag("keep_best"),
    Column("failure", Text),
    _count("attempt"),
    _count("solutions"),
    Column("elapsed_seconds", Double, nullable=False),
    Column("tiers", JSONB, nullable=False),
    Column("violations", JSONB, nullable=False),
    Column("worker", Text),
    Column("problem", Text),
    Column("solution", Text),
    _number("revision"),
    _moment("created_at"),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    _is_one_of("state", RunState),
    _is_one_of("outcome", Outcome),
    CheckConstraint("attempt >= 0", name="attempt_bounds"),
    CheckConstraint(
        "(finished_at is not null) = (state in ('FINISHED', 'FAILED', 'CANCELLED'))",
        name="finished",
    ),
    _of_restaurant("schedule_id", "schedules"),
    UniqueConstraint("restaurant_id", "id"),
    Index(None, "schedule_id"),
    _once("generation_runs_one_active", "schedule_id", "state in ('QUEUED', 'RUNNING')"),
)

change_sets = Table(
    "change_sets",
    metadata,
    _number("restaurant_id"),
    _number("revision"),
    Column("committed_at", DateTime(timezone=True), nullable=False),
    _text("actor_id"),
    _text("actor_name"),
    _text("operation"),
    Column("client_mutation_id", Text),
    Column("note", Text),
    _at_most("note"),
    PrimaryKeyConstraint("restaurant_id", "revision"),
    CheckConstraint("revision >= 1", name="revision_bounds"),
    _refers("restaurant_id", "restaurants", "id"),
)

change_log = Table(
    "change_log",
    metadata,
    _number("restaurant_id"),
    _number("revision"),
    _count("position"),
    _text("entity_type"),
    _text("entity_key"),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    PrimaryKeyConstraint("restaurant_id", "revision", "position"),
    CheckConstraint("num_nonnulls(before, after) >= 1", name="before_or_after"),
    _refers("restaurant_id revision", "change_sets", "restaurant_id revision"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    _text("subject"),
    _text("key"),
    _text("operation"),
    _text("input_hash"),
    Column("restaurant_id", BigInteger),
    Column("result", JSONB(none_as_null=True)),
    _moment("created_at"),
    PrimaryKeyConstraint("subject", "key"),
    _said("key"),
    _refers("restaurant_id", "restaurants", "id"),
    Index(None, "created_at"),
)
