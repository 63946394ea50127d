"""The proof as the product uses it: who may answer, what was answered, what audits say, and what is claimed. Pure.

It decides and keeps nothing itself: state is behind `ProofStore`, models are behind `Versions`. So one `Proof` can be
made for each transaction, on any replica. Times are given by the caller.
"""

from dataclasses import replace
from datetime import datetime

from escalation.conversations.lanes import LaneChoice, Vote, choose_lane
from escalation.proof.auditing import Auditing
from escalation.proof.audits import Label
from escalation.proof.certificate import WindowCertificate, latest_certified
from escalation.proof.challengers import Challengers
from escalation.proof.events import DayEndedTripped
from escalation.proof.forecast import Missing
from escalation.proof.outlook import Outlook, outlook
from escalation.proof.ports import ProofStore, Tell, Versions
from escalation.proof.swaps import Challenger
from escalation.proof.trials import Trials, is_due
from escalation.proof.values import Anchor, AutomaticAnswer, ProofRules, Standing, WantedLabel


class Proof:
    """One company's proof. Without `start` it begins in shadow: people answer all, until a version is certified.

    Each day: `arrived` or `choose_lane` and `answered` for every message, `labelled` for every blind label,
    `score_census` before labels are asked for, `end_day`.
    """

    def __init__(self, store: ProofStore, versions: Versions, rules: ProofRules, tell: Tell) -> None:
        self._store = store
        self._versions = versions
        self._rules = rules
        self._tell = tell
        self._auditing = Auditing(store, rules, tell)
        self._trials = Trials(store, versions, rules, tell)
        self._challengers = Challengers(versions, rules, tell)

    @property
    def anchor(self) -> Anchor | None:
        """What answers; None in shadow."""
        return self._store.standing().anchor

    @property
    def answering(self) -> bool:
        """Whether anything may be answered automatically: there is an anchor and the breaker has not tripped."""
        standing = self._store.standing()
        return standing.anchor is not None and not standing.breaker.tripped

    def start(self, anchor: Anchor, now: datetime) -> None:
        """Start without a certificate: `anchor` answers from now on, and a window is opened."""
        self._store.set_standing(replace(self._store.standing_to_change(), anchor=anchor))
        self.roll(now)

    def roll(self, now: datetime) -> None:
        """Drop windows that are too old, and open one where it is due."""
        self._store.standing_to_change()
        self._store.set_windows(self._store.windows().rolled(now, self._rules.chance))

    def arrived(self, message_id: str, now: datetime) -> None:
        """Take note of a message that people answer in shadow: once labelled, versions are tested on it."""
        self._store.add_arrival(message_id, now)

    def choose_lane(self, anchor: Vote, live: Vote) -> LaneChoice:
        """Decide whether a message is answered, and with which label. Only while `answering`."""
        rules = self._rules
        lane = replace(self._store.probation(), share=rules.probation_share, budget=rules.probation_budget)
        choice = choose_lane(anchor, live, lane)
        self._store.add_lane(choice.lane)
        return choice

    def answered(self, answer: AutomaticAnswer) -> None:
        """Take note of an automatic answer; whether it is audited, its draw decides."""
        self._store.add_answer(answer)

    def wanted_labels(self) -> list[WantedLabel]:
        """Return the messages that need one more blind label now: audits, oldest first, then those of trials."""
        trials = self._trials.wanted(self._store.standing().trials)
        audits = [WantedLabel(message_id, "audit") for message_id in self._auditing.wanted()]
        return [*audits, *(WantedLabel(message_id, "trial") for message_id in trials)]

    def labelled(self, message_id: str, label: Label, now: datetime) -> bool:
        """Take one blind label of a message, wanted or not; return whether its audit needs another.

        In shadow the handling agent's label is the first. A label that comes too late for an audit does not count.
        """
        return self._auditing.labelled(message_id, label, now)

    def expire(self, now: datetime) -> None:
        """Count answers as wrong whose audits were not done within 7 days."""
        self._auditing.expire(now)

    def score_census(self) -> None:
        """Let the versions on trial predict the messages of the shadow start that are labelled by now."""
        standing = self._store.standing_to_change()
        if standing.anchor is None:
            self._trials.score(standing.trials)

    def reset_breaker(self) -> None:
        """Go on after somebody looked into it."""
        standing = self._store.standing_to_change()
        self._store.set_standing(replace(standing, breaker=standing.breaker.reset()))

    def end_day(self, now: datetime) -> None:
        """Expire audits, look at trials, let a challenger try if one is due, and roll the windows.

        While nothing answers only a version certificate makes an anchor: that is what a shadow start means. Once
        something answers no version is put on trial: blind labels of what was handed off are needed for that, and cost
        a third more labels (CLINC150: 802 of 3,385) for a forecast, while the window goes on proving.
        """
        self.expire(now)
        before = self._store.standing_to_change()
        after = self._shadow_day(before, now) if before.anchor is None else self._answering_day(before, now)
        self._store.set_standing(after)
        anchor = [after.anchor.version] if after.anchor else []
        self._versions.retain({*anchor, *(trial.version for trial in after.trials)})
        if after.anchor is not None:
            self.roll(now)

    def certificate(self) -> WindowCertificate | None:
        """Return what is proven of all answers in a window; None before the first."""
        return self._store.windows().certificate(self._rules.terms)

    def latest_certificate(self) -> WindowCertificate | None:
        """Return the certificate of the longest certified beginning of a window, so that audits which are still to come
        delay it instead of refuting it; else that of the oldest window, None before the first."""
        windows, terms = self._store.windows().running, self._rules.terms
        found = [latest_certified(each, self._store.drawn_answers(each), terms) for each in windows]
        return next((each for each in found if each.certified), found[0] if found else None)

    def outlook(self, now: datetime) -> Outlook | None:
        """Return what is missing until the window is certified, None before the first."""
        found = self.certificate()
        return None if found is None else outlook(found, now)

    def missing(self) -> Missing | None:
        """Return what the first anchor still needs to be certified, None if there is one or nothing is on trial."""
        standing = self._store.standing()
        return self._trials.missing(standing.trials) if standing.anchor is None else None

    def _shadow_day(self, standing: Standing, now: datetime) -> Standing:
        found = self._trials.certified(standing.trials, now)
        if found is not None and found.certificate.threshold is not None:
            self._trials.forget(standing.trials)
            proven = Challenger(found.certificate.threshold, accepted=True, certificate=found.certificate)
            return self._challengers.tried(replace(standing, trials=()), found.trial.version, proven, now)
        standing = replace(standing, trials=self._trials.kept(standing.trials, now))
        if not is_due(standing.trials, now):
            return standing
        standing, version = self._challengers.frozen(standing, now)
        return standing if version is None else self._on_trial(standing, version, now)

    def _on_trial(self, standing: Standing, version: str, now: datetime) -> Standing:
        return replace(standing, trials=self._trials.started(standing.trials, version, now))

    def _answering_day(self, standing: Standing, now: datetime) -> Standing:
        """Let the challenger of the day try; a tripped breaker is reset once another version answers."""
        frozen, version = self._challengers.frozen(standing, now)
        if version is None:
            return frozen
        tried = self._challengers.judged(frozen, version, now)
        if not standing.breaker.tripped:
            return tried
        replaced = tried is not frozen
        self._tell(DayEndedTripped(replaced), now)
        return replace(tried, breaker=tried.breaker.reset()) if replaced else tried
