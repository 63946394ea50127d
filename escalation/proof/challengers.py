"""Challengers: frozen, judged, and made anchor or refused with a reason. Pure."""

from dataclasses import replace
from datetime import datetime

from escalation.proof.events import AnchorReplaced, ChallengerRefused
from escalation.proof.ports import Tell, Versions
from escalation.proof.swaps import Challenger, freeze_due, swap
from escalation.proof.values import Anchor, ProofRules, Standing


class Challengers:
    """Each method takes what stands and returns what is to stand."""

    def __init__(self, versions: Versions, rules: ProofRules, tell: Tell) -> None:
        self._versions = versions
        self._rules = rules
        self._tell = tell

    def frozen(self, standing: Standing, now: datetime) -> tuple[Standing, str | None]:
        """Freeze a challenger if one is due, and in any case once the breaker tripped; return its name with it."""
        urgent, learnt = standing.breaker.tripped, self._versions.learnt()
        if not urgent and not freeze_due(standing.frozen_at, now, learnt - standing.learnt):
            return standing, None
        return replace(standing, frozen_at=now, learnt=learnt), self._versions.freeze(urgent=urgent)

    def judged(self, standing: Standing, version: str, now: datetime) -> Standing:
        """Let the gate judge a challenger of the present anchor, and replace the anchor if it may."""
        if standing.anchor is None:
            return standing
        return self.tried(standing, version, self._versions.judge(standing.anchor.version, version), now)

    def tried(self, standing: Standing, version: str, challenger: Challenger, now: datetime) -> Standing:
        """Make the challenger anchor, or refuse it.

        The gate's word takes no certificate's place: a certified anchor stays until it trips the breaker.
        """
        present, tripped = standing.anchor, standing.breaker.tripped
        certified = present is not None and present.grounds == "certificate"
        if certified and challenger.certificate is None and not tripped:
            self._tell(ChallengerRefused(version, "certified_stays"), now)
            return standing
        threshold = present.threshold if present else None
        found = swap(threshold, challenger, self._rules.terms.alpha, tripped=tripped)
        if found is None:
            self._tell(ChallengerRefused(version, "answers_nothing" if challenger.accepted else "gate"), now)
            return standing
        anchor = Anchor(version, found.threshold, found.grounds)
        self._tell(AnchorReplaced(anchor, challenger.certificate), now)
        return replace(standing, anchor=anchor)
