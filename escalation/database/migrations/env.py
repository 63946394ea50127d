"""What Alembic runs: it works on the connection `escalation.database.migrate` hands over, never on one of its own."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from escalation.database.migrate import OPTIONS
from escalation.database.types import ByteOrderedString, JSONDocument, Place, UTCDateTime


def render_item(kind: str, item: Any, _autogenerate: object) -> str | Literal[False]:
    """How our column types are written in a migration; False leaves it to Alembic."""
    if kind == "type" and isinstance(item, UTCDateTime | JSONDocument | ByteOrderedString | Place):
        return f"types.{type(item).__name__}()"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()" if item.length is None else f"sa.String(length={item.length})"
    return False


def migrate() -> None:
    """Run the scripts asked for inside the transaction that is open on the connection."""
    attributes = context.config.attributes
    context.configure(
        connection=attributes["connection"],
        target_metadata=attributes.get("metadata"),
        render_item=render_item,
        **OPTIONS,
    )
    context.run_migrations()


migrate()
