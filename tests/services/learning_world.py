"""A small shop that learns: a catalogue, a tiny encoder, a first model, resolutions as conversations publish them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from escalation.catalogue.formats import parse
from escalation.catalogue.service import Catalogues
from escalation.classifier.build import build_model
from escalation.classifier.prediction import Example
from escalation.conversations.streams import PUBLISHED, RESOLUTIONS, REVOKED
from escalation.conversations.tables import MessageRow
from escalation.database import Database, Transaction, table_of
from escalation.events import MemoryBus, NewEvent, append
from escalation.learning.collector import CHANGED
from escalation.learning.datasets import split_of
from escalation.learning.fast_refit import FastRefit
from escalation.learning.service import Governed, LearnerWork, Learning, LearningOptions
from tests.fakes import CountingIds, FakeClock
from tests.tiny_encoder import TinyEncoder, make_tiny_encoder
from tests.waiting import until

SHOP: dict[str, tuple[str, ...]] = {
    name: tuple(texts.split("; "))
    for name, texts in {
        "order_status": "where is my order; track my parcel; parcel not here yet; order status please; is it coming",
        "refund": "i want my money back; refund please; give me a refund; money back for this; can i get a refund",
        "opening_hours": "when are you open; opening hours today; open on sunday; what time do you close; monday",
        "password": "forgot my password; reset password; cannot log in; log in fails; new password please",
        "warranty": "how long is the warranty; warranty terms; is there a warranty; warranty for lamps; lamp warranty",
        "gift_card": "buy a gift card; gift card balance; gift voucher; use my gift card; gift card lost",
    }.items()
}
OTHER_WORDS = ["zebra giraffe lion tiger walrus otter heron stork crane ibis", "mein hund frisst gras"]


def shop_csv(shop: dict[str, tuple[str, ...]] = SHOP) -> str:
    """The catalogue as a file."""
    lines = [f"{text},{intent}" for intent, texts in shop.items() for text in texts]
    return "\n".join(["text,label", *lines]) + "\n"


@dataclass
class World:
    """One service's learning on one database."""

    database: Database
    root: Path
    encoder: TinyEncoder
    clock: FakeClock
    ids: CountingIds = field(default_factory=CountingIds)
    bus: MemoryBus = field(default_factory=MemoryBus)
    said: int = 0

    @property
    def models(self) -> Path:
        """Where models live."""
        return self.root / "models"

    def learning(
        self, governed: Callable[[Transaction], Governed] | None = None, also: Sequence[LearnerWork] = (),
        **overrides: Any,
    ) -> Learning:  # fmt: skip
        """The service as the composition root makes it; without swaps of the anchor unless they are among `also`."""
        options: dict[str, Any] = {
            "models_dir": self.models,
            "encoders": self.encoder.encoders,
            "encoder": self.encoder.source,
            "refit_pause": timedelta(milliseconds=20),
            "gate_share": 0.2,
        }
        return Learning(
            self.database, self.bus, clock=self.clock, options=LearningOptions(**(options | overrides)), ids=self.ids,
            governed=governed, also=also,
        )  # fmt: skip

    async def import_shop(self, shop: dict[str, tuple[str, ...]] = SHOP, mode: Any = "merge") -> None:
        """Fill the catalogue."""
        catalogues = Catalogues(self.database, ids=self.ids)
        await catalogues.import_catalogue(parse(shop_csv(shop), "shop.csv"), actor="system", mode=mode)

    def build(self, name: str = "starter", shop: dict[str, tuple[str, ...]] = SHOP) -> None:
        """Build a model folder as the command line does."""
        examples = [Example(text, intent) for intent, texts in shop.items() for text in texts]
        build_model(
            examples, name=name, folder=self.models / name, encoders=self.encoder.encoders, encoder=self.encoder.source
        )

    async def resolve(self, text: str, label: str | None, *, gate: bool = False, **overrides: Any) -> str:
        """A customer said `text`, an agent resolved it with `label`; returns the message's id."""
        self.said += 1
        share = 0.2
        conversation = next(
            name
            for name in (f"conversation-{self.said}-{n}" for n in range(1000))
            if (split_of(name, share) == "gate") is gate
        )
        message = f"message-{self.said}"
        payload = {
            "resolution_id": f"resolution-{self.said}",
            "agent": "ana",
            "label": label,
            "outcome": "solved",
            "learn": True,
            "message_ids": [message],
            "answer_message_id": None,
        } | overrides

        def fn(tx: Transaction) -> None:
            row = {
                "id": message, "conversation": conversation, "seq": 1, "at": tx.now, "author": "customer",
                "author_id": "customer-1", "kind": "text", "internal": False, "client_message_id": message,
                "body": {"kind": "text", "text": text},
            }  # fmt: skip
            tx.execute(table_of(MessageRow).insert(), row)
            append(tx, RESOLUTIONS, NewEvent(PUBLISHED, 1, payload, "system", conversation=conversation))

        await self.database.write(fn)
        return message

    async def withdraw(self, resolution: str) -> None:
        """The resolution was taken back late."""
        payload = {"resolution_id": resolution, "by": "sue"}
        await self.database.write(lambda tx: append(tx, RESOLUTIONS, NewEvent(REVOKED, 1, payload, "system")))


def a_world(database: Database, root: Path, clock: FakeClock) -> World:
    """A world whose bus rings at every commit."""
    texts = [text for texts in SHOP.values() for text in texts] + OTHER_WORDS
    world = World(database, root, make_tiny_encoder(root, texts), clock)
    database.on_commit(world.bus.ring)
    return world


@asynccontextmanager
async def running(learning: Learning) -> AsyncIterator[Learning]:
    await learning.start()
    task = asyncio.create_task(learning.run())
    try:
        yield learning
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await learning.close()


class Looks:
    """Counts how often fast refits have looked whether there is something to learn, so that tests can wait for it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._over = 0
        step = FastRefit.step

        async def counted(refit: FastRefit, *, look: bool = True) -> str | None:
            try:
                return await step(refit, look=look)
            finally:
                self._over += 1

        monkeypatch.setattr(FastRefit, "step", counted)

    async def another(self, world: World) -> None:
        """Wait until a look is over that began after this moment."""
        for _ in range(2):  # one may be under way
            before = self._over
            world.bus.ring([CHANGED])
            await until(lambda before=before: self._over > before)  # type: ignore[misc]
