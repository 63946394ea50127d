"""Closes the sockets of customers who were erased, whoever asked for it and in whichever process.

It asks once a second for erasures that began since it asked last. With no customer connected nothing is read.
"""

import asyncio
from datetime import timedelta

from escalation.database import Database, Transaction
from escalation.people import erasures
from escalation.protocol.close_codes import CloseCode
from escalation.realtime.hub import Hub

EVERY_SECONDS = 1.0
LOOK_BACK = timedelta(minutes=1)
"""Longer than a commit can be late, and than a hiccup of the loop."""


class ErasureWatch:
    """Looks after the customers' connections of one hub."""

    def __init__(self, hub: Hub, database: Database) -> None:
        self._hub = hub
        self._database = database

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Close the sockets of those erased lately. Who comes in later is refused by their token."""
        if not any(peer.admission.audience == "customer" for peer in self._hub.peers.values()):
            return
        for customer in await self._database.read(_lately):
            self._hub.close_person(customer, CloseCode.ERASED, "this customer was erased")


def _lately(tx: Transaction) -> list[str]:
    return erasures.begun_since(tx, tx.now - LOOK_BACK)
