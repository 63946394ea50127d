"""Check a window's certificate without the company that made it: `python outside.py FILE`.

This file needs Python 3.11 and numpy, and nothing else of the product: copy it to another machine. `docs/proof.md` says
what the lines of a certificate mean. From keys and ids it computes which answers were drawn for audit, from the labels
what each audit came to, and from these counts what is proven. Exit status: 0 the certificate holds, 1 it does not,
2 the draws cannot be checked yet.
"""

import hashlib
import hmac
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import NoneType
from typing import Any, Literal

import numpy as np

FORMAT = "escalation window certificate 1"
WINDOWS, TEST_SHARE = 2, 0.8
"""A window is tested at half of .8 delta; .2 of delta is for the bound on what auditors miss."""
MOST_ASKED = 4
TOLERANCE = 1e-6
WHY = {
    "running": "the window, or a period of its coin, goes on",
    "waiting": "some audits are not decided; they are at most seven days after the last answer",
    "lost": "a key was lost or replaced, so that nobody can ever check them",
    "key": "the key of the coin was lost or replaced while the window ran",
    "restored": "a backup was restored while the window ran, so that answers are missing",
}
TYPES = {
    "text": (str,), "text?": (str, NoneType), "whole": (int,), "whole?": (int, NoneType), "number": (int, float),
    "yes/no": (bool,), "list": (list,), "object": (dict,),
}  # fmt: skip
NODES = (np.polynomial.legendre.leggauss(64)[0] + 1) / 2
WEIGHTS = np.polynomial.legendre.leggauss(64)[1] / 2
"""Places in 0..1 and their weights: an integral as a sum (Gauss and Legendre)."""
PUBLISHED = "period {period}, begun {started_at}: alpha {alpha:g}, chance {chance:g}, commitment {commitment}"
LINE = "n:whole kind:text"
ANSWER = f"{LINE} id:text? at:text period:whole lane:text model:text? intent:whole also:list drawn:yes/no"
SHAPES = {
    "window": f"{LINE} format:text statement:text window:whole started_at:text ended_at:text? ended_because:text? "
    "terms:object periods:list no_key_because:text? answers:whole probes:whole confirmed:whole void:whole "
    "auditors:whole claim:object",
    "terms": "alpha:number delta:number windows:whole test_share:number chance:number",
    "period": "period:whole started_at:text alpha:number chance:number commitment:text key:text?",
    "claim": "answers:whole right:whole wrong:whole pending:whole log_evidence:number log_needed:number "
    "bound:number miss_bound:number proven:yes/no",
    "answer": ANSWER,
    "drawn answer": f"{ANSWER} labels:list most:whole? verdict:text? late:yes/no",
    "probe": f"{LINE} intent:whole labels:list most:whole? verdict:text",
    "label": "auditor:whole intents:list cannot_tell:yes/no unserved:yes/no",
}


@dataclass(frozen=True)
class Finding:
    """What a check came to. `line`: the first that does not fit; `published`: what was to be published beforehand."""

    result: Literal["holds", "does not hold", "cannot be checked yet"]
    says: str
    line: int | None = None
    published: tuple[str, ...] = ()


class Unfit(Exception):
    """Why a line does not fit."""


@dataclass
class Seen:
    """What was found in the lines so far."""

    header: dict[str, Any] = field(default_factory=dict)
    last: tuple[Any, ...] = ()
    ids: set[str] = field(default_factory=set)
    lines: Counter[str] = field(default_factory=Counter)
    drawn: list[tuple[int, str | None]] = field(default_factory=list)
    """Place (from 1) and verdict of each answer that was drawn for audit."""
    probes: Counter[str] = field(default_factory=Counter)
    """Verdicts: `right`, the auditors missed that it is wrong; `void`, they agree that it is not."""
    auditors: set[int] = field(default_factory=set)


def check(lines: Iterable[str]) -> Finding:
    """Check the lines of a certificate, in order."""
    seen, number, chain = Seen(), 0, ""
    try:
        for number, line in enumerate(lines):
            record = json.loads(line)
            given = record.pop("chain")
            chain = linked(chain, record)
            if record["n"] != number:
                raise Unfit(f"it is numbered {record['n']} and not {number}: lines are missing, added or swapped")
            _take(record, seen)
            if given != chain:
                raise Unfit("it was changed after the file was written")
        number = 0
        _check_totals(seen)
    except Unfit as error:
        return Finding("does not hold", f"Line {number + 1}: {error}.", number + 1)
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        return Finding("does not hold", f"Line {number + 1} cannot be read: {error}.", number + 1)
    return _conclude(seen.header)


