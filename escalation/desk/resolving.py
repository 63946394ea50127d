"""What an agent says at the end of a conversation, and what is checked of it before it is stored."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from escalation.catalogue.errors import IntentExists
from escalation.catalogue.service import Catalogues
from escalation.conversations import events as e
from escalation.conversations import repository
from escalation.conversations.errors import UnknownIntent
from escalation.conversations.model import Conversation, turn_text
from escalation.database import Transaction
from escalation.kernel.errors import Invalid
from escalation.people.permissions import Permission
from escalation.people.staff import Member


@dataclass(frozen=True)
class NewPart:
    """A request labelled by itself: characters `start` up to `end` of the text of the labelled messages."""

    start: int
    end: int
    label: str | None
    new_intent: bool


KEPT_APART = frozenset({"answer_text", "parts", "decide_ms", "follow_up"})
"""Fields of a resolution that are not stored with it as they came."""


@dataclass(frozen=True)
class NewResolution:
    """What an agent stores at the end of a conversation."""

    label: str | None
    """An intent's name; None is out of scope."""
    new_intent: bool
    """Whether `label` may be created if the catalogue lacks it."""
    answer_message_id: str | None
    """The reply to propose as the answer of the intent."""
    outcome: Literal["solved", "follow_up", "abandoned"]
    learn: bool
    last_seen_seq: int
    answer_text: str | None = None
    """The reply as the agent edited it for learning; None: as it was sent."""
    parts: tuple[NewPart, ...] = ()
    """Requests labelled apart, in order; empty: the messages are one request. `label` is the first one's."""
    decide_ms: int | None = None
    """Milliseconds the agent took to choose the label; None: not measured."""
    follow_up: datetime | None = None
    """When the agent means to write to the customer again; None: nothing new is planned."""


async def check_labels(catalogues: Catalogues, by: Member, resolution: NewResolution) -> None:
    """An unknown label is created only on purpose, and only by those who may; never by a typing error.

    Raises: UnknownIntent, Forbidden; Invalid where the labels of parts and of the whole contradict each other.
    """
    parts = resolution.parts
    if parts and parts[0].label != resolution.label:
        raise Invalid("The label of a resolution with parts is that of the first part.")
    for each in parts or (resolution,):
        await _check_label(catalogues, by, each.label, each.new_intent)


async def _check_label(catalogues: Catalogues, by: Member, label: str | None, is_new: bool) -> None:
    if label is None or (await catalogues.load()).find(label) is not None:
        return
    if not is_new:
        raise UnknownIntent(f"There is no intent {label!r}. Choose one, or send it as a new intent.")
    by.require(Permission.NAME_INTENT)
    with suppress(IntentExists):  # somebody added it a moment ago
        await catalogues.add_intent(label, actor=f"agent:{by.id}")


def labelled_parts(tx: Transaction, found: Conversation, resolution: NewResolution) -> tuple[e.LabelledPart, ...]:
    """Return the parts as they are stored. Raises: Invalid where they do not lie in the text, in order, with words."""
    words = repository.texts(tx, found.handoff_message_ids)
    text, behind = turn_text(found.handoff_message_ids, words), 0
    for part in resolution.parts:
        if not behind <= part.start < part.end <= len(text) or not text[part.start : part.end].strip():
            raise Invalid("The parts of a resolution are pieces of the customer's words, in order. Look again.")
        behind = part.end
    return tuple(e.LabelledPart(start=each.start, end=each.end, label=each.label) for each in resolution.parts)


def keep_answer(tx: Transaction, id: str, found: Conversation, resolution: NewResolution) -> None:
    """Store the edited reply to learn, if there is one. Raises: Invalid where no agent said what is named."""
    answer, text = resolution.answer_message_id, resolution.answer_text
    if answer is not None and len(resolution.parts) > 1:
        raise Invalid("A reply to several requests is the answer of none of them: name no reply to learn.")
    if answer is not None and not repository.is_by(tx, found.id, answer, "agent"):
        raise Invalid(f"{answer} is no reply of an agent in conversation {found.id}. Choose one that is.")
    if answer is not None and repository.bodies(tx, [answer])[answer]["kind"] == "deleted":
        raise Invalid(f"Reply {answer} was deleted. Choose another one to learn, or none.")
    if text is None:
        return
    if answer is None:
        raise Invalid("An edited answer needs the reply it was made of: name it as answer_message_id.")
    repository.keep_edited_answer(tx, id, found.id, text)
