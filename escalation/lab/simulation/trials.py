"""Frozen versions on trial: scored on the census of messages after their freeze, until one is certified. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

from escalation.classifier import Model, Prediction
from escalation.lab.simulation.learner import predicted
from escalation.lab.simulation.outcomes import Journal, LabelKind, VersionClaim
from escalation.lab.simulation.play import World
from escalation.lab.simulation.proof import Panel
from escalation.proof.certificate import Terms
from escalation.proof.forecast import Grid, Missing, VersionCertificate, audits_missing, certify_version, choose_grid

APART_DAYS = 4
"""Days between two freezes. One a day, few at a time, gave all but the first too few messages ever to be certified."""
LONGEST_DAYS = 16
"""A version not certified by then leaves: younger ones know more."""
SAMPLE = 500
"""Messages before the freeze whose confidences, without labels, give the thresholds to test."""
TESTED_DAYS = 8
"""Days of drawn messages a version is meant to be tested on."""


@dataclass
class Trial:
    """One frozen version. Of the drawn messages since `frozen_at`: where they are, its confidence and first label, and
    whether that is right; False where nobody was asked yet.
    """

    model: Model
    frozen_at: int
    grid: Grid
    places: list[int] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    asked: list[bool] = field(default_factory=list)


@dataclass(frozen=True)
class Certified:
    """A version and what was proven of it."""

    model: Model
    certificate: VersionCertificate


class Trials:
    """The versions on trial, oldest first."""

    def __init__(self, world: World, journal: Journal, panel: Panel, terms: Terms) -> None:
        self._world = world
        self._journal = journal
        self._panel = panel
        self._terms = terms
        self._per_day = world.scenario.messages_per_day
        self._running: list[Trial] = []

    def due(self, now: int) -> bool:
        """Whether another version may be put on trial."""
        return not self._running or now - self._running[-1].frozen_at >= APART_DAYS * self._per_day

    def freeze(self, model: Model, at: int) -> None:
        """Put `model` on trial from message `at` on, if enough messages will come."""
        before = predicted(model, self._world.corpus, range(max(0, at - SAMPLE), at))
        planned = TESTED_DAYS * self._per_day
        grid = choose_grid([surety(prediction) for prediction in before], planned, self._terms)
        if not grid.thresholds:
            return
        self._running.append(Trial(model, at, grid))
        self._journal.say(at, f"{model.name} on trial")

    def look(self, drawn: Sequence[int], now: int) -> Certified | None:
        """Score every version on the newly `drawn` messages; return the one certified with most coverage, if any.

        That version and those older than it leave the trial.
        """
        best: tuple[Trial, VersionCertificate] | None = None
        for trial in self._running:
            self._add(trial, [at for at in drawn if at >= trial.frozen_at])
            found = self._test(trial, now)
            if found.certified and (best is None or found.coverage >= best[1].coverage):
                best = trial, found
        if best is None:
            self._running = [each for each in self._running if now - each.frozen_at < LONGEST_DAYS * self._per_day]
            return None
        trial, certificate = best
        self._running = self._running[self._running.index(trial) + 1 :]
        self._journal.versions.append(self._claim(trial, certificate, now))
        return Certified(trial.model, certificate)

    def missing(self) -> Missing | None:
        """Return what the version nearest to its certificate still needs, None without a version on trial."""
        found = [
            audits_missing(each.confidence, each.right, each.grid, self._terms, drawn_a_day=self._per_day)
            for each in self._running
        ]
        return min(found, key=lambda each: inf if each.half is None else each.half, default=None)

    def _add(self, trial: Trial, places: list[int]) -> None:
        made = predicted(trial.model, self._world.corpus, places)
        trial.places += places
        trial.confidence += [surety(prediction) for prediction in made]
        trial.label += [prediction.label for prediction in made]
        trial.right += [False] * len(made)
        trial.asked += [False] * len(made)

    def _test(self, trial: Trial, now: int) -> VersionCertificate:
        """Test threshold after threshold, asking people only where the one under test would answer."""
        while True:
            found = certify_version(trial.confidence, trial.right, trial.grid, self._terms)
            lowest = found.steps[-1].threshold if found.steps else 1.0
            fresh = [k for k, sure in enumerate(trial.confidence) if sure >= lowest and not trial.asked[k]]
            if not fresh:
                return found
            for k in fresh:
                trial.asked[k] = True
                trial.right[k] = self._panel.is_right(trial.places[k], trial.label[k], LabelKind.TEST, now)

    def _claim(self, trial: Trial, certificate: VersionCertificate, now: int) -> VersionClaim:
        """Return the forecast beside what is true of all messages since the freeze, drawn or not."""
        places = range(trial.frozen_at, now)
        threshold = certificate.threshold or 1.0
        made = zip(places, predicted(trial.model, self._world.corpus, places), strict=True)
        wrong = [found.label != self._world.truth(at) for at, found in made if surety(found) >= threshold]
        return VersionClaim(now, threshold, len(wrong) / len(places), sum(wrong) / max(len(wrong), 1))


def surety(prediction: Prediction) -> float:
    """Return the confidence a threshold meets: 0 for a language that is handed off."""
    return prediction.confidence if prediction.language.known else 0.0
