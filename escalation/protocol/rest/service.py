"""REST of the service itself: what answers now, whether it is alive and ready, and whether its invariants hold."""

from typing import Literal

from escalation.protocol.rest.base import ResponseBody
from escalation.protocol.states import AnsweringMode


class ServiceView(ResponseBody):
    """What answers customers now."""

    mode: AnsweringMode
    """`shadow`: people answer everything, and the bot's guesses are not shown; `provisional`: the threshold decides;
    `strict`: the threshold decides while a certificate is fresh, and without one nothing is answered automatically."""
    chosen: bool = True
    """Whether somebody chose the mode. A new installation begins in `shadow` until somebody does."""
    model: str | None
    """Name of the live head, which is refitted after each resolution: it vetoes and suggests. Null: none is loaded."""
    anchor: str | None = None
    """Name of the frozen model that answers; null while none is loaded."""
    threshold: float | None
    """The anchor answers from this confidence on, 0 to 1; null while none is loaded."""
    alpha: float
    """The largest share of wrong automatic answers that the operator accepts, 0 to 1."""
    languages: list[str]
    """ISO 639-1 codes of the languages that the model knows, sorted; empty: no language is unknown to it."""
    answering: bool
    """Whether the bot answers anything automatically."""
    stopped: bool = False
    """Whether automatic answers were stopped because too many of them were wrong."""
    detail: str | None
    """Why the model that should answer does not; null when all is well."""


class AliveView(ResponseBody):
    """The process lives."""

    status: Literal["ok"]


class ReadyView(ServiceView):
    """Customers can be served, and what answers them."""

    status: Literal["ready"]


class StatusView(ResponseBody):
    """Customers can be served; details are for programs on the service's own machine."""

    status: Literal["ready"]


class NotReadyView(ResponseBody):
    """Customers cannot be served yet."""

    status: Literal["not ready"]
    reason: str
    """What is missing, for people."""


class FindingList(ResponseBody):
    """Which invariants do not hold."""

    findings: list[str]
    """One line a broken rule: the rule, where, and what was found. Empty when all hold."""
