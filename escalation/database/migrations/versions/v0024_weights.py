"""How many units of capacity a conversation takes, and when an agent came online.

Revision 0025, after 0024.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0024"
down_revision: str | None = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Every conversation takes one unit, as before."""
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("weight", sa.Integer(), nullable=True))
    op.execute("UPDATE assignments SET weight = 1")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.alter_column("weight", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("here_since", types.UTCDateTime(), nullable=True))


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
