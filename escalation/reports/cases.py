"""What a conversation counts as in reports, folded from its events. Pure.

A *case* begins when a conversation starts or is reopened and goes on until it closes; a withdrawn resolution goes on
with its case, and so does a follow-up of an agent. What was said is not looked at: a case has ids, names and times
only.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from escalation.conversations import events as e
from escalation.protocol.states import Reason, Status

NONE = timedelta(0)


@dataclass
class Case:
    """One case, as far as its events go. Flags are false and times None until they are known."""

    began: datetime
    seq: int = 1
    """With which event of the conversation it began."""
    reopened: bool = False
    ended: datetime | None = None
    queue: str = "general"
    agent: str | None = None
    """Who of the staff had it last."""
    reason: Reason | None = None
    """Of its first handoff."""
    made_request: bool = False
    handed_off: bool = False
    transfers: int = 0
    automated: bool = False
    contained: bool = False
    solved: bool = False
    abandoned: bool = False
    waited: timedelta | None = None
    """In queues, all waits that are over."""
    handled: timedelta | None = None
    """Owned by somebody and not snoozed, as far as that is over."""
    bot_response: timedelta | None = None
    human_response: timedelta | None = None
    under_sla: bool = False
    """Whether a service level held for it; that and what became of it is told by `service_levels`."""
    sla_warned: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    """Targets met or missed and targets met, by the names in `measures.LEVELS`."""
    scores: list[int] = field(default_factory=list)
    compared: bool = False
    """Whether a person's label stands beside a guess that they saw."""
    overridden: bool = False
    label: str | None = None
    answered_intent: str | None = None
    guess: str | None = None
    status: Status = Status.BOT
    since: datetime | None = None
    """When the present wait began."""
    working_since: datetime | None = None
    said_at: datetime | None = None
    asked_person_at: datetime | None = None
    answered: bool = False
    """Whether an answer of the bot is the last word to the newest request."""
    erased: bool = False
    resolution: str | None = None

    @property
    def intent(self) -> str | None:
        """What it was about: the label of a person, else the intent of the bot's newest answer, else its guess."""
        return self.label or self.answered_intent or self.guess


def cases_of(events: Iterable[tuple[e.ConversationEvent, datetime]]) -> list[Case]:
    """Return the cases of one conversation, from all its events with their times, in order."""
    cases: list[Case] = []
    for seq, (event, at) in enumerate(events, 1):
        if isinstance(event, e.Started | e.Reopened):
            queue = cases[-1].queue if cases else "general"
            if cases and cases[-1].ended is None:
                cases[-1].ended = at  # it waited for a follow-up, and its customer came first
            cases.append(Case(began=at, seq=seq, reopened=isinstance(event, e.Reopened), queue=queue))
        elif isinstance(event, e.ResolutionWithdrawn):
            _withdraw(cases, event.resolution_id)
        elif (rule := _RULES.get(type(event))) is not None:
            rule(cases[-1], event, at)
    return cases


def _lasted(since: datetime, until: datetime) -> timedelta:
    """Never negative: a clock may have been set back."""
    return max(until - since, NONE)


def _stop_work(case: Case, at: datetime) -> None:
    if case.working_since is not None:
        case.handled = (case.handled or NONE) + _lasted(case.working_since, at)
        case.working_since = None


def _control(case: Case, status: Status, at: datetime) -> None:
    _stop_work(case, at)
    if case.since is not None and status is not Status.WAITING:
        case.waited = (case.waited or NONE) + _lasted(case.since, at)
        case.since = None
    if status is Status.WAITING and case.since is None:
        case.since = at
    case.status = status


def _ask_person(case: Case, at: datetime) -> None:
    case.made_request, case.answered = True, False
    case.asked_person_at = case.asked_person_at or at


def _handed_off(case: Case, event: e.HandedOff, at: datetime) -> None:
    _control(case, Status.WAITING, at)
    _ask_person(case, at)
    case.handed_off, case.queue, case.reason = True, event.queue, case.reason or event.reason


def _requeued(case: Case, event: e.Requeued, at: datetime) -> None:
    _control(case, Status.WAITING, at)
    case.queue = event.queue
    case.transfers += event.cause == "transfer"


