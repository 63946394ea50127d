"""One-use links of staff, and where each session was signed in.

Revision 0010, after 0007.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0010"
down_revision: str | None = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Of sessions there are nobody knows where they were signed in."""
    op.create_table(
        "staff_links",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("created_at", types.UTCDateTime(), nullable=False),
        sa.Column("expires_at", types.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_links")),
        sa.UniqueConstraint("id", name=op.f("uq_staff_links_id")),
    )
    with op.batch_alter_table("staff_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_links_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_links_expires_at"), ["expires_at"], unique=False)

    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("address", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("user_agent", sa.String(), nullable=True))
    op.execute("UPDATE staff_sessions SET address = '', user_agent = ''")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.alter_column("address", existing_type=sa.String(), nullable=False)
        batch_op.alter_column("user_agent", existing_type=sa.String(), nullable=False)


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
