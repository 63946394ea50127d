"""What a client knows, without sockets: threads, the desk, and when to try again."""

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.client.backoff import Backoff
from escalation.client.desk import DeskState
from escalation.client.thread import Thread
from escalation.protocol.frames.conversation import ControlView, MessageAdded, MessageView, ThreadEnd, ThreadPart
from escalation.protocol.frames.desk import DeskEnd, DeskPart, RowsChanged, RowView
from escalation.protocol.messages import TextBody
from escalation.protocol.states import Status

NOON = datetime(2030, 1, 2, 12, 0, tzinfo=UTC)
STREAM = "conversation:c1"


def a_message(seq: int) -> MessageView:
    return MessageView(id=f"m{seq}", seq=seq, at=NOON, author="customer", body=TextBody(text=str(seq)))


def added(seq: int) -> MessageAdded:
    return MessageAdded(stream=STREAM, seq=seq, message=a_message(seq))


def a_snapshot(*seqs: int, head: int) -> list[ThreadPart | ThreadEnd]:
    control = ControlView(status=Status.BOT, controller="bot", epoch=0)
    end = ThreadEnd(stream=STREAM, head=head, control=control, customer="x", site="s", locale="en")
    return [*(ThreadPart(stream=STREAM, messages=(a_message(seq),)) for seq in reversed(seqs)), end]


def a_thread(*frames: MessageAdded | ThreadPart | ThreadEnd) -> Thread:
    thread = Thread("c1")
    for frame in frames:
        thread.apply(frame)
    return thread


@given(st.lists(st.integers(1, 12)))
def test_each_message_is_there_once_whatever_arrives(seqs: list[int]) -> None:
    thread = a_thread(*map(added, seqs))
    assert [m.seq for m in thread.messages] == list(dict.fromkeys(seqs))
    assert thread.duplicates == len(seqs) - len(set(seqs))
    assert thread.head == max(seqs, default=0)
    assert (thread.disorders == 0) == (list(dict.fromkeys(seqs)) == sorted(set(seqs)))


def test_a_snapshot_replaces_and_may_repeat() -> None:
    thread = a_thread(added(1), added(2), *a_snapshot(1, 2, 3, head=5))
    assert [m.seq for m in thread.messages] == [1, 2, 3]
    assert (thread.head, thread.complete) == (5, True)
    assert (thread.duplicates, thread.vanished) == (0, 0)


def test_a_snapshot_that_takes_something_back_is_noticed() -> None:
    assert a_thread(added(1), added(2), *a_snapshot(1, head=5)).vanished == 1


def test_a_snapshot_cut_off_leaves_no_trace() -> None:
    thread = a_thread(*a_snapshot(1, 2, head=5)[:1])
    thread.interrupted()
    for frame in a_snapshot(1, 2, head=5):
        thread.apply(frame)
    assert [m.seq for m in thread.messages] == [1, 2]
    assert thread.duplicates == 0


def a_row(seq: int, conversation: str = "c1") -> RowView:
    nothing = dict.fromkeys(
        ("agent_id", "agent_name", "reason", "waiting_since", "deadline", "snoozed_until", "follow_up",
         "outcome", "last_author",
         "last_at", "offer", "language", "reply_by", "remind_at", "sla",
         "customer_name", "intent"))  # fmt: skip
    return RowView.model_validate(
        {"conversation": conversation, "seq": seq, "epoch": 0, "status": "bot", "customer": "x", "site": "s",
         "locale": "en", "queue": "general", "held": False, "last_text": "", "last_customer_seq": 0, **nothing}
    )  # fmt: skip


@given(st.lists(st.integers(1, 20), min_size=1))
def test_the_newest_row_wins_in_any_order(seqs: list[int]) -> None:
    desk = DeskState()
    for seq in seqs:
        desk.apply(RowsChanged(stream="desk", seq=1, rows=(a_row(seq),)))
    assert desk.rows["c1"].seq == max(seqs)


def test_a_desk_snapshot_forgets_what_is_gone() -> None:
    desk = DeskState()
    desk.apply(RowsChanged(stream="desk", seq=1, rows=(a_row(1, "old"),)))
    desk.apply(DeskPart(stream="desk", rows=(a_row(1, "new"),)))
    desk.apply(DeskEnd(stream="desk", head=2))
    assert set(desk.rows) == {"new"}


@given(st.integers(0, 2_000), st.integers())
def test_waits_are_spread_over_a_ceiling_that_doubles_to_thirty_seconds(attempt: int, seed: int) -> None:
    backoff = Backoff(draws=Random(seed))
    assert backoff.ceiling(attempt) == min(30.0, 0.5 * 2 ** min(attempt, 20))
    assert 0 <= backoff.delay(attempt) <= backoff.ceiling(attempt)


def test_full_jitter_uses_the_whole_ceiling() -> None:
    backoff = Backoff(draws=Random(1))
    waits = [backoff.delay(10) for _ in range(2_000)]
    assert sum(waits) / len(waits) == pytest.approx(15, rel=0.05)
    assert min(waits) < 0.5
    assert max(waits) > 29
