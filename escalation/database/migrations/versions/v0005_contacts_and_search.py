"""contacts are handled by somebody

Revision 0005, after 0003.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0005"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Addresses left before are open."""
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agent", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("taken_at", types.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("done_at", types.UTCDateTime(), nullable=True))
        batch_op.create_index("contacts_by_state", ["done_at", "taken_at", "at"], unique=False)
