"""One learner a service: a lease in a row, and the token that every write of the learner is fenced by."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from escalation.database import Transaction, table_of
from escalation.learning.errors import LeaseLost
from escalation.learning.tables import LearnerRow

LASTS = timedelta(seconds=30)
RENEW_EVERY = timedelta(seconds=10)

_learner = table_of(LearnerRow)


def hold(tx: Transaction) -> Row[Any]:
    """Lock the lease's row (made if need be) until the commit: one at a time through here."""
    row = {"id": 1, "token": "", "until": tx.now}
    tx.execute(tx.insert(LearnerRow).on_conflict_do_nothing(index_elements=["id"]), row)
    locked = tx.lock(LearnerRow, 1)
    assert locked is not None
    return locked


def acquire(tx: Transaction, token: str) -> bool:
    """Become the learner, if nobody is or the lease ran out; False while another one is alive.

    On SQLite one process owns the data folder, so whoever held the lease before is gone.
    """
    row = hold(tx)
    if tx.is_postgres and row.token not in {"", token} and row.until > tx.now:
        return False
    tx.execute(_learner.update().values(token=token, until=tx.now + LASTS))
    return True


def check(tx: Transaction, token: str) -> None:
    """Hold the lease's row until the commit. Raises: LeaseLost when the lease is another's."""
    row = tx.lock(LearnerRow, 1)
    if row is None or row.token != token:
        raise LeaseLost("Another process is the learner now.")


def renew(tx: Transaction, token: str) -> None:
    """Stay the learner. Raises: LeaseLost."""
    check(tx, token)
    tx.execute(_learner.update().values(until=tx.now + LASTS))


def release(tx: Transaction, token: str) -> None:
    """Let the next one begin at once."""
    tx.execute(_learner.update().where(_learner.c.token == token).values(token="", until=tx.now))
