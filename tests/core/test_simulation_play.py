"""Strategies on a small world: coins that know no route, labels counted, baselines that differ as they must."""

from dataclasses import replace
from queue import Empty, Queue
from threading import Event, Thread

import numpy as np
import pytest

from escalation.classifier import Prediction
from escalation.conversations.decision import AnswerVerdict, ClarifyVerdict, HandOffVerdict
from escalation.lab.simulation import Run, Stopped, summarise
from escalation.lab.simulation.allowance import Allowance
from escalation.lab.simulation.auditors import Auditors, probe
from escalation.lab.simulation.baselines import FixedThreshold, RandomReview, fit_logistic, logit, lowest_threshold
from escalation.lab.simulation.measures import delays, risk_coverage
from escalation.lab.simulation.outcomes import Ending, Fate, Journal, LabelKind
from escalation.lab.simulation.product import Product
from escalation.lab.simulation.run import Result, run_world
from escalation.lab.simulation.strategy import BotReply, World, considered, run_strategy, settle
from escalation.proof.audits import Label
from escalation.proof.trials import APART
from tests.core.simulation_world import SMALL, a_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return a_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def run(world: World) -> Run:
    return run_world(world, lambda steps: None, Event())


@pytest.fixture(scope="module")
def results(run: Run) -> dict[str, Result]:
    return {result.key: result for result in run.results}


def test_every_message_ends_once_in_every_strategy(results: dict[str, Result]) -> None:
    assert set(results) == {"ours", "fixed", "tuned_once", "never_retrain", "random_review", "escalated_only"}
    assert {len(result.journal.fates) for result in results.values()} == {SMALL.messages}


def test_ours_learns_new_intents_and_answers_most(results: dict[str, Result]) -> None:
    ours, never = results["ours"], results["never_retrain"]
    assert ours.verdicts.emerged > 0.5 > never.verdicts.emerged == 0.0
    assert sum(fate.automatic for fate in ours.journal.fates) > sum(fate.automatic for fate in never.journal.fates)


def test_labels_are_spent_where_they_must_be(world: World, results: dict[str, Result]) -> None:
    ours = results["ours"].journal
    handed_off = sum(not fate.automatic for fate in ours.fates)
    still_open = handed_off - len(ours.labels[LabelKind.RESOLUTION])
    assert 0 <= still_open <= 5
    assert len(ours.labels[LabelKind.PROBE]) >= SMALL.probes
    assert ours.labels[LabelKind.AUDIT] and not ours.labels[LabelKind.REVIEW]
    assert results["never_retrain"].journal.spent == 0
    assert {kind for kind, at in results["fixed"].journal.labels.items() if at} == {LabelKind.RESOLUTION}


def test_random_review_spends_as_many_labels_as_ours_until_all_messages_are_labelled(
    results: dict[str, Result],
) -> None:
    spent = results["random_review"].journal.labels[LabelKind.REVIEW]
    assert len(spent) == min(results["ours"].journal.spent, SMALL.messages)


def test_random_review_spends_no_label_before_ours_did(world: World) -> None:
    spent: list[int] = []
    leader = Product(world)
    run_strategy(world, leader, lambda at: spent.append(leader.journal.spent))
    follower = RandomReview(world, lambda at: [*spent, leader.journal.spent][at + 1])
    run_strategy(world, follower, lambda at: None)
    moments = np.bincount(follower.journal.labels[LabelKind.REVIEW], minlength=SMALL.messages).cumsum()
    assert (moments <= np.asarray([*spent, leader.journal.spent])[1:]).all()


def test_who_follows_waits_for_the_leader_and_stops_waiting_when_it_ends() -> None:
    allowance, heard = Allowance(), Queue[int]()

    def follow() -> None:
        for at in range(4):
            heard.put(allowance.after(at))

    follower = Thread(target=follow)
    follower.start()
    with pytest.raises(Empty):
        heard.get(timeout=0.05)
    allowance.tell(3)
    allowance.tell(5)
    assert [heard.get(timeout=5), heard.get(timeout=5)] == [3, 5]
    with pytest.raises(Empty):
        heard.get(timeout=0.05)
    allowance.end()
    assert [heard.get(timeout=5), heard.get(timeout=5)] == [5, 5]
    follower.join()


