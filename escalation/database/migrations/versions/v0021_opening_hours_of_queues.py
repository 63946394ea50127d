"""Opening hours of queues.

Revision 0021, after 0036.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0021"
down_revision: str | None = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. A queue without hours is always open, as before."""
    with op.batch_alter_table("queues", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hours", types.JSONDocument(), nullable=True))


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
