"""What other catalogues taught is packaged for one encoder; a catalogue's own rows move it as far as they say."""

import numpy as np
import pytest

from escalation.classifier.confidence.calibration import fit_calibration, standardise
from escalation.classifier.confidence.folds import Origin, OutOfFold
from escalation.classifier.confidence.prior import SHIFT, Prior, moved_by, prior_for
from escalation.classifier.confidence.signals import SIGNALS
from escalation.classifier.encoder.source import DEFAULT_ENCODER, PINNED_SHA256, RECIPE
from escalation.kernel.arrays import Floats, Mask

WIDTH = len(SIGNALS)
EVEN = np.append(np.full(WIDTH, 0.3), 1.0).astype(np.float32)
FLAT = Prior(np.zeros(WIDTH, np.float32), np.ones(WIDTH, np.float32), EVEN, EVEN)


def judged(count: int, seed: int, shift: float = 0.0) -> tuple[Floats, Mask]:
    """Return signals, and whether right as often as FLAT says with its log odds moved."""
    random = np.random.default_rng(seed)
    matrix = random.normal(0.0, 1.0, (count, WIDTH)).astype(np.float32)
    log_odds = standardise(matrix, FLAT.centre, FLAT.scale) @ FLAT.correct + shift
    return matrix, random.random(count) < 1 / (1 + np.exp(-log_odds))


def moved(count: int, shift: float) -> Floats:
    matrix, right = judged(count, 1, shift)
    return moved_by(FLAT.correct, standardise(matrix, FLAT.centre, FLAT.scale), right, np.ones(count, np.float32))


def test_the_packaged_prior_is_for_the_default_encoder_only() -> None:
    prior = prior_for(PINNED_SHA256[DEFAULT_ENCODER], RECIPE)
    assert prior is not None
    assert prior.correct.shape == (WIDTH + 1,)
    assert prior_for("0" * 64, RECIPE) is None
    assert prior_for(PINNED_SHA256[DEFAULT_ENCODER], "another recipe") is None


def test_the_packaged_prior_is_surer_of_a_clear_message_than_of_an_unclear_one() -> None:
    prior = prior_for(PINNED_SHA256[DEFAULT_ENCODER], RECIPE)
    assert prior is not None
    clear = (6.0, 7.0, 9.0, 9.0, 0.9, 0.9, 0.5, 0.8, 1.0)
    unclear = (-0.5, 0.2, 3.0, 2.0, 0.4, 0.45, -0.05, 0.3, 0.3)
    matrix = np.asarray([clear, unclear], np.float32)
    sure, unsure = standardise(matrix, prior.centre, prior.scale) @ prior.correct
    assert sure > 4.0, "98 %"
    assert unsure < 0.0


def test_without_rows_nothing_moves() -> None:
    rows = np.zeros((0, WIDTH + 1), np.float32)
    assert np.allclose(moved_by(FLAT.correct, rows, np.zeros(0, bool), np.zeros(0, np.float32)), FLAT.correct)


@pytest.mark.parametrize("shift", [-1.5, 0.0, 1.5])
def test_few_rows_move_little_and_many_as_far_as_they_say(shift: float) -> None:
    few, many = (float(moved(count, shift)[-1] - FLAT.correct[-1]) for count in (20, 20_000))
    assert abs(few) <= max(2 * SHIFT, abs(shift))
    assert abs(few) < abs(shift) / 2 or shift == 0
    assert many == pytest.approx(shift, abs=0.25)


def test_a_calibration_with_a_prior_says_what_share_is_right() -> None:
    matrix, right = judged(4000, 3, -1.0)
    origin = np.where(right, Origin.INSIDE, Origin.HELD_OUT)
    calibration = fit_calibration(OutOfFold(matrix, right, origin, right), np.ones(4000, np.float32), FLAT)
    fresh, truth = judged(4000, 4, -1.0)
    confidence = calibration.confidence(fresh)
    for low, high in ((0.0, 0.4), (0.4, 0.7), (0.7, 1.0)):
        inside = (confidence >= low) & (confidence < high)
        assert truth[inside].mean() == pytest.approx(float(confidence[inside].mean()), abs=0.06)


def test_stored_and_read_again_it_is_the_same_and_other_signals_are_refused() -> None:
    stored = FLAT.as_json()
    again = Prior.of_json(stored)
    assert np.allclose(again.correct, FLAT.correct, atol=1e-5)
    with pytest.raises(ValueError, match="other signals"):
        Prior.of_json({**stored, "signals": ["one"]})


def test_as_traffic_a_known_message_counts_once() -> None:
    origin = np.repeat([Origin.INSIDE, Origin.HELD_OUT, Origin.OUTSIDE], [850, 850, 60])
    never = np.zeros(len(origin), bool)
    amounts = OutOfFold(np.zeros((len(origin), WIDTH), np.float32), never, origin, never).traffic(0.15, 0.6)
    assert amounts[origin == Origin.INSIDE].sum() == pytest.approx(850, rel=1e-4)
    assert amounts[origin == Origin.HELD_OUT].sum() == pytest.approx(60, rel=1e-4)
    assert amounts[origin == Origin.OUTSIDE].sum() == pytest.approx(90, rel=1e-4)
