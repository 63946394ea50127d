"""Windows, automatic answers and their audits. Coins are no longer stored: key and message id fix them.

Revision 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0016"
down_revision: str | None = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. What was answered before is in no window."""
    op.create_table(
        "audit_labels",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("auditor", sa.String(), nullable=False),
        sa.Column("at", types.UTCDateTime(), nullable=False),
        sa.Column("intents", types.JSONDocument(), nullable=False),
        sa.Column("cannot_tell", sa.Boolean(), nullable=False),
        sa.Column("unserved", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "auditor", name=op.f("pk_audit_labels")),
    )
    with op.batch_alter_table("audit_labels", schema=None) as batch_op:
        batch_op.create_index("audit_labels_by_time", ["at", "auditor"], unique=False)

    op.create_table(
        "audit_skips",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("auditor", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "auditor", name=op.f("pk_audit_skips")),
    )
    op.create_table(
        "audits",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("message_ids", types.JSONDocument(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("also", types.JSONDocument(), nullable=False),
        sa.Column("at", types.UTCDateTime(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("draw", sa.Float(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("held_until", types.UTCDateTime(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("ruled_at", types.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_audits")),
    )
    with op.batch_alter_table("audits", schema=None) as batch_op:
        batch_op.create_index("audits_of_period", ["period", "draw"], unique=False)
        batch_op.create_index(
            "audits_to_do",
            ["at"],
            unique=False,
            sqlite_where=sa.text("verdict IS NULL"),
            postgresql_where=sa.text("verdict IS NULL"),
        )

    op.create_table(
        "automatic_answers",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("at", types.UTCDateTime(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("also", types.JSONDocument(), nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("draw", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_automatic_answers")),
    )
    with op.batch_alter_table("automatic_answers", schema=None) as batch_op:
        batch_op.create_index("automatic_answers_in_order", ["period", "at", "message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_automatic_answers_at"), ["at"], unique=False)

    op.create_table(
        "proof_days",
        sa.Column("window", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", types.UTCDateTime(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("log_evidence", sa.Float(), nullable=False),
        sa.Column("log_needed", sa.Float(), nullable=False),
        sa.Column("bound", sa.Float(), nullable=False),
        sa.Column("miss", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("window", "day", name=op.f("pk_proof_days")),
    )
    op.create_table(
        "proof_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("breaker_level", sa.Float(), nullable=False),
        sa.Column("tripped_at", types.UTCDateTime(), nullable=True),
        sa.Column("tripped_because", sa.String(), nullable=True),
        sa.Column("resumed_at", types.UTCDateTime(), nullable=True),
        sa.Column("audits_a_day", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_state")),
    )
    op.create_table(
        "proof_windows",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("started_at", types.UTCDateTime(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("alpha", sa.Float(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("ended_at", types.UTCDateTime(), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.Column("last_period", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_proof_windows")),
        sa.UniqueConstraint("id", name=op.f("uq_proof_windows_id")),
    )
    op.drop_table("coins")


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
