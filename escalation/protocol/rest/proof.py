"""REST of the proof: messages to audit, labels of auditors, certificates, and the breaker."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from escalation.protocol.messages import Author, Body
from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody
from escalation.protocol.states import AnsweringMode


class AuditMessage(ResponseBody):
    """One message of the conversation that an auditor reads."""

    author: Author
    at: Moment
    body: Body
    asked: bool
    """Whether it is part of the request that is audited."""


class AuditTask(ResponseBody):
    """A request to label: the conversation up to it, and nothing of what came after."""

    id: str
    messages: list[AuditMessage]
    """Oldest first; the last one is of the request."""
    needed_by: Moment
    """Without a label by then an answer counts as wrong."""


class NextAudit(ResponseBody):
    """What an auditor does next."""

    task: AuditTask | None
    """Null when nothing is there for this auditor."""
    waiting: int
    """How many requests wait for labels, of anybody."""


class AuditLabel(RequestBody):
    """One auditor's label of a request."""

    intents: list[Annotated[str, Field(max_length=100)]] = Field(default=[], max_length=20)
    """Every intent whose approved answer would fully serve the request; empty: out of scope."""
    cannot_tell: bool = False
    """Whether the words do not tell what is wanted."""
    unserved: bool = False
    """Whether a further request of the customer would stay open with any of these answers."""


class WindowPoint(ResponseBody):
    """How a window stood at the end of a day, or stands now."""

    day: date
    answers: int
    right: int
    wrong: int
    pending: int
    """Drawn for audit and not decided."""
    bound: float
    """Upper bound of the share of wrong answers, 0 to 1, at the confidence of the certificate."""
    proven: bool


class WindowView(ResponseBody):
    """One window of automatic answers."""

    number: int
    started_at: Moment
    ended_at: Moment | None
    ended_because: Literal["over", "terms", "traffic", "key", "restored"] | None
    """`over`: it was 90 days old; `terms`: the accepted share was changed; `traffic`: it drew far more audits than the
    budget; `key`: the key of its coin is gone, so that it stays unproven; `restored`: answers are missing since a
    backup was restored."""
    chance: float
    """With which an answer is drawn for audit, 0 to 1."""
    alpha: float
    """The share of wrong answers that its certificate speaks of, 0 to 1."""
    commitment: str
    """SHA-256 of the key of the coin, stored when the window began, in hexadecimal."""
    points: list[WindowPoint]
    """One a day, oldest first."""


class WindowList(ResponseBody):
    """Windows."""

    windows: list[WindowView]
    """Newest first."""


Missing = Literal["nothing", "answers", "probes", "audits", "days", "error_rate"]


class CertificateView(ResponseBody):
    """What is proven of the automatic answers, and what is missing otherwise."""

    proven: bool
    since: Moment | None
    """Since when the answers are counted; null before the first."""
    answers: int
    """How many the statement speaks of; where it is proven, the longest beginning of the window that is."""
    alpha: float
    """The accepted share of wrong answers, 0 to 1."""
    confidence: float
    """Of the statement, 0 to 1."""
    bound: float
    """Upper bound of the share of wrong answers, 0 to 1, at that confidence."""
    right: int
    wrong: int
    pending: int
    """Of the answers drawn for audit: confirmed, refuted or too late, and not decided."""
    chance: float
    """With which an answer is drawn for audit, 0 to 1."""
    missing: Missing
    """What is missing for a certificate: `answers`, none was given; `probes`, nobody knows yet how often auditors miss
    a wrong answer; `audits`, more of them; `days`, the window ends before enough are done; `error_rate`, too many were
    refuted."""
    audits_missing: int | None
    """Audits until it is proven with a chance of one half, if all goes on as it did; null where that is not known."""
    days_missing: float | None
    """The days those take at the present pace."""
    probes: int
    """Probes that auditors have decided."""
    misses: int
    """Those of them in which a wrong answer was confirmed."""
    miss_bound: float
    """Upper bound of the chance that auditors miss a wrong answer, 0 to 1."""
    audits_due: int
    """Requests that wait for labels."""
    oldest_due: Moment | None
    """Without a label by then the one that waits longest counts as wrong."""
    auditors: int
    """How many people audit: all auditors, and of others who may, those who did within 30 days."""
    audits_a_day: float
    """The budget that the chance of the next window is set from."""
    stopped_at: Moment | None
    """Since when nothing is answered automatically because too many answers were wrong; null while answers go on."""
    stopped_because: Literal["audits", "complaints", "returns"] | None
    """`audits`: too many answers were audited as wrong; `complaints`: customers say three times as often as before that
    an answer did not help; `returns`: they come back three times as often soon after a conversation that ended with
    one."""
    breaker: float
    """How near the breaker is to tripping, 0 to 1."""
    probation_answers: int = 0
    """Answers that the live head gave alone, ever. Each is audited; they count in no window and move no breaker."""
    probation_wrong: int = 0
    """How many of them audits found wrong."""
    probation_waiting: int = 0
    """How many wait for their audit."""


class Resumption(RequestBody):
    """Let automatic answers go on."""

    reason: str = Field(min_length=3, max_length=500)
    """What was found and mended; it stands in the security log."""


class AuditBudget(RequestBody):
    """Audits a day, for windows that begin from now on."""

    audits_a_day: float = Field(ge=1, le=10_000)
    reason: str = Field(min_length=3, max_length=500)
    """It stands in the security log."""


class PolicyChange(RequestBody):
    """How the bot may answer from the next turn on; what is left out stays as it is."""

    mode: AnsweringMode | None = None
    alpha: float | None = Field(default=None, ge=0.001, le=0.3)
    """The accepted share of wrong automatic answers. Running windows end where it changes, and others begin."""
    probation_share: float | None = Field(default=None, ge=0, le=0.05)
    """Of all messages that the probation lane may answer."""
    probation_budget: int | None = Field(default=None, ge=0, le=1_000)
    """Known errors after which the probation lane closes."""
    reason: str = Field(min_length=3, max_length=500)
    """It stands in the security log."""


class DialPosition(ResponseBody):
    """What one accepted share of wrong answers would mean, as far as is known today."""

    alpha: float
    """The accepted share of wrong automatic answers, 0 to 1."""
    threshold: float
    """The bot would answer from this confidence on; 1: never."""
    coverage: float
    """The share of requests that it would answer."""
    wrong: float | None
    """The share of those answers that is expected to be wrong, out of fold; null where it answers nothing."""
    audits_needed: int | None
    """Audits to a first certificate with a chance of one half, if half as many answers are wrong as accepted; null
    where none is to be expected."""
    days_needed: float | None
    """The days those take at this traffic and with this budget of audits; null where that is not known."""
    handoffs_an_hour: float | None
    """Requests an hour that are left to people; null while nothing is known of the traffic."""


class RiskDialView(ResponseBody):
    """What each accepted share of wrong answers would mean."""

    mode: AnsweringMode
    alpha: float
    """The share that is accepted now."""
    probation_share: float
    probation_budget: int
    grounds: Literal["traffic", "out_of_fold"]
    """Where coverage comes from: the requests of the last 14 days, or the model's estimate from its examples while
    there are too few."""
    requests: int
    """Requests of the last 14 days, small talk left out."""
    requests_an_hour: float | None
    """Null while nothing is known of the traffic."""
    audits_a_day: float
    """The budget that days are computed with."""
    would_be: int
    """Requests that the bot would have answered in shadow and that a person has labelled since."""
    agreed: int
    """Those of them whose label was the one the bot would have answered."""
    positions: list[DialPosition]
    """Smallest share first."""
