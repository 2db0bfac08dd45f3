"""Say what a run does while it searches, and keep digests of its question and its answer.

Runs of before have none: what they were asked is kept with them, by which version is not known.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COLUMNS = ("phase", "improving", "input_hash", "schedule_hash")
PHASES = "phase in ('BUILDING', 'SEARCHING', 'EXPLAINING')"
TIERS = (
    "improving in ('HARD_RULES', 'REQUIRED_GAPS', 'DESIRED_GAPS', 'PRIORITY_ORDER', 'SOFT_RULES',"
    " 'BACKUP_LOAD', 'REST_BALANCE', 'CHANGES', 'CANONICAL')"
)


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("generation_runs", sa.Column(name, sa.Text(), nullable=True))
    for name, condition in (("phase_known", PHASES), ("improving_known", TIERS)):
        op.create_check_constraint(
            op.f(f"generation_runs_{name}"), "generation_runs", condition
        )


def downgrade() -> None:
    for name in ("improving_known", "phase_known"):
        op.drop_constraint(op.f(f"generation_runs_{name}"), "generation_runs")
    for name in reversed(COLUMNS):
        op.drop_column("generation_runs", name)
