"""A window with hundreds of answers, with audits and probes, made by the product's own watch and keeper in moments."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from escalation.conversations.lanes import Lane
from escalation.conversations.ports import SentAnswer
from escalation.database import Database, Transaction, table_of
from escalation.proof import rolling, rows
from escalation.proof.certificate import AUDIT_WITHIN, LONGEST
from escalation.proof.tables import AuditLabelRow, AuditRow, WindowRow
from escalation.proof.values import ProofSettings
from escalation.proof.watch import ProofWatch
from tests.fakes import CountingIds, FakeClock
from tests.services.company import Company

ALPHA, CHANCE, BATCHES, ANSWERS, PROBES = 0.3, 0.5, 6, 20, 40
DAY = timedelta(days=1)

_audits, _labels = table_of(AuditRow), table_of(AuditLabelRow)


def settings(secret: bytes = b"secret") -> ProofSettings:
    """Terms that hundreds of audits can prove, and a budget that ends no window."""
    return ProofSettings(secret, alpha=ALPHA, mode="provisional", audits_a_day=1_000.0)


class ProvenWindow:
    """A company with three auditors; `live` lets a window pass."""

    def __init__(self, database: Database, clock: FakeClock, chosen: ProofSettings, models: int = 3) -> None:
        """So many `models` answer in turn."""
        self.models = models
        self.company = Company(database, clock)
        self.company.proof_settings = self.settings = chosen
        self.company.build()
        self._ids = itertools.count(1)

    async def live(self, until: timedelta = LONGEST + AUDIT_WITHIN + DAY) -> None:
        """Answer and audit for a while; of the drawn answers a few are wrong, or right after a quarrel.

        Coins fall by the ids of periods, which are random. Here they are the same in every run: of 20 coins too few may
        fall for what `_label` does, and once in hundreds of runs they would.
        """
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rolling, "new_id", CountingIds("period"))
            await self._live(until)

    async def _live(self, until: timedelta) -> None:
        await self.company.open()
        for name in ("ann", "bob", "cho"):
            await self.company.employ(name, "auditor")
        await self.company.proof.open()
        await self.set_chance(1, CHANCE)
        start = self.company.clock.now()
        await self.company.database.write(self._add_probes)
        await self.count()
        for batch in range(BATCHES):
            self.company.clock.advance(start + batch * 15 * DAY + DAY - self.company.clock.now())
            await self.company.proof.step()
            await self.answer_and_audit()
        for moment in sorted({min(until, LONGEST), until}):
            self.company.clock.advance(start + moment - self.company.clock.now())
            await self.company.proof.step()

    async def answer_and_audit(self) -> None:
        """Give answers, and label those that were drawn, but for the last of them on the first day."""
        await self.company.database.write(self._answer)
        await self.company.database.write(self._label)
        await self.count()

    async def count(self) -> None:
        """Let labels count."""
        self.company.clock.advance(11)
        await self.company.proof.step()

    async def set_chance(self, window: int, chance: float) -> None:
        """Set the chance of a window in which nothing was answered yet."""
        table = table_of(WindowRow)
        change = table.update().where(table.c.number == window).values(chance=chance)
        await self.company.database.write(lambda tx: tx.execute(change) and None)

    def _answer(self, tx: Transaction) -> None:
        watch = ProofWatch(self.settings)
        for number in range(ANSWERS):
            id = f"00000000-0000-7000-8000-{next(self._ids):012d}"
            also = () if number % 5 else ("complaint",)
            watch.sent(
                tx, SentAnswer(f"about {id}", (id,), ("order", "refund")[number % 2], f"v{number % self.models}", also)
            )

    def _label(self, tx: Transaction) -> None:
        undecided = _audits.c.verdict.is_(None), _audits.c.purpose == rows.ANSWER
        waiting = tx.execute(select(_audits).where(*undecided).order_by(_audits.c.message_id)).all()
        for number, row in enumerate(waiting):
            match number:
                case 1:
                    self._say(tx, row.message_id, "ann", ["complaint"])
                    self._say(tx, row.message_id, "bob", [row.intent, "complaint"])
                    self._say(tx, row.message_id, "cho", [row.intent, *row.also])
                case 2 if int(row.message_id[-4:]) < 2 * ANSWERS:
                    self._say(tx, row.message_id, "bob", [])
                    self._say(tx, row.message_id, "cho", [])
                case 3 if int(row.message_id[-4:]) < ANSWERS:
                    continue  # nobody looks at it in time
                case _:
                    self._say(tx, row.message_id, "ann", [row.intent, *row.also])

    def _add_probes(self, tx: Transaction) -> None:
        for number in range(PROBES):
            id = f"11111111-0000-7000-8000-{number:012d}"
            probe: dict[str, Any] = {"message_id": id, "conversation": f"about {id}", "message_ids": [id], "at": tx.now}
            probe |= {"purpose": rows.PROBE, "intent": "order", "lane": Lane.HAND_OFF.value, "period": 0, "draw": 0.0}
            tx.execute(_audits.insert(), probe)
            said = {"cho": ["refund"], "bob": ["refund"], "ann": ["order"]} if number < 2 else {"bob": [], "cho": []}
            for auditor, intents in ({"ann": ["order"], "bob": ["order"]} if number == 2 else said).items():
                self._say(tx, id, auditor, intents)
            if number == 2:
                self._say(tx, id, "cho", [])

    def _say(self, tx: Transaction, message_id: str, auditor: str, intents: list[str]) -> None:
        label = {"message_id": message_id, "auditor": auditor, "at": tx.now, "intents": intents}
        tx.execute(_labels.insert(), {**label, "cannot_tell": False, "unserved": False, "counted": False})
