"""How far each side of a conversation has read.

Revision 0044, after 0043.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0044"
down_revision: str | None = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "conversation_reads",
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("customer", sa.Integer(), nullable=False),
        sa.Column("agent", sa.Integer(), nullable=False),
        sa.Column("changed_at", types.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_conversation_reads")),
    )
    with op.batch_alter_table("conversation_reads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversation_reads_changed_at"), ["changed_at"], unique=False)


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
