"""When somebody is back, as customers who wait were told.

Revision 0043, after 0042.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0043"
down_revision: str | None = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    with op.batch_alter_table("handoffs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_opens_at", types.UTCDateTime(), nullable=True))


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
