"""Let a work limit count working time, in minutes inside, or weekends.

Going back deletes the limits that count hours or weekends: nothing before could have told them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLE = "work_limits"
CHECKS = {
    "window_known": (
        "\"window\" in ('DAY', 'WEEK', 'PERIOD', 'ROLLING_DAYS', 'CONSECUTIVE_DAYS', 'WEEKENDS')"
    ),
    "unit_known": "unit in ('DAYS', 'HOURS')",
    "minimum_minutes_bounds": "minimum_minutes >= 0",
    "maximum_minutes_bounds": "maximum_minutes >= 0",
    "minimum_maximum_minutes": "minimum_minutes <= maximum_minutes",
    "bounded": "(num_nonnulls(minimum_half_days, maximum_half_days) >= 1) = (unit = 'DAYS')",
    "bounded_minutes": "(num_nonnulls(minimum_minutes, maximum_minutes) >= 1) = (unit = 'HOURS')",
    "unit_window": (
        "unit <> 'HOURS' or \"window\" in ('DAY', 'WEEK', 'PERIOD', 'ROLLING_DAYS')"
    ),
}
BEFORE = {
    "bounded": "num_nonnulls(minimum_half_days, maximum_half_days) >= 1",
    "window_known": (
        "\"window\" in ('DAY', 'WEEK', 'PERIOD', 'ROLLING_DAYS', 'CONSECUTIVE_DAYS')"
    ),
}


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("unit", sa.Text(), nullable=False, server_default="DAYS"))
    op.alter_column(TABLE, "unit", server_default=None)
    op.add_column(TABLE, sa.Column("minimum_minutes", sa.Integer(), nullable=True))
    op.add_column(TABLE, sa.Column("maximum_minutes", sa.Integer(), nullable=True))
    for name in BEFORE:
        op.drop_constraint(op.f(f"{TABLE}_{name}"), TABLE, type_="check")
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"{TABLE}_{name}"), TABLE, condition)


def downgrade() -> None:
    for name in reversed(CHECKS):
        op.drop_constraint(op.f(f"{TABLE}_{name}"), TABLE, type_="check")
    op.execute("delete from work_limits where unit = 'HOURS' or \"window\" = 'WEEKENDS'")
    for name, condition in BEFORE.items():
        op.create_check_constraint(op.f(f"{TABLE}_{name}"), TABLE, condition)
    for column in ("maximum_minutes", "minimum_minutes", "unit"):
        op.drop_column(TABLE, column)
