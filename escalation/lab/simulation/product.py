"""Our own way: the product's `Proof`, driven by simulated customers and people. Pure.

Decisions are the product's: `conversations.decision`, `proof.coins` and everything in `proof`. Here messages
become instants and ids, people give the labels that are wanted, and what happened is compared with the truth.
"""

from datetime import datetime

from escalation.classifier import Prediction
from escalation.conversations.decision import AnswerVerdict, ClarifyVerdict
from escalation.conversations.lanes import Lane, Vote
from escalation.lab.simulation.auditors import Auditors, label_of, probe
from escalation.lab.simulation.event_text import event_text
from escalation.lab.simulation.learner import PredictionCache, SimulatedLearner
from escalation.lab.simulation.outcomes import Ending, Journal, LabelKind, WindowClaim
from escalation.lab.simulation.strategy import BotReply, World, considered, learn_resolution
from escalation.lab.simulation.versions import SimulatedVersions
from escalation.proof.audits import agreed
from escalation.proof.certificate import Terms, WindowCertificate
from escalation.proof.coins import draw
from escalation.proof.events import AuditRuled, ProofEvent, VersionCertified
from escalation.proof.memory import MemoryStore
from escalation.proof.service import Proof
from escalation.proof.values import Anchor, AutomaticAnswer, ProofRules

KEY_BYTES = 32
ASK_ONLY = 1.0
"""A threshold that no confidence reaches."""
KINDS = {"audit": LabelKind.AUDIT, "trial": LabelKind.TEST}


class Product:
    """The strategy under test."""

    key = "ours"

    def __init__(self, world: World) -> None:
        scenario = world.scenario
        self.world = world
        self.journal = Journal()
        self.learner = SimulatedLearner(
            world.first, world.corpus, gate_share=scenario.gate_share, refit_share=scenario.refit_share,
            from_traffic=scenario.from_traffic,
        )  # fmt: skip
        self.rules = ProofRules(
            Terms(scenario.alpha, scenario.delta, probe(world, self.journal)), scenario.messages_per_day,
            scenario.audits_per_day, scenario.labels_on_disagreement, scenario.probation, scenario.probation_budget,
        )  # fmt: skip
        self._auditors = Auditors(world, self.journal)
        self._versions = SimulatedVersions(world, self.learner)
        self._proof = Proof(MemoryStore(scenario.alpha), self._versions, self.rules, self._hear)
        self._key = world.random(11).bytes(KEY_BYTES)
        self._live, self._fixed = PredictionCache(world.corpus), PredictionCache(world.corpus)
        if scenario.start != "shadow":
            self._proof.start(Anchor(world.first.name, world.first.threshold, "out of fold"), scenario.moment(0))

    def score(self, prediction: Prediction) -> float:
        """Return the model's confidence."""
        return prediction.confidence

    def reply(self, at: int) -> BotReply:
        """Decide by anchor, live head and lane; the message's draw is fixed by key and id, whatever is decided."""
        live, anchor = self._live.of(self.learner.model, at), self._proof.anchor
        if anchor is None:
            self._proof.arrived(self.world.message_id(at), self.world.scenario.moment(at))
            return BotReply(live.label, shown=False)
        if not self._proof.answering:
            return BotReply(live.label)
        verdict = considered(live, self.learner.model.threshold)
        accepts = isinstance(verdict, AnswerVerdict)
        chosen = self._proof.choose_lane(self._vote(anchor, at), Vote(live.label, accepts))
        if chosen.label is not None:
            return BotReply(live.label, answer=live.label, probation=chosen.lane is Lane.PROBATION)
        asked = considered(live, ASK_ONLY) if accepts else verdict  # what may not be answered may still be asked
        options = tuple(option.intent for option in asked.options) if isinstance(asked, ClarifyVerdict) else ()
        return BotReply(live.label, options=options)

    def _vote(self, anchor: Anchor, at: int) -> Vote:
        prediction = self._fixed.of(self._versions.model(anchor.version), at)
        return Vote(prediction.label, isinstance(considered(prediction, anchor.threshold), AnswerVerdict))

    def draw(self, at: int) -> float:
        """Return the number of message `at`, 0..1; it is drawn for audit where that is below the chance."""
        return draw(self._key, self.world.message_id(at))

    def answered(self, at: int, label: str, ending: Ending) -> None:
        """Tell the proof."""
        when = self.world.scenario.moment(at)
        probation = ending is Ending.PROBATION
        self._proof.answered(AutomaticAnswer(self.world.message_id(at), label, when, self.draw(at), probation))

    def resolved(self, at: int, label: str | None, now: int) -> None:
        """Learn from the handling agent's label; given in shadow it is blind and serves as an audit as well."""
        learn_resolution(self, at, label)
        if self._proof.anchor is None:
            self._proof.labelled(self.world.message_id(at), label_of(label), self.world.scenario.moment(now))

    def after(self, at: int) -> None:
        """Refit the live head when due."""
        self.journal.refits += self.learner.refit_if_due()

    def end_day(self, at: int) -> None:
        """Label what is wanted, let the proof decide, and state the claim."""
        scenario = self.world.scenario
        now = scenario.moment(at)
        self._proof.score_census()
        while wanted := self._proof.wanted_labels():
            for each in wanted:
                self._label(self.world.place_of(each.message_id), KINDS[each.purpose], at)
        self._proof.end_day(now)
        self.journal.claims.append(self._claim(self._proof.certificate(), at))
        if at == scenario.messages:
            self.journal.outlook, self.journal.trial = self._proof.outlook(now), self._proof.missing()

    def _label(self, at: int, kind: LabelKind, now: int) -> None:
        """Let people label a message until its audit is decided; in a version's test, once."""
        more = True
        while more:
            label = self._auditors.label(at, kind, now)
            more = self._proof.labelled(self.world.message_id(at), label, self.world.scenario.moment(now))

    def _hear(self, event: ProofEvent, when: datetime) -> None:
        """Learn from audits what the auditors agree on, and note in the journal what happened."""
        now = self.world.scenario.place(when)
        if isinstance(event, AuditRuled):
            self._audited(event, now)
        if isinstance(event, VersionCertified):
            self.journal.versions.append(self._versions.claim(event, now))
        if (text := event_text(event)) is not None:
            self.journal.say(now, text)

    def _audited(self, event: AuditRuled, now: int) -> None:
        label, found = agreed(event.labels), event.certificate
        if label is not None:
            chance = 1.0 if event.answer.probation else self.rules.chance
            self.learner.add(self.world.place_of(event.answer.message_id), next(iter(label.intents), None), chance)
        if found is not None and found.certified:
            self.journal.granted += 1
            self.journal.granted_falsely += self._claim(found, now).false(self.world.scenario.alpha)

    def _claim(self, found: WindowCertificate | None, now: int) -> WindowClaim:
        """Return what is claimed of the answers so far, beside what is true."""
        if found is None:
            return WindowClaim(now, now, False, 1.0, 0.0, 0)
        since = self.world.scenario.place(found.window.started_at)
        inside = [fate for fate in self.journal.fates[since:now] if fate.promised]
        share = sum(fate.wrong for fate in inside) / max(len(inside), 1)
        return WindowClaim(now, since, found.certified, found.bound, share, len(inside))
