"""Going live and falling behind, step by step: where a gap or a duplicate could be."""

import pytest

from escalation.conversations import events as e
from escalation.conversations.moments import Words
from escalation.protocol.frames.base import Audience
from escalation.realtime import outbox
from escalation.realtime.channel import Channel
from escalation.realtime.encoding import StreamEncoder
from escalation.realtime.outbox import Mode, Outbox, Subscription
from tests.realtime.fake_log import FakeLog

STREAM = "conversation:c1"


def a_log(messages: int, internal: frozenset[int] = frozenset()) -> FakeLog:
    """Started, then messages with seqs from 2; those in `internal` are notes."""
    log = FakeLog()
    log.open("c1")
    for seq in range(2, messages + 2):
        log.happen(
            "c1",
            e.MessageAdded(
                message_id=f"m{seq}", author="agent", author_id="ana", kind="text", internal=seq in internal
            ),
        )
    return log


def a_channel() -> Channel:
    return Channel(STREAM, 0.0, lambda seconds, run: None, lambda subscription: None)


def behind(channel: Channel, sent: int, audience: Audience = "staff", box: Outbox | None = None) -> Subscription:
    """A subscription that has read the log up to `sent`."""
    subscription = Subscription(
        STREAM, box or Outbox(audience), sent, begun=True, encoder=StreamEncoder.from_start(STREAM)
    )
    subscription.outbox.subscriptions[STREAM] = subscription
    channel.subscriptions[subscription] = None
    return subscription


def live(channel: Channel, sent: int, audience: Audience = "staff") -> Subscription:
    subscription = behind(channel, sent, audience)
    assert channel.admit(subscription, channel.rings)
    return subscription


def deliver(channel: Channel, log: FakeLog, after: int, up_to: int) -> None:
    channel.deliver(log.streams[STREAM][after:up_to], Words())


def drained(subscription: Subscription) -> list[int]:
    """Send everything queued; returns the seqs."""
    seqs = []
    while (queued := subscription.outbox.take_event()) is not None:
        subscription.outbox.sent(queued)
        seqs.append(queued.seq)
    return seqs


def test_the_first_who_has_read_to_the_end_sets_the_channel() -> None:
    channel, log = a_channel(), a_log(5)
    first = live(channel, 4)
    assert (channel.position, channel.read) == (4, 4)
    deliver(channel, log, 4, 6)
    assert drained(first) == [5, 6] and first.sent == 6


def test_a_ring_during_the_first_read_means_reading_once_more() -> None:
    channel = a_channel()
    subscription, rings = behind(channel, 4), channel.rings
    channel.rings += 1
    assert not channel.admit(subscription, rings) and channel.position is None
    assert channel.admit(subscription, channel.rings)


def test_who_has_read_less_than_was_fanned_out_stays_behind() -> None:
    channel = a_channel()
    live(channel, 6)
    late = behind(channel, 5)
    assert not channel.admit(late, channel.rings) and late.mode is Mode.BEHIND


def test_who_has_read_more_than_was_fanned_out_gets_nothing_twice() -> None:
    channel, log = a_channel(), a_log(9)
    slow, quick = live(channel, 3), live(channel, 7)
    deliver(channel, log, 3, 9)
    assert drained(slow) == [4, 5, 6, 7, 8, 9] and drained(quick) == [8, 9]


def test_old_pages_and_gaps_deliver_nothing() -> None:
    channel, log = a_channel(), a_log(9)
    subscription = live(channel, 3)
    deliver(channel, log, 0, 3)
    deliver(channel, log, 5, 9)
    assert drained(subscription) == [] and channel.read == 3
    deliver(channel, log, 1, 5)
    assert drained(subscription) == [4, 5]


def test_a_gap_inside_a_page_delivers_what_is_before_it_only() -> None:
    channel, log = a_channel(), a_log(9)
    subscription = live(channel, 3)
    events = log.streams[STREAM]
    channel.deliver([events[3], *events[5:8]], Words())
    assert drained(subscription) == [4] and (channel.read, channel.position) == (4, 4)
    deliver(channel, log, 4, 8)
    assert drained(subscription) == [5, 6, 7, 8], "read again from where it stopped, nothing is missing"


def test_before_anybody_is_live_nothing_is_fanned_out() -> None:
    channel, log = a_channel(), a_log(3)
    subscription = behind(channel, 0)
    deliver(channel, log, 0, 4)
    assert drained(subscription) == [] and channel.read == 0


def test_hidden_events_count_as_sent_only_when_nothing_before_them_waits() -> None:
    channel, log = a_channel(), a_log(5, internal=frozenset({3, 4, 6}))
    customer = live(channel, 1, "customer")
    deliver(channel, log, 1, 4)
    assert (customer.sent, customer.queued) == (1, 4), "2 is still in the outbox"
    assert drained(customer) == [2] and customer.sent == 4
    deliver(channel, log, 4, 5)
    assert drained(customer) == [5]
    deliver(channel, log, 5, 6)
    assert customer.sent == 6 and drained(customer) == []


