"""Which encoders a run tunes, and how it tells when it will be over: pure numbers."""

from dataclasses import replace

import pytest

from escalation.classifier.errors import TrainingCancelled, TrainingDiverged
from escalation.classifier.progress import Progress
from escalation.classifier.tuning.plan import (
    FEWEST_EXAMPLES,
    MOST_AN_INTENT,
    SHAPES,
    Plan,
    RequestedMode,
    Size,
    make_plan,
    seconds_for,
    without_tuning,
)
from escalation.classifier.tuning.recipe import RECIPE
from escalation.classifier.tuning.remaining_time import TRUSTED_AFTER, RunProgress


def plan(
    examples: int = 10_000,
    classes: int = 150,
    *,
    wanted: RequestedMode = "full",
    step: float = 0.25,
    budget: float | None = 600,
) -> Plan:
    return make_plan(Size(examples, classes), wanted=wanted, seed=7, seconds_a_step=step, budget=budget, recipe=RECIPE)


def test_much_data_has_one_calibration_and_final_encoders_over_everything() -> None:
    made = plan(budget=None)
    assert made.mode == "full"
    (calibration,), (final, *more) = made.calibrations, made.finals
    assert len(more) == SHAPES[0].finals - 1
    assert (calibration.split, final.split) == (0, None)
    assert final.rows == 10_150
    assert 0.6 < calibration.rows / final.rows < 0.8
    assert {tuning.epochs for tuning in made.tunings} == {SHAPES[0].least}
    assert len({tuning.seed for tuning in made.tunings}) == len({tuning.name for tuning in made.tunings})


def test_little_data_has_five_calibrations_and_more_epochs() -> None:
    made = plan(200, 10, budget=None)
    assert [calibration.split for calibration in made.calibrations] == [0, 1, 2, 3, 4]
    assert {tuning.epochs for tuning in made.tunings} == {SHAPES[0].most}


def test_auto_does_less_and_then_nothing_as_the_budget_shrinks() -> None:
    classes = 2_000
    budgets = (7200, 1_200, 900, 660, 60)
    found = [plan(int(MOST_AN_INTENT * classes), classes, wanted="auto", budget=budget) for budget in budgets]
    epochs = [sum(tuning.epochs for tuning in made.tunings) for made in found]
    assert epochs == sorted(epochs, reverse=True)
    assert found[0].mode == "full" and found[-1].mode == "head" and "more than the 60 s allowed" in found[-1].why
    assert all(made.mode == "head" or made.seconds <= budget for made, budget in zip(found, budgets, strict=True))


@pytest.mark.parametrize("classes", [10, 150])
def test_auto_tunes_only_where_few_messages_an_intent_made_it_worth_its_minutes(classes: int) -> None:
    most = int(MOST_AN_INTENT * classes)
    few, more = (plan(max(size, FEWEST_EXAMPLES), classes, wanted="auto", budget=None) for size in (most, most + 1))
    assert (few.mode, more.mode) == ("full", "head")
    assert few.why.startswith("full: with at most") and "in our measurements" in few.why
    assert more.why.startswith("head: with more than") and "in our measurements" in more.why


def test_a_head_is_chosen_without_measuring_anything() -> None:
    assert without_tuning(Size(15_000, 150), "auto") is not None
    assert without_tuning(Size(15_000, 150), "full") is None


def test_a_full_run_that_was_asked_for_is_done_whatever_it_costs() -> None:
    made = plan(budget=10)
    assert made.mode == "full" and made.seconds > 10 and "more than the 10 s allowed" in made.why


@pytest.mark.parametrize(("examples", "classes"), [(FEWEST_EXAMPLES - 1, 2), (150, 100)])
def test_too_little_to_fine_tune_on(examples: int, classes: int) -> None:
    made = plan(examples, classes, wanted="auto")
    assert made.mode == "head" and "too few" in made.why
    assert plan(examples, classes).mode == "full"


def test_what_is_asked_for_is_done() -> None:
    assert plan(wanted="head").mode == "head"
    assert plan(5, 2, wanted="head").tunings == ()


def test_the_estimate_grows_with_steps_and_their_time() -> None:
    made = plan(budget=None)
    size = Size(10_000, 150)
    twice = seconds_for(made.tunings, size, 0.5, RECIPE)
    assert made.seconds < twice < 2 * made.seconds
    longer = [replace(tuning, epochs=tuning.epochs + 1) for tuning in made.tunings]
    assert seconds_for(longer, size, 0.25, RECIPE) > made.seconds


def test_a_plan_survives_json() -> None:
    made = plan(300, 12)
    assert Plan.of_json(made.as_json()) == made


# --- progress ---------------------------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def walk(progress: RunProgress, clock: Clock, pieces: int, *, each: float, takes: float) -> None:
    for _ in range(pieces):
        clock.now += takes
        progress.advance(each, "tuning")


def test_the_time_left_follows_how_fast_the_run_has_been() -> None:
    clock, told = Clock(), list[Progress]()
    progress = RunProgress(1000.0, told.append, lambda: False, clock=clock)
    assert progress.eta == pytest.approx(1000.0)
    walk(progress, clock, 500, each=1.0, takes=2.0)
    assert progress.share == pytest.approx(0.5)
    assert progress.eta == pytest.approx(1000.0, rel=TRUSTED_AFTER / 500)
    walk(progress, clock, 500, each=1.0, takes=2.0)
    assert progress.eta == 0.0
    assert [progress.share for progress in told] == sorted(progress.share for progress in told)


def test_what_an_earlier_process_did_is_done_but_says_nothing_of_the_speed() -> None:
    clock = Clock()
    progress = RunProgress(1000.0, lambda _: None, lambda: False, clock=clock)
    progress.skip(800.0)
    walk(progress, clock, 100, each=1.0, takes=3.0)
    assert progress.share == pytest.approx(0.9)
    assert progress.eta == pytest.approx(300.0, rel=0.1)


def test_pieces_of_a_stage_add_up_to_what_it_was_expected_to_take() -> None:
    progress = RunProgress(10.0, lambda _: None, lambda: False)
    tell = progress.stage("embedding", 10.0)
    for done in (1, 2, 4):
        tell(done, 4)
    assert progress.share == pytest.approx(1.0)


def test_a_run_that_is_asked_to_stop_or_loses_its_numbers_ends() -> None:
    with pytest.raises(TrainingCancelled):
        RunProgress(1.0, lambda _: None, lambda: True).advance(0.1, "tuning")
    with pytest.raises(TrainingDiverged, match="step 3"):
        RunProgress(1.0, lambda _: None, lambda: False).advance(0.1, "tuning", loss=float("nan"), step=3, steps=9)
