"""Commands that are carried out once however often they are sent."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from escalation.database import Prepared, Transaction, table_of
from escalation.events.errors import CommandConflict
from escalation.events.tables import CommandResult

KEPT_FOR = timedelta(days=7)

_results = table_of(CommandResult)
_mine = (_results.c.actor == bindparam("by"), _results.c.command_id == bindparam("command"))
_FIND = Prepared(select(_results.c.digest, _results.c.result).where(*_mine))
_STORE = Prepared(_results.update().where(*_mine))


def _first(insert: Callable[..., Any]) -> Prepared:
    """Note a command, and return its row only if it is the first with this id."""
    return Prepared(insert(_results).on_conflict_do_nothing().returning(_results.c.actor))


_FIRST = {True: _first(postgresql.insert), False: _first(sqlite.insert)}


def digest(body: Mapping[str, Any]) -> str:
    """The sha256 of a command's body, whatever the order of its keys."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def once(tx: Transaction, actor: str, command_id: str, body_digest: str, fn: Callable[[], Any]) -> Any:
    """Run `fn` and keep its JSON result for seven days; when the same command comes again, return what it returned.

    A second copy that arrives while the first is still at work waits for it. If `fn` raises, nothing is kept and the
    command may be tried again. Raises: CommandConflict when the id was used with another body.
    """
    key = {"by": actor, "command": command_id}
    # The row comes before the work: its unique key is the lock.
    row = {"actor": actor, "command_id": command_id, "digest": body_digest, "at": tx.now}
    if tx.execute(_FIRST[tx.is_postgres], row).first() is not None:
        result = fn()
        tx.execute(_STORE, key | {"result": result})
        return result
    known, result = tx.execute(_FIND, key).one()
    if known != body_digest:
        raise CommandConflict(f"the command {command_id} was already sent with another body: use a new id")
    return result


def purge(tx: Transaction, now: datetime, limit: int = 200) -> int:
    """Delete at most `limit` results older than seven days; returns how many, so the caller knows when to stop."""
    old = select(_results.c.actor, _results.c.command_id).where(_results.c.at < now - KEPT_FOR).limit(limit)
    gone = tx.execute(old).all()
    if gone:
        tx.execute(_results.delete().where(*_mine), [{"by": row.actor, "command": row.command_id} for row in gone])
    return len(gone)


def forget(tx: Transaction, actor: str, conversations: Collection[str]) -> None:
    """Delete the results of an actor, and those of others in these conversations: digests tell of short words."""
    tx.execute(_results.delete().where(_results.c.actor == actor))
    told_of = _results.c.result["conversation"].as_string()
    tx.execute(_results.delete().where(told_of.in_(conversations)))
