"""Clocks of service levels.

Revision 0026, after 0025.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0025"
down_revision: str | None = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "sla_clocks",
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("allowed_seconds", sa.Integer(), nullable=False),
        sa.Column("spent_ms", sa.Integer(), nullable=False),
        sa.Column("since", types.UTCDateTime(), nullable=True),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.Column("breached", sa.Boolean(), nullable=False),
        sa.Column("warn_at", types.UTCDateTime(), nullable=True),
        sa.Column("due_at", types.UTCDateTime(), nullable=True),
        sa.Column("look_at", types.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("conversation", "target"),
    )
    with op.batch_alter_table("sla_clocks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sla_clocks_look_at"), ["look_at"], unique=False)


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
