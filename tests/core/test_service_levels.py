"""Service levels, pure: when a clock runs, is paused, warns and is over."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalation.conversations import commands as c
from escalation.conversations.machine import decide, evolve
from escalation.conversations.model import Conversation
from escalation.desk.hours import OpeningHours, Shift
from escalation.desk.routing.work import Target
from escalation.desk.sla import Clock, advanced
from escalation.protocol.states import Status
from tests.factories import a_command, a_conversation, a_say

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALLOWED: dict[Target, timedelta] = {
    "first_response": timedelta(minutes=5),
    "next_response": timedelta(minutes=10),
    "resolution": timedelta(hours=1),
}


class Course:
    """A conversation and its clocks, one command after the other."""

    def __init__(self) -> None:
        self.state = a_conversation(status=Status.BOT)
        self.clocks: dict[Target, Clock] = {}
        self.now = NOON

    def then(self, command: c.Command, after_minutes: float = 0) -> "Course":
        self.now += timedelta(minutes=after_minutes)
        if isinstance(command, c.Fenced):
            command = command.model_copy(update={"epoch": self.state.epoch})
        before, after = self.state, self.state
        events = decide(before, command, self.now)
        for event in events:
            after = evolve(after, event, self.now)
        self.clocks = advanced(self.clocks, before, after, events, ALLOWED, at=self.now)
        self.state = after
        return self

    def due(self, target: Target) -> float | None:
        """Minutes from now until it is missed; None while it is paused."""
        at = self.clocks[target].due_at()
        return None if at is None else (at - self.now) / timedelta(minutes=1)


def test_first_response_ends_with_a_persons_words_and_not_with_notes_or_notices() -> None:
    course = Course().then(a_command(c.HandOff))
    assert set(course.clocks) == {"first_response", "resolution"}
    assert course.due("first_response") == 5
    course.then(a_command(c.Claim), 2).then(a_command(c.AddNote))
    assert course.due("first_response") == 3
    course.then(a_command(c.Reply), 1)
    assert set(course.clocks) == {"resolution"}


def test_next_response_counts_from_the_first_unanswered_message() -> None:
    course = Course().then(a_command(c.HandOff)).then(a_command(c.Claim)).then(a_command(c.Reply))
    course.then(a_say(), 30).then(a_say(), 4)
    assert course.due("next_response") == 6
    course.then(a_command(c.Reply), 1)
    assert "next_response" not in course.clocks


def test_resolution_stops_while_the_customer_has_to_write_or_it_is_snoozed() -> None:
    course = Course().then(a_command(c.HandOff)).then(a_command(c.Claim)).then(a_command(c.Reply), 10)
    assert course.due("resolution") is None
    course.then(a_say(), 500)
    assert course.due("resolution") == 50
    course.then(a_command(c.Snooze), 20)
    assert (course.due("resolution"), course.due("next_response")) == (None, None)
    course.then(a_say(), 600)
    assert (course.due("resolution"), course.due("next_response")) == (30, -10)


def test_a_wait_goes_on_through_transfers_and_ends_with_the_conversation() -> None:
    course = Course().then(a_command(c.HandOff)).then(a_command(c.Claim), 1).then(a_command(c.Transfer), 1)
    assert course.due("first_response") == 3
    course.then(a_command(c.Claim), 1).then(a_command(c.HandBack))
    assert course.clocks == {}


def test_what_was_warned_or_missed_stays_so() -> None:
    clock = Clock(timedelta(minutes=10), NOON)
    assert not clock.looked_at(NOON + timedelta(minutes=7)).warned
    warned = clock.looked_at(NOON + timedelta(minutes=8))
    assert (warned.warned, warned.breached) == (True, False)
    missed = warned.looked_at(NOON + timedelta(minutes=10)).paused(NOON + timedelta(minutes=11))
    assert (missed.warned, missed.breached, missed.due_at()) == (True, True, None)


@given(st.lists(st.tuples(st.integers(0, 600), st.booleans()), max_size=20))
def test_only_the_time_in_which_it_runs_counts(spells: list[tuple[int, bool]]) -> None:
    clock, now, ran = Clock(timedelta(hours=1), NOON), NOON, 0
    for seconds, runs in spells:
        clock = clock.running(now) if runs else clock.paused(now)
        now += timedelta(seconds=seconds)
        ran += seconds if runs else 0
    due = clock.running(now).due_at()
    assert due == now + timedelta(hours=1) - timedelta(seconds=ran)


def test_closed_hours_do_not_count() -> None:
    days = ((Shift(time(9), time(13)),),) * 7
    hours = OpeningHours("UTC", days)
    clock = Clock(timedelta(hours=2), NOON)
    assert clock.due_at(hours) == NOON + timedelta(hours=22), "an hour today, the other one from nine tomorrow on"
    assert not clock.looked_at(NOON + timedelta(hours=21), hours).breached
    paused = clock.paused(NOON + timedelta(hours=12), hours)
    assert paused.spent == timedelta(hours=1)


def test_outside_of_peoples_hands_nothing_is_counted() -> None:
    bot = Conversation(id="c1", status=Status.BOT)
    assert advanced({}, bot, bot, [], ALLOWED, at=NOON) == {}
