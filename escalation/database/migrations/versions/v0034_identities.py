"""Customers whom a site knows: its id of them, and what it and its pages say of them.

Revision 0040, after 0035.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0034"
down_revision: str | None = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Everybody until now was anonymous."""
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("known_as", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("name", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("email", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("attributes", types.JSONDocument(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("page_attributes", types.JSONDocument(), nullable=False, server_default="{}"))
        batch_op.create_index(
            "customer_known_as",
            ["site", "known_as"],
            unique=True,
            sqlite_where=sa.text("known_as IS NOT NULL"),
            postgresql_where=sa.text("known_as IS NOT NULL"),
        )


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
