"""Messages carry a digest of what they say.

Revision 0009. What is stored now counts as what was written.
"""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from escalation.database import types

revision = "0009"
down_revision: str | None = "0008"
branch_labels = None
depends_on = None

PAGE = 500
FIELDS = ("id", "conversation", "author", "author_id", "kind", "internal", "intent", "body")
KINDS: dict[str, Any] = {"internal": sa.Boolean(), "body": types.JSONDocument()}
_messages = sa.table("messages", *(sa.column(name, KINDS.get(name, sa.String())) for name in (*FIELDS, "digest")))


def upgrade() -> None:
    """Bring the schema to this revision."""
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sa.String(), nullable=True))
    connection, last = op.get_bind(), ""
    change = _messages.update().where(_messages.c.id == sa.bindparam("key")).values(digest=sa.bindparam("found"))
    query = sa.select(*(_messages.c[name] for name in FIELDS)).order_by(_messages.c.id).limit(PAGE)
    while page := connection.execute(query.where(_messages.c.id > last)).all():
        connection.execute(change, [{"key": row.id, "found": _digest(row)} for row in page])
        last = page[-1].id


def _digest(row: Any) -> str:
    kept = json.dumps([getattr(row, n) for n in FIELDS], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(kept.encode(errors="surrogatepass")).hexdigest()


def downgrade() -> None:
    """There is no way back: restore the backup taken before the upgrade."""
    raise NotImplementedError("restore the backup taken before the upgrade")