def _assigned(case: Case, event: e.Assigned, at: datetime) -> None:
    case.transfers += case.status is Status.ASSIGNED and event.how == "offer"
    case.ended = None  # a withdrawn resolution goes on with its case
    case.automated = case.contained = case.abandoned = False
    _control(case, Status.ASSIGNED, at)
    if event.how != "follow_up":
        _ask_person(case, at)
    case.agent, case.working_since = event.agent, at


def _follow_up_due(case: Case, event: e.FollowUpDue, at: datetime) -> None:
    """The customer did not come back, so the case goes on; from now on a person works on it."""
    if event.reopened:
        case.ended = None
        case.automated = case.contained = case.abandoned = False
        case.status = Status.WAITING


def _to_bot(case: Case, _: e.HandedBack | e.HandoffCancelled, at: datetime) -> None:
    _control(case, Status.BOT, at)


def _snoozed(case: Case, _: e.Snoozed, at: datetime) -> None:
    _stop_work(case, at)


def _woken(case: Case, _: e.Woken, at: datetime) -> None:
    if case.status is Status.ASSIGNED and case.working_since is None:
        case.working_since = at


def _message_added(case: Case, event: e.MessageAdded, at: datetime) -> None:
    if event.internal:
        return
    if event.author == "customer":
        case.said_at = case.said_at or at
    elif event.author == "bot":
        _bot_wrote(case, event, at)
    elif event.author == "agent" and case.asked_person_at is not None and case.human_response is None:
        case.human_response = _lasted(case.asked_person_at, at)


def _bot_wrote(case: Case, event: e.MessageAdded, at: datetime) -> None:
    """Smalltalk answers no request; a question or choices of the bot leave it open."""
    if case.said_at is not None and case.bot_response is None:
        case.bot_response = _lasted(case.said_at, at)
    if event.smalltalk:
        return
    case.made_request = True
    case.answered = event.kind not in {"notice", "choices"}
    if case.answered:
        case.answered_intent = event.intent


def _decided(case: Case, event: e.DecisionMade, _: datetime) -> None:
    """What nobody was shown is no guess that an agent could confirm or override."""
    if event.grounds == "prediction" and event.guesses and not event.blind:
        case.guess = event.guesses[0].label


def _resolved(case: Case, event: e.Resolved, _: datetime) -> None:
    case.resolution, case.label = event.resolution_id, event.label
    case.solved = event.outcome == "solved"
    case.compared = case.guess is not None and not event.parts and event.outcome != "abandoned"
    case.overridden = case.compared and event.label != case.guess


def _withdraw(cases: list[Case], resolution: str) -> None:
    for case in cases:
        if case.resolution == resolution:
            case.resolution = case.label = None
            case.solved = case.compared = case.overridden = False


def _closed(case: Case, event: e.Closed, at: datetime) -> None:
    """Older events say `answered` of every silence, so whether the bot answered is looked up, not believed."""
    was, untouched = case.status, case.agent is None and not case.erased
    _control(case, Status.CLOSED, at)
    case.ended = at
    case.automated = untouched and event.outcome == "answered" and case.answered
    case.contained = untouched and case.made_request and not case.handed_off
    case.abandoned = was is Status.WAITING and not case.erased


def _rated(case: Case, event: e.Rated, _: datetime) -> None:
    case.scores.append(event.score)


def _erased(case: Case, _: e.Erased, __: datetime) -> None:
    """What an erasure closes was not given up by its customer."""
    case.erased = case.status is not Status.CLOSED


_RULES: dict[type[e.Event], Callable[[Case, Any, datetime], None]] = {
    e.HandedOff: _handed_off,
    e.Requeued: _requeued,
    e.Assigned: _assigned,
    e.HandedBack: _to_bot,
    e.HandoffCancelled: _to_bot,
    e.FollowUpDue: _follow_up_due,
    e.Snoozed: _snoozed,
    e.Woken: _woken,
    e.MessageAdded: _message_added,
    e.DecisionMade: _decided,
    e.Resolved: _resolved,
    e.Closed: _closed,
    e.Rated: _rated,
    e.Erased: _erased,
}
