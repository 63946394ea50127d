"""`python -m tests.benchmarks poisoned --model FOLDER`: how soon does the breaker notice a bad promotion?

As `certified` (the service's own code from `Conversations` down, on SQLite, with a clock of its own): the bot answers
rightly as often as its model does, until somebody promotes a version that makes 30 % of its answers wrong. Promoted is
as the service does it: rows, event and entry in the security log; who predicts follows the row of what serves. Counted
are the customers, the automatic answers and the wrong ones among them from then on until the breaker trips, and the
answers after that, of which there may be none. Nobody complains and nobody comes back, so that the audits alone have to
notice it.
"""

import asyncio
import random
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from escalation.conversations.predictions import Guess, Predicted
from escalation.database import Database, Transaction
from escalation.learning import registry
from escalation.learning.registry import NewModel
from tests.benchmarks import certified
from tests.benchmarks.certified import ALPHA, IN_MEMORY, Foreseen, Line, World
from tests.benchmarks.timing import show
from tests.services.company import Company

GOOD, BAD = "v1", "v2"
POISONED = 0.3
HEALTHY = 300
"""Customers before the bad promotion."""
AFTERWARDS = 100
"""Customers after the breaker tripped."""
BETWEEN_AUDITS = 25
COLUMNS = (
    "audits a day", "tripped", "customers, median", "most", "answers, median", "most", "wrong ones, median",
    "audits, median", "answered after",
)  # fmt: skip


@dataclass
class Noticed:
    """What came between the bad promotion and the stop, and after it."""

    tripped: bool = False
    customers: int = 0
    answers: int = 0
    wrong: int = 0
    audits: int = 0
    answered_after: int = 0


class Served:
    """Predictions made beforehand by each version; the anchor that the rows name gives them."""

    def __init__(self, database: Database, foreseen: Mapping[str, Predicted], threshold: float) -> None:
        self.foreseen = {GOOD: foreseen}
        self._database = database
        self._threshold = threshold

    async def promote(self, name: str, before: str | None) -> None:
        """Register a version, and promote it as an admin does."""
        new = NewModel(name, "version", None, "head", 1, 2, self._threshold, "")

        def work(tx: Transaction) -> None:
            registry.register(tx, new, "candidate")
            registry.promote(tx, name, before, actor="agent:desk")

        await self._database.write(work)

    async def predict(self, text: str) -> Predicted:
        """Return what the anchor foresaw, and name it."""
        serving = await self._database.read(registry.serving)
        assert serving is not None, "nothing was promoted"
        made = await Foreseen(self.foreseen[serving.anchor], serving.anchor_threshold).predict(text)
        return replace(made, model=serving.anchor)


class Run(certified.Run):
    """One seed with one budget of audits."""

    noticed: Noticed

    async def _play(self, company: Company, messages: int) -> None:
        auditors, self.noticed = await self._begin(company), Noticed()
        served = Served(company.database, self._foreseen, self._world.threshold)
        await served.promote(GOOD, None)
        company.turns.predictor = served
        await self._customers(company, auditors, range(HEALTHY))
        assert not company.proof.tripped, "it tripped while all was well"
        before = await company.database.read(self._counted)
        served.foreseen[BAD] = poison(self._foreseen, self._labels, self._random)
        await served.promote(BAD, GOOD)
        at = HEALTHY
        while not company.proof.tripped and at < messages:
            await self._customers(company, auditors, range(at, at + BETWEEN_AUDITS))
            at += BETWEEN_AUDITS
        stopped = await company.database.read(self._counted)
        answers, wrong, audits = (after - earlier for after, earlier in zip(stopped, before, strict=True))
        await self._customers(company, auditors, range(at, at + AFTERWARDS))
        after = (await company.database.read(self._counted))[0] - stopped[0]
        self.noticed = Noticed(company.proof.tripped, at - HEALTHY, answers, wrong, audits, after)

    async def _customers(self, company: Company, auditors: Sequence[Any], numbers: range) -> None:
        """Play customers, and let the auditors label what was drawn after every few of them."""
        for number in numbers:
            await self._customer(company, number)
            if number % BETWEEN_AUDITS == BETWEEN_AUDITS - 1:
                await self._audit(company, auditors)

    def _counted(self, tx: Transaction) -> tuple[int, int, int]:
        """Return how many automatic answers there are, how many are wrong, and how many audits are decided."""
        answers = tx.execute(select(certified._answers.c.conversation, certified._answers.c.intent)).all()
        decided = certified._audits.c.purpose == "answer", certified._audits.c.verdict.is_not(None)
        audits = tx.execute(select(func.count()).select_from(certified._audits).where(*decided)).scalar_one()
        wrong = sum(self._truth[row.conversation] != row.intent for row in answers)
        return len(answers), wrong, audits


def poison(foreseen: Mapping[str, Predicted], labels: Sequence[str], draw: random.Random) -> dict[str, Predicted]:
    """Return predictions of which `POISONED` name another intent, as sure as before."""
    return {text: _other(made, labels, draw) if draw.random() < POISONED else made for text, made in foreseen.items()}


def _other(made: Predicted, labels: Sequence[str], draw: random.Random) -> Predicted:
    first, *others = made.guesses
    wrong = draw.choice([label for label in labels if label != first.label])
    return replace(made, guesses=(Guess(label=wrong, score=first.score), *others), mention=None)


def main() -> None:
    """Parse arguments, play, print."""
    arguments = certified.options(__doc__, seeds=20, messages=6_000).parse_args()
    model, lines, foreseen = certified.foreseen_lines(arguments)
    rows = []
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        ready = certified.prepared(Path(folder), lines)
        for budget in (40, 200):
            world = World(f"{budget} audits a day", model.threshold, budget)
            rows.append(
                _row(
                    budget,
                    [_run(world, seed, lines, foreseen, arguments.messages, ready) for seed in range(arguments.seeds)],
                )
            )
    title = f"{arguments.seeds} seeds, {POISONED:.0%} wrong after the promotion, accepted {ALPHA:.0%}"
    show(title, COLUMNS, rows, {"rows": rows}, arguments.out)


def _run(
    world: World, seed: int, lines: Sequence[Line], foreseen: Mapping[str, Predicted], messages: int, ready: Path
) -> Noticed:
    run = Run(world, seed, lines, foreseen)
    asyncio.run(run.play(messages, ready))
    return run.noticed


def _row(budget: float, noticed: Sequence[Noticed]) -> tuple[Any, ...]:
    def median(name: str) -> float:
        return float(statistics.median(getattr(each, name) for each in noticed))

    def most(name: str) -> int:
        return int(max(getattr(each, name) for each in noticed))

    return (
        budget, f"{sum(each.tripped for each in noticed)} of {len(noticed)}", median("customers"), most("customers"),
        median("answers"), most("answers"), median("wrong"), median("audits"), most("answered_after"),
    )  # fmt: skip


if __name__ == "__main__":
    main()
