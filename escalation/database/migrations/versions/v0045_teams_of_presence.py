"""Stretches of presence keep the teams of their agent, so that occupancy can be told by team."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision: str | None = "0044"
branch_labels = None
depends_on = None

_stretches = sa.table("report_stretches", sa.column("agent", sa.String()), sa.column("team", sa.String()))
_teams = sa.table("teams", sa.column("name", sa.String()), sa.column("members", sa.JSON()))


def upgrade() -> None:
    """Bring the schema to this revision. What was counted before is taken for the teams of today."""
    with op.batch_alter_table("report_stretches", schema=None) as batch_op:
        batch_op.add_column(sa.Column("team", sa.String(), nullable=True))
    names: dict[str, list[str]] = {}
    for team in op.get_bind().execute(sa.select(_teams).order_by(_teams.c.name)):
        for agent in team.members:
            names.setdefault(agent, []).append(team.name)
    for agent, of_agent in names.items():
        op.execute(_stretches.update().where(_stretches.c.agent == agent).values(team="\n".join(of_agent)))


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
