"""Rows of training runs: queued by people (or the learner), leased to the learner, ended with a model or a reason."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from escalation.database import Transaction, table_of
from escalation.learning import lease, registry
from escalation.learning.errors import LeaseLost, RunActive, RunOver, RunUnknown
from escalation.learning.events import append_run
from escalation.learning.tables import RunRow

ACTIVE = ("queued", "running")
MOST_ATTEMPTS = 5
"""A run goes on where it was, so a restart costs it little; one that itself brings the service down must end."""
SHOWN = 50

_runs = table_of(RunRow)


def queue(tx: Transaction, id: str, mode: str, by: str) -> Row[Any]:
    """Add a run. Raises: RunActive, as there is one learner and it trains one model at a time."""
    lease.hold(tx)
    if tx.execute(select(_runs.c.id).where(_runs.c.state.in_(ACTIVE))).first() is not None:
        raise RunActive("A training run is queued or running; wait for it or cancel it.")
    row = {"id": id, "mode": mode, "state": "queued", "created_at": tx.now, "by": by, "reasons": []}
    tx.execute(_runs.insert(), row)
    return _told(tx, id)


def find(tx: Transaction, id: str) -> Row[Any]:
    """Return a run's row, held until the commit. Raises: RunUnknown."""
    row = tx.lock(RunRow, id)
    if row is None:
        raise RunUnknown(f"There is no training run '{id}'.")
    return row


def newest(tx: Transaction) -> list[Row[Any]]:
    """Return the runs, newest first."""
    return list(tx.execute(_runs.select().order_by(_runs.c.created_at.desc(), _runs.c.id.desc()).limit(SHOWN)))


def adopt(tx: Transaction, token: str) -> None:
    """Deal with runs whose learner died: queue them again, to go on where they were, or fail them at last."""
    orphans = tx.execute(_runs.select().where(_runs.c.state == "running", _runs.c.token != token)).all()
    for run in orphans:
        if run.cancel_requested:
            _end(tx, run.id, "cancelled", "cancelled", ())
        elif run.attempts >= MOST_ATTEMPTS:
            reason = f"the service stopped {run.attempts} times while it ran"
            _end(tx, run.id, "failed", reason, (reason,))
        else:
            again = {"state": "queued", "token": None, "lease_until": None, "eta_seconds": None, "model": None}
            _change(tx, run.id, **again, detail="goes on after a restart")


def unfinished(tx: Transaction, begun_by: datetime | None = None) -> set[str]:
    """Return the ids of the runs that are queued or running; `begun_by`: of those that were queued by then."""
    query = select(_runs.c.id).where(_runs.c.state.in_(ACTIVE))
    return set(tx.execute(query if begun_by is None else query.where(_runs.c.created_at <= begun_by)).scalars())


def take(tx: Transaction, token: str, folders: list[str]) -> Row[Any] | None:
    """Lease the oldest queued run and give its model a name; None when nothing is queued."""
    row = tx.execute(_runs.select().where(_runs.c.state == "queued").order_by(_runs.c.created_at, _runs.c.id)).first()
    if row is None:
        return None
    return _change(
        tx, row.id, state="running", token=token, attempts=row.attempts + 1, lease_until=tx.now + lease.LASTS,
        model=registry.next_version(tx, folders), stage="starting", detail="",
    )  # fmt: skip


def progress(tx: Transaction, id: str, token: str, **values: Any) -> bool:
    """Store how far the run is and renew its lease; return whether somebody wants it cancelled. Raises: LeaseLost.

    Progress never falls: a run that goes on after a restart is first heard of before it is where it was.
    """
    row = own(tx, id, token)
    values["progress"] = max(row.progress, values["progress"])
    _change(tx, id, lease_until=tx.now + lease.LASTS, **values)
    return bool(row.cancel_requested)


def own(tx: Transaction, id: str, token: str) -> Row[Any]:
    """Return a run that must be running under this token. Raises: LeaseLost."""
    row = find(tx, id)
    if row.token != token or row.state != "running":
        raise LeaseLost(f"Training run '{id}' is another learner's now.")
    return row


def end(tx: Transaction, id: str, token: str, state: str, detail: str, reasons: tuple[str, ...] = ()) -> None:
    """Close a run of this token. Raises: LeaseLost."""
    own(tx, id, token)
    _end(tx, id, state, detail, reasons)


def cancel(tx: Transaction, id: str) -> None:
    """Cancel a queued run at once; ask a running one to stop. Raises: RunUnknown, RunOver."""
    row = find(tx, id)
    if row.state == "queued":
        _end(tx, id, "cancelled", "cancelled", ())
    elif row.state == "running":
        _change(tx, id, cancel_requested=True, detail="cancelling")
    else:
        raise RunOver(f"Training run '{id}' is over ({row.state}).")


def is_cancelled(tx: Transaction, id: str) -> bool:
    """Whether somebody wants the run cancelled."""
    return bool(tx.execute(select(_runs.c.cancel_requested).where(_runs.c.id == id)).scalar())


def _end(tx: Transaction, id: str, state: str, detail: str, reasons: tuple[str, ...]) -> None:
    values = {"state": state, "detail": detail, "reasons": list(reasons), "finished_at": tx.now}
    done = {"progress": 1.0} if state in {"succeeded", "refused"} else {"model": None}
    _change(tx, id, **values, **done, eta_seconds=None, lease_until=None, token=None)


def _change(tx: Transaction, id: str, **values: Any) -> Row[Any]:
    tx.execute(_runs.update().where(_runs.c.id == id).values(**values))
    return _told(tx, id)


def _told(tx: Transaction, id: str) -> Row[Any]:
    row = tx.execute(_runs.select().where(_runs.c.id == id)).one()
    append_run(tx, row)
    return row
