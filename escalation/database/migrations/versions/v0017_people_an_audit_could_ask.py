"""How many people an audit could ask, so that its ruling can be computed again.

Revision 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision: str | None = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Of what was decided before nobody knows."""
    with op.batch_alter_table("audits", schema=None) as batch_op:
        batch_op.add_column(sa.Column("most", sa.Integer(), nullable=True))


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
