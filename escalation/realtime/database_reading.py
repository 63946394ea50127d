"""The `Reading` port on the database: each call is one snapshot, put together from what the features read."""

from collections.abc import Iterable, Mapping

from escalation import events
from escalation.catalogue import repository as catalogue
from escalation.conversations import customer_names, repository
from escalation.conversations import reading as conversations
from escalation.conversations.model import BOT, NOBODY
from escalation.conversations.moments import WordNeeds, Words
from escalation.conversations.scoping import is_seen
from escalation.database import Database, Transaction
from escalation.desk import reading as desk
from escalation.desk.reading import DeskSnapshot
from escalation.events import Envelope
from escalation.learning import examples
from escalation.people import staff
from escalation.people.scope import Scope
from escalation.realtime.ports import Pages, ThreadSnapshot
from escalation.realtime.views import Listening, needs


class DatabaseReading:
    """Reads the log and what views show."""

    def __init__(self, database: Database, log_epoch: str) -> None:
        self._database = database
        self.log_epoch = log_epoch

    async def pages(self, after: Mapping[str, int], limit: int, listening: Listening) -> Pages:
        """Return, for each stream, at most `limit` events after the given seq, and their words for who listens."""
        return await self._database.read(lambda tx: _pages(tx, after, limit, listening))

    async def heads(self, streams: Iterable[str]) -> Mapping[str, int]:
        """Return the last seq of each stream."""
        names = list(streams)
        return await self._database.read(lambda tx: events.heads(tx, names))

    async def thread(self, conversation: str) -> ThreadSnapshot | None:
        """Return a thread as it is now, with its newest events; None if there is no such conversation."""
        return await self._database.read(lambda tx: _thread(tx, conversation))

    async def desk(self, agent: str, scope: Scope) -> DeskSnapshot:
        """Return the desk as this agent sees it, with their read marks."""
        return await self._database.read(lambda tx: desk.snapshot(tx, agent, scope))

    async def sees(self, scope: Scope, conversation: str) -> bool:
        """Return whether there is such a conversation now that the scope sees."""
        return await self._database.read(lambda tx: is_seen(tx, scope, conversation))


def _pages(tx: Transaction, after: Mapping[str, int], limit: int, listening: Listening) -> Pages:
    found: dict[str, list[Envelope]] = {}
    for stream, seq in after.items():
        if page := events.read(tx, stream, seq, limit):
            found[stream] = page
    return Pages(found, words(tx, needs((envelope for page in found.values() for envelope in page), listening)))


def _thread(tx: Transaction, conversation: str) -> ThreadSnapshot | None:
    state = repository.peek(tx, conversation)
    if state is None:
        return None
    shown = conversations.newest_events(tx, state)
    people = {state.controller, *state.joined} - {BOT, NOBODY} | (
        {state.resolution.agent} if state.resolution else set()
    )
    return ThreadSnapshot(
        state, shown, words(tx, WordNeeds.of_all([needs(shown), WordNeeds(agents=frozenset(people))]))
    )


def words(tx: Transaction, wanted: WordNeeds) -> Words:
    """Look the words up, as they are now."""
    return Words(
        bodies=conversations.bodies(tx, wanted.messages),
        agents=staff.names(tx, wanted.agents),
        titles=catalogue.titles(tx, wanted.intents),
        examples=examples.texts(tx, wanted.examples),
        customers=customer_names.names(tx, wanted.customers),
        learnt_in=examples.places(tx, wanted.examples),
    )
