"""How the bot may answer: the mode, the accepted share of wrong answers, and the share of the probation lane, as rows.

They are the same for every process of an installation, and are read in the transaction that decides a turn: a change
takes effect at the next turn, without a restart. The settings say what holds until an admin changes it in the console.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row, select

from escalation.conversations.tables import ConversationRow
from escalation.database import Transaction, table_of
from escalation.proof import rows
from escalation.proof.values import ProofSettings
from escalation.protocol.states import AnsweringMode

ChosenBy = Literal["installation", "settings", "admin"]
"""Who said so: nobody yet, the operator's settings, or an admin in the console."""

_conversations = table_of(ConversationRow)


@dataclass(frozen=True, slots=True)
class AnsweringPolicy:
    """What holds now.

    `mode`: in `shadow` people answer everything and do not see what the bot would have said; `provisional` answers at
    the estimated threshold; `strict` answers while a certificate is fresh. `alpha`: the accepted share of wrong
    automatic answers, 0..1. `probation_share`: of all messages that the probation lane may answer, 0..1;
    `probation_budget`: known errors after which it closes.
    """

    mode: AnsweringMode = "provisional"
    alpha: float = 0.02
    probation_share: float = 0.0
    probation_budget: int = 0


DEFAULT = AnsweringPolicy()
"""What holds in a database that no service has opened yet."""


def current(tx: Transaction) -> AnsweringPolicy:
    """Return what holds now."""
    return of_row(rows.state(tx))


def of_row(known: Row[Any] | None) -> AnsweringPolicy:
    """Return what a row of the proof says."""
    if known is None:
        return DEFAULT
    return AnsweringPolicy(
        known.mode or DEFAULT.mode,
        DEFAULT.alpha if known.alpha is None else known.alpha,
        known.probation_share or 0.0,
        known.probation_budget or 0,
    )


def is_chosen(tx: Transaction) -> bool:
    """Return whether somebody chose the mode: an admin, or the operator by a setting."""
    known = rows.state(tx)
    return known is None or known.mode_by != "installation"


def may_answer(tx: Transaction) -> bool:
    """Return whether the bot may answer now: the mode allows it, and the breaker has not tripped."""
    return allowed(rows.state(tx))


def allowed(known: Row[Any] | None) -> bool:
    """Return whether the bot may answer where a row of the proof says this."""
    if known is None:
        return True
    mode = of_row(known).mode
    return known.tripped_at is None and (mode == "provisional" or (mode == "strict" and bool(known.certificate_fresh)))


def install(tx: Transaction, settings: ProofSettings) -> None:
    """Let the settings hold where no admin has changed anything. A new installation without a mode begins in shadow."""
    known = rows.hold(tx)
    changes: dict[str, Any] = {}
    if known.alpha_by != "admin":
        changes |= {"alpha": settings.alpha, "alpha_by": "settings"}
    if known.mode_by != "admin":
        changes |= _mode(tx, known.mode, settings.mode)
    if any(getattr(known, name) != value for name, value in changes.items()):
        if changes.get("alpha", known.alpha) != known.alpha:
            changes["breaker_level"] = 0.0
        rows.change(tx, **changes)


def _mode(tx: Transaction, before: str | None, wanted: AnsweringMode | None) -> dict[str, Any]:
    if wanted is not None:
        return {"mode": wanted, "mode_by": "settings"}
    if before is not None:
        return {}
    if tx.execute(select(_conversations.c.id).limit(1)).first() is not None:  # it answered before there were modes here
        return {"mode": DEFAULT.mode, "mode_by": "settings"}
    return {"mode": "shadow", "mode_by": "installation"}
