"""What companies do instead: five baselines on the same stream, with the same people and the same first model. Pure."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from escalation.classifier import Prediction
from escalation.conversations.decision import AnswerVerdict, ClarifyVerdict
from escalation.kernel.arrays import Doubles, Mask
from escalation.lab.simulation.learner import PredictionCache, SimulatedLearner
from escalation.lab.simulation.outcomes import Ending, Journal, LabelKind, WindowClaim
from escalation.lab.simulation.strategy import BotReply, World, considered, learn_resolution

FIXED = 0.7
NEWEST = 500
"""Escalated labels the escalated-only calibration is fitted on, and confidences it looks at."""
FEWEST = 30


class Baseline:
    """A desk that learns from resolutions and answers above a threshold; what differs is in the subclasses."""

    key = "baseline"
    asks = True

    def __init__(self, world: World) -> None:
        scenario = world.scenario
        self.world = world
        self.journal = Journal()
        self.learner = SimulatedLearner(
            world.first, world.corpus, gate_share=0.0, refit_share=scenario.refit_share
        )  # nothing here judges by a gate, so everything trains
        self.threshold = world.first.threshold
        self._predictions = PredictionCache(world.corpus)
        self._version_at = scenario.slow_every

    def score(self, prediction: Prediction) -> float:
        """Return the model's confidence."""
        return prediction.confidence

    def reply(self, at: int) -> BotReply:
        """Answer, ask or hand off by the service's own rule."""
        prediction = self._predictions.of(self.learner.model, at)
        self.saw(prediction)
        verdict = considered(prediction, self.threshold, confidence=self.score(prediction), asking=self.asks)
        if isinstance(verdict, AnswerVerdict):
            return BotReply(prediction.label, answer=verdict.intent)
        if isinstance(verdict, ClarifyVerdict):
            return BotReply(prediction.label, options=tuple(option.intent for option in verdict.options))
        return BotReply(prediction.label)

    def saw(self, prediction: Prediction) -> None:
        """Take note of a prediction before it is acted on."""

    def answered(self, at: int, label: str, ending: Ending) -> None:
        """Nobody looks at what was answered."""

    def resolved(self, at: int, label: str | None, now: int) -> None:
        """Learn from it."""
        learn_resolution(self, at, label)

    def after(self, at: int) -> None:
        """Refit the head when due; the threshold stays."""
        self.journal.refits += self.learner.refit_if_due()

    def end_day(self, at: int) -> None:
        """State what is believed of the answers so far."""
        automatic = [fate for fate in self.journal.fates if fate.automatic]
        wrong = sum(fate.wrong for fate in automatic)
        bound = self.believed() if automatic else 1.0
        stated = bool(automatic) and bound <= self.world.scenario.alpha
        self.journal.claims.append(WindowClaim(at, 0, stated, bound, wrong / max(len(automatic), 1), len(automatic)))

    def believed(self) -> float:
        """Return the share of wrong answers this strategy believes in: a threshold chosen for alpha keeps it."""
        return self.world.scenario.alpha

    def new_version_if_due(self) -> bool:
        """Fit everything anew as often as ours does; the threshold becomes the version's own."""
        if self.learner.learnt < self._version_at:
            return False
        self._version_at = self.learner.learnt + self.world.scenario.slow_every
        self.learner.new_version(self.world.first)
        self.threshold = self.learner.model.threshold
        return True


class FixedThreshold(Baseline):
    """Answers where the head's top probability is at least 0.7; asks nothing. Believes its own probabilities."""

    key = "fixed"
    asks = False

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.threshold = FIXED
        self._doubt = 0.0
        self._answers = 0

    def score(self, prediction: Prediction) -> float:
        """Return the top probability."""
        return prediction.scores[0]

    def answered(self, at: int, label: str, ending: Ending) -> None:
        """Add up what the probabilities say of it."""
        self._answers += 1
        self._doubt += 1.0 - self._predictions.of(self.learner.model, at).scores[0]

    def believed(self) -> float:
        """Return the mean of one minus the top probability over its answers."""
        return self._doubt / max(self._answers, 1)


class TunedOnce(Baseline):
    """Threshold chosen out of fold for alpha at the start and then left; the head learns on."""

    key = "tuned_once"


class NeverRetrain(Baseline):
    """The first model as it was; nobody's label is asked for."""

    key = "never_retrain"

    def resolved(self, at: int, label: str | None, now: int) -> None:
        """Nothing is stored."""

    def after(self, at: int) -> None:
        """Nothing is refitted."""


