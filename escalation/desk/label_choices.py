"""Labels agents gave against the model's guesses: how often they override them, with the guesses seen and unseen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, func, select

from escalation.conversations import events as e
from escalation.conversations.blind_items import hidden
from escalation.conversations.model import Conversation
from escalation.conversations.predictions import TurnPolicy
from escalation.conversations.running import Runner
from escalation.conversations.tables import DecisionRow
from escalation.database import Prepared, Transaction, table_of
from escalation.desk.resolving import NewResolution
from escalation.desk.tables import LabelChoiceRow
from escalation.protocol.rest.assistance import OverrideView

_choices = table_of(LabelChoiceRow)
_OF_QUESTION = Prepared(
    select(_choices.c.resolution).where(
        _choices.c.conversation == bindparam("of"), _choices.c.question_after == bindparam("after")
    )
)
_decisions = table_of(DecisionRow)
_NEWEST_GUESSED = Prepared(
    select(_decisions.c.message_ids, _decisions.c.guesses, _decisions.c.blind)
    .where(_decisions.c.conversation == bindparam("of"), _decisions.c.model.is_not(None))
    .order_by(_decisions.c.at.desc(), _decisions.c.id.desc())
    .limit(20)
)


@dataclass(frozen=True)
class Choice:
    """What an agent stores as the label of a question."""

    resolution: str
    agent: str
    said: NewResolution


def is_committed(tx: Transaction, found: Conversation) -> bool:
    """Return whether the question asked now has had its label: what is shown since tells its first label no more."""
    return tx.execute(_OF_QUESTION, {"of": found.id, "after": found.question_after}).first() is not None


def hides_guesses(tx: Transaction, runner: Runner, found: Conversation) -> bool:
    """Return whether agents must not see now what the model makes of the conversation: in shadow, or a blind item."""
    if runner.watch.govern(tx)(TurnPolicy.failed()).blind:
        return True
    return runner.is_blind_item(found.id) and not is_committed(tx, found)


def commit(
    tx: Transaction, runner: Runner, found: Conversation, choice: Choice
) -> tuple[e.GuessesShown | e.ChoicesShown, ...]:
    """Keep the first label of a question; return what was hidden until now and is not in shadow.

    A resolution taken back and stored again is no second choice: its agent has seen the guesses by then.
    """
    if is_committed(tx, found):
        return ()
    _keep(tx, found, choice)
    in_shadow = runner.watch.govern(tx)(TurnPolicy.failed()).blind
    if in_shadow or not runner.is_blind_item(found.id):
        return ()
    return hidden(tx, found)


def _keep(tx: Transaction, found: Conversation, choice: Choice) -> None:
    decision = _newest_decision(tx, found)
    labels = [each["label"] for each in decision.guesses] if decision is not None else []
    label = choice.said.label
    row = {
        "resolution": choice.resolution,
        "conversation": found.id,
        "question_after": found.question_after,
        "agent": choice.agent,
        "at": tx.now,
        "label": label,
        "guess": labels[0] if labels else None,
        "rank": labels.index(label) + 1 if label in labels else None,
        "blind": bool(decision is not None and decision.blind),
        "decide_ms": choice.said.decide_ms,
    }
    tx.add(LabelChoiceRow, row)


def _newest_decision(tx: Transaction, found: Conversation) -> Row[Any] | None:
    """Return the newest decision on the messages that are labelled, if a model guessed."""
    labelled = set(found.handoff_message_ids)
    rows = tx.execute(_NEWEST_GUESSED, {"of": found.id})
    return next((row for row in rows if labelled & set(row.message_ids)), None)


def overrides(tx: Transaction, since: datetime) -> Sequence[OverrideView]:
    """Return how often labels differed from the first guess since then: guesses seen, then guesses hidden."""
    differs = case((_choices.c.label == _choices.c.guess, 0), else_=1)
    unlisted = case((_choices.c.rank.is_(None), 1), else_=0)
    columns = (
        _choices.c.blind, func.count().label("labels"), func.sum(differs).label("overridden"),
        func.sum(unlisted).label("unlisted"), func.avg(_choices.c.decide_ms).label("mean_ms"),
    )  # fmt: skip
    guessed = select(*columns).where(_choices.c.at >= since, _choices.c.guess.is_not(None))
    rows = {row.blind: row for row in tx.execute(guessed.group_by(_choices.c.blind))}
    return [_view(blind, rows.get(blind)) for blind in (False, True)]


def _view(blind: bool, row: Row[Any] | None) -> OverrideView:
    if row is None:
        return OverrideView(blind=blind, labels=0, overridden=0, unlisted=0, mean_seconds=None)
    mean = None if row.mean_ms is None else float(row.mean_ms) / 1_000
    return OverrideView(
        blind=blind, labels=row.labels, overridden=row.overridden, unlisted=row.unlisted, mean_seconds=mean
    )
