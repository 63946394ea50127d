"""Rows of models and the one row of what answers. Promotion is a compare-and-swap on that row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from escalation.database import Transaction, table_of
from escalation.learning import anchors, lease, model_names
from escalation.learning.errors import ModelUnknown, NothingToRollBack, StaleChampion
from escalation.learning.events import append_published
from escalation.learning.tables import ModelRow, RunRow, ServingRow
from escalation.security import SecurityLog, actor_of

_models = table_of(ModelRow)
_serving = table_of(ServingRow)
_runs = table_of(RunRow)


@dataclass(frozen=True, slots=True)
class Serving:
    """What serves: the champion (a version), the live head (the champion or a revision of it), and the anchor.

    The anchor is a frozen version or revision. It answers from `anchor_threshold` on; the live head vetoes and
    suggests.
    """

    champion: str
    live: str
    pinned: bool
    swaps: int
    anchor: str
    anchor_threshold: float


@dataclass(frozen=True, slots=True)
class NewModel:
    """A model about to be registered."""

    name: str
    kind: str
    parent: str | None
    mode: str
    examples: int
    intents: int
    threshold: float
    manifest_hash: str
    report: dict[str, Any] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    created_at: datetime | None = None


def serving(tx: Transaction) -> Serving | None:
    """Return what answers, None before the first model."""
    return _of_row(tx.execute(_serving.select()).first())


def locked(tx: Transaction) -> Serving | None:
    """The same, held until the commit."""
    return _of_row(tx.lock(ServingRow, 1))


def _of_row(row: Row[Any] | None) -> Serving | None:
    if row is None:
        return None
    return Serving(row.champion, row.live, bool(row.pinned), row.swaps, row.anchor, row.anchor_threshold)


def find(tx: Transaction, name: str) -> Row[Any]:
    """Return a model's row. Raises: ModelUnknown."""
    row = tx.execute(_models.select().where(_models.c.name == name)).first()
    if row is None:
        raise ModelUnknown(f"There is no model '{name}'; list the models.")
    return row


def known(tx: Transaction) -> set[str]:
    """Return the names of all models, and those that runs have taken."""
    taken = set(tx.execute(select(_models.c.name)).scalars())
    return taken | {name for name in tx.execute(select(_runs.c.model)).scalars() if name}


def register(tx: Transaction, new: NewModel, state: str) -> None:
    """Insert a model's row. Raises: IntegrityError when the name is taken."""
    row = {
        "name": new.name, "kind": new.kind, "state": state, "parent": new.parent,
        "created_at": new.created_at or tx.now, "mode": new.mode, "examples": new.examples, "intents": new.intents,
        "threshold": new.threshold, "manifest_hash": new.manifest_hash, "report": new.report,
        "reasons": list(new.reasons), "erased_examples": 0, "promoted_at": None,
    }  # fmt: skip
    tx.execute(_models.insert(), row)


def register_found(tx: Transaction, found: Sequence[NewModel]) -> list[str]:
    """Register folders that nobody registered yet; return their names. Several processes may find them at once."""
    lease.hold(tx)
    taken = known(tx)
    fresh = [new for new in found if new.name not in taken]
    for new in fresh:
        register(tx, new, "candidate")
    return [new.name for new in fresh]


def promote(
    tx: Transaction, name: str, expected: str | None, *, actor: str, pin: bool = False, address: str = ""
) -> None:
    """Let a registered model answer, if `expected` is the champion still (None: nobody is).

    A version is champion, live head and anchor then. A revision is live head and anchor, its version the champion; it
    is pinned, as the next refit would take its place at once, unless it is the live head already.
    Raises: ModelUnknown, StaleChampion.
    """
    row = find(tx, name)
    now = locked(tx)
    if row.kind == "revision":
        champion, pin = row.parent, now is None or now.live != name or now.pinned
    else:
        champion = name
    if (now.champion if now else None) != expected:
        raise StaleChampion(f"'{expected}' is not the champion any more; look again and decide anew.")
    _replace(tx, now, champion=champion, live=name, pinned=pin, anchor=(name, row.threshold))
    anchors.note(tx, row, "promotion", row.threshold)
    if champion != name:
        tx.execute(_models.update().where(_models.c.name == name).values(state="live"))
    if champion == name or champion != expected:
        tx.execute(_models.update().where(_models.c.name == champion).values(state="champion", promoted_at=tx.now))
    append_published(tx, name=name, kind=row.kind, examples=row.examples, actor=actor)
    SecurityLog.add(tx, "model_promoted", actor_of(actor, address), name, {"before": now.live if now else ""})


