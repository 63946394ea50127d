"""Sessions of staff know when they were used last.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0007"
down_revision: str | None = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Sessions there are count as used when they began."""
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("used_at", types.UTCDateTime(), nullable=True))
    op.execute("UPDATE staff_sessions SET used_at = created_at")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.alter_column("used_at", existing_type=types.UTCDateTime(), nullable=False)


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
