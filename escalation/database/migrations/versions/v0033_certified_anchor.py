"""What its own audits prove of an anchor.

Revision 0036, after 0020.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0033"
down_revision: str | None = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Every anchor so far is provisional."""
    with op.batch_alter_table("anchors", schema=None) as batch_op:
        batch_op.add_column(sa.Column("certified_alpha", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("certified_until", types.UTCDateTime(), nullable=True))


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