def test_equal_worlds_give_equal_journals(world: World, results: dict[str, Result]) -> None:
    again = Product(world)
    run_strategy(world, again, lambda at: None)
    assert again.journal.fates == results["ours"].journal.fates
    assert again.journal.labels == results["ours"].journal.labels


def test_a_cancelled_run_stops_and_says_so(world: World) -> None:
    stop = Event()

    def tick(steps: int) -> None:
        stop.set()

    with pytest.raises(Stopped):
        run_world(world, tick, stop)


def test_the_coin_falls_alike_whatever_becomes_of_the_message(world: World) -> None:
    product = Product(world)
    assert 0.0 < product.rules.chance < 1.0
    run_strategy(world, product, lambda at: None)
    falls = np.asarray([product.draw(at) < product.rules.chance for at in range(SMALL.messages)])
    automatic = np.asarray([fate.automatic for fate in product.journal.fates])
    shares = falls[automatic].mean(), falls[~automatic].mean()
    spread = (0.25 / automatic.sum() + 0.25 / (~automatic).sum()) ** 0.5
    assert abs(shares[0] - shares[1]) < 3 * spread
    assert falls.mean() == pytest.approx(product.rules.chance, abs=3 * (0.25 / SMALL.messages) ** 0.5)


def test_only_drawn_answers_are_audited(world: World, results: dict[str, Result]) -> None:
    product = Product(world)
    fates = results["ours"].journal.fates
    drawn = sum(fate.promised and product.draw(at) < product.rules.chance for at, fate in enumerate(fates))
    audits = len(results["ours"].journal.labels[LabelKind.AUDIT])
    assert drawn <= audits <= 3 * drawn


def test_a_shadow_start_answers_nothing_before_a_certificate(world: World) -> None:
    product = Product(replace(world, scenario=replace(SMALL, start="shadow")))
    run_strategy(product.world, product, lambda at: None)
    certified = [claim.at for claim in product.journal.versions]
    first = certified[0] if certified else SMALL.messages
    assert not any(fate.automatic for fate in product.journal.fates[:first])
    assert not product.journal.labels[LabelKind.AUDIT] or certified


def test_a_shadow_start_ends_with_a_certificate_and_its_version_answers(world: World) -> None:
    """Guesses stay hidden until then, and the handling agent's label is the first blind one: no audit is paid twice."""
    honest = replace(world.opinions, labels=[(m.label,) * 4 for m in world.corpus.stream.messages], bias=1.0)
    scenario = replace(SMALL, start="shadow", alpha=0.3, probes=0)
    product = Product(replace(world, scenario=scenario, opinions=honest))
    run_strategy(product.world, product, lambda at: None)
    journal = product.journal
    [certified] = journal.versions
    assert certified.realised <= scenario.alpha and 0 < certified.at < SMALL.messages
    assert not any(fate.automatic for fate in journal.fates[: certified.at])
    assert sum(fate.automatic for fate in journal.fates[certified.at :]) > 0.5 * (SMALL.messages - certified.at)
    assert len([what for at, what in journal.events if at == certified.at and "answers from" in what]) == 1
    later = [what for at, what in journal.events if at > certified.at]
    assert later and all("certified version stays" in what for what in later)
    assert journal.claims[-1].since == certified.at and journal.trial is None
    tested = [at for at in journal.labels[LabelKind.TEST] if at <= certified.at]
    assert len(tested) <= 2 * sum(not fate.guessed for fate in journal.fates[: certified.at])


