"""Second factors of staff, and recovery codes.

Revision 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision: str | None = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision. Nobody has a second factor yet."""
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_codes")),
    )
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_codes_staff"), ["staff"], unique=False)
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("factor", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("factor_offered", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("factor_step", sa.BigInteger(), nullable=True))
    op.execute("UPDATE staff SET factor_step = 0")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.alter_column("factor_step", existing_type=sa.BigInteger(), nullable=False)


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
