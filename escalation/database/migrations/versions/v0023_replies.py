"""By when agents reply: what is set about the work on a queue's conversations, why an agent no longer has one.

Revision 0024, after 0022.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0023"
down_revision: str | None = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Nothing is set about any queue, as before."""
    with op.batch_alter_table("queues", schema=None) as batch_op:
        batch_op.add_column(sa.Column("work", types.JSONDocument(), nullable=True))
    op.execute("UPDATE queues SET work = '{}'")
    with op.batch_alter_table("queues", schema=None) as batch_op:
        batch_op.alter_column("work", existing_type=types.JSONDocument(), nullable=False)
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("released_because", sa.String(), nullable=True))
        silent = sa.text("released_because = 'no_reply'")
        batch_op.create_index(
            "unanswered_assignments", ["released_at"], unique=False, sqlite_where=silent, postgresql_where=silent
        )


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
