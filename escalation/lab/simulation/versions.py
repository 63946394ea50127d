"""The live head and the frozen versions of one simulated run, as the proof asks for them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from escalation.classifier import Model, Prediction
from escalation.lab.simulation.learner import SimulatedLearner, predicted
from escalation.lab.simulation.outcomes import VersionClaim
from escalation.lab.simulation.strategy import World
from escalation.learning import promotion
from escalation.learning.gate import judged, run_gate
from escalation.learning.gate import predicted as with_predictions
from escalation.proof.events import VersionCertified
from escalation.proof.swaps import Challenger
from escalation.proof.values import Scored


class SimulatedVersions:
    """Implements `proof.ports.Versions` on the messages of a stream."""

    def __init__(self, world: World, learner: SimulatedLearner) -> None:
        self._world = world
        self._learner = learner
        self._models = {world.first.name: world.first}
        self._version_at = world.scenario.slow_every

    def model(self, version: str) -> Model:
        """Return a frozen version."""
        return self._models[version]

    def learnt(self) -> int:
        """Return how many examples the live head has learnt from."""
        return self._learner.learnt

    def freeze(self, *, urgent: bool) -> str:
        """Freeze the live head: a new version where enough was learnt since the last, else as it is."""
        if urgent or self._learner.learnt >= self._version_at:
            self._version_at = self._learner.learnt + self._world.scenario.slow_every
            self._learner.new_version(self._world.first)
        else:
            self._learner.recalibrate_if_stale()
        model = self._learner.model
        self._models[model.name] = model
        return model.name

    def judge(self, champion: str, challenger: str) -> Challenger:
        """Ask the gate, as the service does."""
        gate, alpha = self._learner.gate, self._world.scenario.alpha
        contender = with_predictions(self._learner.contender(self._models[challenger]), gate)
        verdict = run_gate(self._learner.contender(self._models[champion]), contender, gate, alpha)
        rows = judged(contender, gate)
        answered = [row for row in rows if row.confidence >= verdict.threshold]
        risk = sum(not row.right for row in answered) / len(answered) if answered and promotion.has_gate(rows) else None
        return Challenger(verdict.threshold, verdict.accepted, risk)

    def predict(self, version: str, message_ids: Sequence[str]) -> Sequence[Scored]:
        """Return what a version makes of messages."""
        made = self._predicted(version, [self._world.place_of(each) for each in message_ids])
        return [Scored(each, found.label, surety(found)) for each, found in zip(message_ids, made, strict=True)]

    def recent_confidences(self, version: str, count: int, before: datetime) -> Sequence[float]:
        """Return a version's confidences on the latest messages."""
        at = self._world.scenario.place(before)
        return [surety(found) for found in self._predicted(version, range(max(0, at - count), at))]

    def retain(self, versions: Collection[str]) -> None:
        """Forget the others."""
        self._models = {name: model for name, model in self._models.items() if name in versions}

    def claim(self, proven: VersionCertified, now: int) -> VersionClaim:
        """Return the forecast beside what is true of all messages since the freeze, drawn or not."""
        places = range(self._world.scenario.place(proven.frozen_at), now)
        threshold = proven.certificate.threshold or 1.0
        made = zip(places, self._predicted(proven.version, places), strict=True)
        wrong = [found.label != self._world.truth(at) for at, found in made if surety(found) >= threshold]
        return VersionClaim(now, threshold, len(wrong) / len(places), sum(wrong) / max(len(wrong), 1))

    def _predicted(self, version: str, places: Sequence[int]) -> list[Prediction]:
        return predicted(self._models[version], self._world.corpus, places)


def surety(prediction: Prediction) -> float:
    """Return the confidence a threshold meets: 0 for a language that is handed off."""
    return prediction.confidence if prediction.language.known else 0.0
