"""Erasing a customer: every word, address, example and vector, in chunks, and again after a kill until all is gone.

What stays are ids, times, labels, scores and counts: the log has no gaps, and figures stay what they were.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from escalation.attachments.rows import give_up_unsent
from escalation.conversations import commands as c
from escalation.conversations import repository
from escalation.conversations.ports import SYSTEM
from escalation.conversations.running import Runner
from escalation.conversations.scoping import within
from escalation.conversations.tables import ConversationRow
from escalation.database import Database, Transaction, table_of
from escalation.database.scrubbing import scrub
from escalation.events import commands
from escalation.kernel.errors import EscalationError, Forbidden, NotFound
from escalation.learning.forgetting import ExampleEraser
from escalation.logs import get_logger
from escalation.people import erasures, merges
from escalation.people.customers import forget as forget_customer
from escalation.people.customers import lock as lock_customer
from escalation.people.erasures import Erasure
from escalation.people.scope import EVERYTHING, Scope
from escalation.privacy import erased_list
from escalation.security import SecurityLog, actor_of

CHUNK = 200
"""Messages of one transaction."""
RESUME_AFTER = timedelta(minutes=1)
"""What is unfinished for so long was left by a process that died."""
LOOK_SECONDS = 30.0
SCRUB_ATTEMPTS: Final = 50
SCRUB_SECONDS: Final = 0.1
SCRUBBED = (
    *("messages", "edited_answers", "contacts", "search_terms", "search_documents", "command_results", "customers"),
    *("examples", "embeddings", "conversations", "whispers", "drafts", "attachments", "customer_notes"),
    *("customer_merges", "ratings"),
)
"""Tables whose old rows hold words, addresses or vectors."""

_log = get_logger(__name__)
_conversations = table_of(ConversationRow)


async def _nobody() -> None:
    """For where no sockets are."""


async def _no_files() -> int:
    """For where no files are."""
    return 0


class Erasures:
    """One a process."""

    def __init__(
        self,
        database: Database,
        conversations: Runner,
        examples: ExampleEraser,
        folder: Path,
        on_begun: Callable[[], Awaitable[None]] = _nobody,
        sweep_files: Callable[[], Awaitable[int]] = _no_files,
    ) -> None:
        """`folder` is where the list of erased customers is; `on_begun` closes their sockets; `sweep_files` deletes."""
        self._database = database
        self._runner = conversations
        self._examples = examples
        self._folder = folder
        self._on_begun = on_begun
        self._sweep_files = sweep_files
        self._one_at_a_time = asyncio.Lock()

    async def erase(self, customer: str, *, by: str, address: str = "", scope: Scope = EVERYTHING) -> Erasure:
        """Erase a customer; again, and whatever was left is erased. Returns what was done in all.

        Raises: NotFound, Forbidden; RunStillThere, ModelNotStripped, DatabaseAway (then it goes on later).
        """
        await self._database.read(lambda tx: require_all_seen(tx, customer, scope))
        done, *_ = await self.erase_all([customer], by=by, address=address)
        return done

    async def erase_all(self, customers: Sequence[str], *, by: str, address: str = "") -> list[Erasure]:
        """Erase several customers, and clean the database's files once for all of them. Raises: as `erase`.

        With each go all who were merged into the same person; who they are now stands first.
        """
        everybody: dict[str, None] = {}
        for customer in customers:
            ids = await self._database.write(lambda tx, customer=customer: _begin(tx, customer, by, address))  # type: ignore[misc]
            for id in ids:
                erased_list.add(self._folder, id)
            everybody |= dict.fromkeys(ids)
        await self._on_begun()
        async with self._one_at_a_time:
            return await self._finish(list(everybody))

    async def erase_again(self, *, by: str) -> list[Erasure]:
        """Erase whoever is on the list and is in this database still or again; after a restore."""
        there = await self._database.read(lambda tx: [id for id in erased_list.ids(self._folder) if _is_known(tx, id)])
        return await self.erase_all(there, by=by) if there else []

    async def run(self) -> None:
        """Go on with what processes left that died; until cancelled."""
        while True:
            await self.resume()
            await asyncio.sleep(LOOK_SECONDS)

    async def resume(self) -> None:
        """Finish every erasure that nobody has finished for a minute."""
        async with self._one_at_a_time:
            for left in await self._database.read(_left_behind):
                erased_list.add(self._folder, left.customer)
                try:
                    await self._finish([left.customer])
                except EscalationError as error:
                    _log.error("erasure_unfinished", customer=left.customer, code=error.code, error=error.message[:300])
                else:
                    _log.info("erasure_resumed", customer=left.customer)

    async def _finish(self, customers: Sequence[str]) -> list[Erasure]:
        """Take all of them away, then clean the files once. Whoever was busy meanwhile stays unfinished."""
        for customer in customers:
            await self._take_away(customer)
        await self._sweep_files()
        clean = await self.scrub()
        return await self._database.write(lambda tx: [_ended(tx, customer, clean) for customer in customers])

    async def _take_away(self, customer: str) -> None:
        while ids := await self._database.read(lambda tx: repository.of_customer(tx, customer)):
            for conversation in ids:
                await self._erase_conversation(customer, conversation)
        everything = await self._database.read(lambda tx: _all_of(tx, customer))
        await self._database.write(lambda tx: _forget_facts(tx, customer, everything))
        await self._examples.forget(customer, everything)

    async def _erase_conversation(self, customer: str, conversation: str) -> None:
        """The words in chunks, the rest of them with what says that they are gone."""

        def some(tx: Transaction) -> int:
            gone = repository.erase_words(tx, conversation, CHUNK)
            erasures.count(tx, customer, messages=gone)
            return gone

        while await self._database.write(some) == CHUNK:
            pass

        def end(tx: Transaction) -> None:
            before = repository.load(tx, conversation)
            left = repository.erase_words(tx, conversation, CHUNK)
            self._runner.apply(tx, before, c.Erase(actor=SYSTEM))
            erasures.count(tx, customer, conversations=1, messages=left)

        await self._database.write(end)

    async def scrub(self) -> bool:
        """Take what was deleted out of the database's files too; return whether that was possible by now."""
        for _ in range(SCRUB_ATTEMPTS):
            if await asyncio.to_thread(self._database.alone, lambda connection: scrub(connection, SCRUBBED)):
                return True
            await asyncio.sleep(SCRUB_SECONDS)
        _log.warning("write_ahead_log_in_use")
        return False


