"""`python -m tests.benchmarks certified --model FOLDER`: does the service ever certify what is not so?

The service's own code from `Conversations` down, on SQLite, with a clock of its own and predictions made beforehand.
Customers write validation messages of CLINC150, 15 % of them out of scope; an agent resolves what is handed off,
three auditors label what is drawn, and each of them slips now and then. After every round of audits the
certificate is compared with the truth. FOLDER is a model of these intents: `escalation model build --data ... --mode
head`.
"""

import argparse
import asyncio
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlmodel import SQLModel

from escalation.catalogue.formats import parse
from escalation.classifier import Model, Prediction, load_model
from escalation.classifier.head.scorer import OUT_OF_SCOPE_SHARE
from escalation.conversations.predictions import Guess, Predicted, TurnPolicy
from escalation.conversations.service import Customer
from escalation.conversations.timers import Timers
from escalation.database import Database, Transaction, table_of
from escalation.desk.handoffs import DeskRules
from escalation.events import start_log
from escalation.people.members import Member, members
from escalation.proof import claims
from escalation.proof.bench import AuditBench
from escalation.proof.tables import AuditRow, AutomaticAnswerRow, WindowRow
from escalation.proof.values import ProofSettings
from escalation.protocol.frames.conversation import Claim, Resolve
from escalation.protocol.rest.proof import AuditLabel
from escalation.protocol.states import Status
from tests.benchmarks.corpora import clinc_draw, data_folder
from tests.benchmarks.timing import show
from tests.fakes import FakeClock
from tests.real_encoder import ENCODERS
from tests.services.company import Company

ALPHA = 0.02
AUDITORS = ("ann", "bob", "cho")
SLIPS = 0.05
BETWEEN_AUDITS = 100
A_DAY = 1_000.0
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where databases go: a quarter of the time would be spent on writing them to a disk."""
LONG = timedelta(days=365)
RESOLVED = 1
"""One in so many customers whom the bot does not answer is resolved by an agent: their labels become probes."""
BAD = 1.1
"""How many times the accepted share is wrong, as of all messages, in the worlds where no certificate is true."""

_answers = table_of(AutomaticAnswerRow)
_audits = table_of(AuditRow)


@dataclass(frozen=True)
class World:
    """How the service stands: from which confidence it answers, and how many answers are audited a day."""

    name: str
    threshold: float
    audits_a_day: float


@dataclass(frozen=True)
class Line:
    """A message with its true label, None out of scope."""

    text: str
    label: str | None


@dataclass
class Told:
    """What came of one run."""

    answered: int = 0
    wrong: float = 0.0
    certified_at: int | None = None
    """Answers of the first certificate."""
    looks: int = 0
    false: int = 0
    """Rounds of audits after which a certificate was not true."""
    audits: int = 0
    probes: int = 0
    stopped: bool = False


class Foreseen:
    """Predictions made beforehand."""

    def __init__(self, by_text: Mapping[str, Predicted], threshold: float) -> None:
        self._by_text = by_text
        self._policy = TurnPolicy(threshold, novelty_limit=0.9, margin=0.0, clarify_floor=1.1)

    async def predict(self, text: str) -> Predicted:
        """Return what was foreseen, with this world's threshold. Nobody is asked anything back."""
        return replace(self._by_text[text], policy=self._policy)


