"""Real data to measure on, read where it lies: CLINC150, banking77, HWU64, MultiDoGO and the starter catalogue.

The folder is `--data`, else the environment's ESCALATION_DATA, else `shared/data` beside the checkout. Test splits are
never opened: fitting is done on train, judging on val or dev.
"""

import json
import os
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from escalation.catalogue.starter import starter_catalogue, starter_out_of_scope
from escalation.classifier import Example

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
DOMAINS = ("airline", "finance")
SETS = "clinc, clincfirstN, banking, hwu, and with N random messages an intent clincN, ...; airline, finance, starter"
VALIDATED = {"banking": "banking77", "hwu": "hwu64"}
COLUMNS = 6
FRAGMENT_LABELS = ("contentonly", "confirmation", "rejection")
OUT_OF_SCOPE = "outofdomain"
STARTER_HELD_OUT = 5  # one message in five of each intent is judged


class CorpusMissing(Exception):
    """The data is not where it was looked for; the message says where, and how to name another folder."""


class SetUnknown(Exception):
    """No such data set; the message lists those there are."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A customer's message in a conversation. `intents` as annotated, more than one where a turn asks for two."""

    conversation: str
    number: int
    text: str
    intents: tuple[str, ...]


@dataclass(frozen=True)
class Draw:
    """What one model is fitted on and judged on. `outside` are out-of-scope messages; `fragments` by annotated kind.

    Examples carry exactly one intent; `judged` never shares a conversation with `fitted`.
    """

    name: str
    split: str
    fitted: Sequence[Example]
    outside_fitted: Sequence[str]
    judged: Sequence[Example]
    outside_judged: Sequence[str]
    fragments: dict[str, list[str]]


def data_folder(given: Path | None = None) -> Path:
    """Return the folder that holds the corpora, whether it exists or not."""
    return given or Path(os.environ.get("ESCALATION_DATA", BESIDE))


def draw(name: str, folder: Path, seed: int) -> Draw:
    """Return a data set by name (one of SETS), sampled by `seed`. Raises: CorpusMissing, SetUnknown."""
    sampled = re.fullmatch(r"clinc(first)?(\d+)", name)
    if name in DOMAINS:
        return dialogue_draw(folder, name)
    if name == "starter":
        return starter_draw(seed)
    if name == "clinc":
        return clinc_draw(folder)
    if sampled and int(sampled[2]) > 0:
        return clinc_draw(folder, int(sampled[2]), None if sampled[1] else seed)
    validated = re.fullmatch(r"(banking|hwu)([1-9]\d*)?", name)
    if validated:
        return validated_draw(folder, validated[1], validated[2] and int(validated[2]), seed)
    raise SetUnknown(f"{name!r} is no data set; there are: {SETS}.")


def read_lines(path: Path) -> list[Example]:
    """Return a JSONL file of text and label. Raises: CorpusMissing."""
    with _existing(path).open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    return [Example(row["text"], row["label"], id=f"{path.stem}-{at}") for at, row in enumerate(rows)]


def clinc_draw(folder: Path, count: int | None = None, seed: int | None = None) -> Draw:
    """CLINC150, train against val: everything, or `count` messages an intent, the first ones or drawn by `seed`."""
    place = folder / "clinc150"
    rows = read_lines(place / "train.jsonl")
    fitted = rows if count is None else sample(rows, count, seed)
    split = "full" if count is None else f"first {count}" if seed is None else f"{count} random"
    outside = [[row.text for row in read_lines(place / f"oos_{part}.jsonl")] for part in ("train", "val")]
    return Draw("CLINC150", split, fitted, outside[0], read_lines(place / "val.jsonl"), outside[1], {})


def validated_draw(folder: Path, name: str, count: int | None, seed: int) -> Draw:
    """banking77 or HWU64: everything or `count` random training messages an intent, against valid.

    Neither has messages out of scope; those of the other are judged as such.
    """
    (other,) = set(VALIDATED) - {name}
    rows = read_lines(folder / VALIDATED[name] / "train.jsonl")
    judged, strangers = (read_lines(folder / VALIDATED[each] / "valid.jsonl") for each in (name, other))
    fitted, split = (rows, "full") if count is None else (sample(rows, count, seed), f"{count} random")
    return Draw(VALIDATED[name], split, fitted, [], judged, [row.text for row in strangers], {})


