"""Suggested replies for a conversation: read, shown, and what becomes of them. Nothing is ever sent from here."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from escalation.assistance import sources
from escalation.conversations.history import state_of
from escalation.conversations.model import language_of
from escalation.conversations.predictions import Predictor
from escalation.conversations.running import Runner
from escalation.database import Database, Transaction
from escalation.desk import label_choices, suggested
from escalation.kernel.errors import EscalationError
from escalation.kernel.ids import Ids
from escalation.people.staff import Member
from escalation.protocol.rest.assistance import AssistanceView, SuggestedReply, SuggestionsView

MOST_PAST: Final = 3
NEAR_ENOUGH: Final = 0.5
"""Least cosine of a request whose reply is suggested; the starter's examples of one intent have about .6."""
LOOKED_AT: Final = 20
DAYS: Final = 30

Nearest = Callable[[str, Sequence[str]], Awaitable[list[tuple[str, float]]]]
"""Ids of the given examples nearest to a text, nearest first, each with its cosine."""


@dataclass(frozen=True)
class Asked:
    """What suggestions are made from; `text` is empty where nothing may be suggested."""

    hidden: bool
    text: str
    language: str
    examples: Sequence[str]


class Assistance:
    """One a process."""

    def __init__(
        self,
        database: Database,
        runner: Runner,
        predictor: Predictor,
        nearest: Nearest,
        ids: Ids,
        *,
        drafts: bool = False,
    ) -> None:
        self._database = database
        self._runner = runner
        self._predictor = predictor
        self._nearest = nearest
        self._ids = ids
        self._drafts = drafts

    async def suggest(self, by: Member, conversation: str) -> SuggestionsView:
        """Return replies for a conversation, and keep that they were shown. Raises: NotFound."""
        asked = await self._database.read(lambda tx: self._asked(tx, by, conversation))
        if asked.hidden or not asked.text:
            return SuggestionsView(id=None, hidden=asked.hidden, replies=[])
        replies = [*await self._answer(asked), *await self._past(asked)]
        if not replies:
            return SuggestionsView(id=None, hidden=False, replies=[])
        id = self._ids()
        await self._database.write(lambda tx: suggested.note_shown(tx, id, conversation, by.id, replies))
        return SuggestionsView(id=id, hidden=False, replies=replies, drafts=self._drafts)

    async def inserted(self, by: Member, id: str, place: int) -> None:
        """Keep that a reply was put into the composer. Raises: NotFound."""
        await self._database.write(lambda tx: suggested.note_inserted(tx, id, by.id, place))

    async def figures(self) -> AssistanceView:
        """Return how agents used guesses and suggestions over the last 30 days."""

        def read(tx: Transaction) -> AssistanceView:
            since = tx.now - timedelta(days=DAYS)
            overrides = label_choices.overrides(tx, since)
            return AssistanceView(days=DAYS, overrides=[*overrides], suggestions=suggested.figures(tx, since))

        return await self._database.read(read)

    def _asked(self, tx: Transaction, by: Member, conversation: str) -> Asked:
        found = state_of(tx, conversation, by.scope)
        if label_choices.hides_guesses(tx, self._runner, found):
            return Asked(True, "", "", ())
        text = "" if found.erased else sources.question(tx, found)
        examples = sources.with_replies(tx, conversation, by.scope) if text else ()
        return Asked(False, text, language_of(found.language, found.locale), examples)

    async def _answer(self, asked: Asked) -> list[SuggestedReply]:
        """The approved answer of the first guess in the customer's language; none without a model or an answer."""
        try:
            guesses = (await self._predictor.predict(asked.text)).guesses
        except EscalationError:
            return []
        catalogue = self._runner.catalogue()
        text = catalogue.answer_for(guesses[0].label, asked.language) if guesses else None
        if text is None:
            return []
        label = guesses[0].label
        title = catalogue.title_for(label, asked.language) or label
        return [
            SuggestedReply(
                kind="answer", source=label, title=title, text=text, at=None, agent=None, asked=None, similarity=None
            )
        ]

    async def _past(self, asked: Asked) -> list[SuggestedReply]:
        """The replies sent where customers asked the same, the nearest first."""
        try:
            near = await self._nearest(asked.text, asked.examples) if asked.examples else []
        except EscalationError:
            return []
        close = {id: cosine for id, cosine in near[:LOOKED_AT] if cosine >= NEAR_ENOUGH}
        found = await self._database.read(lambda tx: sources.past_replies(tx, [*close])) if close else []
        return [self._reply(each, close[each.example]) for each in sources.different(found, MOST_PAST)]

    def _reply(self, past: sources.PastReply, cosine: float) -> SuggestedReply:
        title = self._runner.catalogue().title_for(past.label, "en") or past.label
        return SuggestedReply(
            kind="resolution", source=past.resolution, title=title, text=past.text, at=past.at, agent=past.agent,
            asked=past.asked, similarity=round(cosine, 2),
        )  # fmt: skip
