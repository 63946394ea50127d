"""Rows of reports: cases, and stretches of agents' presence.

Revision 0032, after 0020. The follower fills them from the log.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision: str | None = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    _cases()
    _sums()
    op.create_table(
        "report_stretches",
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("busy", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agent", "began", name=op.f("pk_report_stretches")),
    )
    with op.batch_alter_table("report_stretches", schema=None) as batch_op:
        batch_op.create_index("report_stretches_in_time", ["ended", "began"], unique=False)


def _cases() -> None:
    op.create_table(
        "report_cases",
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=True),
        sa.Column("intent", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("returned", sa.BigInteger(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("made_request", sa.Integer(), nullable=False),
        sa.Column("handed_off", sa.Integer(), nullable=False),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("automated", sa.Integer(), nullable=False),
        sa.Column("contained", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Integer(), nullable=False),
        sa.Column("abandoned", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("overridden", sa.Integer(), nullable=False),
        sa.Column("waited_ms", sa.BigInteger(), nullable=True),
        sa.Column("handled_ms", sa.BigInteger(), nullable=True),
        sa.Column("bot_response_ms", sa.BigInteger(), nullable=True),
        sa.Column("human_response_ms", sa.BigInteger(), nullable=True),
        sa.Column("ratings", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("began", "conversation", "number", name=op.f("pk_report_cases")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("report_cases", schema=None) as batch_op:
        batch_op.create_index("report_cases_of_conversation", ["conversation"], unique=False)
        batch_op.create_index("report_cases_of_customer", ["customer", "began"], unique=False)


def _sums() -> None:
    op.create_table(
        "report_days",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_report_days")),
    )
    op.create_table(
        "report_sums",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("conversations", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("durable", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("handed_off", sa.Integer(), nullable=False),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("overridden", sa.Integer(), nullable=False),
        sa.Column("ratings", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.Column("automated", sa.Integer(), nullable=False),
        sa.Column("contained", sa.Integer(), nullable=False),
        sa.Column("abandoned", sa.Integer(), nullable=False),
        sa.Column("waited_ms", sa.BigInteger(), nullable=False),
        sa.Column("bot_response_ms", sa.BigInteger(), nullable=False),
        sa.Column("human_response_ms", sa.BigInteger(), nullable=False),
        sa.Column("handled_ms", sa.BigInteger(), nullable=False),
        sa.Column("waited_ms_count", sa.Integer(), nullable=False),
        sa.Column("bot_response_ms_count", sa.Integer(), nullable=False),
        sa.Column("human_response_ms_count", sa.Integer(), nullable=False),
        sa.Column("handled_ms_count", sa.Integer(), nullable=False),
        sa.Column("waited_ms_all", sa.LargeBinary(), nullable=False),
        sa.Column("human_response_ms_all", sa.LargeBinary(), nullable=False),
        sa.Column("handled_ms_all", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "day", "key", name=op.f("pk_report_sums")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
