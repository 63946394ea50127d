"""Counting a replay: delivery against the log, decisions against labels, percentiles."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from escalation.lab.replay.accounting import Decided, Delivery, Played, compare, percentiles, summarise


@dataclass(frozen=True)
class Entry:
    """A message of a log."""

    id: str
    seq: int
    internal: bool = False
    author: str = "customer"
    client_message_id: str | None = None


def a_log(*, notes: int = 0) -> list[Entry]:
    public = [Entry(f"m{n}", n, client_message_id=f"c{n}") for n in range(1, 4)]
    public.append(Entry("m4", 4, author="bot"))
    return public + [Entry(f"n{n}", 10 + n, internal=True, author="agent") for n in range(notes)]


SENT = ["c1", "c2", "c3"]


def test_a_faultless_conversation_has_nothing_to_report() -> None:
    log = a_log(notes=2)
    assert compare(accepted=SENT, received=log[:4], log=log) == Delivery()


def test_what_came_after_the_log_was_read_is_no_fault() -> None:
    assert compare(accepted=SENT, received=[*a_log(), Entry("m9", 9)], log=a_log()) == Delivery()


@given(st.sets(st.sampled_from(["m1", "m2", "m3", "m4"])))
def test_every_undelivered_message_is_lost(missing: set[str]) -> None:
    received = [entry for entry in a_log() if entry.id not in missing]
    assert compare(accepted=SENT, received=received, log=a_log()) == Delivery(lost=len(missing))


def test_what_was_sent_and_is_not_in_the_log_is_lost() -> None:
    assert compare(accepted=[*SENT, "c9"], received=a_log(), log=a_log()).lost == 1
    assert compare(accepted=["c1"], received=[], log=[]).lost == 1


def test_duplicates_in_the_log_and_on_the_way_are_counted() -> None:
    twice = [*a_log(), Entry("m5", 5, client_message_id="c1")]
    assert compare(accepted=SENT, received=twice, log=twice).duplicated == 1
    assert compare(accepted=SENT, received=[*a_log(), a_log()[0]], log=a_log()).duplicated == 1
    assert compare(accepted=SENT, received=a_log(), log=a_log(), repeated=2).duplicated == 2


def test_a_message_the_log_does_not_have_is_a_fault() -> None:
    assert compare(accepted=SENT, received=[*a_log(), Entry("ghost", 2)], log=a_log()).duplicated == 1


def test_a_note_at_a_customer_is_a_leak() -> None:
    log = a_log(notes=1)
    assert compare(accepted=SENT, received=log, log=log).leaked == 1


def decided(action: str, label: str | None = None, guess: str | None = None) -> Decided:
    return Decided(action, "prediction", label, guess, model="v1")  # type: ignore[arg-type]


def played(label: str | None, *decisions: Decided, number: int = 0, **fields: object) -> Played:
    return Played(number, label, decisions=decisions, finished=True, **fields)  # type: ignore[arg-type]


def test_the_summary_counts_what_the_bot_did() -> None:
    stories = [
        played("x", decided("answer", "x", "x"), reply_seconds=0.5),
        played("x", decided("answer", "y", "y"), reply_seconds=0.7),
        played(None, decided("answer", "y", "y")),
        played("x", decided("hand_off", guess="x"), resolved=True, handoff_seconds=0.2),
        played("x", decided("clarify", guess="y"), Decided("answer", "choice", "x", None)),
        played(None, decided("hand_off", guess="y"), resolved=True),
    ]
    summary = summarise(stories, seconds=2.0, extra=["agent_lost"])
    expected = {"messages": 6, "answered": 4, "wrong": 2, "handed_off": 2, "resolved": 2, "clarified": 1}
    assert {key: summary[key] for key in expected} == expected
    assert (summary["coverage"], summary["risk"], summary["accuracy"]) == (0.6667, 0.5, 0.5)
    assert (summary["answered_directly"], summary["risk_directly"]) == (3, 0.6667)
    assert summary["lost"] == summary["duplicated"] == summary["unfinished"] == 0
    assert summary["latency_ms"]["reply"]["p50"] == 500
    assert summary["latency_ms"]["handoff_on_screen"]["p99"] == 200
    assert summary["errors"] == {"agent_lost": 1}


def test_parts_cover_the_replay_in_the_order_played() -> None:
    stories = [played("x", decided("answer" if n >= 6 else "hand_off", "x", "x"), number=n) for n in reversed(range(8))]
    parts = summarise(stories, seconds=1, parts=4)["parts"]
    assert [part["coverage"] for part in parts] == [0, 0, 0, 1]
    assert sum(part["messages"] for part in parts) == 8


def test_an_empty_replay_has_no_shares() -> None:
    summary = summarise([], seconds=0)
    assert (summary["messages"], summary["coverage"], summary["risk"], summary["parts"]) == (0, None, None, [])


@given(st.lists(st.floats(0, 100), min_size=1))
def test_percentiles_are_values_that_happened_and_grow(values: list[float]) -> None:
    found = percentiles(values)
    assert list(found.values()) == sorted(found.values())  # type: ignore[type-var]
    assert all(any(round(v * 1000, 1) == p for v in values) for p in found.values())


def test_percentiles_use_the_nearest_rank() -> None:
    found = percentiles(n / 1000 for n in range(1, 101))
    assert found == {"p50": 50, "p95": 95, "p99": 99}
    assert percentiles([]) == {"p50": None, "p95": None, "p99": None}
