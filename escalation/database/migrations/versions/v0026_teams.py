"""Teams.

Revision 0027, after 0026.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0026"
down_revision: str | None = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. No queue names a team, so everybody is offered everything, as before."""
    op.create_table(
        "teams",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("members", types.JSONDocument(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