def linked(chain: str, record: dict[str, Any]) -> str:
    """Return the SHA-256 of the hash of the line before it and of a record without its own hash."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256((chain + text).encode()).hexdigest()


def _take(record: dict[str, Any], seen: Seen) -> None:
    """Check one line, and count it."""
    kind = record["kind"]
    if (kind == "window") == bool(seen.header) or kind not in {"window", "answer", "probe"}:
        raise Unfit("the first line tells of the window, the others of answers and probes")
    if kind == "window":
        _check_header(record)
        seen.header = record
        return
    if kind == "answer" and seen.lines["probe"]:
        raise Unfit("answers come before probes")
    seen.lines[kind] += 1
    _shaped(record, "drawn answer" if record.get("drawn") else kind)
    if kind == "answer":
        _check_draw(record, seen)
    if kind == "probe" or record["drawn"]:
        _check_verdict(record, seen)
    if kind == "probe":
        seen.probes[record["verdict"]] += 1
    elif record["drawn"]:
        seen.drawn.append((seen.lines["answer"], record["verdict"]))


def _shaped(record: Any, kind: str) -> None:
    shape = dict(each.split(":") for each in SHAPES[kind].split())
    if record.keys() != shape.keys():
        raise Unfit(f"it should have {', '.join(shape)}, and has {', '.join(record)}")
    for name, wanted in shape.items():
        if type(record[name]) not in TYPES[wanted]:
            raise Unfit(f"{name} cannot be {record[name]!r}")


def _check_header(header: dict[str, Any]) -> None:
    terms, periods = header["terms"], header["periods"]
    if header["format"] != FORMAT or not periods:
        raise Unfit(f"this is no {FORMAT}")
    for record, kind in [(header, "window"), (terms, "terms"), (header["claim"], "claim")]:
        _shaped(record, kind)
    if not (0 < terms["alpha"] < 0.5 and 0 < terms["delta"] < 1 and 0 < terms["chance"] <= 1):
        raise Unfit("alpha, delta or chance is out of range")
    if (terms["windows"], terms["test_share"]) != (WINDOWS, TEST_SHARE):
        raise Unfit(f"{WINDOWS} windows share delta, and {TEST_SHARE} of it is for the test")
    for number, period in enumerate(periods, header["window"]):
        _shaped(period, "period")
        if period["period"] != number:
            raise Unfit(f"period {number} is missing")
        if period["key"] and hashlib.sha256(bytes.fromhex(period["key"])).hexdigest() != period["commitment"]:
            raise Unfit(f"the key of period {number} is not the one that was committed to")
    if (periods[0]["alpha"], periods[0]["chance"]) != (terms["alpha"], terms["chance"]):
        raise Unfit("alpha and chance are not those that the window began with")


def draw(key: bytes, message_id: str) -> float:
    """Return an answer's number, 0 <= number < 1: the first 53 bits of HMAC-SHA256(key, id)."""
    digest = hmac.digest(key, message_id.encode(), hashlib.sha256)
    return float((int.from_bytes(digest[:8], "big") >> 11) / 2**53)


def _check_draw(record: dict[str, Any], seen: Seen) -> None:
    place = record["period"], datetime.fromisoformat(record["at"]), record["id"] or ""
    if seen.last and place < seen.last:
        raise Unfit("answers are in order of period, time and id, and this one is not")
    seen.last = place
    periods = {each["period"]: each for each in seen.header["periods"]}
    if record["period"] not in periods or record["lane"] != "certified":
        raise Unfit("the window does not hold its period or its lane")
    if not periods[record["period"]]["key"]:
        return
    if record["id"] is None or record["id"] in seen.ids:
        raise Unfit("it needs an id that no other answer has")
    seen.ids.add(record["id"])
    number, chance = draw(bytes.fromhex(periods[record["period"]]["key"]), record["id"]), seen.header["terms"]["chance"]
    if (number < chance) != record["drawn"]:
        was = "audited" if record["drawn"] else "not audited"
        raise Unfit(f"its number is {number:.6f}, the chance is {chance:g}, and it was {was}")


def _check_verdict(record: dict[str, Any], seen: Seen) -> None:
    for label in record["labels"]:
        _shaped(label, "label")
    auditors = [label["auditor"] for label in record["labels"]]
    seen.auditors.update(auditors)
    most = record["most"] or MOST_ASKED
    if len(set(auditors)) < len(auditors) or not 1 <= most <= MOST_ASKED:
        raise Unfit(f"at most {MOST_ASKED} people are asked, each once")
    if record["kind"] == "probe":
        ruled = probe_ruling(record["intent"], record["labels"], most)
    else:
        ruled = "wrong" if record["late"] else ruling(record["intent"], record["labels"], most, record["also"])
    if ruled != record["verdict"]:
        raise Unfit(f"its labels come to {ruled or 'nothing yet'}, and its verdict is {record['verdict'] or 'missing'}")