def require_all_seen(tx: Transaction, customer: str, scope: Scope) -> None:
    """Raises: NotFound where somebody limited to other conversations asks, Forbidden where they see some only."""
    if not scope.limited:
        return
    now = merges.survivor_of(tx, customer)
    mine = select(func.count()).select_from(_conversations).where(_conversations.c.customer == now)
    all_of_them, seen = tx.execute(mine).scalar_one(), tx.execute(mine.where(*within(scope))).scalar_one()
    if seen == 0:
        raise _unknown(customer)
    if seen < all_of_them:
        raise Forbidden("This customer has also written where your account does not look. Ask an admin to erase them.")


def _unknown(customer: str) -> NotFound:
    return NotFound(f"There is no customer {customer}. Their id stands in the console beside the conversation.")


def _begin(tx: Transaction, customer: str, by: str, address: str) -> list[str]:
    """Return every id of the person, all of which are erased from now on."""
    ids = _held(tx, customer)
    if not any(_is_known(tx, id) or erasures.is_erased(tx, id) for id in ids):
        raise _unknown(customer)
    for id in ids:
        erasures.begin(tx, id, by)
    SecurityLog.add(tx, "customer_erased", actor_of(by, address), customer)
    return ids


def _held(tx: Transaction, customer: str) -> list[str]:
    """Lock the person, so that nobody merges them until they are known to be erased."""
    ids = merges.persons(tx, customer)
    while lock_customer(tx, ids[0]) is not None and (now := merges.persons(tx, customer)) != ids:
        ids = now
    return merges.persons(tx, customer)


def _is_known(tx: Transaction, customer: str) -> bool:
    """Whether anything is here of a customer that was not erased."""
    return erasures.is_registered(tx, customer) or bool(repository.of_customer(tx, customer))


def _left_behind(tx: Transaction) -> list[Erasure]:
    return [each for each in erasures.unfinished(tx) if each.at <= tx.now - RESUME_AFTER]


def _all_of(tx: Transaction, customer: str) -> list[str]:
    mine = select(_conversations.c.id).where(_conversations.c.customer == customer)
    return sorted(tx.execute(mine).scalars())


def _forget_facts(tx: Transaction, customer: str, conversations: list[str]) -> None:
    commands.forget(tx, f"customer:{customer}", conversations)
    give_up_unsent(tx, f"customer:{customer}")
    forget_customer(tx, customer)


def _ended(tx: Transaction, customer: str, clean: bool) -> Erasure:
    """While old pages are in use, or where something came in meanwhile, the erasure goes on later."""
    if clean and not repository.of_customer(tx, customer):
        erasures.finish(tx, customer)
    return erasures.find(tx, customer)
