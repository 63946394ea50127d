"""The anchor beside the live head, how it came about, and the lane and votes of each decision.

Revision 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0020"
down_revision: str | None = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. What answered until now is the first anchor."""
    op.create_table(
        "anchors",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", types.UTCDateTime(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("grounds", sa.String(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("examples", sa.Integer(), nullable=False),
        sa.Column("reasons", types.JSONDocument(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("serving", schema=None) as batch_op:
        batch_op.add_column(sa.Column("anchor", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("anchor_threshold", sa.Float(), nullable=True))
    own = "SELECT threshold FROM models WHERE models.name = serving.live"
    op.execute(f"UPDATE serving SET anchor = live, anchor_threshold = COALESCE(({own}), 1.0)")
    op.execute(
        "INSERT INTO anchors (number, at, model, grounds, accepted, threshold, examples, reasons) "
        "SELECT 1, models.created_at, models.name, 'upgrade', TRUE, models.threshold, models.examples, '[]' "
        "FROM serving JOIN models ON models.name = serving.live"
    )
    with op.batch_alter_table("serving", schema=None) as batch_op:
        batch_op.alter_column("anchor", existing_type=sa.String(), nullable=False)
        batch_op.alter_column("anchor_threshold", existing_type=sa.Float(), nullable=False)
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lane", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("votes", types.JSONDocument(), nullable=True))
        given = sa.text("lane IS NOT NULL")
        batch_op.create_index(
            "decisions_by_lane", ["at", "lane"], unique=False, sqlite_where=given, postgresql_where=given
        )


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