def test_a_shadow_start_that_does_not_end_says_what_is_missing(world: World) -> None:
    product = Product(replace(world, scenario=replace(SMALL, start="shadow", alpha=0.2)))
    run_strategy(product.world, product, lambda at: None)
    assert product.journal.versions == [] and product.journal.outlook is None
    trials = [at for at, what in product.journal.events if "on trial" in what]
    assert len(trials) > 1 and min(np.diff(trials)) >= APART.days * SMALL.messages_per_day
    missing = product.journal.trial
    assert missing is not None and missing.half is not None and missing.days_half == missing.half / 40


def test_a_closed_probation_lane_answers_nothing_and_an_open_one_is_audited(
    world: World, results: dict[str, Result]
) -> None:
    assert not any(fate.ending is Ending.PROBATION for fate in results["ours"].journal.fates)
    product = Product(replace(world, scenario=replace(SMALL, probation=0.05)))
    run_strategy(product.world, product, lambda at: None)
    answers = sum(fate.ending is Ending.PROBATION for fate in product.journal.fates)
    assert 0 < answers <= 0.05 * SMALL.messages
    assert len(product.journal.labels[LabelKind.AUDIT]) >= answers


def test_the_claim_of_a_window_speaks_of_its_own_answers(results: dict[str, Result]) -> None:
    journal = results["ours"].journal
    last = journal.claims[-1]
    inside = [fate for fate in journal.fates[last.since : last.at] if fate.promised]
    assert last.answers == len(inside)
    assert last.realised == pytest.approx(sum(fate.wrong for fate in inside) / len(inside))


def a_prediction(label: str = "a", score: float = 0.6, second: float = 0.3, confidence: float = 0.5) -> Prediction:
    return Prediction((label, "b", "c"), (score, second, 0.05), confidence, 0.1)


def test_the_services_own_rule_decides() -> None:
    assert isinstance(considered(a_prediction(confidence=0.9), 0.8), AnswerVerdict)
    assert isinstance(considered(a_prediction(), 0.8), ClarifyVerdict)
    assert considered(a_prediction(), 0.8, asking=False) == HandOffVerdict("low_confidence")
    assert considered(a_prediction(confidence=0.9), 0.8, answering=False) == HandOffVerdict("not_certified")


def test_the_fixed_threshold_looks_at_the_top_probability(world: World) -> None:
    assert FixedThreshold(world).score(a_prediction(score=0.71, confidence=0.1)) == 0.71


def test_what_becomes_of_a_message(world: World) -> None:
    at = next(k for k, m in enumerate(world.corpus.stream.messages) if m.label is not None)
    truth = str(world.truth(at))
    careful = replace(world, clicks=np.ones(SMALL.messages))
    careless = replace(world, clicks=np.zeros(SMALL.messages))
    assert settle(careful, at, BotReply(truth, answer=truth))[0].wrong is False
    assert settle(careful, at, BotReply(truth, answer="another"))[0].wrong is True
    assert settle(careful, at, BotReply("another", options=("another", truth)))[1] == truth
    assert settle(careful, at, BotReply("another", options=("another",)))[1] is None
    assert settle(careless, at, BotReply("another", options=("another",)))[1] == "another"


def test_every_label_of_a_message_is_somebody_elses_and_is_paid_once(world: World) -> None:
    given = replace(world, opinions=replace(world.opinions, labels=[("handles", "a", None, "b")] * SMALL.messages))
    journal = Journal()
    auditors = Auditors(given, journal)
    assert auditors.label(3, LabelKind.AUDIT, 7) == Label(frozenset({"a"}))
    assert auditors.label(4, LabelKind.AUDIT, 8) == Label(frozenset({"a"}))
    assert auditors.label(3, LabelKind.TEST, 9) == Label()
    assert journal.labels[LabelKind.AUDIT] == [7, 8] and journal.labels[LabelKind.TEST] == [9]


