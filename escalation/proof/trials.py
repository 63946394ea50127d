"""Frozen versions on trial: scored on the messages after their freeze, until one is certified. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf

from escalation.proof.audits import Ruling, ruling
from escalation.proof.events import TrialStarted, VersionCertified
from escalation.proof.forecast import Missing, VersionCertificate, audits_missing, certify_version, choose_grid
from escalation.proof.ports import ProofStore, Tell, Versions
from escalation.proof.values import ProofRules, Scored, Trial

APART = timedelta(days=4)
"""Time between two freezes. One a day, few at a time, gave all but the first too few messages ever to be certified."""
LONGEST_TRIAL = timedelta(days=16)
"""A version not certified by then leaves: younger ones know more."""
SAMPLE = 500
"""Messages before the freeze whose confidences, without labels, give the thresholds to test."""
TESTED_DAYS = 8
"""Days of messages a version is meant to be tested on."""


@dataclass(frozen=True, slots=True)
class Tested:
    """A trial as the labels so far decide it; `wanted`: the messages that need one more label to go on."""

    trial: Trial
    certificate: VersionCertificate
    scores: tuple[Scored, ...]
    wanted: tuple[str, ...]


class Trials:
    """The versions on trial. Each method takes them as they are and returns them as they are to be stored."""

    def __init__(self, store: ProofStore, versions: Versions, rules: ProofRules, tell: Tell) -> None:
        self._store = store
        self._versions = versions
        self._rules = rules
        self._tell = tell

    def started(self, running: tuple[Trial, ...], version: str, now: datetime) -> tuple[Trial, ...]:
        """Put `version` on trial from now on, if enough messages will come to test it."""
        before = self._versions.recent_confidences(version, SAMPLE, now)
        grid = choose_grid(before, round(TESTED_DAYS * self._rules.messages_a_day), self._rules.terms)
        if not grid.thresholds:
            return running
        self._tell(TrialStarted(version), now)
        return (*running, Trial(version, now, grid))

    def score(self, running: tuple[Trial, ...]) -> None:
        """Let every version predict the messages that were labelled since the last time."""
        labelled = self._store.take_labelled()
        for trial in running:
            fresh = [message_id for message_id, arrived_at in labelled if arrived_at >= trial.frozen_at]
            made = self._versions.predict(trial.version, fresh)
            self._store.set_scores(trial.version, [*self._store.scores(trial.version), *made])

    def wanted(self, running: tuple[Trial, ...]) -> list[str]:
        """Return the messages of which one more label is needed, each once."""
        return list(dict.fromkeys(message_id for trial in running for message_id in self._tested(trial).wanted))

    def certified(self, running: tuple[Trial, ...], now: datetime) -> Tested | None:
        """Return the version certified with most coverage, if any; of equals the youngest.

        What the labels decide by now is stored with the scores, so that it is not worked out again.
        """
        tested = [self._tested(trial) for trial in running]
        for each in tested:
            self._store.set_scores(each.trial.version, each.scores)
        passed = [each for each in reversed(tested) if each.certificate.certified]
        best = max(passed, key=lambda each: each.certificate.coverage, default=None)
        if best is not None:
            self._tell(VersionCertified(best.trial.version, best.trial.frozen_at, best.certificate), now)
        return best

    def kept(self, running: tuple[Trial, ...], now: datetime) -> tuple[Trial, ...]:
        """Return the versions that are not too old to go on; the others are forgotten."""
        young = tuple(each for each in running if now - each.frozen_at < LONGEST_TRIAL)
        self.forget([each for each in running if each not in young])
        return young

    def forget(self, trials: Sequence[Trial]) -> None:
        """Drop the scores of versions that are no longer on trial."""
        for trial in trials:
            self._store.set_scores(trial.version, ())

    def missing(self, running: tuple[Trial, ...]) -> Missing | None:
        """Return what the version nearest to its certificate still needs, None without a version on trial."""
        found = [self._missing(trial) for trial in running]
        return min(found, key=lambda each: inf if each.half is None else each.half, default=None)

    def _missing(self, trial: Trial) -> Missing:
        sure, right = _columns(self._tested(trial).scores)
        return audits_missing(sure, right, trial.grid, self._rules.terms, drawn_a_day=self._rules.messages_a_day)

    def _tested(self, trial: Trial) -> Tested:
        """Test threshold after threshold, wanting labels only where the one under test would answer."""
        scores = list(self._store.scores(trial.version))
        while True:
            found = certify_version(*_columns(scores), trial.grid, self._rules.terms)
            lowest = found.steps[-1].threshold if found.steps else 1.0
            open_ = [k for k, each in enumerate(scores) if each.confidence >= lowest and each.right is None]
            ruled = {k: self._ruled(scores[k]) for k in open_}
            if all(each.right is None for each in ruled.values()):
                return Tested(trial, found, tuple(scores), tuple(scores[k].message_id for k in open_))
            for k, each in ruled.items():
                scores[k] = each

    def _ruled(self, scored: Scored) -> Scored:
        labels = self._store.labels(scored.message_id)
        said = ruling(scored.intent, labels, most=self._rules.labels_on_disagreement)
        return scored if said is Ruling.MORE else replace(scored, right=said is Ruling.RIGHT)


def is_due(running: Sequence[Trial], now: datetime) -> bool:
    """Whether another version may be put on trial."""
    return not running or now - running[-1].frozen_at >= APART


def _columns(scores: Sequence[Scored]) -> tuple[list[float], list[bool]]:
    """Return confidences, and whether each message is known to be right."""
    return [each.confidence for each in scores], [each.right is True for each in scores]
