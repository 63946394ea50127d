"""What a replay will do: which message is sent when, and what the agent will call it. Pure."""

import ipaddress
import random
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from escalation.lab.replay.errors import LineNotPlayable, NotLoopback
from escalation.protocol.frames.base import MAX_TEXT


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a data file; a label of None means out of scope."""

    text: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Planned:
    """One customer to be played: `at` seconds after the start, resolved by an agent as `resolved_as`."""

    number: int
    at: float
    line: Line
    resolved_as: str | None


def playable(text: str, label: str | None, place: str) -> Line:
    """Return a line a customer can say. Raises LineNotPlayable naming `place`, such as "val.jsonl:17"."""
    if not text.strip() or len(text) > MAX_TEXT:
        raise LineNotPlayable(f"{place}: a message holds 1 to {MAX_TEXT} characters, this one {len(text.strip())}.")
    return Line(text, label)


def make_plan(
    lines: Sequence[Line], *, seed: int, rate: float, agent_error: float = 0.0, limit: int | None = None
) -> list[Planned]:
    """Return the lines in seeded random order with arrival times.

    Arrivals are a Poisson process of `rate` customers a second; a rate of 0 means all at once. With probability
    `agent_error` the agent picks another label of the files. The same arguments give the same plan.
    """
    order = list(lines)
    random.Random(f"order {seed}").shuffle(order)
    arrivals, mistakes = random.Random(f"arrivals {seed}"), random.Random(f"mistakes {seed}")
    labels = sorted({line.label for line in lines if line.label is not None})
    plan: list[Planned] = []
    at = 0.0
    for number, line in enumerate(order[:limit]):
        at += arrivals.expovariate(rate) if rate > 0 else 0.0
        plan.append(Planned(number, at, line, _agent_label(line.label, labels, agent_error, mistakes)))
    return plan


def _agent_label(label: str | None, labels: list[str], error: float, draw: random.Random) -> str | None:
    others = [other for other in labels if other != label]
    # Both draws are always made, so that one line's luck does not shift the next line's.
    wrong, pick = draw.random() < error, draw.random()
    return others[int(pick * len(others))] if wrong and others else label


def check_target(url: str, *, allow_remote: bool) -> str:
    """Return the service's root address without a trailing slash. Raises NotLoopback."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotLoopback(f"{url!r} is no address like http://127.0.0.1:8000.")
    if not allow_remote and not _is_loopback(parts.hostname):
        raise NotLoopback(
            f"{parts.hostname} is another machine; a replay would talk to its real agents and teach its model. "
            "Pass --allow-remote if that is what you want."
        )
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
