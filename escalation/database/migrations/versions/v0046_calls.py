"""Mentions become calls, of two kinds: a whisper that was not seen calls too. Earlier whispers count as seen."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision: str | None = "0045"
branch_labels = None
depends_on = None

_OF = ("agent", "conversation", "kind", "seq")
_mentions = sa.table("mentions", sa.column("agent"), sa.column("conversation"), sa.column("seq"))
_calls = sa.table("calls", *(sa.column(name) for name in _OF))


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "calls",
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agent", "conversation", "kind", name=op.f("pk_calls")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index("calls_of_conversation", ["conversation"], unique=False)
    kept = sa.select(_mentions.c.agent, _mentions.c.conversation, sa.literal_column("'mention'"), _mentions.c.seq)
    op.execute(_calls.insert().from_select(_OF, kept))
    op.drop_table("mentions")


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
