"""What the proof needs from outside: where its state is kept, what a version can be asked, who hears of what happened.

A store may be memory, or rows of the database bound to one transaction. Then `standing_to_change` locks its row, so
that replicas take turns at labels and at the end of a day; a message only reads, and an answer is one insert. Nobody is
called for labels: `Proof.wanted_labels` says which are wanted, `Proof.labelled` takes them whenever they come.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from escalation.conversations.lanes import Lane, Probation
from escalation.proof.audits import Label
from escalation.proof.breaker import Breaker
from escalation.proof.certificate import DrawnAnswer, Window, Windows
from escalation.proof.events import ProofEvent
from escalation.proof.swaps import Challenger
from escalation.proof.values import AutomaticAnswer, Scored, Standing

Tell = Callable[[ProofEvent, datetime], None]
"""Hears of each event, in order, with the moment it happened."""


class AnswerStore(Protocol):
    """Automatic answers and what their audits came to; the counts follow from them."""

    def windows(self) -> Windows:
        """Return the running windows with the counts of what is stored."""
        ...

    def waiting(self, message_id: str) -> AutomaticAnswer | None:
        """Return the answer to this message if it waits for its audit, else None."""
        ...

    def all_waiting(self) -> Sequence[AutomaticAnswer]:
        """Return the answers that wait for their audits, oldest first."""
        ...

    def add_ruling(self, message_id: str, right: bool) -> None:
        """Store what the audit of a waiting answer came to; it waits no longer."""
        ...

    def drawn_answers(self, window: Window) -> Sequence[DrawnAnswer]:
        """Return the answers the window drew, in order."""
        ...


class LabelStore(Protocol):
    """Blind labels, shared by all who want to know about a message."""

    def labels(self, message_id: str) -> Sequence[Label]:
        """Return the blind labels of a message, in the order they were given."""
        ...

    def add_label(self, message_id: str, label: Label) -> None:
        """Store one more blind label."""
        ...


class BreakerStore(Protocol):
    """The breaker, which every audit moves."""

    def breaker(self) -> Breaker:
        """Return it as it was stored last, without waiting for anybody."""
        ...

    def breaker_to_change(self) -> Breaker:
        """Return it once nobody else changes it or rules an audit, until the caller is done."""
        ...

    def set_breaker(self, breaker: Breaker) -> None:
        """Store it in place of what was."""
        ...


class AuditStore(AnswerStore, LabelStore, BreakerStore, Protocol):
    """What auditing needs."""


class LaneStore(Protocol):
    """Which windows run, which lane each message went to, and what was answered."""

    def set_windows(self, windows: Windows) -> None:
        """Keep the starts and chances of these windows, and no others."""
        ...

    def probation(self) -> Probation:
        """Return the counts of the probation lane; share and budget are not the store's."""
        ...

    def add_lane(self, lane: Lane) -> None:
        """Store which lane one message went to."""
        ...

    def add_answer(self, answer: AutomaticAnswer) -> None:
        """Store an automatic answer. It waits for its audit if a window draws it, or if it is the probation lane's."""
        ...


class TrialStore(Protocol):
    """The census of the shadow start, and what the versions on trial make of it."""

    def add_arrival(self, message_id: str, arrived_at: datetime) -> None:
        """Store a message that came while people answer everything."""
        ...

    def take_labelled(self) -> Sequence[tuple[str, datetime]]:
        """Return ids and arrivals of the messages labelled by now, in order of arrival, each only once ever."""
        ...

    def scores(self, version: str) -> Sequence[Scored]:
        """Return what a version on trial made of the messages, in the order they were added."""
        ...

    def set_scores(self, version: str, scores: Sequence[Scored]) -> None:
        """Store the scores of a version in place of those it had; none: forget it."""
        ...


class ProofStore(AuditStore, LaneStore, TrialStore, Protocol):
    """Everything that is kept."""

    def standing(self) -> Standing:
        """Return what was stored last, without waiting for anybody; at first nothing but the breaker."""
        ...

    def standing_to_change(self) -> Standing:
        """Return it once nobody else changes it, rules an audit or scores, until the caller is done."""
        ...

    def set_standing(self, standing: Standing) -> None:
        """Store it in place of what was."""
        ...


class Versions(Protocol):
    """What can be asked of the live head and of frozen versions, which are known by name."""

    def learnt(self) -> int:
        """Return how many examples the live head has learnt from, ever."""
        ...

    def freeze(self, *, urgent: bool) -> str:
        """Freeze a challenger and return its name: the live head, or a new version where one is due or `urgent`."""
        ...

    def judge(self, champion: str, challenger: str) -> Challenger:
        """Return the gate's verdict on the challenger, and its estimate of the risk."""
        ...

    def predict(self, version: str, message_ids: Sequence[str]) -> Sequence[Scored]:
        """Return what a version makes of messages; confidence 0 where it would hand off whatever the threshold."""
        ...

    def recent_confidences(self, version: str, count: int, before: datetime) -> Sequence[float]:
        """Return a version's confidences on the latest `count` messages before a moment."""
        ...

    def retain(self, versions: Collection[str]) -> None:
        """Take note that of the frozen versions only these are still needed."""
        ...
