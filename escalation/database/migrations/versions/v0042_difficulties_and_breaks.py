"""How hard conversations were for whoever had them, breaks of agents and since when they work.

Revision 0042, after 0041.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0042"
down_revision: str | None = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "difficulties",
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("at", types.UTCDateTime(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("conversation", "agent", name=op.f("pk_difficulties")),
    )
    with op.batch_alter_table("difficulties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_difficulties_at"), ["at"], unique=False)

    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("working_since", types.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("left_at", types.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("break_until", types.UTCDateTime(), nullable=True))


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