def test_a_hidden_event_waits_for_all_that_are_queued_before_it() -> None:
    channel, log = a_channel(), a_log(5, internal=frozenset({4}))
    customer = live(channel, 1, "customer")
    deliver(channel, log, 1, 4)
    for seq, sent in ((2, 2), (3, 4)):
        queued = customer.outbox.take_event()
        assert queued is not None and queued.seq == seq
        customer.outbox.sent(queued)
        assert customer.sent == sent


def test_after_an_overflow_counting_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MAX_CHARACTERS", 10)
    box = Outbox("staff")
    subscription = Subscription("a", box, 0, mode=Mode.LIVE)
    box.subscriptions["a"] = subscription
    box.push(subscription, 1, "x" * 10)
    box.push(subscription, 2, "x")
    assert subscription.mode is Mode.BEHIND
    subscription.sent = 2
    subscription.go_live()
    box.push(subscription, 3, "x" * 10)
    subscription.hide(4)
    assert (subscription.mode, drained(subscription), subscription.sent) == (Mode.LIVE, [3], 4)


def test_a_stream_followed_anew_takes_the_place_of_the_old_subscription() -> None:
    box = Outbox("staff")
    old, new = Subscription("a", box, 5), Subscription("a", box, 0)
    box.add(old)
    box.add(new)
    assert old.mode is Mode.GONE and box.subscriptions == {"a": new}
    assert [box.take_behind(), box.take_behind()] == [new, None]


@pytest.mark.parametrize(("seconds", "asked"), [(0.5, [0.5]), (0.0, [])])
def test_rows_of_the_desk_are_gathered_for_so_long(seconds: float, asked: list[float]) -> None:
    waits: list[float] = []
    channel, log = Channel("desk", seconds, lambda wait, run: waits.append(wait), lambda _: None), a_log(0)
    subscription = Subscription("desk", Outbox("staff"), 0, begun=True, encoder=StreamEncoder.from_start("desk"))
    channel.subscriptions[subscription] = None
    assert channel.admit(subscription, channel.rings)
    channel.deliver(log.streams["desk"][:1], Words())
    assert drained(subscription) == [1] and waits == asked


def test_overflow_goes_back_to_what_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MAX_FRAMES", 3)
    channel, log = a_channel(), a_log(9)
    subscription = live(channel, 1)
    deliver(channel, log, 1, 4)
    in_flight = subscription.outbox.take_event()
    assert in_flight is not None and in_flight.seq == 2
    deliver(channel, log, 4, 9)
    assert subscription.mode is Mode.BEHIND and not subscription.begun
    assert subscription.outbox.take_event() is None
    subscription.outbox.sent(in_flight)
    assert subscription.sent == 2 and subscription.outbox.take_behind() is subscription


def test_overflow_of_one_stream_takes_all_with_something_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MAX_FRAMES", 3)
    box = Outbox("staff")
    first, second, idle = (Subscription(name, box, 10, mode=Mode.LIVE, queued=10) for name in ("a", "b", "c"))
    box.subscriptions = {each.stream: each for each in (first, second, idle)}
    idle.hide(15)
    box.push(first, 11, "x")
    box.push(first, 12, "x")
    box.push(first, 13, "x")
    box.push(second, 11, "x")
    assert [each.mode.name for each in (first, second, idle)] == ["BEHIND", "BEHIND", "LIVE"]
    assert (first.sent, second.sent, idle.sent) == (10, 10, 15)
    assert [box.take_behind(), box.take_behind(), box.take_behind()] == [first, second, None]
    assert box.positions() == {"c": 15}


def test_overflow_drops_hints_with_the_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hint is of its moment: sent after catching up, it would show somebody typing who stopped long ago."""
    monkeypatch.setattr(outbox, "MAX_FRAMES", 1)
    box = Outbox("staff")
    subscription = Subscription("a", box, 0, mode=Mode.LIVE)
    box.subscriptions["a"] = subscription
    box.hint("typing", "Maria is typing")
    box.push(subscription, 1, "x")
    box.push(subscription, 2, "x")
    assert box.take_behind() is subscription and box.take_hint() is None


def test_what_is_queued_of_a_stream_no_longer_followed_is_skipped() -> None:
    channel, log = a_channel(), a_log(5)
    subscription = live(channel, 1)
    deliver(channel, log, 1, 3)
    subscription.outbox.remove(STREAM)
    assert subscription.outbox.take_event() is None and subscription.outbox.take_behind() is None


def test_streams_behind_take_turns() -> None:
    box = Outbox("staff")
    first, second = Subscription("a", box, 0), Subscription("b", box, 0)
    box.add(first)
    box.add(second)
    assert box.take_behind() is first
    box.put_behind(first)
    assert [box.take_behind(), box.take_behind()] == [second, first]


def test_the_outbox_counts_characters_down_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MAX_CHARACTERS", 10)
    box = Outbox("staff")
    subscription = Subscription("a", box, 0, mode=Mode.LIVE)
    box.subscriptions["a"] = subscription
    for seq in range(1, 50):
        box.push(subscription, seq, "x" * 10)
        queued = box.take_event()
        assert queued is not None
        box.sent(queued)
    assert subscription.sent == 49
    box.push(subscription, 50, "x" * 11)
    assert subscription.mode is Mode.BEHIND and subscription.sent == 49
