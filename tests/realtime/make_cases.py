"""Writes `cases/*.json`: what happened, and what each audience is told. Run it after a wanted change; read the diff.

`python -m tests.realtime.make_cases`. The stores of the console and the widget are tested on the same files: applying
`frames` one by one must give what applying `snapshot` gives.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations.evolution import evolve
from escalation.conversations.machine import decide
from escalation.conversations.model import Conversation
from escalation.conversations.moments import Words, opening
from escalation.desk.reading import DeskSnapshot
from escalation.desk.views import row_view
from escalation.events.envelope import Envelope
from escalation.protocol.frames.base import AUDIENCES, Audience
from escalation.protocol.frames.desk import AgentView
from escalation.protocol.messages import Body, DeletedBody, ErasedBody, NoticeCode
from escalation.realtime.encoding import StreamEncoder
from escalation.realtime.ports import ThreadSnapshot
from escalation.realtime.snapshots import desk_frames
from tests.factories import ANA, CUSTOMER, NOON, SUE, TOM, a_command, a_decision, a_part
from tests.realtime.whole_thread import thread_frames

CASES = Path(__file__).parent / "cases"
AGENTS = {"ana": "Ana", "tom": "Tom", "sue": "Sue"}
TITLES = {"refund": "Refund", "card": "Blocked card"}
EXAMPLES = {"example-1": "I want my money back"}

_bodies: TypeAdapter[dict[str, Body]] = TypeAdapter(dict[str, Body])


class Story:
    """A conversation told by commands; each takes place half a minute after the one before, or as told."""

    def __init__(self) -> None:
        self.state = Conversation(id="c1")
        self.now = NOON
        self.events: list[Envelope] = []
        self.bodies: dict[str, Body] = {}
        self.commands = 0

    def then(self, kind: type[c.Command], *, seconds: int = 30, **fields: Any) -> "Story":
        """Carry out one command, filled in from the present state."""
        self.commands += 1
        self.now += timedelta(seconds=seconds)
        number, known = self.commands, kind.model_fields
        given: dict[str, Any] = {
            "message_id": f"m{number}",
            "client_message_id": f"0190f3a0-0000-7000-8000-{number:012d}",
            "epoch": self.state.epoch,
            "up_to_seq": self.state.last_customer_seq,
            "last_seen_seq": self.state.seq,
            "choices_message_id": self.state.choices_message_id,
            "resolution_id": self.state.resolution.id if self.state.resolution else "r1",
            "deadline": self.now + timedelta(minutes=5),
            "until": self.now + timedelta(hours=1),
            "site": "shop",
        }
        filled = {name: value for name, value in given.items() if name in known} | fields
        for event in decide(self.state, a_command(kind, **filled), self.now):
            self.happen(event)
        return self

    def happen(self, event: e.ConversationEvent) -> None:
        """Store one event; its words go where words go."""
        self.state = evolve(self.state, event, self.now)
        if isinstance(event, e.MessageAdded) and event.body is not None:
            self.bodies[event.message_id] = event.body
        if isinstance(event, e.MessageEdited) and event.body is not None:
            self.bodies[event.message_id] = event.body
        if isinstance(event, e.MessageDeleted):
            self.bodies[event.message_id] = DeletedBody()
        if isinstance(event, e.Erased):
            self.bodies = dict.fromkeys(self.bodies, ErasedBody())
        self.events.append(an_envelope("conversation:c1", len(self.events) + 1, event.type, event.payload(), self.now))

    def change(self, kind: type[c.ChangeMessage], id: str, *, internal: bool = False, **fields: Any) -> "Story":
        """Ana edits or deletes what she said a moment ago."""
        said = c.SentMessage(
            id=id, author="agent", author_id=ANA.id, internal=internal, at=self.now, body=self.bodies[id]
        )
        return self.then(kind, actor=ANA, message=said, **fields)

    def case(self, description: str) -> dict[str, Any]:
        """The story as a case."""
        words = Words(self.bodies, AGENTS, TITLES, EXAMPLES)
        return a_case("conversation:c1", description, self.events, words)


def an_envelope(stream: str, seq: int, type: str, payload: dict[str, Any], at: datetime = NOON) -> Envelope:
    """An event of the log."""
    return Envelope(stream, seq, at, type, 1, json.loads(json.dumps(payload, default=str)), "system")


def a_case(stream: str, description: str, events: list[Envelope], words: Words, **more: Any) -> dict[str, Any]:
    """What the files hold; `frames` and `snapshot` are what the code makes of the rest."""
    given = {
        "description": description,
        "stream": stream,
        "events": [
            {"seq": each.seq, "at": each.at.isoformat(), "type": each.type, "payload": each.payload} for each in events
        ],
        "words": asdict(words) | {"bodies": _bodies.dump_python(dict(words.bodies), mode="json")},
        **more,
    }
    return given | told(given)


def told(case: dict[str, Any]) -> dict[str, Any]:
    """Return `frames` and, where the stream has one, `snapshot`, by audience."""
    stream = case["stream"]
    events = [
        an_envelope(stream, each["seq"], each["type"], each["payload"], datetime.fromisoformat(each["at"]))
        for each in case["events"]
    ]
    words = Words(**(case["words"] | {"bodies": _bodies.validate_python(case["words"]["bodies"])}))
    frames = {audience: list(_frames(stream, events, words, audience)) for audience in AUDIENCES}
    snapshot = {audience: _snapshot(case, events, words, audience) for audience in AUDIENCES}
    return {"frames": frames} | ({"snapshot": snapshot} if any(snapshot.values()) else {})


def _frames(stream: str, events: list[Envelope], words: Words, audience: Audience) -> Iterable[dict[str, Any]]:
    encoder = StreamEncoder.from_start(stream)
    for envelope in events:
        if (text := encoder.next(envelope, words).text(audience)) is not None:
            yield json.loads(text)


def _snapshot(case: dict[str, Any], events: list[Envelope], words: Words, audience: Audience) -> list[dict[str, Any]]:
    stream = case["stream"]
    if stream == "desk" and audience == "staff":
        rows = {
            each.payload["conversation"]: row_view(each.payload, words) for each in events if each.type == "RowChanged"
        }
        agents = [AgentView.model_validate(agent) for agent in case["agents"]]
        frames = desk_frames(stream, DeskSnapshot(len(events), list(rows.values()), agents))
    elif (scene := opening(stream)) is not None:
        state = scene.conversation
        for each in events:
            state = evolve(state, e.parse_event(each.type, each.payload), each.at)
        frames = thread_frames(ThreadSnapshot(state, events, words), audience)
    else:
        return []
    return [frame.model_dump(mode="json") for frame in frames]


# --- the stories -------------------------------------------------------------------------------------------------


def answered() -> Story:
    return Story().then(c.Say, text="I want a refund").then(c.Answer, text="Here is how.", intent="refund")


def several_answered() -> Story:
    return Story().then(c.Say, text="where is my order, and can I have my money back?").then(c.AnswerParts)


def several_handed_off() -> Story:
    story = Story().then(c.Say, text="where is my order, and can I have my money back?")
    parts = (a_part("order", 0, 17), a_part("refund", 23, 48))
    said = {"message_ids": ("m1",), "label": "order", "parts": parts}
    decision = a_decision(action="hand_off", reason="several_requests", **said)
    return story.then(c.HandOff, reason="several_requests", decision=decision)


def handed_off(notice: NoticeCode = "handed_off") -> Story:
    decision = a_decision(action="hand_off", reason="low_confidence", label=None, confidence=0.4)
    story = Story().then(c.Say, text="They charged me twice")
    return story.then(c.HandOff, reason="low_confidence", decision=decision, notice=notice)


def asked_for_contact() -> Story:
    return handed_off("nobody_online")


def nobody_online() -> Story:
    story = Story().then(c.Say, text="Is anybody there?")
    return story.then(c.HandOff, reason="asked_for_human", notice="nobody_online")


def with_ana() -> Story:
    return handed_off().then(c.Claim, actor=ANA).then(c.Reply, actor=ANA, text="Hello, let me look.")


def followed_up() -> Story:
    """Planned, resolved, and due: Ana has it again, and the customer knows nothing of it."""
    story = resolved().then(c.Settle).then(c.PlanFollowUp, actor=ANA, at=NOON + timedelta(days=1))
    assert story.state.follow_up is not None
    return story.then(c.FollowUpNow, planned_seq=story.state.follow_up.planned_seq, agent=ANA, seconds=86_400)


def resolved() -> Story:
    return with_ana().then(c.AddNote, actor=ANA, text="a known problem").then(c.Resolve, actor=ANA, resolution_id="r1")


def conversation_cases() -> dict[str, dict[str, Any]]:
    clarified = Story().then(c.Say, text="my card").then(c.Clarify)
    stories = {
        "answered": (answered(), "The bot answers."),
        "several_answered": (several_answered(), "The bot answers two requests."),
        "several_handed_off": (several_handed_off(), "Two requests are more than the bot may answer."),
        "answered_and_closed": (answered().then(c.CloseAfterSilence).then(c.Rate), "Silence, the end, a rating."),
        "clarified": (
            clarified.then(c.Choose, intent="card"),
            "The bot asks which of two it is; the customer chooses.",
        ),
        "asked_what": (
            Story().then(c.Say, text="I have a question").then(c.AskWhat).then(c.Say, text="where is my parcel?"),
            "The bot asks what it is about; the customer says it.",
        ),
        "handed_off": (handed_off(), "The bot is not sure: the customer waits."),
        "handoff_cancelled": (handed_off().then(c.CancelHandoff), "The customer no longer wants to wait."),
        "contact_asked": (asked_for_contact(), "Nobody is here, and the customer is asked for an address."),
        "contact_left": (
            asked_for_contact().then(c.LeaveContact).then(c.Expire),
            "The customer left an address; nobody came.",
        ),
        "expired": (handed_off().then(c.Expire), "Nobody came in time, and the customer is asked for an address."),
        "contact_left_late": (
            handed_off().then(c.Expire).then(c.LeaveContact),
            "The customer left an address after nobody came.",
        ),
        "told_of_somebody": (
            nobody_online().then(c.TellWaiting),
            "Nobody was there, and the customer is told once somebody has come.",
        ),
        "given_up": (asked_for_contact().then(c.Abandon), "The customer is gone: no address is asked for."),
        "with_agent": (with_ana(), "An agent claims and answers."),
        "note": (with_ana().then(c.AddNote, actor=TOM, text="a regular"), "A note, which the customer never sees."),
        "edited": (
            with_ana().change(c.EditMessage, "m4", text="Hello Maria, let me look."),
            "An agent corrects her own reply.",
        ),
        "deleted": (
            with_ana().change(c.EditMessage, "m4", text="Hello Li, let me look.").change(c.DeleteMessage, "m4"),
            "An agent corrects her own reply, then takes it back.",
        ),
        "note_edited": (
            with_ana()
            .then(c.AddNote, actor=ANA, text="a regulr")
            .change(c.EditMessage, "m5", internal=True, text="a regular"),
            "A corrected note, which the customer never sees.",
        ),
        "taken_over": (answered().then(c.Reply, actor=ANA, text="I can help."), "A reply seizes it from the bot."),
        "held_and_snoozed": (
            with_ana()
            .then(c.Hold, actor=ANA)
            .then(c.Unhold, actor=ANA)
            .then(c.Snooze, actor=ANA)
            .then(c.Wake, actor=ANA),
            "The customer is asked to wait; later the agent hides it for an hour and looks again.",
        ),
        "followed_up": (
            followed_up().then(c.Reply, actor=ANA, text="Has it arrived?"),
            "Planned, resolved and due: the customer hears of it by the agent's words alone.",
        ),
        "transferred": (
            with_ana().then(c.Transfer, actor=ANA, queue="billing").then(c.Claim, actor=TOM),
            "Passed to another queue, claimed there.",
        ),
        "offered": (
            with_ana()
            .then(c.Offer, actor=ANA)
            .then(c.EndOffer, actor=TOM, how="declined")
            .then(c.Offer, actor=ANA, agent="sue")
            .then(c.AcceptOffer, actor=SUE),
            "Proposed to two agents: one declines, the other accepts.",
        ),
        "handed_back": (with_ana().then(c.HandBack, actor=ANA), "The bot has it again."),
        "resolved_unsettled": (resolved(), "Resolved a moment ago: the customer is not told yet."),
        "resolved": (resolved().then(c.Settle), "Resolved, and nobody withdrew: the customer is told."),
        "withdrawn": (
            resolved().then(c.WithdrawResolution, seconds=5, actor=ANA),
            "Withdrawn in time: the customer saw nothing.",
        ),
        "withdrawn_late": (
            resolved().then(c.Settle).then(c.WithdrawResolution, actor=SUE),
            "Withdrawn by a supervisor after the customer was told.",
        ),
        "reopened": (
            resolved().then(c.Settle).then(c.Say, text="it happened again", reopen_to=ANA),
            "The customer writes after the end; the same agent has it.",
        ),
        "erased": (
            resolved().then(c.Settle).then(c.Tag, tags=("late",)).then(c.Erase),
            "Every word is gone, and its tags.",
        ),
    }
    return {name: story.case(description) for name, (story, description) in stories.items()}


def other_cases() -> dict[str, dict[str, Any]]:
    opened = [an_envelope(f"customer:{CUSTOMER.id}", 1, "ConversationOpened", {"conversation": "c1"})]
    published = {"name": "v13", "kind": "version", "examples": 1900}
    run = {
        "run": "run-31",
        "state": "running",
        "progress": 0.74,
        "stage": "fine_tune",
        "eta_seconds": 60.0,
        "detail": "",
    }
    learning = [
        an_envelope("models", 1, "RunChanged", run),
        an_envelope("models", 2, "RunChanged", run | {"state": "succeeded", "progress": 1.0, "eta_seconds": None}),
        an_envelope("models", 3, "ModelPublished", published),
    ]
    changed = [an_envelope("catalogue", 1, "CatalogueChanged", {"intents": ["refund", "card"]})]
    proposed = [an_envelope("proposals", 1, "ProposalsChanged", {"intents": ["refund"]})]
    read = [an_envelope("staff:ana", 1, "ConversationRead", {"conversation": "c1", "up_to": 7})]
    whispered = [an_envelope("staff:ana", 1, "Whispered", {"conversation": "c1", "unseen": 3})]
    mentioned = [an_envelope("staff:ana", 1, "MentionAdded", {"conversation": "c1", "up_to": 7})]
    left = [an_envelope("contacts", 1, "ContactChanged", {"conversation": "c1"})]
    return {
        "customer": a_case(opened[0].stream, "A conversation was opened.", opened, Words()),
        "models": a_case("models", "A run ends, its model answers from now on.", learning, Words()),
        "catalogue": a_case("catalogue", "Two intents changed.", changed, Words()),
        "proposals": a_case("proposals", "An answer was proposed.", proposed, Words()),
        "contacts": a_case("contacts", "An address was left.", left, Words()),
        "read": a_case("staff:ana", "A conversation was read on another device.", read, Words()),
        "whispered": a_case("staff:ana", "A supervisor whispers.", whispered, Words()),
        "mentioned": a_case("staff:ana", "A note mentions one.", mentioned, Words()),
        "desk": desk_case(),
    }


def desk_case() -> dict[str, Any]:
    row = {
        "conversation": "c1",
        "seq": 4,
        "epoch": 2,
        "status": "waiting",
        "agent_id": None,
        "customer": CUSTOMER.id,
        "site": "shop",
        "locale": "en",
        "language": "es",
        "queue": "general",
        "reason": "novel",
        "waiting_since": NOON.isoformat(),
        "deadline": (NOON + timedelta(minutes=5)).isoformat(),
        "held": False,
        "snoozed_until": None,
        "outcome": None,
        "last_message_id": "m1",
        "last_author": "customer",
        "last_at": NOON.isoformat(),
        "last_customer_seq": 2,
    }
    agent: dict[str, Any] = {"id": "ana", "name": "Ana", "role": "agent", "availability": "online", "load": 0}
    agent |= {"capacity": 4, "away_because": None}
    claimed = row | {"seq": 6, "epoch": 3, "status": "assigned", "agent_id": "ana", "deadline": None}
    payloads = [
        ("AgentChanged", agent),
        ("RowChanged", row),
        ("RowChanged", row | {"conversation": "c2", "last_message_id": "m2"}),
        ("RowChanged", claimed),
        ("AgentChanged", agent | {"load": 1}),
        ("RowChanged", claimed | {"seq": 7, "offer": {"agent_id": "tom", "until": NOON.isoformat(), "ended": None}}),
    ]
    events = [an_envelope("desk", seq, type, payload) for seq, (type, payload) in enumerate(payloads, 1)]
    bodies = _bodies.validate_python({id: {"kind": "text", "text": f"words of {id}"} for id in ("m1", "m2")})
    words = Words(bodies, AGENTS, {}, {})
    description = "Two wait, one is claimed and proposed to another agent."
    return a_case("desk", description, events, words, agents=[agent | {"load": 1}])


def main() -> None:
    """Write all files."""
    for name, case in (conversation_cases() | other_cases()).items():
        text = json.dumps(case, indent=1, ensure_ascii=False)
        (CASES / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
