"""The proof's store in memory: for the simulation and for tests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from escalation.conversations.lanes import Lane, Probation
from escalation.proof.audits import Label
from escalation.proof.breaker import Breaker
from escalation.proof.certificate import DrawnAnswer, Window, Windows
from escalation.proof.values import AutomaticAnswer, Scored, Standing


class MemoryStore:
    """Keeps everything for as long as it lives; fit for one caller at a time. `alpha` is the breaker's."""

    def __init__(self, alpha: float) -> None:
        self._standing = Standing(Breaker(alpha))
        self._windows = Windows()
        self._probation = Probation()
        self._answers: list[AutomaticAnswer] = []
        self._waiting: dict[str, AutomaticAnswer] = {}
        self._rulings: dict[str, bool] = {}
        self._labels: dict[str, list[Label]] = {}
        self._arrivals: list[tuple[str, datetime]] = []
        self._scores: dict[str, tuple[Scored, ...]] = {}

    def standing(self) -> Standing:
        """Return what was stored last."""
        return self._standing

    def standing_to_change(self) -> Standing:
        """Return the same: there is only one caller."""
        return self._standing

    def set_standing(self, standing: Standing) -> None:
        """Store it in place of what was."""
        self._standing = standing

    def breaker(self) -> Breaker:
        """Return the breaker of what stands."""
        return self._standing.breaker

    def breaker_to_change(self) -> Breaker:
        """Return the same: there is only one caller."""
        return self._standing.breaker

    def set_breaker(self, breaker: Breaker) -> None:
        """Store it with the rest of what stands."""
        self._standing = replace(self._standing, breaker=breaker)

    def windows(self) -> Windows:
        """Return the running windows with their counts."""
        return self._windows

    def set_windows(self, windows: Windows) -> None:
        """Keep these windows."""
        self._windows = windows

    def probation(self) -> Probation:
        """Return the counts of the probation lane."""
        return self._probation

    def add_lane(self, lane: Lane) -> None:
        """Count one more message."""
        self._probation = self._probation.seen(lane)

    def add_answer(self, answer: AutomaticAnswer) -> None:
        """Store an answer and count it in the windows, unless it is the probation lane's."""
        self._answers.append(answer)
        if not answer.probation:
            self._windows = self._windows.answered(answer.draw)
        if answer.probation or self._windows.draws(answer.answered_at, answer.draw):
            self._waiting[answer.message_id] = answer

    def waiting(self, message_id: str) -> AutomaticAnswer | None:
        """Return the answer if it waits for its audit."""
        return self._waiting.get(message_id)

    def all_waiting(self) -> Sequence[AutomaticAnswer]:
        """Return the answers that wait for their audits, oldest first."""
        return list(self._waiting.values())

    def add_ruling(self, message_id: str, right: bool) -> None:
        """Store what an audit came to and count it."""
        answer = self._waiting.pop(message_id)
        self._rulings[message_id] = right
        if answer.probation:
            self._probation = self._probation.audited(right)
        else:
            self._windows = self._windows.audited(answer.answered_at, answer.draw, right)

    def drawn_answers(self, window: Window) -> Sequence[DrawnAnswer]:
        """Return the answers the window drew, in order."""
        held = [each for each in self._answers if not each.probation and each.answered_at >= window.started_at]
        return [
            DrawnAnswer(place, self._rulings.get(answer.message_id))
            for place, answer in enumerate(held, 1)
            if answer.draw < window.p
        ]

    def labels(self, message_id: str) -> Sequence[Label]:
        """Return the blind labels of a message, in order."""
        return self._labels.get(message_id, [])

    def add_label(self, message_id: str, label: Label) -> None:
        """Store one more blind label."""
        self._labels.setdefault(message_id, []).append(label)

    def add_arrival(self, message_id: str, arrived_at: datetime) -> None:
        """Store a message that came while people answer everything."""
        self._arrivals.append((message_id, arrived_at))

    def take_labelled(self) -> Sequence[tuple[str, datetime]]:
        """Return the messages labelled by now, and keep the others for later."""
        taken = [each for each in self._arrivals if each[0] in self._labels]
        self._arrivals = [each for each in self._arrivals if each[0] not in self._labels]
        return taken

    def scores(self, version: str) -> Sequence[Scored]:
        """Return what a version on trial made of the messages."""
        return self._scores.get(version, ())

    def set_scores(self, version: str, scores: Sequence[Scored]) -> None:
        """Store the scores of a version; none: forget it."""
        self._scores.pop(version, None)
        if scores:
            self._scores[version] = tuple(scores)
