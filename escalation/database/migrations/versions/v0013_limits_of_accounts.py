"""Which sites and queues accounts are limited to.

Revision 0013, after 0010.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0013"
down_revision: str | None = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Accounts and invitations there are stay without limits."""
    for table in ("staff", "staff_links"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("sites", types.JSONDocument(), nullable=True))
            batch_op.add_column(sa.Column("queues", types.JSONDocument(), nullable=True))
        op.execute(f"UPDATE {table} SET sites = '[]', queues = '[]'")
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("sites", existing_type=types.JSONDocument(), nullable=False)
            batch_op.alter_column("queues", existing_type=types.JSONDocument(), nullable=False)


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
