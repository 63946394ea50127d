"""Queues with push, offers, and the decisions of the router; languages and skills of staff; templates.

Revision 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0018"
down_revision: str | None = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Queues without a row are pulled from, as before."""
    _queues()
    _offers()
    _decisions()
    _templates()
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("chosen_at", types.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("away_because", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("given_at", types.UTCDateTime(), nullable=True))
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("languages", types.JSONDocument(), nullable=True))
        batch_op.add_column(sa.Column("skills", types.JSONDocument(), nullable=True))
    op.execute("UPDATE staff SET languages = '[]', skills = '[]'")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.alter_column("languages", existing_type=types.JSONDocument(), nullable=False)
        batch_op.alter_column("skills", existing_type=types.JSONDocument(), nullable=False)


def _queues() -> None:
    op.create_table(
        "queues",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("offer_seconds", sa.Integer(), nullable=False),
        sa.Column("auto_accept", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("skills", types.JSONDocument(), nullable=False),
        sa.Column("preferred", types.JSONDocument(), nullable=False),
        sa.Column("relax_seconds", sa.Integer(), nullable=True),
        sa.Column("takes", types.JSONDocument(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _templates() -> None:
    op.create_table(
        "templates",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("changed_at", types.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", name=op.f("uq_templates_name")),
    )


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("made_at", types.UTCDateTime(), nullable=False),
        sa.Column("until", types.UTCDateTime(), nullable=True),
        sa.Column("ended_at", types.UTCDateTime(), nullable=True),
        sa.Column("how", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        open_ones = sa.text("ended_at IS NULL")
        batch_op.create_index(
            "one_offer", ["conversation"], unique=True, sqlite_where=open_ones, postgresql_where=open_ones
        )
        batch_op.create_index("offers_of_agent", ["agent", "ended_at"], unique=False)
        batch_op.create_index("ended_offers", ["ended_at"], unique=False)


def _decisions() -> None:
    op.create_table(
        "routing_decisions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("at", types.UTCDateTime(), nullable=False),
        sa.Column("agent", sa.String(), nullable=True),
        sa.Column("gave", sa.String(), nullable=False),
        sa.Column("considered", types.JSONDocument(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("routing_decisions", schema=None) as batch_op:
        batch_op.create_index("routing_of_conversation", ["conversation", "epoch"], unique=False)


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
