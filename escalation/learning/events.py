"""What learning tells the rest of the program: two event types on the stream `models`."""

from typing import Any, Final

from escalation.database import Transaction
from escalation.events import UPCASTS, NewEvent, append

STREAM: Final = "models"
PUBLISHED: Final = "ModelPublished"
RUN_CHANGED: Final = "RunChanged"

UPCASTS.declare(PUBLISHED, 1)
UPCASTS.declare(RUN_CHANGED, 1)


def append_published(tx: Transaction, *, name: str, kind: str, examples: int, actor: str) -> None:
    """Tell that `name` serves from now on; `kind` is `version`, `rollback`, `revision` (the live head) or `anchor`."""
    append(tx, STREAM, NewEvent(PUBLISHED, 1, {"name": name, "kind": kind, "examples": examples}, actor))


def append_run(tx: Transaction, run: Any) -> None:
    """Tell how far a run is; `run` has the columns of `RunRow`."""
    payload = {
        "run": run.id,
        "state": run.state,
        "progress": round(float(run.progress), 4),
        "stage": run.stage,
        "eta_seconds": run.eta_seconds,
        "detail": run.detail,
    }
    append(tx, STREAM, NewEvent(RUN_CHANGED, 1, payload, run.by))