def test_people_who_call_every_answer_wrong_trip_the_breaker_and_another_version_takes_over(world: World) -> None:
    labels = [(near[0],) * 5 for near in world.opinions.near]
    scenario = replace(SMALL, alpha=0.02, probes=0, audits_per_day=40.0)
    product = Product(replace(world, scenario=scenario, opinions=replace(world.opinions, labels=labels)))
    run_strategy(product.world, product, lambda at: None)
    said = [what for _, what in product.journal.events if "the breaker had tripped" in what]
    assert said and any(what.endswith("a new version answers from now on") for what in said)
    assert product.journal.granted == 0


def test_probes_bound_what_auditors_miss(world: World) -> None:
    honest = replace(world.opinions, labels=[(m.label,) * 4 for m in world.corpus.stream.messages])
    blind = replace(world.opinions, labels=[(near[0],) * 4 for near in world.opinions.near])
    assert probe(replace(world, opinions=honest), Journal()) == pytest.approx(1 - 0.01 ** (1 / SMALL.probes), abs=1e-6)
    bound = probe(replace(world, opinions=blind), Journal())
    assert bound is not None and bound > 0.9
    assert probe(replace(world, scenario=replace(SMALL, probes=0)), Journal()) is None


def test_moments_and_places_are_inverse() -> None:
    scenario = replace(SMALL, messages_per_day=37)
    assert [scenario.place(scenario.moment(at)) for at in range(0, 500, 7)] == list(range(0, 500, 7))


def test_the_escalated_only_threshold_keeps_the_mean_doubt_it_believes_in() -> None:
    random = np.random.default_rng(0)
    sure = random.uniform(0.05, 0.95, 2000)
    slope, shift = fit_logistic(logit(sure), random.random(2000) < sure)
    assert slope == pytest.approx(1.0, abs=0.15) and shift == pytest.approx(0.0, abs=0.15)
    threshold, believed = lowest_threshold(sure, 1 - sure, 0.2)
    assert believed <= 0.2 and (1 - sure[sure >= threshold]).mean() == pytest.approx(believed)
    assert lowest_threshold(sure, np.ones(2000), 0.2) == (1.0, 1.0)


def test_risk_and_coverage_weigh_rows_and_keep_ties_together() -> None:
    scores = np.asarray([0.9, 0.8, 0.8, 0.1])
    right = np.asarray([True, False, True, False])
    coverage, risk = risk_coverage(scores, right, np.asarray([1.0, 1.0, 1.0, 2.0]))
    assert coverage == pytest.approx([0.2, 0.6, 1.0]) and risk == pytest.approx([0.0, 1 / 3, 3 / 5])


def test_the_delay_of_an_intent_ends_with_its_first_right_answer_asked_for_or_not(world: World) -> None:
    stream = world.corpus.stream
    label = stream.appeared[0]
    own = [at for at, message in enumerate(stream.messages) if message.label == label]
    fates = [Fate(Ending.HANDED_OFF, False, False)] * len(stream.messages)
    fates[own[1]] = Fate(Ending.CHOSEN, True, False)
    fates[own[2]] = Fate(Ending.CHOSEN, False, True)
    found = delays(world, Journal(fates=fates))
    assert sorted(found["answer"], key=str) == [2, *[None] * (len(stream.appeared) - 1)]
    assert found["guess"] == found["answer"]


def test_a_summary_counts_what_the_journals_hold(run: Run, results: dict[str, Result]) -> None:
    summary = summarise([run], {"pool": "pool.jsonl"})
    ours = summary["strategies"]["ours"]
    fates = results["ours"].journal.fates
    assert ours["coverage"]["mean"] == pytest.approx(sum(fate.automatic for fate in fates) / len(fates))
    assert ours["labels"]["mean"] == results["ours"].journal.spent
    known = [each["mean"] for each in summary["series"]["ours"]["known"]["y"]]
    assert ours["forgotten"]["mean"] == pytest.approx(known[0] - known[-1])
    assert summary["series"]["ours"]["labels"]["y"][-1]["mean"] == results["ours"].journal.spent
    assert summary["data"]["stream"]["out_of_scope"]["mean"] == pytest.approx(SMALL.outside_share)
