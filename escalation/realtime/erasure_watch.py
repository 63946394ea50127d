"""Closes the sockets of customers who were erased or merged, whoever asked for it and in whichever process.

It asks once a second for what happened lately. With no customer connected nothing is read.
"""

import asyncio
from datetime import timedelta

from escalation.database import Database, Transaction
from escalation.people import erasures, merges
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
        """Close the sockets of those erased lately: who comes in later is refused by their token.

        Who was merged comes back at once, as the customer they are now.
        """
        if not any(peer.admission.audience == "customer" for peer in self._hub.peers.values()):
            return
        erased, merged = await self._database.read(_lately)
        for customer in erased:
            self._hub.close_person(customer, CloseCode.ERASED, "this customer was erased")
        for customer in merged:
            self._hub.close_person(customer, CloseCode.STATE_LOST, "this customer goes on under another id")


def _lately(tx: Transaction) -> tuple[list[str], list[str]]:
    since = tx.now - LOOK_BACK
    return erasures.begun_since(tx, since), merges.since(tx, since)