def publish_revision(tx: Transaction, new: NewModel, expected: Serving) -> str:
    """Register a revision and make it live, if the row is still what `expected` says and nothing is pinned.

    The anchor goes on answering; returns its name.

    Raises: StaleChampion; then nothing was changed.
    """
    now = locked(tx)
    if now is None or now.pinned or (now.champion, now.live) != (expected.champion, expected.live):
        raise StaleChampion("What answers changed while the revision was made.")
    register(tx, new, "live")
    _replace(tx, now, champion=now.champion, live=new.name, pinned=False, anchor=(now.anchor, now.anchor_threshold))
    append_published(tx, name=new.name, kind="revision", examples=new.examples, actor="system")
    return now.anchor


def swap_anchor(tx: Transaction, name: str, threshold: float, expected: Serving) -> None:
    """Let a frozen live head answer from `threshold` on, if the anchor is still what `expected` says.

    Raises: ModelUnknown, StaleChampion; then nothing was changed.
    """
    now, row = locked(tx), find(tx, name)
    if now is None or now.pinned or (now.champion, now.anchor) != (expected.champion, expected.anchor):
        raise StaleChampion("What answers changed while the swap was decided.")
    _replace(tx, now, champion=now.champion, live=now.live, pinned=False, anchor=(name, threshold))
    anchors.note(tx, row, anchors.GATE, threshold)
    append_published(tx, name=name, kind="anchor", examples=row.examples, actor="system")


def rollback(tx: Transaction, *, actor: str, address: str = "") -> str:
    """Let the version that was champion before answer again (the bare champion where there is none); pin it.

    Returns its name. Raises: NothingToRollBack.
    """
    now = locked(tx)
    if now is None:
        raise NothingToRollBack("No model answers yet.")
    target = rollback_target(tx, now)
    if target is None:
        raise NothingToRollBack(f"'{now.champion}' has no earlier version and no revision to drop.")
    row = find(tx, target)
    _replace(tx, now, champion=target, live=target, pinned=True, anchor=(target, row.threshold))
    anchors.note(tx, row, "rollback", row.threshold)
    if target != now.champion:
        # Never again the target of a later rollback: somebody found it wanting.
        tx.execute(_models.update().where(_models.c.name == now.champion).values(promoted_at=None))
    tx.execute(_models.update().where(_models.c.name == target).values(state="champion"))
    append_published(tx, name=target, kind="rollback", examples=row.examples, actor=actor)
    SecurityLog.add(tx, "model_rolled_back", actor_of(actor, address), target, {"before": now.live})
    return target


def rollback_target(tx: Transaction, now: Serving) -> str | None:
    """Return what answers after a rollback: the earlier champion, else the bare one; None if nothing would change."""
    bare = now.live == now.champion == now.anchor
    return earlier_champion(tx, now.champion) or (None if bare else now.champion)


def earlier_champion(tx: Transaction, champion: str) -> str | None:
    """Return the version that was champion last before this one."""
    since = find(tx, champion).promoted_at
    query = select(_models.c.name).where(_models.c.promoted_at.is_not(None), _models.c.name != champion)
    if since is not None:
        query = query.where(_models.c.promoted_at <= since)
    name: str | None = tx.execute(query.order_by(_models.c.promoted_at.desc(), _models.c.name.desc()).limit(1)).scalar()
    return name


def unpin(tx: Transaction) -> bool:
    """Let fast refits go on; return whether it was paused."""
    return tx.execute(_serving.update().where(_serving.c.pinned.is_(True)).values(pinned=False)).rowcount > 0


def _replace(
    tx: Transaction, now: Serving | None, *, champion: str, live: str, pinned: bool, anchor: tuple[str, float]
) -> None:
    if now is not None:
        past = _models.c.name.in_([now.champion, now.live]) & _models.c.name.not_in([champion, live])
        tx.execute(_models.update().where(past).values(state="archived"))
    swaps = now.swaps + 1 if now else 1
    row = {"id": 1, "champion": champion, "live": live, "pinned": pinned, "swaps": swaps}
    tx.upsert(ServingRow, row | {"anchor": anchor[0], "anchor_threshold": anchor[1]})


def rehash(tx: Transaction, name: str, digest: str) -> None:
    """Note the hash of the manifest of a folder that was written anew."""
    tx.execute(_models.update().where(_models.c.name == name).values(manifest_hash=digest))


def next_version(tx: Transaction, folders: Sequence[str]) -> str:
    """Return a version name nothing has."""
    return model_names.next_version(known(tx) | set(folders))


def next_revision(tx: Transaction, version: str, folders: Sequence[str]) -> str:
    """Return a name for a revision of `version` that nothing has."""
    return model_names.next_revision(version, known(tx) | set(folders))
