"""`python -m tests.benchmarks lanes`: what the anchor beside the live head costs a message, from `say` to the reply.

Both services run in one process on databases of their own and take turns, message by message, so that what else the
machine does meets both alike. One has a live head alone, which is its own anchor. The other has the same live head and
the version that it was refitted from. The bot's pause before it looks at a turn is left out.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from escalation.catalogue.starter import starter_catalogue
from escalation.classifier import Example, Model, load_model
from escalation.conversations.service import Conversations, Customer
from escalation.conversations.turns import DueTurn, TurnWorker
from escalation.database import Database
from escalation.kernel.ids import new_id
from escalation.lab.replay.accounting import percentiles
from escalation.learning.live_model import LiveModel
from escalation.learning.predictor import Limits, ModelPredictor
from tests.benchmarks.database import FIRST_EPOCH, open_conversations
from tests.benchmarks.timing import show
from tests.ml.refitting import learn
from tests.real_encoder import ROOT, real_encoders

FRESH = 50
"""Examples that the live head knows and the anchor does not: as many as a swap waits for."""
WARM_UP = 50
MEASURED = ("predicted_ms", "replied_ms", "processor_ms")


@dataclass
class Side:
    """One service, and how long its messages took, in seconds."""

    name: str
    database: Database
    conversations: Conversations
    turns: TurnWorker
    live: LiveModel
    predicted: list[float]
    replied: list[float]
    worked: list[float]
    """Processor time of the whole process for the same messages, in seconds."""

    async def message(self, customer: Customer, text: str) -> None:
        """Let a customer say something, and the bot decide it."""
        began, worked = time.perf_counter(), time.process_time()
        accepted = await self.conversations.say(customer, new_id(), text)
        deadline = self.turns.now() + timedelta(seconds=10)
        await self.turns.decide(DueTurn(accepted.conversation, FIRST_EPOCH, accepted.seq, deadline, text))
        self.replied.append(time.perf_counter() - began)
        self.worked.append(time.process_time() - worked)

    async def predict(self, text: str) -> None:
        """Only predict."""
        began = time.perf_counter()
        await self.turns.predictor.predict(text)
        self.predicted.append(time.perf_counter() - began)


def a_side(name: str, folder: str, live: Model, anchor: Model) -> Side:
    """Open a service of its own that serves these two."""
    (Path(folder) / name).mkdir()
    database, conversations, turns = open_conversations(f"sqlite:///{folder}/{name}/bench.sqlite")
    catalogue = starter_catalogue()
    conversations.catalogue = lambda: catalogue
    serving = LiveModel()
    serving.serve(live, anchor)
    turns.predictor = ModelPredictor(serving, Limits())
    return Side(name, database, conversations, turns, serving, [], [], [])


async def both(sides: Sequence[Side], texts: Sequence[str], messages: int) -> None:
    """Send each message to all sides, who begins in turn; no text comes twice, so that none is remembered."""
    for number in range(WARM_UP + messages):
        if number == WARM_UP:
            for side in sides:
                side.predicted.clear()
                side.replied.clear()
                side.worked.clear()
        text = f"{texts[number % len(texts)]} {number}"
        for side in sides if number % 2 else sides[::-1]:
            await side.message(Customer(new_id(), "demo"), text)
        for side in sides if number % 4 < 2 else sides[::-1]:
            await side.predict(f"{text} again")


def measured(model: Model, messages: int) -> list[dict[str, Any]]:
    """Return both sides' figures in milliseconds."""
    rows = [(text, label) for text, label in starter_catalogue().labelled() if label is not None]
    some = enumerate(rows[:: len(rows) // FRESH])
    fresh = [Example(f"{text} please hurry", label, id=f"fresh-{number}") for number, (text, label) in some]
    live = learn(model, fresh, f"{model.name}.1")
    with tempfile.TemporaryDirectory() as folder:
        sides = [a_side("live head alone", folder, live, live), a_side("anchor and live head", folder, live, model)]
        try:
            asyncio.run(both(sides, [text for text, _ in rows], messages))
        finally:
            for side in sides:
                side.live.close()
                side.database.close()
    return [
        {
            "side": side.name,
            "predicted_ms": percentiles(side.predicted),
            "replied_ms": percentiles(side.replied),
            "processor_ms": percentiles(side.worked),
        }
        for side in sides
    ]


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "starter", help="the anchor")
    parser.add_argument("--encoders", type=Path, help="default: where tests keep them")
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    model = load_model(arguments.model, arguments.encoders or real_encoders())
    found = measured(model, arguments.messages)
    alone, together = (each["replied_ms"]["p50"] for each in found)
    ratio = round(together / alone, 3)
    rows = [[each["side"], *(each[what][name] for what in MEASURED for name in ("p50", "p95"))] for each in found]
    columns = ["", "predicted p50 (ms)", "p95", "replied p50 (ms)", "p95", "processor p50 (ms)", "p95"]
    known = len(model.scorer.training.rows)
    values = {"examples": known, "ratio_p50": ratio, "sides": found}
    show(f"One message, {known} examples: {ratio} times at p50", columns, rows, values, arguments.json)


if __name__ == "__main__":
    main()
