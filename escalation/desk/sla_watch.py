"""Looks at the clocks of service levels that are due: people are warned, and a missed target is told, once."""

from escalation.conversations import repository
from escalation.database import Database, Transaction
from escalation.desk import rows, sla_rows
from escalation.desk.routing.queues import rules_of
from escalation.logs import get_logger
from escalation.repeating import repeat

EVERY_SECONDS = 5.0
PAGE = 200

_log = get_logger(__name__)


class SlaWatch:
    """One instance a process; several look at the same rows, each under the conversation's lock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, every: float = EVERY_SECONDS) -> None:
        """Look until cancelled."""
        await repeat(self.step, every, "service_levels_failed")

    async def step(self) -> int:
        """Look at what is due; return how many warnings and breaches were told."""
        told = 0
        for conversation in await self._database.read(lambda tx: sla_rows.due(tx, PAGE)):
            try:
                told += await self._look(conversation)
            except Exception:
                _log.exception("service_level_failed", conversation=conversation)
        return told

    async def _look(self, conversation: str) -> int:
        def work(tx: Transaction) -> int:
            found = repository.load(tx, conversation)
            known = sla_rows.clocks_of(tx, conversation)
            hours = rules_of(tx, found.queue).hours
            now = sla_rows.looked_at(tx, found, known, hours)
            stored = sla_rows.store(tx, conversation, now, hours)  # as the hours of the queue are now
            if now != known:
                rows.tell(tx, found, found, sla_rows.first(stored))
            return sum(len(sla_rows.newly_due(known[target], clock)) for target, clock in now.items())

        return await self._database.write(work)
