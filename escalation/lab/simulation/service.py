"""Our own way, as the service goes about it: anchor and live head, coin, audits, windows, trials, swaps, breaker. Pure.

Decisions are the service's: `conversations.decision`, `conversations.coins`, `learning.lanes`, `learning.swaps`.
"""

from escalation.classifier import Prediction
from escalation.conversations.coins import draw
from escalation.conversations.decision import AnswerVerdict, ClarifyVerdict
from escalation.lab.simulation.learner import Foresight, Learner
from escalation.lab.simulation.outcomes import Ending, Journal
from escalation.lab.simulation.play import Reply, World, considered, learn_resolution
from escalation.lab.simulation.proof import Given, Panel, Proof, probe
from escalation.lab.simulation.succession import Anchor, Succession
from escalation.proof.audits import coin_probability
from escalation.proof.certificate import Terms
from escalation.proof.lanes import Lane, Probation, Vote, choose_lane

EXPECTED_COVERAGE = 0.65
"""Share of messages answered that the coin's chance is set for: it stays within a window while coverage grows."""
KEY_BYTES = 32
ASK_ONLY = 1.0
"""A threshold that no confidence reaches."""


class Service:
    """The strategy under test."""

    key = "ours"

    def __init__(self, world: World) -> None:
        scenario = world.scenario
        self.world = world
        self.journal = Journal()
        self.learner = Learner(
            world.first, world.corpus, gate_share=scenario.gate_share, refit_share=scenario.refit_share
        )
        self._panel = Panel(world, self.journal)
        terms = Terms(scenario.alpha, scenario.delta, probe(world, self.journal))
        self._proof = Proof(world, self.journal, self._panel, terms)
        self._succession = Succession(world, self.learner, self.journal, self._panel, terms)
        self._probation = Probation(scenario.probation, scenario.probation_budget)
        self._key = world.random(11).bytes(KEY_BYTES)
        self._live, self._fixed = Foresight(world.corpus), Foresight(world.corpus)
        self.chance = coin_probability(EXPECTED_COVERAGE * scenario.messages_per_day, scenario.audits_per_day)
        self._today: list[int] = []
        self._shadow = scenario.start == "shadow"
        if not self._shadow:
            self._succession.anchor = Anchor(world.first, world.first.threshold, "out of fold")
            self._proof.roll(0, self.chance)

    def score(self, prediction: Prediction) -> float:
        """Return the model's confidence."""
        return prediction.confidence

    def reply(self, at: int) -> Reply:
        """Decide by anchor, live head and lane; the coin is fixed by key and id, whatever is decided."""
        if self._shadow:
            self._today.append(at)
        live = self._live.of(self.learner.model, at)
        anchor = self._succession.anchor
        if self._shadow or anchor is None or self._proof.breaker.tripped:
            return Reply(live.label, shown=not self._shadow)
        verdict = considered(live, self.learner.model.threshold)
        accepts = isinstance(verdict, AnswerVerdict)
        chosen = choose_lane(self._vote(anchor, at), Vote(live.label, accepts), self._probation)
        self._probation = self._probation.seen(chosen.lane)
        if chosen.label is not None:
            return Reply(live.label, answer=chosen.label, probation=chosen.lane is Lane.PROBATION)
        asked = considered(live, ASK_ONLY) if accepts else verdict  # what may not be answered may still be asked
        options = tuple(option.intent for option in asked.options) if isinstance(asked, ClarifyVerdict) else ()
        return Reply(live.label, options=options)

    def _vote(self, anchor: Anchor, at: int) -> Vote:
        prediction = self._fixed.of(anchor.model, at)
        return Vote(prediction.label, isinstance(considered(prediction, anchor.threshold), AnswerVerdict))

    def draw(self, at: int) -> float:
        """Return the number of message `at`, 0..1; it is drawn for audit where that is below the chance."""
        return draw(self._key, self.world.corpus.stream.messages[at].id)

    def answered(self, at: int, label: str, ending: Ending) -> None:
        """Count it; its coin decides whether it is audited."""
        self._proof.answered(Given(at, label, ending is Ending.PROBATION, self.draw(at)))

    def resolved(self, at: int, label: str | None) -> None:
        """Learn from the handling agent's label; given in shadow it is blind and serves as an audit as well."""
        learn_resolution(self, at, label)
        if self._shadow:
            self._panel.blind(at, label)

    def after(self, at: int) -> None:
        """Refit the live head when due."""
        self.journal.refits += self.learner.refit_if_due()

    def end_day(self, at: int) -> None:
        """Audit, look at the versions on trial, swap, and state the claim."""
        scenario = self.world.scenario
        self._proof.audit(at, self._ruled)
        tripped = self._proof.breaker.tripped
        changed = self._succession.end_day(at, self._take_drawn(), tripped=tripped)
        if tripped:
            what = "a new version answers from now on" if changed else "they go on doing so"
            self.journal.say(at, f"the breaker had tripped: people took everything, {what}")
        if tripped and changed:
            self._proof.reset_breaker()
        if self._shadow and self._succession.anchor is not None:
            self._shadow = False
        if not self._shadow:
            self._proof.roll(at, self.chance)
        self.journal.claims.append(self._proof.claim(at))
        if at == scenario.messages:
            self.journal.outlook, self.journal.trial = self._proof.outlook(at), self._succession.missing()

    def _take_drawn(self) -> list[int]:
        """Return the messages of the shadow census (p = 1) that are resolved by now; the others come tomorrow."""
        drawn = [at for at in self._today if self._panel.has(at)]
        self._today = [at for at in self._today if not self._panel.has(at)]
        return drawn

    def _ruled(self, given: Given, right: bool) -> None:
        """Learn from an audit what the auditors agree on, and keep the probation lane's books."""
        if given.probation:
            self._probation = self._probation.audited(right)
        agreed, label = self._panel.agreed(given.at)
        if agreed:
            self.learner.add(given.at, label)
