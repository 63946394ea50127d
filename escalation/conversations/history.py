"""What people read of conversations besides their threads: decisions, a customer's other conversations, counts."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, get_args

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from escalation.conversations import repository
from escalation.conversations.blind_items import HIDDEN
from escalation.conversations.errors import WordsErased
from escalation.conversations.model import Conversation, turn_text
from escalation.conversations.scoping import is_seen, of_seen, require_seen, within
from escalation.conversations.tables import ConversationRow, DecisionRow, MessageRow
from escalation.database import Transaction, table_of
from escalation.kernel.errors import Invalid, NotFound
from escalation.people.scope import EVERYTHING, Scope
from escalation.protocol.rest.conversations import DecisionPage, LabelledMessages, StoredDecision
from escalation.protocol.states import Outcome, Status

MOST_SHOWN = 20
"""How many other conversations of a customer are shown."""

_conversations = table_of(ConversationRow)
_decisions = table_of(DecisionRow)
_messages = table_of(MessageRow)


class Guessed(NamedTuple):
    """The words a decision was about, as `messages` has them now, and its first guess."""

    text: str
    label: str


class Counts(NamedTuple):
    """How many rows there are: conversations by status and outcome, decisions by action, messages by author."""

    conversations: dict[str, int]
    outcomes: dict[str, int]
    """Closed conversations. One that is opened again counts no more until it ends again."""
    decisions: dict[str, int]
    messages: dict[str, int]


def decisions(
    tx: Transaction, conversation: str | None, after: str | None, limit: int, scope: Scope = EVERYTHING
) -> DecisionPage:
    """Return a page of decisions, oldest first: of one conversation or of all, from behind the decision `after`.

    Raises: Invalid for an `after` that is none.
    """
    seen = of_seen(_decisions.c.conversation, scope)
    query = select(_decisions).where(*seen).order_by(_decisions.c.at, _decisions.c.id).limit(limit)
    if conversation is not None:
        query = query.where(_decisions.c.conversation == conversation)
    if after is not None:
        query = query.where(_later_than(tx, after, seen))
    shown = [_decision(row) for row in tx.execute(query)]
    return DecisionPage(decisions=shown, next=shown[-1].id if len(shown) == limit else None)


def _later_than(tx: Transaction, decision: str, seen: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    last = tx.execute(select(_decisions.c.at).where(_decisions.c.id == decision, *seen)).first()
    if last is None:
        raise Invalid(f"after: there is no decision {decision}.")
    return or_(_decisions.c.at > last.at, and_(_decisions.c.at == last.at, _decisions.c.id > decision))


def _decision(row: Row[Any]) -> StoredDecision:
    """Its lane is not told: of some answers it would say that they are audited."""
    found = {name: getattr(row, name) for name in StoredDecision.model_fields}
    return StoredDecision.model_validate({**found, **(HIDDEN if row.blind else {})})


def guessed(tx: Transaction, decision: str, scope: Scope = EVERYTHING) -> Guessed:
    """Return what a decision was about. Raises: NotFound; WordsErased, also where only some of its words are gone."""
    columns = (_decisions.c.conversation, _decisions.c.message_ids, _decisions.c.guesses, _decisions.c.blind)
    row = tx.execute(select(*columns).where(_decisions.c.id == decision)).first()
    if row is None or not is_seen(tx, scope, row.conversation):
        raise NotFound(f"There is no decision {decision}.")
    if row.blind:
        raise NotFound(f"What the model made of decision {decision} is not shown: it was made in shadow.")
    if not row.guesses:
        raise NotFound(f"Decision {decision} was made without a guess.")
    if _is_erased(tx, row.message_ids):
        raise WordsErased(f"The words of decision {decision} were erased.")
    text = turn_text(row.message_ids, repository.texts(tx, row.message_ids))
    return Guessed(text, row.guesses[0]["label"])


def _is_erased(tx: Transaction, message_ids: Sequence[str]) -> bool:
    bodies = tx.execute(select(_messages.c.body).where(_messages.c.id.in_(message_ids))).scalars().all()
    return len(bodies) < len(message_ids) or any(body.get("kind") == "erased" for body in bodies)


def labelled(tx: Transaction, conversation: str, scope: Scope = EVERYTHING) -> LabelledMessages:
    """Return which messages a resolution made now would label. Raises: NotFound."""
    return LabelledMessages(message_ids=[*state_of(tx, conversation, scope).handoff_message_ids])


def state_of(tx: Transaction, conversation: str, scope: Scope) -> Conversation:
    """Return a conversation that the scope sees. Raises: NotFound."""
    state = repository.peek(tx, conversation)
    if state is None:
        raise NotFound(f"There is no conversation {conversation}.")
    require_seen(scope, state)
    return state


def others_of_customer(tx: Transaction, conversation: str, scope: Scope = EVERYTHING) -> Sequence[Mapping[str, Any]]:
    """Return the stored states of the same customer's other conversations, newest first. Raises: NotFound."""
    state = state_of(tx, conversation, scope)
    query = (
        select(_conversations.c.state)
        .where(_conversations.c.customer == state.customer, _conversations.c.id != conversation, *within(scope))
        .order_by(_conversations.c.last_activity_at.desc())
        .limit(MOST_SHOWN)
    )
    return tx.execute(query).scalars().all()


def counts(tx: Transaction) -> Counts:
    """Return how many rows there are."""
    return Counts(
        conversations=_by(tx, _conversations.c.status),
        outcomes=_outcomes(tx),
        decisions=_by(tx, _decisions.c.action),
        messages=_by(tx, _messages.c.author),
    )


def _outcomes(tx: Transaction) -> dict[str, int]:
    """Every outcome there is, also those that no conversation has."""
    stored = _conversations.c.state["outcome"].as_string().label("outcome")
    closed = select(stored).where(_conversations.c.status == Status.CLOSED.value).subquery()
    return dict.fromkeys(get_args(Outcome), 0) | _by(tx, closed.c.outcome)


def _by(tx: Transaction, column: ColumnElement[str]) -> dict[str, int]:
    return {row[0]: row[1] for row in tx.execute(select(column, func.count()).group_by(column))}