class Run:
    """One seed in one world."""

    def __init__(self, world: World, seed: int, lines: Sequence[Line], foreseen: Mapping[str, Predicted]) -> None:
        self._world = world
        self._seed = seed
        self._lines = lines
        self._foreseen = foreseen
        self._random = random.Random(f"{world.name} {seed}")
        self._truth: dict[str, str | None] = {}
        self._labels = labels_of(lines)
        self.told = Told()

    async def play(self, messages: int, prepared: Path) -> Told:
        """Play so many customers on a copy of a prepared database, and return what came of it."""
        clock = FakeClock()
        with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
            shutil.copy(prepared, f"{folder}/run.sqlite")
            database = Database.open(f"sqlite:///{folder}/run.sqlite", clock=clock)
            try:
                await self._play(Company(database, clock), messages)
            finally:
                database.close()
        return self.told

    async def _play(self, company: Company, messages: int) -> None:
        auditors = await self._begin(company)
        for number in range(messages):
            await self._customer(company, number)
            if number % BETWEEN_AUDITS == BETWEEN_AUDITS - 1:
                await self._audit(company, auditors)
                await company.database.read(lambda tx: self._look(tx, company.proof_settings))
        self.told.stopped = company.proof.tripped

    async def _begin(self, company: Company) -> Sequence[Member]:
        """Start the service, in which nothing closes or expires by itself; return the auditors."""
        budget = self._world.audits_a_day
        company.proof_settings = ProofSettings(b"bench", ALPHA, mode="provisional", audits_a_day=budget)
        company.rules = DeskRules(wait_at_most=LONG)
        company.build()
        company.timers = Timers(company.database, company.conversations, LONG)
        company.turns.predictor = Foreseen(self._foreseen, self._world.threshold)
        await company.catalogues.load()
        await company.proof.open()
        await company.arrive("desk")
        return [each for each in await company.database.read(members) if each.id in AUDITORS]

    async def _customer(self, company: Company, number: int) -> str:
        """One customer; returns the conversation."""
        line = self._random.choice(self._lines)
        conversation = await company.say(line.text, Customer(f"customer-{number}", "shop"))
        self._truth[conversation] = line.label
        await company.bot()
        company.clock.advance(86_400 / A_DAY)
        if number % RESOLVED == 0 and (await company.state(conversation)).status is Status.WAITING:
            await company.staff("desk", Claim, conversation)
            await company.staff("desk", Resolve, conversation, label=self._said(line.label), last_seen_seq=99)
        return conversation

    def _said(self, truth: str | None) -> str | None:
        return self._random.choice(self._labels) if self._random.random() < SLIPS else truth

    async def _audit(self, company: Company, auditors: Sequence[Member]) -> None:
        """Let everybody label until nothing is left for anybody."""
        await company.timers.step()
        await company.proof.step()
        bench, more = AuditBench(company.database, company.catalogues, company.proof_settings), True
        while more:
            more = False
            for auditor in auditors:
                while (task := (await bench.next(auditor)).task) is not None:
                    said = self._said(self._truth[await self._conversation(company, task.id)])
                    label = AuditLabel(intents=[] if said is None else [said])
                    await bench.label(auditor, task.id, label)
                    more = True
            company.clock.advance(11)
            await company.proof.step()

    async def _conversation(self, company: Company, message_id: str) -> str:
        query = select(_audits.c.conversation).where(_audits.c.message_id == message_id)
        found: str = await company.database.read(lambda tx: tx.execute(query).scalar_one())
        return found

    def _look(self, tx: Transaction, settings: ProofSettings) -> None:
        """Compare what is claimed now with the truth."""
        self._count(tx)
        found = claims.best(tx, settings)
        if found is None or not found.certified:
            return
        windows = table_of(WindowRow)
        number = tx.execute(
            select(windows.c.number).where(windows.c.started_at == found.window.started_at)
        ).scalar_one()
        order = _answers.c.period, _answers.c.at, _answers.c.message_id
        claimed = tx.execute(
            select(_answers).where(_answers.c.period >= number).order_by(*order).limit(found.window.answers)
        ).all()
        wrong = sum(self._truth[row.conversation] != row.intent for row in claimed)
        self.told.looks += 1
        self.told.false += wrong / len(claimed) > settings.alpha
        self.told.certified_at = self.told.certified_at or len(claimed)

    def _count(self, tx: Transaction) -> None:
        answers = tx.execute(select(_answers.c.conversation, _answers.c.intent)).all()
        purposes = list(tx.execute(select(_audits.c.purpose)).scalars())
        self.told.answered = len(answers)
        self.told.wrong = sum(self._truth[row.conversation] != row.intent for row in answers) / max(len(answers), 1)
        self.told.audits, self.told.probes = purposes.count("answer"), purposes.count("probe")


def prepared(folder: Path, lines: Sequence[Line]) -> Path:
    """Return a database with all tables, the catalogue of the lines' intents, and the staff."""
    path = folder / "prepared.sqlite"
    database = Database.open(f"sqlite:///{path}", clock=FakeClock())
    try:
        database.write_now(lambda tx: SQLModel.metadata.create_all(tx.connection))
        database.write_now(start_log)
        asyncio.run(_fill(Company(database, FakeClock()), labels_of(lines)))
    finally:
        database.close()
    return path


async def _fill(company: Company, labels: Sequence[str]) -> None:
    await company.catalogues.import_catalogue(parse(_catalogue(labels), "c.yaml"), actor="system")
    for name in (*AUDITORS, "desk"):
        await company.employ(name, "agent" if name == "desk" else "auditor", 100_000)


def labels_of(lines: Sequence[Line]) -> list[str]:
    """Return the intents of the lines, in order."""
    return sorted({line.label for line in lines if line.label is not None})


