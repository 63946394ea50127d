"""Reports tell of service levels, and go by team; every day is added up anew.

Revision 0041, after 0040.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision: str | None = "0040"
branch_labels = None
depends_on = None

_COUNTS = (
    *("under_sla", "sla_warned", "first_response_targets", "first_response_met", "next_response_targets"),
    *("next_response_met", "resolution_targets", "resolution_met"),
)


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "sla_outcomes",
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.Column("breached", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("conversation", "target", "seq", name=op.f("pk_sla_outcomes")),
    )
    with op.batch_alter_table("report_cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("team", sa.String(), nullable=True))
    for table in ("report_cases", "report_sums"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in _COUNTS:
                batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE report_days SET changed = 1")


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
