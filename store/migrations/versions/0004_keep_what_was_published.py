"""Keep what was published beside its schedule, and the day on which a group was deleted.

Schedules that were published before have nothing kept: what people were told then is not known.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schedules", sa.Column("published", JSONB(), nullable=True))
    op.add_column("staff_groups", sa.Column("deactivated_on", sa.Date(), nullable=True))
    op.execute(
        """
        update staff_groups g
        set deactivated_on = (g.updated_at at time zone r.time_zone)::date
        from restaurants r
        where r.id = g.restaurant_id and not g.is_active
        """
    )


def downgrade() -> None:
    op.drop_column("staff_groups", "deactivated_on")
    op.drop_column("schedules", "published")