def ruling(intent: int, labels: list[dict[str, Any]], most: int, also: Iterable[int] = ()) -> str | None:
    """Return what blind labels say, in order: the first decides if it confirms, else the first two who agree.

    `most`: how many people can be asked; if these are one or two, the first label decides alone. `also`: the intents
    of further requests that were answered at once; the answer is right only if all are.
    """
    given = {intent, *also}
    needed, confirmed, none_would_do, refused = (most + 1) // 2, 0, 0, Counter[int | None]()
    for count, label in enumerate(labels[:most], 1):
        if confirms(label, given):
            confirmed += 1
        elif label["cannot_tell"] or label["unserved"]:
            none_would_do += 1
        else:
            refused.update(set(label["intents"]) - given or {None})
        if confirmed >= needed or count == confirmed == 1:
            return "right"
        if none_would_do + max(refused.values(), default=0) >= needed or confirmed + most - count < needed:
            return "wrong"
    return None


def confirms(label: dict[str, Any], given: set[int]) -> bool:
    """Return whether a label calls the answers with these intents right: all are named, and nothing stays open."""
    named = set(label["intents"])
    complete = not label["unserved"] or (len(given) > 1 and named <= given)
    return given <= named and complete and not label["cannot_tell"]


def probe_ruling(intent: int, labels: list[dict[str, Any]], most: int) -> str | None:
    """Return what labels say of a probe: of three auditors two who call it right outweigh the label it was made of."""
    said = ruling(intent, labels, most)
    if said != "right" or most < 3:
        return said
    if sum(confirms(each, {intent}) for each in labels) > 1:
        return "void"
    return "right" if len(labels) >= 3 else None


def _check_totals(seen: Seen) -> None:
    header = seen.header
    if not header:
        raise Unfit("the file is empty")
    found = {
        "answers": seen.lines["answer"], "probes": seen.probes["right"] + seen.probes["wrong"],
        "confirmed": seen.probes["right"], "void": seen.probes["void"], "auditors": len(seen.auditors),
    }  # fmt: skip
    for name, value in found.items():
        if header[name] != value:
            raise Unfit(f"{name} are {header[name]}, and there are {value}")
    claim = claimed(header["terms"], found["answers"], seen.drawn, found["probes"], found["confirmed"])
    for name, value in claim.items():
        if abs(value - header["claim"][name]) > TOLERANCE * max(1.0, abs(value)):
            raise Unfit(f"{name} is {header['claim'][name]:g}, and should be {value:g}")


def claimed(
    terms: dict[str, Any], answers: int, drawn: list[tuple[int, str | None]], probes: int, confirmed: int
) -> dict[str, Any]:
    """Return what is proven of the longest beginning of the window that is, else the counts of all of it.

    A beginning ends just before a drawn answer, or at the end. What is not decided counts as wrong.
    """
    level = terms["delta"] * terms["test_share"] / terms["windows"]
    miss = probes_bound(probes, confirmed, terms["delta"] * (1 - terms["test_share"]))
    ends = np.array([*(place - 1 for place, _ in drawn), answers])
    right = np.cumsum([0, *(verdict == "right" for _, verdict in drawn)])
    not_right = np.arange(len(drawn) + 1) - right
    log_evidence = evidence(ends, right, not_right, terms["alpha"], terms["chance"], miss)
    enough = np.flatnonzero(log_evidence >= -np.log(level))
    at = int(enough[-1]) if len(enough) else len(drawn)
    pending = sum(verdict is None for _, verdict in drawn[:at])
    return {
        "answers": int(ends[at]), "right": int(right[at]), "wrong": int(not_right[at]) - pending, "pending": pending,
        "log_evidence": float(log_evidence[at]), "log_needed": float(-np.log(level)), "proven": bool(len(enough)),
        "bound": share_bound(int(ends[at]), int(not_right[at]), terms["chance"], level, miss), "miss_bound": miss,
    }  # fmt: skip


