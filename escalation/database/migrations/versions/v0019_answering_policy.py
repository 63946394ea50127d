"""The mode, the accepted error and the probation share as rows; decisions that agents do not see.

Revision 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision: str | None = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. The next start of the service fills in what holds."""
    with op.batch_alter_table("proof_state", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mode", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("mode_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("alpha", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("alpha_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("probation_share", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("probation_budget", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("certificate_fresh", sa.Boolean(), nullable=True))
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("blind", sa.Boolean(), nullable=True))
    op.execute(sa.table("decisions", sa.column("blind", sa.Boolean())).update().values(blind=False))
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.alter_column("blind", existing_type=sa.Boolean(), nullable=False)


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
