"""${message}

Revision ${up_revision}, after ${down_revision or "nothing"}.
"""
# ruff: noqa: PLR0915

import sqlalchemy as sa
from alembic import op

from escalation.database import types

${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