def sample(rows: Sequence[Example], count: int, seed: int | None) -> list[Example]:
    """Return up to `count` rows of each label, the first ones or drawn by `seed`, in the order of the labels."""
    of_label: dict[str, list[Example]] = {}
    for row in rows:
        of_label.setdefault(row.label or "", []).append(row)
    random_ = random.Random(f"draw {seed}")
    chosen = []
    for _, members in sorted(of_label.items()):
        chosen += members[:count] if seed is None else random_.sample(members, min(count, len(members)))
    return chosen


def starter_draw(seed: int) -> Draw:
    """The starter catalogue, every fifth message of each intent judged; half of its strangers for fitting, half not."""
    rows = [Example(text, label, id=f"starter-{at}") for at, (text, label) in enumerate(starter_catalogue().labelled())]
    shuffled = rows[:]
    random.Random(f"starter {seed}").shuffle(shuffled)
    shuffled.sort(key=lambda row: row.label or "")
    judged = shuffled[::STARTER_HELD_OUT]
    kept = {row.id for row in judged}
    strangers = starter_out_of_scope()
    fitted = [row for row in rows if row.id not in kept]
    return Draw("starter", "4 of 5 messages", fitted, strangers[::2], judged, strangers[1::2], {})


def read_turns(path: Path) -> tuple[list[Turn], int]:
    """Return a MultiDoGO file's turns and the number of malformed rows left out. Raises: CorpusMissing.

    The published files hold the customers' turns only; a row with too few columns, without text, intent or a whole
    turn number cannot be placed and is left out (22 of 13,522 in airline's train). Several intents are joined by <div>.
    """
    lines = _existing(path).read_text(encoding="utf-8").split("\n")[1:]
    turns = [_turn(line.split("\t")) for line in lines if line.strip()]
    whole = [turn for turn in turns if turn is not None]
    return whole, len(turns) - len(whole)


def _turn(cells: list[str]) -> Turn | None:
    if len(cells) != COLUMNS or not cells[3].strip() or not cells[5].strip():
        return None
    number = re.fullmatch(r"(\d+)(\.0)?", cells[1])
    return Turn(cells[0], int(number[1]), cells[3], tuple(cells[5].strip().split("<div>"))) if number else None


def dialogue_draw(folder: Path, domain: str) -> Draw:
    """One domain of MultiDoGO, train against dev.

    Fitted on: turns with one intent that stands by itself, greetings and thanks among them. Left out of fitting:
    fragments (an intent only in context), `outofdomain` (out of scope), and turns with two intents (a single answer
    cannot serve them; 11 of 13,516 in airline). Judged alike, fragments apart.
    """
    place = folder / "multidogo"
    train, dev = (read_turns(place / f"{domain}-{part}.tsv")[0] for part in ("train", "dev"))
    met = {turn.conversation for turn in train}
    dev = [turn for turn in dev if turn.conversation not in met]
    fitted = _requests(train)
    known = {row.label for row in fitted}
    judged = [row for row in _requests(dev) if row.label in known]
    fragments = {kind: _texts(dev, kind) for kind in FRAGMENT_LABELS}
    strangers = [_texts(turns, OUT_OF_SCOPE) for turns in (train, dev)]
    return Draw(f"MultiDoGO {domain}", "full", fitted, strangers[0], judged, strangers[1], fragments)


def _requests(turns: Sequence[Turn]) -> list[Example]:
    apart = {*FRAGMENT_LABELS, OUT_OF_SCOPE}
    return [
        Example(turn.text, turn.intents[0], turn.conversation, f"{turn.conversation}-{turn.number}-{at}")
        for at, turn in enumerate(turns)
        if len(turn.intents) == 1 and turn.intents[0] not in apart
    ]


def _texts(turns: Sequence[Turn], intent: str) -> list[str]:
    return [turn.text for turn in turns if turn.intents == (intent,)]


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise CorpusMissing(f"{path} is not there; name the data's folder with --data or ESCALATION_DATA.")
    return path
