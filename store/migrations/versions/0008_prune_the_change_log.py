"""Keep of pruned changes the last revision of each kind, which stale runs are told by."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pruned_changes",
        sa.Column("restaurant_id", sa.BigInteger(), nullable=False),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["restaurant_id"], ["restaurants.id"], name=op.f("pruned_changes_restaurants_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "restaurant_id", "entity_type", "scope", name=op.f("pruned_changes_pkey")
        ),
    )


def downgrade() -> None:
    op.drop_table("pruned_changes")