def _catalogue(labels: Sequence[str]) -> str:
    intents = (f"- {{name: {x}, title: {x}, policy: automatic, answer: About {x}., examples: [{x}]}}" for x in labels)
    return "locale: en\nintents:\n" + "\n".join(intents) + "\n"


def _predicted(made: Prediction) -> Predicted:
    guesses = tuple(Guess(label=label, score=score) for label, score in zip(made.labels, made.scores, strict=True))
    return Predicted("bench", TurnPolicy.failed(), guesses, (), made.confidence, made.novelty, True, "en", made.mention)


def _lines(folder: Path) -> list[Line]:
    """Return the validation messages, with those out of scope repeated to their share of the stream."""
    drawn = clinc_draw(folder)
    inside = [Line(row.text, row.label) for row in drawn.judged]
    wanted = round(len(inside) * OUT_OF_SCOPE_SHARE / (1 - OUT_OF_SCOPE_SHARE))
    outside = [Line(text, None) for text in drawn.outside_judged]
    return inside + [outside[at % len(outside)] for at in range(wanted)]


def _threshold_of(share: float, lines: Sequence[Line], foreseen: Mapping[str, Predicted]) -> float:
    """Return the lowest confidence from which at most `share` of the lines answered are wrong."""
    sure = np.array([0.0 if foreseen[line.text].mention else foreseen[line.text].confidence for line in lines])
    right = np.array([foreseen[line.text].guesses[0].label == line.label for line in lines])
    order = np.argsort(-sure)
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    return float(sure[order][np.flatnonzero(wrong <= share)[-1]])


def foreseen_lines(arguments: argparse.Namespace) -> tuple[Model, list[Line], dict[str, Predicted]]:
    """Return the model, the lines, and what the model makes of each."""
    lines = _lines(data_folder(arguments.data))
    model = load_model(arguments.model, arguments.encoders)
    texts = sorted({line.text for line in lines})
    return model, lines, {text: _predicted(made) for text, made in zip(texts, model.predict(texts), strict=True)}


def options(about: str | None, seeds: int, messages: int) -> argparse.ArgumentParser:
    """Return the options of benchmarks that play on foreseen predictions."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--model", type=Path, required=True, help="folder of a model that knows these intents")
    parser.add_argument("--encoders", type=Path, default=ENCODERS)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seeds", type=int, default=seeds)
    parser.add_argument("--messages", type=int, default=messages)
    parser.add_argument("--out", type=Path)
    return parser


def _row(world: World, told: Sequence[Told]) -> tuple[Any, ...]:
    firsts = [each.certified_at for each in told if each.certified_at is not None]
    return (
        world.name, round(statistics.mean(each.answered for each in told)),
        f"{statistics.mean(each.wrong for each in told):.2%}", f"{max(each.wrong for each in told):.2%}",
        round(statistics.mean(each.audits for each in told)), round(statistics.mean(each.probes for each in told)),
        f"{len(firsts)} of {len(told)}", statistics.median(firsts) if firsts else None,
        sum(each.false > 0 for each in told), sum(each.stopped for each in told),
    )  # fmt: skip


def main() -> None:
    """Parse arguments, play, print."""
    parser = options(__doc__, seeds=20, messages=2_000)
    parser.add_argument("--worlds", type=int, nargs="+", default=[1, 2, 3], help="which of the worlds to play")
    arguments = parser.parse_args()
    model, lines, foreseen = foreseen_lines(arguments)
    bad = _threshold_of(BAD * ALPHA, lines, foreseen)
    worlds = [
        World("2.2 % wrong, all audited", bad, 10_000),
        World("own threshold, all audited", model.threshold, 10_000),
        World("2.2 % wrong, 100 audits a day", bad, 100),
    ]
    rows = []
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        ready = prepared(Path(folder), lines)
        for world in (worlds[number - 1] for number in arguments.worlds):
            told = []
            for seed in range(arguments.seeds):
                told.append(asyncio.run(Run(world, seed, lines, foreseen).play(arguments.messages, ready)))
                print(world.name, seed, told[-1], file=sys.stderr, flush=True)  # noqa: T201
            rows.append(_row(world, told))
    show(f"{arguments.seeds} seeds of {arguments.messages:,} messages", COLUMNS, rows, {"rows": rows}, arguments.out)


COLUMNS = (
    "world", "answered", "wrong", "at most", "audits", "probes", "certified", "answers of the first", "falsely",
    "stopped",
)  # fmt: skip


if __name__ == "__main__":
    main()
