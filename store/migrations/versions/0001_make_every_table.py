"""Make every table."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restaurants",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("week_start", sa.Text(), nullable=False),
        sa.Column("period_start_day", sa.Integer(), nullable=False),
        sa.Column("borrowing", sa.Boolean(), nullable=False),
        sa.Column("soft_rules_before_priority", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "btrim(epoch) <> '' and char_length(epoch) <= 200",
            name=op.f("restaurants_epoch_length"),
        ),
        sa.CheckConstraint(
            "btrim(name) <> '' and char_length(name) <= 200", name=op.f("restaurants_name_length")
        ),
        sa.CheckConstraint(
            "btrim(time_zone) <> '' and char_length(time_zone) <= 200",
            name=op.f("restaurants_time_zone_length"),
        ),
        sa.CheckConstraint(
            "week_start in ('MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY')",
            name=op.f("restaurants_week_start_known"),
        ),
        sa.CheckConstraint(
            "period_start_day between 1 and 31", name=op.f("restaurants_period_start_day_bounds")
        ),
        sa.CheckConstraint("revision >= 0", name=op.f("restaurants_revision_bounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("restaurants_pkey")),
    )
    op.create_table(
        "change_sets",
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("client_mutation_id", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("char_length(note) <= 2000", name=op.f("change_sets_note_length")),
        sa.CheckConstraint("revision >= 1", name=op.f("change_sets_revision_bounds")),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("change_sets_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("restaurant_id", "revision", name=op.f("change_sets_pkey")),
    )
    op.create_table(
        "configuration_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "btrim(name) <> '' and char_length(name) <= 200",
            name=op.f("configuration_versions_name_length"),
        ),
        sa.CheckConstraint(
            "status in ('DRAFT', 'ACTIVE', 'ARCHIVED')",
            name=op.f("configuration_versions_status_known"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("configuration_versions_number_bounds")),
        sa.ForeignKeyConstraint(
            ["restaurant_id"],
            ["restaurants.id"],
            name=op.f("configuration_versions_restaurants_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("configuration_versions_pkey")),
        sa.UniqueConstraint(
            "restaurant_id", "id", name=op.f("configuration_versions_restaurant_id_id_key")
        ),
        sa.UniqueConstraint("restaurant_id", "number", name="configuration_versions_number_once"),
    )
    op.create_index(
        "configuration_versions_one_active",
        "configuration_versions",
        ["restaurant_id"],
        unique=True,
        postgresql_where=sa.text("status = 'ACTIVE'"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "btrim(key) <> '' and char_length(key) <= 200", name=op.f("idempotency_keys_key_length")
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("idempotency_keys_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("subject", "key", name=op.f("idempotency_keys_pkey")),
    )
    op.create_index(
        op.f("idempotency_keys_created_at_idx"), "idempotency_keys", ["created_at"], unique=False
    )
    op.create_table(
        "schedules",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(restaurant_id, restaurant_id, '[]')"), "="),
            (sa.text("daterange(start, \"end\", '[]')"), "&&"),
            where=sa.text("is_active and status = 'PUBLISHED'"),
            using="gist",
            name="schedules_no_published_overlap",
        ),
        sa.CheckConstraint("status in ('DRAFT', 'PUBLISHED')", name=op.f("schedules_status_known")),
        sa.CheckConstraint('"end" - start between 0 and 365', name=op.f("schedules_days_bounds")),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("schedules_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("schedules_pkey")),
        sa.UniqueConstraint("restaurant_id", "id", name=op.f("schedules_restaurant_id_id_key")),
    )
    op.create_index(
        op.f("schedules_restaurant_id_start_idx"),
        "schedules",
        ["restaurant_id", "start"],
        unique=False,
    )
    op.create_table(
        "shift_types",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("rest_half_days", sa.Integer(), nullable=False),
        sa.Column("absent_for_coverage", sa.Boolean(), nullable=False),
        sa.Column("can_cover", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("employment_types", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("ends_at", sa.Time(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "btrim(code) <> '' and char_length(code) <= 40", name=op.f("shift_types_code_length")
        ),
        sa.CheckConstraint(
            "btrim(name) <> '' and char_length(name) <= 200", name=op.f("shift_types_name_length")
        ),
        sa.CheckConstraint(
            "btrim(symbol) <> '' and char_length(symbol) <= 8",
            name=op.f("shift_types_symbol_length"),
        ),
        sa.CheckConstraint(
            "employment_types <@ array['REGULAR', 'TEMPORARY', 'PART_TIME']",
            name=op.f("shift_types_employment_types_known"),
        ),
        sa.CheckConstraint(
            "rest_half_days between 0 and 2", name=op.f("shift_types_rest_half_days_bounds")
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("shift_types_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("shift_types_pkey")),
        sa.UniqueConstraint("restaurant_id", "code", name="shift_types_code_once"),
        sa.UniqueConstraint("restaurant_id", "id", name=op.f("shift_types_restaurant_id_id_key")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("employment_type", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("employed_from", sa.Date(), nullable=False),
        sa.Column("employed_until", sa.Date(), nullable=True),
        sa.Column("idle_policy", sa.Text(), nullable=False),
        sa.Column("holiday_policy", sa.Text(), nullable=False),
        sa.Column("maximum_groups_per_day", sa.Integer(), nullable=False),
        sa.Column("deactivated_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "btrim(name) <> '' and char_length(name) <= 200", name=op.f("staff_name_length")
        ),
        sa.CheckConstraint(
            "employment_type in ('REGULAR', 'TEMPORARY', 'PART_TIME')",
            name=op.f("staff_employment_type_known"),
        ),
        sa.CheckConstraint(
            "holiday_policy in ('WORK', 'OFF')", name=op.f("staff_holiday_policy_known")
        ),
        sa.CheckConstraint(
            "idle_policy in ('FREE', 'STANDBY', 'WORK')", name=op.f("staff_idle_policy_known")
        ),
        sa.CheckConstraint("char_length(position) <= 200", name=op.f("staff_position_length")),
        sa.CheckConstraint("employed_from <= employed_until", name=op.f("staff_employed_period")),
        sa.CheckConstraint(
            "maximum_groups_per_day >= 1", name=op.f("staff_maximum_groups_per_day_bounds")
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("staff_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("staff_pkey")),
        sa.UniqueConstraint("restaurant_id", "id", name=op.f("staff_restaurant_id_id_key")),
    )
    op.create_table(
        "calendar_rules",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("configuration_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind in ('CLOSED', 'MUST_WORK', 'HOLIDAY')", name=op.f("calendar_rules_kind_known")
        ),
        sa.CheckConstraint(
            "char_length(reason) <= 2000", name=op.f("calendar_rules_reason_length")
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "configuration_id"],
            ["configuration_versions.restaurant_id", "configuration_versions.id"],
            name=op.f("calendar_rules_configuration_versions_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("calendar_rules_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("calendar_rules_pkey")),
        sa.UniqueConstraint(
            "restaurant_id", "id", name=op.f("calendar_rules_restaurant_id_id_key")
        ),
    )
    op.create_index(
        op.f("calendar_rules_configuration_id_idx"),
        "calendar_rules",
        ["configuration_id"],
        unique=False,
    )
    # first, for the first one violated is the one named
    op.create_index(
        "calendar_rules_once",
        "calendar_rules",
        ["configuration_id", "date", "kind"],
        unique=True,
        postgresql_where=sa.text("is_active"),
    )
    op.create_index(
        "calendar_rules_no_contradiction",
        "calendar_rules",
        ["configuration_id", "date"],
        unique=True,
        postgresql_where=sa.text("is_active and kind in ('CLOSED', 'MUST_WORK')"),
    )
    op.create_table(
        "change_log",
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("entity_key", sa.Text(), nullable=False),
        sa.Column(
            "before", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column(
            "after", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.CheckConstraint(
            "num_nonnulls(before, after) >= 1", name=op.f("change_log_before_or_after")
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "revision"],
            ["change_sets.restaurant_id", "change_sets.revision"],
            name=op.f("change_log_change_sets_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "restaurant_id", "revision", "position", name=op.f("change_log_pkey")
        ),
    )
    op.create_index(
        op.f("change_log_restaurant_id_entity_type_revision_idx"),
        "change_log",
        ["restaurant_id", "entity_type", "revision"],
        unique=False,
    )
    op.create_table(
        "day_off_requests",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state in ('REQUESTED', 'APPROVED', 'DECLINED', 'WITHDRAWN')",
            name=op.f("day_off_requests_state_known"),
        ),
        sa.CheckConstraint(
            "char_length(reason) <= 2000", name=op.f("day_off_requests_reason_length")
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "staff_id"],
            ["staff.restaurant_id", "staff.id"],
            name=op.f("day_off_requests_staff_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("day_off_requests_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("day_off_requests_pkey")),
        sa.UniqueConstraint(
            "restaurant_id", "id", name=op.f("day_off_requests_restaurant_id_id_key")
        ),
    )
    op.create_index(
        "day_off_requests_once",
        "day_off_requests",
        ["staff_id", "date"],
        unique=True,
        postgresql_where=sa.text("state in ('REQUESTED', 'APPROVED')"),
    )
    op.create_index(
        op.f("day_off_requests_restaurant_id_date_idx"),
        "day_off_requests",
        ["restaurant_id", "date"],
        unique=False,
    )
    op.create_table(
        "generation_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("schedule_id", sa.BigInteger(), nullable=False),
        sa.Column("request", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("configuration_revision", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("is_applied", sa.Boolean(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("keep_best", sa.Boolean(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("solutions", sa.Integer(), nullable=False),
        sa.Column("elapsed_seconds", sa.Double(), nullable=False),
        sa.Column("tiers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("violations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("solution", sa.Text(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(finished_at is not null) = (state in ('FINISHED', 'FAILED', 'CANCELLED'))",
            name=op.f("generation_runs_finished"),
        ),
        sa.CheckConstraint(
            "outcome in ('OPTIMAL', 'FEASIBLE', 'RELAXED', 'UNKNOWN')",
            name=op.f("generation_runs_outcome_known"),
        ),
        sa.CheckConstraint(
            "state in ('QUEUED', 'RUNNING', 'FINISHED', 'FAILED', 'CANCELLED')",
            name=op.f("generation_runs_state_known"),
        ),
        sa.CheckConstraint("attempt >= 0", name=op.f("generation_runs_attempt_bounds")),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "schedule_id"],
            ["schedules.restaurant_id", "schedules.id"],
            name=op.f("generation_runs_schedules_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("generation_runs_pkey")),
        sa.UniqueConstraint(
            "restaurant_id", "id", name=op.f("generation_runs_restaurant_id_id_key")
        ),
    )
    op.create_index(
        "generation_runs_one_active",
        "generation_runs",
        ["schedule_id"],
        unique=True,
        postgresql_where=sa.text("state in ('QUEUED', 'RUNNING')"),
    )
    op.create_index(
        op.f("generation_runs_schedule_id_idx"), "generation_runs", ["schedule_id"], unique=False
    )
    op.create_table(
        "priority_rules",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("configuration_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("shift_type", sa.Text(), nullable=False),
        sa.Column("weekdays", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "btrim(name) <> '' and char_length(name) <= 200",
            name=op.f("priority_rules_name_length"),
        ),
        sa.CheckConstraint(
            "direction in ('PREFER', 'AVOID')", name=op.f("priority_rules_direction_known")
        ),
        sa.CheckConstraint("level in ('HARD', 'SOFT')", name=op.f("priority_rules_level_known")),
        sa.CheckConstraint(
            "weekdays <@ array['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']",
            name=op.f("priority_rules_weekdays_known"),
        ),
        sa.CheckConstraint(
            "cardinality(weekdays) >= 1", name=op.f("priority_rules_weekdays_bounds")
        ),
        sa.CheckConstraint("weight between 1 and 1000", name=op.f("priority_rules_weight_bounds")),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "configuration_id"],
            ["configuration_versions.restaurant_id", "configuration_versions.id"],
            name=op.f("priority_rules_configuration_versions_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "shift_type"],
            ["shift_types.restaurant_id", "shift_types.code"],
            name=op.f("priority_rules_shift_types_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "staff_id"],
            ["staff.restaurant_id", "staff.id"],
            name=op.f("priority_rules_staff_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("priority_rules_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("priority_rules_pkey")),
        sa.UniqueConstraint(
            "restaurant_id", "id", name=op.f("priority_rules_restaurant_id_id_key")
        ),
    )
    op.create_index(
        op.f("priority_rules_configuration_id_idx"),
        "priority_rules",
        ["configuration_id"],
        unique=False,
    )
    op.create_table(
        "restaurant_memberships",
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "btrim(subject) <> '' and char_length(subject) <= 500",
            name=op.f("restaurant_memberships_subject_length"),
        ),
        sa.CheckConstraint(
            "role in ('OWNER', 'MANAGER', 'STAFF', 'VIEWER')",
            name=op.f("restaurant_memberships_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "staff_id"],
            ["staff.restaurant_id", "staff.id"],
            name=op.f("restaurant_memberships_staff_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"],
            ["restaurants.id"],
            name=op.f("restaurant_memberships_restaurants_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "restaurant_id", "subject", name=op.f("restaurant_memberships_pkey")
        ),
    )
    op.create_index(
        op.f("restaurant_memberships_subject_idx"),
        "restaurant_memberships",
        ["subject"],
        unique=False,
    )
    op.create_table(
        "shift_assignments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("schedule_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("shift_type", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "source in ('MANUAL', 'GENERATED', 'COVER', 'IMPORTED')",
            name=op.f("shift_assignments_source_known"),
        ),
        sa.CheckConstraint(
            "shift_type is not null or not pinned", name=op.f("shift_assignments_pinned_set")
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "schedule_id"],
            ["schedules.restaurant_id", "schedules.id"],
            name=op.f("shift_assignments_schedules_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "shift_type"],
            ["shift_types.restaurant_id", "shift_types.code"],
            name=op.f("shift_assignments_shift_types_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "staff_id"],
            ["staff.restaurant_id", "staff.id"],
            name=op.f("shift_assignments_staff_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("shift_assignments_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("shift_assignments_pkey")),
        sa.UniqueConstraint(
            "restaurant_id", "id", name=op.f("shift_assignments_restaurant_id_id_key")
        ),
        sa.UniqueConstraint("schedule_id", "staff_id", "date", name="shift_assignments_cell"),
    )
    op.create_table(
        "staff_groups",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("configuration_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("color", sa.Text(), nullable=True),
        sa.Column("need_policy", sa.Text(), nullable=False),
        sa.Column("minimum_present", sa.Integer(), nullable=True),
        sa.Column("count_vacancy", sa.Boolean(), nullable=False),
        sa.Column("coverage_mode", sa.Text(), nullable=False),
        sa.Column("criticality", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(minimum_present is not null) = (need_policy = 'MINIMUM_PRESENT')",
            name=op.f("staff_groups_minimum_present_policy"),
        ),
        sa.CheckConstraint(
            "btrim(name) <> '' and char_length(name) <= 200", name=op.f("staff_groups_name_length")
        ),
        sa.CheckConstraint(
            "coverage_mode in ('REQUIRED', 'DESIRED')",
            name=op.f("staff_groups_coverage_mode_known"),
        ),
        sa.CheckConstraint(
            "need_policy in ('ANY_ABSENT', 'PER_ABSENCE', 'MINIMUM_PRESENT')",
            name=op.f("staff_groups_need_policy_known"),
        ),
        sa.CheckConstraint("char_length(color) <= 40", name=op.f("staff_groups_color_length")),
        sa.CheckConstraint(
            "criticality between 1 and 5", name=op.f("staff_groups_criticality_bounds")
        ),
        sa.CheckConstraint(
            "minimum_present >= 0", name=op.f("staff_groups_minimum_present_bounds")
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "configuration_id"],
            ["configuration_versions.restaurant_id", "configuration_versions.id"],
            name=op.f("staff_groups_configuration_versions_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("staff_groups_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("staff_groups_pkey")),
        sa.UniqueConstraint(
            "restaurant_id",
            "configuration_id",
            "id",
            name=op.f("staff_groups_restaurant_id_configuration_id_id_key"),
        ),
        sa.UniqueConstraint("restaurant_id", "id", name=op.f("staff_groups_restaurant_id_id_key")),
    )
    op.create_index(
        op.f("staff_groups_configuration_id_idx"),
        "staff_groups",
        ["configuration_id"],
        unique=False,
    )
    op.create_table(
        "standing_rules",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("configuration_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind in ('GROUP_ABSENT_TOGETHER', 'SHIFT_NOT_ASKED')",
            name=op.f("standing_rules_kind_known"),
        ),
        sa.CheckConstraint("weight between 1 and 1000", name=op.f("standing_rules_weight_bounds")),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "configuration_id"],
            ["configuration_versions.restaurant_id", "configuration_versions.id"],
            name=op.f("standing_rules_configuration_versions_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("standing_rules_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("standing_rules_pkey")),
        sa.UniqueConstraint(
            "restaurant_id", "id", name=op.f("standing_rules_restaurant_id_id_key")
        ),
    )
    op.create_index(
        op.f("standing_rules_configuration_id_idx"),
        "standing_rules",
        ["configuration_id"],
        unique=False,
    )
    op.create_index(
        "standing_rules_once",
        "standing_rules",
        ["configuration_id", "kind"],
        unique=True,
        postgresql_where=sa.text("is_active"),
    )
    op.create_table(
        "succession_rules",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("configuration_id", sa.BigInteger(), nullable=False),
        sa.Column("from_type", sa.Text(), nullable=False),
        sa.Column("to_type", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("level in ('HARD', 'SOFT')", name=op.f("succession_rules_level_known")),
        sa.CheckConstraint(
            "weight between 1 and 1000", name=op.f("succession_rules_weight_bounds")
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "configuration_id"],
            ["configuration_versions.restaurant_id", "configuration_versions.id"],
            name=op.f("succession_rules_configuration_versions_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "from_type"],
            ["shift_types.restaurant_id", "shift_types.code"],
            name="succession_rules_from_type_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "to_type"],
            ["shift_types.restaurant_id", "shift_types.code"],
            name="succession_rules_to_type_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("succession_rules_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("succession_rules_pkey")),
        sa.UniqueConstraint(
            "restaurant_id", "id", name=op.f("succession_rules_restaurant_id_id_key")
        ),
    )
    op.create_index(
        op.f("succession_rules_configuration_id_idx"),
        "succession_rules",
        ["configuration_id"],
        unique=False,
    )
    op.create_index(
        "succession_rules_once",
        "succession_rules",
        ["configuration_id", "from_type", "to_type"],
        unique=True,
        postgresql_where=sa.text("is_active"),
    )
    op.create_table(
        "work_limits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("configuration_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("shift_types", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("minimum_half_days", sa.Integer(), nullable=True),
        sa.Column("maximum_half_days", sa.Integer(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("target_employment_types", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("target_group_ids", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("target_staff_ids", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(cardinality(target_employment_types) > 0) = (scope = 'EMPLOYMENT_TYPE')",
            name=op.f("work_limits_target_employment_types"),
        ),
        sa.CheckConstraint(
            "(cardinality(target_group_ids) > 0) = (scope = 'GROUP')",
            name=op.f("work_limits_target_group_ids"),
        ),
        sa.CheckConstraint(
            "(cardinality(target_staff_ids) > 0) = (scope = 'STAFF')",
            name=op.f("work_limits_target_staff_ids"),
        ),
        sa.CheckConstraint(
            "btrim(name) <> '' and char_length(name) <= 200", name=op.f("work_limits_name_length")
        ),
        sa.CheckConstraint("level in ('HARD', 'SOFT')", name=op.f("work_limits_level_known")),
        sa.CheckConstraint(
            "scope in ('ALL', 'EMPLOYMENT_TYPE', 'GROUP', 'STAFF')",
            name=op.f("work_limits_scope_known"),
        ),
        sa.CheckConstraint(
            "target_employment_types <@ array['REGULAR', 'TEMPORARY', 'PART_TIME']",
            name=op.f("work_limits_target_employment_types_known"),
        ),
        sa.CheckConstraint(
            "\"window\" in ('DAY', 'WEEK', 'PERIOD', 'ROLLING_DAYS', 'CONSECUTIVE_DAYS')",
            name=op.f("work_limits_window_known"),
        ),
        sa.CheckConstraint(
            "(days is not null) = (\"window\" = 'ROLLING_DAYS')",
            name=op.f("work_limits_days_window"),
        ),
        sa.CheckConstraint(
            "cardinality(shift_types) >= 1", name=op.f("work_limits_shift_types_bounds")
        ),
        sa.CheckConstraint("days between 1 and 366", name=op.f("work_limits_days_bounds")),
        sa.CheckConstraint("maximum_half_days >= 0", name=op.f("work_limits_maximum_bounds")),
        sa.CheckConstraint(
            "minimum_half_days <= maximum_half_days", name=op.f("work_limits_minimum_maximum")
        ),
        sa.CheckConstraint("minimum_half_days >= 0", name=op.f("work_limits_minimum_bounds")),
        sa.CheckConstraint(
            "num_nonnulls(minimum_half_days, maximum_half_days) >= 1",
            name=op.f("work_limits_bounded"),
        ),
        sa.CheckConstraint("weight between 1 and 1000", name=op.f("work_limits_weight_bounds")),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "configuration_id"],
            ["configuration_versions.restaurant_id", "configuration_versions.id"],
            name=op.f("work_limits_configuration_versions_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("work_limits_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("work_limits_pkey")),
        sa.UniqueConstraint("restaurant_id", "id", name=op.f("work_limits_restaurant_id_id_key")),
    )
    op.create_index(
        op.f("work_limits_configuration_id_idx"), "work_limits", ["configuration_id"], unique=False
    )
    op.create_table(
        "backup_assignments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("configuration_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_type", sa.Text(), nullable=False),
        sa.Column("priority_order", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(configuration_id, configuration_id, '[]')"), "="),
            (sa.text("int8range(staff_id, staff_id, '[]')"), "="),
            (sa.text("int8range(group_id, group_id, '[]')"), "="),
            (sa.text("daterange(effective_from, effective_until, '[]')"), "&&"),
            where=sa.text("is_active"),
            using="gist",
            name="backup_assignments_no_overlap",
        ),
        sa.CheckConstraint(
            "assignment_type in ('REGULAR', 'TEMPORARY')",
            name=op.f("backup_assignments_assignment_type_known"),
        ),
        sa.CheckConstraint(
            "char_length(notes) <= 2000", name=op.f("backup_assignments_notes_length")
        ),
        sa.CheckConstraint(
            "effective_from <= effective_until", name=op.f("backup_assignments_effective_period")
        ),
        sa.CheckConstraint(
            "priority_order >= 1", name=op.f("backup_assignments_priority_order_bounds")
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "configuration_id", "group_id"],
            ["staff_groups.restaurant_id", "staff_groups.configuration_id", "staff_groups.id"],
            name=op.f("backup_assignments_staff_groups_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "configuration_id"],
            ["configuration_versions.restaurant_id", "configuration_versions.id"],
            name=op.f("backup_assignments_configuration_versions_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "staff_id"],
            ["staff.restaurant_id", "staff.id"],
            name=op.f("backup_assignments_staff_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("backup_assignments_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("backup_assignments_pkey")),
        sa.UniqueConstraint(
            "restaurant_id", "id", name=op.f("backup_assignments_restaurant_id_id_key")
        ),
    )
    op.create_index(
        op.f("backup_assignments_configuration_id_idx"),
        "backup_assignments",
        ["configuration_id"],
        unique=False,
    )
    op.create_index(
        op.f("backup_assignments_group_id_idx"), "backup_assignments", ["group_id"], unique=False
    )
    op.create_table(
        "group_memberships",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(group_id, group_id, '[]')"), "="),
            (sa.text("int8range(staff_id, staff_id, '[]')"), "="),
            (sa.text("daterange(effective_from, effective_until, '[]')"), "&&"),
            where=sa.text("true"),
            using="gist",
            name="group_memberships_no_overlap",
        ),
        sa.CheckConstraint(
            "effective_from <= effective_until", name=op.f("group_memberships_effective_period")
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "group_id"],
            ["staff_groups.restaurant_id", "staff_groups.id"],
            name=op.f("group_memberships_staff_groups_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "staff_id"],
            ["staff.restaurant_id", "staff.id"],
            name=op.f("group_memberships_staff_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("group_memberships_pkey")),
    )
    op.create_index(
        op.f("group_memberships_group_id_idx"), "group_memberships", ["group_id"], unique=False
    )
    op.create_table(
        "covers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("schedule_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("backup_assignment_id", sa.BigInteger(), nullable=True),
        sa.Column("priority_order", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("absent_member_ids", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("source in ('MANUAL', 'SOLVER')", name=op.f("covers_source_known")),
        sa.CheckConstraint(
            "num_nulls(backup_assignment_id, priority_order, rank) in (0, 3)",
            name=op.f("covers_assigned"),
        ),
        sa.CheckConstraint("priority_order >= 1 and rank >= 1", name=op.f("covers_rank_bounds")),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "backup_assignment_id"],
            ["backup_assignments.restaurant_id", "backup_assignments.id"],
            name=op.f("covers_backup_assignments_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "group_id"],
            ["staff_groups.restaurant_id", "staff_groups.id"],
            name=op.f("covers_staff_groups_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "schedule_id"],
            ["schedules.restaurant_id", "schedules.id"],
            name=op.f("covers_schedules_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "staff_id"],
            ["staff.restaurant_id", "staff.id"],
            name=op.f("covers_staff_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("covers_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("covers_pkey")),
        sa.UniqueConstraint("restaurant_id", "id", name=op.f("covers_restaurant_id_id_key")),
        sa.UniqueConstraint("schedule_id", "date", "group_id", "staff_id", name="covers_once"),
    )


def downgrade() -> None:
    op.drop_table("covers")
    op.drop_index(op.f("group_memberships_group_id_idx"), table_name="group_memberships")
    op.drop_table("group_memberships")
    op.drop_index(op.f("backup_assignments_group_id_idx"), table_name="backup_assignments")
    op.drop_index(op.f("backup_assignments_configuration_id_idx"), table_name="backup_assignments")
    op.drop_table("backup_assignments")
    op.drop_index(op.f("work_limits_configuration_id_idx"), table_name="work_limits")
    op.drop_table("work_limits")
    op.drop_index(
        "succession_rules_once",
        table_name="succession_rules",
        postgresql_where=sa.text("is_active"),
    )
    op.drop_index(op.f("succession_rules_configuration_id_idx"), table_name="succession_rules")
    op.drop_table("succession_rules")
    op.drop_index(
        "standing_rules_once", table_name="standing_rules", postgresql_where=sa.text("is_active")
    )
    op.drop_index(op.f("standing_rules_configuration_id_idx"), table_name="standing_rules")
    op.drop_table("standing_rules")
    op.drop_index(op.f("staff_groups_configuration_id_idx"), table_name="staff_groups")
    op.drop_table("staff_groups")
    op.drop_table("shift_assignments")
    op.drop_index(op.f("restaurant_memberships_subject_idx"), table_name="restaurant_memberships")
    op.drop_table("restaurant_memberships")
    op.drop_index(op.f("priority_rules_configuration_id_idx"), table_name="priority_rules")
    op.drop_table("priority_rules")
    op.drop_index(op.f("generation_runs_schedule_id_idx"), table_name="generation_runs")
    op.drop_index(
        "generation_runs_one_active",
        table_name="generation_runs",
        postgresql_where=sa.text("state in ('QUEUED', 'RUNNING')"),
    )
    op.drop_table("generation_runs")
    op.drop_index(op.f("day_off_requests_restaurant_id_date_idx"), table_name="day_off_requests")
    op.drop_index(
        "day_off_requests_once",
        table_name="day_off_requests",
        postgresql_where=sa.text("state in ('REQUESTED', 'APPROVED')"),
    )
    op.drop_table("day_off_requests")
    op.drop_index(
        op.f("change_log_restaurant_id_entity_type_revision_idx"), table_name="change_log"
    )
    op.drop_table("change_log")
    op.drop_index(
        "calendar_rules_once", table_name="calendar_rules", postgresql_where=sa.text("is_active")
    )
    op.drop_index(
        "calendar_rules_no_contradiction",
        table_name="calendar_rules",
        postgresql_where=sa.text("is_active and kind in ('CLOSED', 'MUST_WORK')"),
    )
    op.drop_index(op.f("calendar_rules_configuration_id_idx"), table_name="calendar_rules")
    op.drop_table("calendar_rules")
    op.drop_table("staff")
    op.drop_table("shift_types")
    op.drop_index(op.f("schedules_restaurant_id_start_idx"), table_name="schedules")
    op.drop_table("schedules")
    op.drop_index(op.f("idempotency_keys_created_at_idx"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index(
        "configuration_versions_one_active",
        table_name="configuration_versions",
        postgresql_where=sa.text("status = 'ACTIVE'"),
    )
    op.drop_table("configuration_versions")
    op.drop_table("change_sets")
    op.drop_table("restaurants")
