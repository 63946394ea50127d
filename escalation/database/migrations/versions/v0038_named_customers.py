"""What staff call customers, and notes about them.

Revision 0038, after 0037.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0038"
down_revision: str | None = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Nobody was named by staff until now."""
    op.create_table(
        "customer_notes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("at", types.UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_notes")),
    )
    with op.batch_alter_table("customer_notes", schema=None) as batch_op:
        batch_op.create_index("notes_of_customer", ["customer", "at"], unique=False)
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("given_name", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("given_email", sa.String(), nullable=True))
    # Conversations are found by what the site signed too: those there are get indexed again.
    signed = "SELECT id FROM customers WHERE name <> '' OR email <> '' OR known_as IS NOT NULL"
    op.execute(f"UPDATE conversations SET unindexed = TRUE WHERE customer IN ({signed})")


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
