"""Customers of whom staff said that they are another one.

Revision 0039, after 0038.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0039"
down_revision: str | None = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Nobody was merged by staff until now."""
    op.create_table(
        "customer_merges",
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("survivor", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("known_as", sa.String(), nullable=True),
        sa.Column("at", types.UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_customer_merges")),
    )
    with op.batch_alter_table("customer_merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_merges_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_customer_merges_survivor"), ["survivor"], unique=False)
        batch_op.create_index("merged_known_as", ["site", "known_as"], unique=False)


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