def evidence(answers: Any, right: Any, wrong: Any, alpha: float, chance: float, miss: float) -> Any:
    """Return the log of a bet's wealth against "at least `alpha` of the answers are wrong"; it began with log 1 = 0.

    A right audit multiplies it by (1 - theta) / (1 - tested), a wrong one by theta / tested, and each answer divides it
    by what the coin makes of that on average. Mixed over theta in 0 .. tested = alpha (1 - miss).
    """
    tested = alpha * (1 - min(miss, 1 - 1e-9))
    weights = WEIGHTS * np.exp((2 / tested - 1) * np.log1p(-tested * NODES))
    up, down = (1 - tested * NODES) / (1 - tested), NODES
    cost = (1 - alpha) * np.log1p(chance * (up - 1)) + alpha * np.log1p(chance * ((1 - miss) * down + miss * up - 1))
    return _mixed([(right, np.log(up)), (wrong, np.log(down)), (answers, -cost)], weights)


def share_bound(answers: int, wrong: int, chance: float, level: float, miss: float) -> float:
    """Return an upper bound of the share of wrong answers where so many audits were wrong; 1 without answers."""
    caught = chance * (1 - miss)
    most = _largest(float(answers), wrong, lambda number, node: -number * np.log1p(-caught * (1 - node)), level)
    return most / answers if answers else 1.0


def probes_bound(probes: int, confirmed: int, level: float) -> float:
    """Return an upper bound of the chance that auditors confirm a wrong answer, by probes known to be wrong."""
    return _largest(1.0, confirmed, lambda chance, node: -probes * np.log1p(-chance * (1 - node)), level)


def _largest(most: float, hits: int, allowed: Callable[[float, Any], Any], level: float) -> float:
    """Return the largest value from 0 to `most` that is not refuted at `level`, by halving.

    Of a value the wealth is the mean over a node b in 0..1 of b^hits exp(allowed(value, b)).
    """
    low, high = 0.0, most
    for _ in range(60):
        middle = (low + high) / 2
        wealth = _mixed([(hits, np.log(NODES)), (1, allowed(middle, NODES))], WEIGHTS * np.exp(-2 * NODES))
        low, high = (low, middle) if wealth >= -np.log(level) else (middle, high)
    return high


def _mixed(bets: list[tuple[Any, Any]], weights: Any) -> Any:
    """Return log of the mean of exp(sum of count x factor), by these weights."""
    total = -np.inf
    for k, weight in enumerate(weights / weights.sum()):
        total = np.logaddexp(total, np.log(weight) + sum(count * factors[k] for count, factors in bets))
    return total


def sentence(header: dict[str, Any]) -> str:
    """Return what a certificate says if it holds."""
    claim, terms, all_ = header["claim"], header["terms"], header["answers"]
    which = f"{all_:,}" if claim["answers"] == all_ else f"first {claim['answers']:,} of {all_:,}"
    return (
        f"Of the {which} automatic answers from {header['started_at'][:10]} to {header['ended_at'][:10]} at most "
        f"{100 * terms['alpha']:g} % were wrong, with confidence {100 * (1 - terms['delta']):g} %."
    )


def _conclude(header: dict[str, Any]) -> Finding:
    """Return what a file says whose lines all fit."""
    claim, because = header["claim"], header["no_key_because"]
    published = tuple(PUBLISHED.format(**each) for each in header["periods"])
    if header["ended_because"] in {"key", "restored"}:
        return Finding("does not hold", f"Nothing is claimed: {WHY[header['ended_because']]}.", 1, published)
    if header["ended_at"] is None or not all(each["key"] for each in header["periods"]):
        result: Any = "does not hold" if because == "lost" else "cannot be checked yet"
        return Finding(result, f"Draws cannot be checked: {WHY.get(because, 'keys are missing')}.", 1, published)
    if not claim["proven"]:
        found, needed = (np.exp(min(claim[name], 700.0)) for name in ("log_evidence", "log_needed"))
        lacks = f"the evidence is {found:.3g}, and {needed:.3g} is needed"
        lacks = lacks if claim["miss_bound"] < 1 else "no probe tells what the auditors miss"
        return Finding("does not hold", f"All lines fit, and nothing is proven: {lacks}.", None, published)
    return Finding("holds", sentence(header), None, published)


def main(arguments: list[str]) -> int:
    """Check the file that is named, say what was found, and return the exit status."""
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        sys.stderr.write("usage: python outside.py FILE\n")
        return 1
    with Path(arguments[0]).open(encoding="utf-8") as file:
        found = check(file)
    digest = hashlib.sha256(Path(arguments[0]).read_bytes()).hexdigest()
    sys.stdout.write(f"{found.result}: {found.says}\nSHA-256 of the file: {digest}\n")
    sys.stdout.writelines(f"published when the window began? {line}\n" for line in found.published)
    return {"holds": 0, "does not hold": 1, "cannot be checked yet": 2}[found.result]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
