"""Keep the steps by which a generation run came to its schedule; older runs told none."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("generation_runs", sa.Column("steps", JSONB(), nullable=False, server_default="[]"))
    op.alter_column("generation_runs", "steps", server_default=None)


def downgrade() -> None:
    op.drop_column("generation_runs", "steps")
