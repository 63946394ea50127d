"""Which customers were erased, and which models learnt from what is gone.

Revision 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0011"
down_revision: str | None = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Digests of words that were erased before go too."""
    op.create_table(
        "erasures",
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("at", types.UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("conversations", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("examples", types.JSONDocument(), nullable=False),
        sa.Column("forgotten", sa.Integer(), nullable=False),
        sa.Column("models", types.JSONDocument(), nullable=False),
        sa.Column("finished_at", types.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_erasures")),
    )
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasures_at"), ["at"], unique=False)

    with op.batch_alter_table("models", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_examples", sa.Integer(), nullable=True))
    op.execute("UPDATE models SET erased_examples = 0")
    with op.batch_alter_table("models", schema=None) as batch_op:
        batch_op.alter_column("erased_examples", existing_type=sa.Integer(), nullable=False)
    messages = sa.table("messages", sa.column("body", types.JSONDocument()), sa.column("digest", sa.String()))
    erased = messages.c.body["kind"].as_string() == "erased"
    op.execute(messages.update().where(erased).values(digest=None))


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
