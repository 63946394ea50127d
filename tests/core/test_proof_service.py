"""The proof by its ports alone: every call goes to a new `Proof` on the same store, as on replicas."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from escalation.conversations.lanes import Lane, Vote
from escalation.proof.audits import Label
from escalation.proof.breaker import Breaker
from escalation.proof.certificate import AUDIT_WITHIN, Terms, Window
from escalation.proof.events import (
    AnchorReplaced,
    AuditRuled,
    BreakerTripped,
    ChallengerRefused,
    DayEndedTripped,
    ProofEvent,
    TrialStarted,
    VersionCertified,
)
from escalation.proof.forecast import Missing
from escalation.proof.memory import MemoryStore
from escalation.proof.service import Proof
from escalation.proof.swaps import Challenger
from escalation.proof.trials import APART, LONGEST_TRIAL
from escalation.proof.values import Anchor, AutomaticAnswer, ProofRules, Scored, Standing, WantedLabel

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
RULES = ProofRules(Terms(alpha=0.02), messages_a_day=200)
REFUND, HOURS, OUTSIDE = Label(frozenset({"refund"})), Label(frozenset({"hours"})), Label()
SURE, UNSURE = Vote("refund", accepts=True), Vote("refund", accepts=False)
FIRST = Anchor("v1", 0.9, "out of fold")
DRAWN, NOT_DRAWN = 0.0, 0.99

ACCEPTED = Challenger(0.8, accepted=True)
E = TypeVar("E")


@dataclass
class FakeVersions:
    """Every version calls every message a refund with confidence .95; the gate says what a test wants it to.

    Those of `weak` call every second message a question of hours, with .4.
    """

    examples: int = 0
    weak: set[str] = field(default_factory=set)
    verdict: Challenger = ACCEPTED
    frozen: list[bool] = field(default_factory=list)
    judged: list[tuple[str, str]] = field(default_factory=list)
    retained: set[str] = field(default_factory=set)

    def learnt(self) -> int:
        return self.examples

    def freeze(self, *, urgent: bool) -> str:
        self.frozen.append(urgent)
        return f"v{len(self.frozen) + 1}"

    def judge(self, champion: str, challenger: str) -> Challenger:
        self.judged.append((champion, challenger))
        return self.verdict

    def predict(self, version: str, message_ids: Sequence[str]) -> Sequence[Scored]:
        made = [(each, self._confidence(version, int(each[1:]))) for each in message_ids]
        return [Scored(each, "refund" if found > 0.5 else "hours", found) for each, found in made]

    def recent_confidences(self, version: str, count: int, before: datetime) -> Sequence[float]:
        assert before >= NOW
        return [self._confidence(version, number) for number in range(count)]

    def _confidence(self, version: str, number: int) -> float:
        return 0.4 if version in self.weak and number % 2 else 0.95

    def retain(self, versions: Collection[str]) -> None:
        self.retained = set(versions)


class StoreOfReplicas(MemoryStore):
    """Notices who changes what others may be changing without having waited for their turn."""

    my_turn = False

    def standing_to_change(self) -> Standing:
        self.my_turn = True
        return super().standing_to_change()

    def breaker_to_change(self) -> Breaker:
        self.my_turn = True
        return super().breaker_to_change()

    def set_breaker(self, breaker: Breaker) -> None:
        assert self.my_turn
        super().set_breaker(breaker)

    def set_standing(self, standing: Standing) -> None:
        assert self.my_turn
        super().set_standing(standing)

    def add_ruling(self, message_id: str, right: bool) -> None:
        assert self.my_turn
        super().add_ruling(message_id, right)

    def set_scores(self, version: str, scores: Sequence[Scored]) -> None:
        assert self.my_turn
        super().set_scores(version, scores)


@dataclass
class Company:
    """A store that stays, and what was told."""

    rules: ProofRules = RULES
    versions: FakeVersions = field(default_factory=FakeVersions)
    told: list[ProofEvent] = field(default_factory=list)
    now: datetime = NOW
    count: int = 0

    def __post_init__(self) -> None:
        self.store = StoreOfReplicas(self.rules.terms.alpha)

    @property
    def proof(self) -> Proof:
        """A new one each time, whose turn it is not yet."""
        self.store.my_turn = False
        return Proof(self.store, self.versions, self.rules, self._hear)

    def _hear(self, event: ProofEvent, at: datetime) -> None:
        """Keep what was told; nothing is told of a time before the company began."""
        assert at >= NOW
        self.told.append(event)

    def answer(self, draw: float = DRAWN, *, probation: bool = False) -> str:
        """Answer one more message "refund"; return its id."""
        self.count += 1
        self.proof.answered(AutomaticAnswer(f"m{self.count}", "refund", self.now, draw, probation))
        return f"m{self.count}"

    def audited(self, label: Label = REFUND, draw: float = DRAWN) -> None:
        """Answer one more message and let people label it alike until its audit is decided."""
        message_id = self.answer(draw)
        while self.proof.labelled(message_id, label, self.now):
            pass

    def end_day(self) -> None:
        self.now += DAY
        self.proof.end_day(self.now)

    def census(self, count: int, label: Label = REFUND) -> None:
        """Let people answer messages in shadow."""
        for _ in range(count):
            self.count += 1
            self.proof.arrived(f"m{self.count}", self.now)
            self.proof.labelled(f"m{self.count}", label, self.now)

    def label_all(self, label: Label = REFUND) -> None:
        """Give every label that is wanted."""
        self.proof.score_census()
        while wanted := self.proof.wanted_labels():
            for each in wanted:
                self.proof.labelled(each.message_id, label, self.now)

    @property
    def window(self) -> Window:
        return self.store.windows().running[0]

    def heard(self, kind: type[E]) -> list[E]:
        return [event for event in self.told if isinstance(event, kind)]


def started(rules: ProofRules = RULES) -> Company:
    """Return a company whose first version answers."""
    company = Company(rules)
    company.proof.start(FIRST, NOW)
    return company


def tripped() -> Company:
    """Return a company whose breaker tripped."""
    company = started()
    while company.proof.answering:
        company.audited(HOURS)
    return company


def test_a_started_proof_answers_and_has_opened_a_window() -> None:
    company = started()
    assert company.proof.anchor == FIRST and company.proof.answering
    assert company.window == Window(NOW, RULES.chance) and RULES.chance == pytest.approx(40 / 130)


def test_enough_right_audits_certify_the_answers_of_the_window() -> None:
    company = started()
    before = company.proof.outlook(NOW + DAY)
    assert before is not None and before.audits == 0 and 500 < before.half < 2_000
    for n in range(2_000):
        company.audited(draw=n * 0.618 % 1)
    found, after = company.proof.certificate(), company.proof.outlook(NOW + DAY)
    assert found is not None and found.certified and found.bound <= 0.02
    assert found.window.answers == 2_000 and found.window.right == pytest.approx(2_000 * RULES.chance, rel=0.02)
    assert after is not None and after.half == after.likely == 0
    looks = [event.certificate.certified for event in company.heard(AuditRuled) if event.certificate]
    assert looks.index(True) == len(looks) - sum(looks), "once certified it stays so while all is right"


def test_messages_and_answers_wait_for_nobody() -> None:
    company = started()
    proof = company.proof
    assert proof.answering and proof.choose_lane(SURE, SURE).lane is Lane.CERTIFIED
    proof.answered(AutomaticAnswer("m", "refund", NOW, DRAWN))
    assert not company.store.my_turn and company.window.pending == 1


def test_only_drawn_answers_want_labels_the_oldest_first() -> None:
    company = started()
    first, _, second = company.answer(0.3), company.answer(0.31), company.answer(0.0)
    assert company.proof.wanted_labels() == [WantedLabel(first, "audit"), WantedLabel(second, "audit")]
    assert company.window.answers == 3 and company.window.pending == 2


def test_a_disagreement_asks_further_people() -> None:
    company = started()
    message_id = company.answer()
    assert company.proof.labelled(message_id, HOURS, NOW + MINUTE)
    assert company.proof.wanted_labels() == [WantedLabel(message_id, "audit")]
    assert company.proof.labelled(message_id, REFUND, NOW + 2 * DAY)
    assert not company.told and company.window.pending == 1
    assert not company.proof.labelled(message_id, REFUND, NOW + 3 * DAY)
    [ruled] = company.heard(AuditRuled)
    assert ruled.right and ruled.labels == (HOURS, REFUND, REFUND)
    assert ruled.answer == AutomaticAnswer(message_id, "refund", NOW, DRAWN)
    assert company.proof.wanted_labels() == [] and company.window.right == 1


def test_how_many_people_are_asked_is_the_operators_choice() -> None:
    company = started(replace(RULES, labels_on_disagreement=5))
    message_id = company.answer()
    given = [HOURS, REFUND, OUTSIDE, REFUND]
    assert [company.proof.labelled(message_id, label, NOW) for label in given] == [True] * 4
    assert not company.proof.labelled(message_id, REFUND, NOW)
    assert [event.right for event in company.heard(AuditRuled)] == [True]


def test_an_audit_not_done_in_time_is_wrong_and_a_later_label_changes_nothing() -> None:
    company = started()
    message_id = company.answer()
    company.proof.expire(NOW + AUDIT_WITHIN)
    assert company.window.pending == 1
    company.proof.expire(NOW + AUDIT_WITHIN + MINUTE)
    assert (company.window.right, company.window.wrong, company.window.pending) == (0, 1, 0)
    [ruled] = company.heard(AuditRuled)
    assert not ruled.right and ruled.labels == ()
    assert not company.proof.labelled(message_id, REFUND, NOW + AUDIT_WITHIN + DAY)
    assert (company.window.right, company.window.wrong) == (0, 1) and len(company.told) == 1


def test_a_late_label_does_not_count_even_if_nobody_had_looked_yet() -> None:
    company = started()
    message_id = company.answer()
    assert not company.proof.labelled(message_id, REFUND, NOW + AUDIT_WITHIN + MINUTE)
    assert (company.window.right, company.window.wrong, company.window.pending) == (0, 1, 0)


def test_the_end_of_a_day_expires_audits() -> None:
    company = started()
    company.answer()
    company.now += AUDIT_WITHIN
    company.end_day()
    assert company.window.wrong == 1


def test_audits_still_to_come_delay_a_certificate_instead_of_refuting_it() -> None:
    company = started()
    assert Company().proof.latest_certificate() is None
    for n in range(1_500):
        company.audited(draw=n * 0.618 % 1)
    for _ in range(40):
        company.answer()
    whole, beginning = company.proof.certificate(), company.proof.latest_certificate()
    assert whole is not None and not whole.certified
    assert beginning is not None and beginning.certified and beginning.window.answers >= 1_500


def test_a_second_window_starts_half_way_with_the_chance_of_its_own_day() -> None:
    company = started()
    for _ in range(44):
        company.end_day()
    company.rules = replace(RULES, messages_a_day=400)
    assert len(company.store.windows().running) == 1
    company.end_day()
    assert [each.p for each in company.store.windows().running] == pytest.approx([40 / 130, 40 / 260])
    company.answer(0.2)
    old, young = company.store.windows().running
    assert (old.pending, young.pending, young.answers) == (1, 0, 1)


def test_probation_answers_are_all_audited_apart_and_stop_over_their_budget() -> None:
    company = started(replace(RULES, probation_share=1.0, probation_budget=1))
    for label in (REFUND, HOURS, HOURS):
        assert company.proof.choose_lane(UNSURE, SURE).lane is Lane.PROBATION
        message_id = company.answer(NOT_DRAWN, probation=True)
        assert company.proof.wanted_labels() == [WantedLabel(message_id, "audit")]
        while company.proof.labelled(message_id, label, NOW):
            pass
    assert company.proof.choose_lane(UNSURE, SURE).lane is Lane.HAND_OFF
    assert company.proof.choose_lane(SURE, UNSURE).lane is Lane.CERTIFIED
    ruled = company.heard(AuditRuled)
    assert [event.right for event in ruled] == [True, False, False]
    assert [event.labels for event in ruled[:2]] == [(REFUND,), (HOURS, HOURS)]
    assert all(event.answer.probation and event.certificate is None for event in ruled)
    assert company.window == Window(NOW, RULES.chance) and company.store.standing().breaker.level == 0


def test_probation_is_closed_unless_the_operator_opens_it() -> None:
    assert started().proof.choose_lane(UNSURE, SURE).lane is Lane.HAND_OFF


def test_a_tripped_breaker_ends_with_an_urgent_swap() -> None:
    company = tripped()
    assert company.heard(BreakerTripped) == [BreakerTripped()]
    company.audited(HOURS)
    assert len(company.heard(BreakerTripped)) == 1
    company.end_day()
    assert company.versions.frozen == [True] and company.versions.judged == [("v1", "v2")]
    assert company.proof.anchor == Anchor("v2", 0.9, "gate"), "the gate gives no estimate: the threshold does not fall"
    assert company.proof.answering and company.heard(DayEndedTripped) == [DayEndedTripped(True)]
    assert company.store.standing().breaker.level == 0 and company.versions.retained == {"v2"}


def test_without_a_better_version_people_go_on_until_somebody_resets_the_breaker() -> None:
    company = tripped()
    company.versions.verdict = Challenger(0.8, accepted=False)
    company.end_day()
    company.end_day()
    assert company.heard(ChallengerRefused) == [ChallengerRefused(f"v{n}", "gate") for n in (2, 3)]
    assert company.heard(DayEndedTripped) == [DayEndedTripped(False)] * 2
    assert not company.proof.answering and company.proof.anchor == FIRST
    company.proof.reset_breaker()
    assert company.proof.answering


def test_a_challenger_comes_once_a_day_with_fifty_new_examples() -> None:
    company = started()
    company.versions.examples = 49
    company.end_day()
    assert company.versions.frozen == []
    company.versions.examples = 50
    company.end_day()
    company.versions.examples = 99
    company.end_day()
    assert company.versions.frozen == [False] and company.store.standing().frozen_at == company.now - DAY
    company.versions.verdict = Challenger(0.7, accepted=True, risk=0.01)
    company.versions.examples = 100
    company.end_day()
    assert company.proof.anchor == Anchor("v3", 0.7, "gate")
    assert [event.anchor.version for event in company.heard(AnchorReplaced)] == ["v2", "v3"]


def test_a_challenger_that_would_answer_nothing_is_refused() -> None:
    company = started()
    company.versions.examples, company.versions.verdict = 50, Challenger(1.0, accepted=True)
    company.end_day()
    assert company.told == [ChallengerRefused("v2", "answers_nothing")] and company.proof.anchor == FIRST


def test_after_a_trip_a_version_that_answers_nothing_takes_its_place() -> None:
    company = tripped()
    company.versions.verdict = Challenger(1.0, accepted=True)
    company.end_day()
    assert company.proof.anchor == Anchor("v2", 1.0, "gate")


def in_shadow(label: Label = REFUND, count: int = 200) -> Company:
    """Return a company with a version on trial and a day of messages labelled so since."""
    company = Company()
    company.versions.examples = 50
    company.census(100)
    company.end_day()
    company.census(count, label)
    return company


def test_nothing_is_answered_or_claimed_in_shadow() -> None:
    company = in_shadow()
    assert company.proof.anchor is None and not company.proof.answering
    assert company.proof.certificate() is None and company.proof.outlook(company.now) is None
    assert company.told == [TrialStarted("v2")] and company.versions.retained == {"v2"}


def test_what_is_missing_in_shadow_is_said() -> None:
    assert Company().proof.missing() is None
    hopeful, hopeless = in_shadow(count=100), in_shadow(HOURS)
    hopeful.proof.score_census()
    found = hopeful.proof.missing()
    assert found is not None and found.half and found.half > 50 and found.days_half == found.half / 200
    hopeless.label_all(HOURS)
    assert hopeless.proof.missing() == Missing(None, None)


def test_a_shadow_start_certifies_a_version_that_becomes_the_first_anchor() -> None:
    company = in_shadow()
    company.label_all()
    company.end_day()
    [certified] = company.heard(VersionCertified)
    assert certified.version == "v2" and certified.frozen_at == NOW + DAY
    assert certified.certificate.used == 200, "messages from before the freeze are not tested on"
    assert company.proof.anchor == Anchor("v2", 0.95, "certificate") and company.proof.answering
    assert company.window.started_at == company.now and company.proof.missing() is None
    assert company.store.standing().trials == () and company.store.scores("v2") == ()


def test_the_handling_agents_blind_label_is_the_first_and_others_are_asked_only_where_it_refuses() -> None:
    company = in_shadow()
    company.census(1, HOURS)
    company.proof.score_census()
    assert company.proof.wanted_labels() == [WantedLabel(f"m{company.count}", "trial")]
    company.proof.labelled(f"m{company.count}", HOURS, company.now)
    assert company.proof.wanted_labels() == []
    company.end_day()
    [certified] = company.heard(VersionCertified)
    assert certified.certificate.steps[0].wrong == 1


def test_a_message_nobody_labelled_yet_is_tested_on_later() -> None:
    company = in_shadow()
    company.proof.arrived("m999", company.now)
    company.proof.score_census()
    assert "m999" not in {each.message_id for each in company.store.scores("v2")}
    company.proof.labelled("m999", REFUND, company.now + DAY)
    company.proof.score_census()
    assert company.store.scores("v2")[-1].message_id == "m999" and len(company.store.scores("v2")) == 201


def test_a_certified_anchor_gives_way_to_a_certificate_or_after_it_failed() -> None:
    company = in_shadow()
    company.label_all()
    company.end_day()
    company.versions.examples = 100
    company.end_day()
    assert company.heard(ChallengerRefused) == [ChallengerRefused("v3", "certified_stays")]
    while company.proof.answering:
        company.audited(HOURS)
    company.end_day()
    assert company.proof.anchor == Anchor("v4", 0.95, "gate")


def test_versions_on_trial_that_fail_leave_after_a_while_and_younger_ones_take_their_place() -> None:
    company = in_shadow(HOURS)
    for day in range(1, 20):
        company.versions.examples += 50
        company.label_all(HOURS)
        company.end_day()
        running = company.store.standing().trials
        assert all(company.now - each.frozen_at < LONGEST_TRIAL for each in running)
        assert len(running) == min(1 + day // APART.days, LONGEST_TRIAL.days // APART.days)
    assert company.proof.anchor is None and not company.heard(VersionCertified)
    assert company.store.scores("v2") == () and company.versions.retained == {each.version for each in running}


def with_two_on_trial(weak: str = "", *, second: bool = True) -> Company:
    """Return a company with v2 on trial and, four days later, v3, before either knows enough to be certified."""
    company = Company()
    company.versions.weak = {weak}
    company.versions.examples = 50
    for _ in range(1 + APART.days):
        company.census(20)
        company.end_day()
        company.versions.examples += 50 * second
    assert [each.version for each in company.store.standing().trials] == ["v2", "v3"][: 1 + second]
    company.proof.score_census()
    return company


@pytest.mark.parametrize(("weak", "best"), [("", "v3"), ("v2", "v3"), ("v3", "v2")])
def test_of_two_that_pass_the_one_that_answers_more_is_certified_and_of_equals_the_younger(
    weak: str, best: str
) -> None:
    company = with_two_on_trial(weak)
    company.census(800)
    company.label_all()
    company.end_day()
    [certified] = company.heard(VersionCertified)
    assert certified.version == best and company.proof.anchor == Anchor(best, 0.95, "certificate")


def test_what_is_missing_is_told_of_the_version_that_is_nearest() -> None:
    found, alone = with_two_on_trial().proof.missing(), with_two_on_trial(second=False).proof.missing()
    assert found is not None and found.half and found == alone
