"""Audits as they go on: answers wait for labels, labels decide, and what is decided moves windows and breaker. Pure."""

from datetime import datetime

from escalation.proof.audits import Label, Ruling, is_late, ruling
from escalation.proof.events import AuditRuled, BreakerTripped
from escalation.proof.ports import AuditStore, Tell
from escalation.proof.values import AutomaticAnswer, ProofRules


class Auditing:
    """The audits of automatic answers. Those of the probation lane stay out of the windows and of the breaker."""

    def __init__(self, store: AuditStore, rules: ProofRules, tell: Tell, *, certifying: bool = True) -> None:
        """`certifying`: each `AuditRuled` carries the certificate; counting a window for each would slow a service."""
        self._store = store
        self._rules = rules
        self._tell = tell
        self._certifying = certifying

    def wanted(self) -> list[str]:
        """Return the messages whose audits need one more label, oldest answer first."""
        return [answer.message_id for answer in self._store.all_waiting()]

    def labelled(self, message_id: str, label: Label, now: datetime) -> bool:
        """Store a label and decide the message's audit, if it can be; return whether that needs another label."""
        self._store.breaker_to_change()
        self._store.add_label(message_id, label)
        return self.decide(message_id, now)

    def decide(self, message_id: str, now: datetime) -> bool:
        """Decide a message's audit from its labels, if it can be; return whether that needs another label."""
        self._store.breaker_to_change()
        answer = self._store.waiting(message_id)
        if answer is None:
            return False
        if is_late(answer.answered_at, now):
            self._rule(answer, False, now)
            return False
        labels, most = self._store.labels(message_id), self._rules.labels_on_disagreement
        said = ruling(answer.intent, labels, most=most, also=answer.also)
        if said is not Ruling.MORE:
            self._rule(answer, said is Ruling.RIGHT, now)
        return said is Ruling.MORE

    def expire(self, now: datetime) -> None:
        """Rule as wrong what was not audited in time."""
        self._store.breaker_to_change()
        for answer in self._store.all_waiting():
            if is_late(answer.answered_at, now):
                self._rule(answer, False, now)

    def _rule(self, answer: AutomaticAnswer, right: bool, now: datetime) -> None:
        self._store.add_ruling(answer.message_id, right)
        labels = tuple(self._store.labels(answer.message_id))
        if answer.probation:
            self._tell(AuditRuled(answer, right, labels, None), now)
            return
        before = self._store.breaker_to_change()
        after = before.audited(right)
        self._store.set_breaker(after)
        certificate = self._store.windows().certificate(self._rules.terms) if self._certifying else None
        self._tell(AuditRuled(answer, right, labels, certificate), now)
        if after.tripped and not before.tripped:
            self._tell(BreakerTripped(), now)
