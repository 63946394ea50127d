"""`python -m tests.benchmarks whole_loop`: the running service learns and proves, with people who slip now and then.

A service of its own knows five messages of each intent of CLINC150. Customers write the other training messages and all
those out of scope, each once; six agents resolve what they are given, three auditors label every automatic answer, and
one label in twenty is wrong. After the first stretch the bot is set to `strict`, if a window was certified by then.
Every few seconds the certificate that the service shows is held against the truth.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from escalation.catalogue.formats import parse
from escalation.catalogue.service import Catalogues
from escalation.classifier import Example
from escalation.cli.target import own_database
from escalation.client import ClientError, Rest, StaffClient
from escalation.kernel.ids import new_id
from escalation.lab.replay.plan import Line, Planned, make_plan
from escalation.lab.replay.runner import Options, Replay
from escalation.people.staff import Staff
from escalation.protocol.rest.proof import CertificateView
from escalation.settings import Settings
from tests.benchmarks.corpora import clinc_draw, data_folder, read_lines
from tests.benchmarks.timing import show
from tests.live_service import ADMIN, LiveService
from tests.waiting import until_now

KNOWN = 5
"""Messages of each intent that the catalogue begins with."""
SLIPS = 0.05
LOOK_EVERY = 5.0
"""Seconds between looks at the certificate."""
SETTINGS = {
    "ESCALATION_ALPHA": "0.02",
    "ESCALATION_AUDITS_A_DAY": "10000",  # more than there are answers: every coin falls
    "ESCALATION_SWAP_APART": "45",
    "ESCALATION_SWAP_EXAMPLES": "20",
    "ESCALATION_SIGN_INS_PER_MINUTE": "100",
}


@dataclass
class Looked:
    """What looking at the certificate came to."""

    looks: int = 0
    proven: int = 0
    false: int = 0
    """Looks at which more of the claimed answers were wrong than claimed."""
    first: int | None = None
    """Answers of the first certificate."""
    rows: list[dict[str, Any]] = field(default_factory=list)


class Truth:
    """The file's labels, held against the service's own tables, which are only read."""

    def __init__(self, path: Path, labels: Mapping[str, str | None]) -> None:
        self._path = path
        self._labels = labels

    def answers(self, period: int = 0, first: int | None = None) -> list[bool]:
        """Return of certified automatic answers, in order, whether each was wrong; of the `first` from a period on."""
        query = (
            "select a.intent, m.body from automatic_answers a join messages m on m.conversation = a.conversation"
            " where m.seq = (select min(seq) from messages where conversation = a.conversation and author = 'customer')"
            " and a.lane = 'certified' and a.period >= ? order by a.period, a.at, a.message_id limit ?"
        )
        rows = self._read(query, (period, -1 if first is None else first))
        return [self._labels.get(json.loads(body)["text"].strip(), "") != intent for intent, body in rows]

    def window(self, since: datetime) -> int:
        """Return the number of the window that began then."""
        found = self._read("select number, started_at from proof_windows")
        numbers: dict[datetime, int] = {datetime.fromisoformat(at).replace(tzinfo=UTC): number for number, at in found}
        return numbers[since]

    def anchors(self) -> list[tuple[str, bool, float, str]]:
        """Return what became the anchor or was refused, in order: grounds, whether accepted, threshold, reasons."""
        query = "select grounds, accepted, threshold, reasons from anchors order by number"
        return [(grounds, bool(accepted), round(at, 4), why) for grounds, accepted, at, why in self._read(query)]

    def count(self, query: str) -> int:
        """Return one number of the tables."""
        found: int = self._read(query)[0][0]
        return found

    def _read(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=30)) as database:
            return database.execute(query, values).fetchall()


class Watch:
    """Looks at the certificate while messages are played, as somebody who signed in."""

    def __init__(self, rest: Rest, truth: Truth) -> None:
        self._rest = rest
        self.truth = truth
        self.looked = Looked()

    async def go_on(self) -> None:
        """Look until cancelled."""
        while True:
            with suppress(ClientError):  # it is busy, and looked at again soon
                await self.look()
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> CertificateView:
        """Compare once what is claimed with the truth."""
        found = CertificateView.model_validate(await self._rest.get("/certificate"))
        self._note(found)
        return found

    def _note(self, found: CertificateView) -> None:
        looked, truth = self.looked, self.truth
        everything = truth.answers()
        row = {
            "answers": len(everything),
            "wrong": round(sum(everything) / max(1, len(everything)), 4),
            "bound": round(found.bound, 4),
            "proven": found.proven,
            "missing": found.missing,
            "probes": found.probes,
            "misses": found.misses,
            "miss_bound": round(found.miss_bound, 4),
            "audits": truth.count("select count(*) from audits where purpose = 'answer' and verdict is not null"),
            "refuted": truth.count("select count(*) from audits where purpose = 'answer' and verdict = 'wrong'"),
            "swaps": truth.count("select count(*) from anchors where accepted and grounds = 'gate'"),
            "stopped": found.stopped_because,
        }
        looked.looks += 1
        if found.proven and found.since is not None:
            claimed = truth.answers(truth.window(found.since), found.answers)
            looked.proven += 1
            looked.false += sum(claimed) > found.alpha * len(claimed)
            looked.first = looked.first or found.answers
        looked.rows.append(row)
        print(row, file=sys.stderr, flush=True)  # noqa: T201


def prepare(service: LiveService, known: Sequence[Example]) -> None:
    """Fill the empty folder: a catalogue with what is known, and an admin."""
    by_intent: dict[str, list[str]] = {}
    for each in known:
        by_intent.setdefault(each.label or "", []).append(each.text)
    intents = [
        {"name": name, "title": name, "policy": "automatic", "answer": f"About {name}.", "examples": texts}
        for name, texts in by_intent.items()
    ]
    catalogue = parse(json.dumps({"locale": "en", "intents": intents}), "c.yaml")
    with own_database(Settings(data_dir=service.data)) as database:
        asyncio.run(Catalogues(database).import_catalogue(catalogue, actor="system"))
        Staff(database, new_id).add_now(ADMIN, "Admin", "admin", service.password)


def stream(folder: Path, seed: int) -> tuple[list[Example], list[Line]]:
    """Return what is known from the beginning, and what customers write."""
    drawn = clinc_draw(folder, KNOWN, seed)
    known = {each.id for each in drawn.fitted}
    rest = [Line(row.text, row.label) for row in read_lines(folder / "clinc150" / "train.jsonl") if row.id not in known]
    outside = [Line(text, None) for text in (*drawn.outside_fitted, *drawn.outside_judged)]
    return list(drawn.fitted), rest + outside


async def play(service: LiveService, lines: Sequence[Line], arguments: argparse.Namespace) -> dict[str, Any]:
    """Play both stretches; returns what came of them."""
    labels = {line.text.strip(): line.label for line in lines}
    plan = make_plan(lines, seed=arguments.seed, rate=0, agent_error=SLIPS, limit=2 * arguments.messages)
    async with Rest(service.url) as rest, asyncio.TaskGroup() as tasks:
        await StaffClient(rest, ADMIN, service.password).sign_in()
        watch = Watch(rest, Truth(service.data / "escalation.sqlite", labels))
        looking = tasks.create_task(watch.go_on())
        first = await _stretch(service, plan[: arguments.messages], arguments)
        if (await watch.look()).proven:
            body = {"mode": "strict", "reason": "a window is certified"}
            await rest.request("PUT", "/certificate/policy", json=body)
        second = await _stretch(service, plan[arguments.messages :], arguments)
        await watch.look()
        looking.cancel()
        anchors = watch.truth.anchors()
    return {"stretches": [first, second], "looked": vars(watch.looked), "anchors": anchors}


async def _stretch(service: LiveService, part: Sequence[Planned], arguments: argparse.Namespace) -> dict[str, Any]:
    options = Options(
        **service.options(), agents=6, customers=arguments.customers, seed=arguments.seed, auditors=3,
        auditor_error=SLIPS, seconds=7200.0, patience=900.0,
    )  # fmt: skip
    return await Replay(part, options).run()


def main() -> None:
    """Parse arguments, play, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--messages", type=int, default=3_000, help="of each stretch")
    parser.add_argument("--customers", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    known, lines = stream(data_folder(arguments.data), arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        service = LiveService(Path(folder) / "data", **SETTINGS)
        prepare(service, known)
        service.start()
        try:
            until_now(lambda: _knows(service), 300)
            told = asyncio.run(play(service, lines, arguments))
        finally:
            service.stop()
    _print(told, arguments.out)


def _knows(service: LiveService) -> bool:
    """Whether a model of this catalogue answers: the first one the service fits is the first anchor."""
    path = service.data / "escalation.sqlite"
    return Truth(path, {}).count("select count(*) from serving where live <> 'starter'") > 0


COLUMNS = ("stretch", "answered", "wrong", "handed off", "asked", "true share", "bound", "audits", "probes", "swaps")


def _print(told: dict[str, Any], out: Path | None) -> None:
    looked = told["looked"]
    marks = [row for at, row in enumerate(looked["rows"]) if at % max(1, len(looked["rows"]) // 12) == 0]
    rows: list[tuple[Any, ...]] = [
        ("", each["answers"], None, None, None, each["wrong"], each["bound"], each["audits"], each["probes"],
         each["swaps"]) for each in [*marks, looked["rows"][-1]]
    ]  # fmt: skip
    for number, each in enumerate(told["stretches"], start=1):
        rows.append((number, each["coverage"], each["risk"], each["handed_off"], each["clarified"], *[None] * 5))
    title = f"{looked['looks']} looks, {looked['proven']} with a certificate, {looked['false']} of them false"
    show(title, COLUMNS, rows, told, out)


if __name__ == "__main__":
    main()
