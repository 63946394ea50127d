"""Several requests in one turn: parts of decisions and resolutions, and where an example begins and ends.

Revision 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0015"
down_revision: str | None = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Every turn decided, labelled or learnt so far is one request."""
    for table in ("decisions", "resolutions"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("parts", types.JSONDocument(), nullable=True))
        op.execute(f"UPDATE {table} SET parts = '[]'")
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("parts", existing_type=types.JSONDocument(), nullable=False)
    with op.batch_alter_table("examples", schema=None) as batch_op:
        batch_op.add_column(sa.Column("starts", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("ends", sa.Integer(), nullable=True))
    op.execute("UPDATE examples SET starts = 0")
    with op.batch_alter_table("examples", schema=None) as batch_op:
        batch_op.alter_column("starts", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_index("one_example_a_message")
        batch_op.create_index("one_example_a_request", ["message_id", "source", "starts"], unique=True)


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
