"""Handoffs are found by when they ended: how fast a queue moves is counted from the latest.

Revision 0035, after 0020.
"""

from alembic import op

revision = "0032"
down_revision: str | None = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_index("handoffs_by_end", "handoffs", ["ended_at"], unique=False)


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
