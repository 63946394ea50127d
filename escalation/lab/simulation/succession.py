"""Who answers: the anchor, its challengers by batch swap and slow lane, and the versions on trial. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from escalation.classifier import Model
from escalation.lab.simulation.learner import Learner
from escalation.lab.simulation.outcomes import Journal
from escalation.lab.simulation.play import World
from escalation.lab.simulation.proof import Panel, moment
from escalation.lab.simulation.trials import Trials
from escalation.learning import promotion
from escalation.learning.gate import judged, predicted, run_gate
from escalation.proof.certificate import Terms
from escalation.proof.forecast import Missing, VersionCertificate
from escalation.proof.swaps import Challenger, freeze_due, swap


@dataclass(frozen=True)
class Anchor:
    """A frozen version and the confidence it answers from; `grounds`: out of fold, gate or certificate."""

    model: Model
    threshold: float
    grounds: str


class Succession:
    """`anchor` None: nothing may be answered yet."""

    def __init__(self, world: World, learner: Learner, journal: Journal, panel: Panel, terms: Terms) -> None:
        self.anchor: Anchor | None = None
        self._world = world
        self._learner = learner
        self._journal = journal
        self._trials = Trials(world, journal, panel, terms)
        self._frozen_at: int | None = None
        self._learnt = 0
        self._version_at = world.scenario.slow_every

    def end_day(self, now: int, drawn: Sequence[int], *, tripped: bool) -> bool:
        """Look at the trials, then freeze a challenger if one is due (`tripped`: in any case) and let it try; return
        whether another version answers from now on.

        `drawn` are the newly resolved messages of the shadow census. While there is no anchor only a version
        certificate makes one: that is what a shadow start means. Once something answers no version is put on trial:
        blind labels of what was handed off are needed for that, and cost a third more labels (CLINC150: 802 of 3,385)
        for a forecast, while the window goes on proving.
        """
        if self.anchor is None:
            proven = self._trials.look(drawn, now)
            if proven is not None:
                sure = Challenger(proven.model.threshold, True, certificate=proven.certificate)
                return self._crown(proven.model, sure, now)
            if not self._trials.due(now):
                return False
        model = self._frozen(now, tripped)
        if model is None:
            return False
        if self.anchor is not None:
            return self._crown(model, self._judged(model), now, tripped=tripped)
        self._trials.freeze(model, now)
        return False

    def missing(self) -> Missing | None:
        """Return what the first anchor still needs to be certified, None if there is one or nothing is on trial."""
        return self._trials.missing() if self.anchor is None else None

    def _frozen(self, now: int, urgent: bool) -> Model | None:
        """Return the challenger of the day: a slow-lane version where one is due, else the live head as it is."""
        per_day = self._world.scenario.messages_per_day
        last = None if self._frozen_at is None else moment(self._frozen_at, per_day)
        if not urgent and not freeze_due(last, moment(now, per_day), self._learner.learnt - self._learnt):
            return None
        self._frozen_at, self._learnt = now, self._learner.learnt
        if urgent or self._learner.learnt >= self._version_at:
            self._version_at = self._learner.learnt + self._world.scenario.slow_every
            self._learner.new_version(self._world.first)
        else:
            self._learner.recalibrate_if_stale()
        return self._learner.model

    def _judged(self, model: Model) -> Challenger:
        """Ask the gate, as the service does."""
        assert self.anchor is not None
        champion = self._learner.contender(self.anchor.model)
        challenger = predicted(self._learner.contender(model), self._learner.gate)
        verdict = run_gate(champion, challenger, self._learner.gate, self._world.scenario.alpha)
        rows = judged(challenger, self._learner.gate)
        answered = [row for row in rows if row.confidence >= verdict.threshold]
        risk = sum(not row.right for row in answered) / len(answered) if answered and promotion.has_gate(rows) else None
        return Challenger(verdict.threshold, verdict.accepted, risk)

    def _stays(self, challenger: Challenger) -> bool:
        """Whether the anchor is certified and the challenger is not: the gate's word takes no certificate's place."""
        return self.anchor is not None and self.anchor.grounds == "certificate" and challenger.certificate is None

    def _crown(self, model: Model, challenger: Challenger, now: int, *, tripped: bool = False) -> bool:
        if self._stays(challenger) and not tripped:
            self._journal.say(now, f"{model.name} refused: the certified version stays")
            return False
        present = self.anchor.threshold if self.anchor else None
        found = swap(present, challenger, self._world.scenario.alpha, tripped=tripped)
        if found is None:
            why = "it would answer nothing" if challenger.accepted else "the gate"
            self._journal.say(now, f"{model.name} refused: {why}")
            return False
        self.anchor = Anchor(model, found.threshold, found.grounds)
        self._journal.say(now, f"{model.name} answers from {found.threshold:.3f}{_proof(challenger.certificate)}")
        return True


def _proof(certificate: VersionCertificate | None) -> str:
    if certificate is None:
        return " (gate)"
    return f" (version certificate: {certificate.coverage:.0%} of messages, {certificate.used} labels looked at)"
