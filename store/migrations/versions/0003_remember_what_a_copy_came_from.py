"""Remember which group, and which backup assignment, a copied one came from."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("staff_groups", "backup_assignments")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("lineage_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key(
            op.f(f"{table}_{table}_fkey"),
            table,
            table,
            ["restaurant_id", "lineage_id"],
            ["restaurant_id", "id"],
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_constraint(op.f(f"{table}_{table}_fkey"), table, type_="foreignkey")
        op.drop_column(table, "lineage_id")