class RandomReview(Baseline):
    """Spends as many labels as ours at the same times, on messages drawn at random instead of escalated ones."""

    key = "random_review"

    def __init__(self, world: World, budget: Callable[[int], int]) -> None:
        """`budget(i)`: labels that may have been spent after message i; it may block until that is known."""
        super().__init__(world)
        self._budget = budget
        self._random = world.random(7)
        self._unlabelled: list[int] = []
        self._given: dict[int, str] = {}
        self._reviewed = 0
        self._found_wrong = 0

    def answered(self, at: int, label: str, ending: Ending) -> None:
        """Keep what was given, for reviews."""
        self._given[at] = label

    def resolved(self, at: int, label: str | None, now: int) -> None:
        """What an agent resolved is not stored: labels are spent on the review."""

    def after(self, at: int) -> None:
        """Review at random what the budget allows, refit, and take a new version when due."""
        self._unlabelled.append(at)
        allowed = self._budget(at)
        while self._unlabelled and self.journal.spent < allowed:
            place = int(self._random.integers(len(self._unlabelled)))
            chosen = self._unlabelled[place]
            self._unlabelled[place] = self._unlabelled[-1]
            self._unlabelled.pop()
            self._review(chosen, at)
        self.journal.refits += self.learner.refit_if_due()
        self.new_version_if_due()

    def _review(self, chosen: int, at: int) -> None:
        label = self.world.opinions.audited(chosen, 0)
        self.journal.spend(LabelKind.REVIEW, at)
        self.learner.add(chosen, label)
        if chosen in self._given:
            self._reviewed += 1
            self._found_wrong += self._given[chosen] != label

    def believed(self) -> float:
        """Return the share of wrong answers among the reviewed ones: a rate without a bound, as dashboards show it."""
        return self._found_wrong / self._reviewed if self._reviewed >= FEWEST else 1.0


class EscalatedOnly(Baseline):
    """Recalibrates on what people resolved, as if that told of what was answered: a logistic fit on its confidences."""

    key = "escalated_only"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._guessed: dict[int, tuple[str, float]] = {}
        self._rows: list[tuple[float, bool]] = []
        self._seen: list[float] = []
        self._expected = world.scenario.alpha

    def saw(self, prediction: Prediction) -> None:
        """Keep the newest confidences."""
        self._seen = [*self._seen[1 - NEWEST :], prediction.confidence]

    def resolved(self, at: int, label: str | None, now: int) -> None:
        """Learn from it, and note whether the guess of then was right."""
        guess, confidence = self._guessed.pop(at)
        self._rows = [*self._rows[1 - NEWEST :], (confidence, guess == label)]
        learn_resolution(self, at, label)

    def reply(self, at: int) -> BotReply:
        """Reply, and remember the guess."""
        reply = super().reply(at)
        prediction = self._predictions.of(self.learner.model, at)
        self._guessed[at] = (prediction.label, prediction.confidence)
        return reply

    def end_day(self, at: int) -> None:
        """Choose the threshold anew."""
        super().end_day(at)
        if len(self._rows) >= FEWEST and len({right for _, right in self._rows}) == 2:
            confidence, right = (np.asarray(column) for column in zip(*self._rows, strict=True))
            slope, shift = fit_logistic(logit(confidence), right)
            seen = np.asarray(self._seen)
            doubt = 1.0 - 1.0 / (1.0 + np.exp(-(slope * logit(seen) + shift)))
            self.threshold, self._expected = lowest_threshold(seen, doubt, self.world.scenario.alpha)

    def believed(self) -> float:
        """Return the error its calibration expects above its threshold."""
        return self._expected


def logit(probability: npt.ArrayLike) -> Doubles:
    """Return log odds of probabilities, cut at .0001 and .9999."""
    inside = np.asarray(probability, np.float64).clip(1e-4, 1 - 1e-4)
    odds: Doubles = np.log(inside / (1 - inside))
    return odds


def fit_logistic(x: Doubles, right: Mask) -> tuple[float, float]:
    """Return slope (at least 0) and intercept of a logistic regression with a weak ridge, by Newton's method."""
    rows = np.column_stack([x, np.ones_like(x)])
    point = np.zeros(2)
    ridge = np.diag([1e-2, 1e-2])
    for _ in range(30):
        chance = 1.0 / (1.0 + np.exp(-(rows @ point).clip(-30, 30)))
        gradient = rows.T @ (chance - right) + ridge @ point
        curvature = (rows * (chance * (1 - chance))[:, None]).T @ rows + ridge
        point -= np.linalg.solve(curvature, gradient)
    return max(float(point[0]), 0.0), float(point[1])


def lowest_threshold(confidence: Doubles, doubt: Doubles, alpha: float) -> tuple[float, float]:
    """Return the lowest threshold from which the mean of `doubt` (n) is at most `alpha`, and that mean, else 1, 1."""
    order = np.argsort(-confidence, kind="stable")
    means = np.cumsum(doubt[order]) / np.arange(1, len(order) + 1)
    allowed = np.flatnonzero(means <= alpha)
    if not len(allowed):
        return 1.0, 1.0
    return float(confidence[order][allowed[-1]]), float(means[allowed[-1]])
