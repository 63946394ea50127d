"""contacts are handled by somebody, conversations are found by words

Existing conversations are marked; the running service fills the search index with them in chunks.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Addresses left before are open, and every conversation is to be indexed."""
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agent", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("taken_at", types.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("done_at", types.UTCDateTime(), nullable=True))
        batch_op.create_index("contacts_by_state", ["done_at", "taken_at", "at"], unique=False)
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unindexed", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.create_index(
            "conversations_to_index",
            ["id"],
            unique=False,
            sqlite_where=sa.text("unindexed = 1"),
            postgresql_where=sa.text("unindexed"),
        )
    op.create_table(
        "search_documents",
        sa.Column("place", types.Place(), autoincrement=False, nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("terms", types.JSONDocument(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_search_documents")),
        sa.UniqueConstraint("conversation", name=op.f("uq_search_documents_conversation")),
    )
    op.create_table(
        "search_terms",
        sa.Column("term", types.ByteOrderedString(), nullable=False),
        sa.Column("place", types.Place(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("term", "place", name=op.f("pk_search_terms")),
        sqlite_with_rowid=False,
    )
