"""A limited member reads nothing of other sites and queues: every route, frame and stream is tried."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select

from escalation.conversations import contacts
from escalation.conversations.tables import ConversationRow, DecisionRow, MessageRow, RatingRow
from escalation.database import Transaction, table_of
from escalation.desk.declarations import HANDLERS
from escalation.learning.tables import ExampleRow
from escalation.people.permissions import permits
from escalation.proof.tables import AuditRow
from escalation.proposals.tables import ProposalRow
from escalation.protocol.close_codes import CloseCode
from escalation.realtime.audience import STREAMS
from escalation.reports.tables import CaseRow
from escalation.web.guards import PUBLIC
from escalation.web.security_page import needed, rest_routes
from tests.realtime.test_session import REQUESTS
from tests.waiting import until_now
from tests.web.service import PASSWORD, WebService
from tests.web.sockets import Socket
from tests.web.test_sign_in import code

SCOPED_READING = {
    "list_decisions", "find_conversations", "read_ending", "list_other_conversations", "show_customer",
    "show_labelled_messages", "list_whispers", "list_drafts",
    "read_customer", "find_customers", "report_customer",
    "list_comments", "export_comments",
    "explain_decision", "read_routing", "list_contacts", "count_contacts", "list_examples", "list_proposals",
}  # fmt: skip
"""Routes that tell of conversations: they leave out what is not the reader's, and show it to who is not limited."""
SCOPED_CHANGING = {
    "erase_customer": "not_found", "suggest_replies": "not_found", "whisper": "not_found", "keep_draft": "not_found",
    "upload_of_agent": "not_found", "name_customer": "not_found", "note_about_customer": "not_found",
    "merge_customer": "not_found",
    "delete_customer_note": "not_found",
    "take_contact": "not_found", "finish_contact": "not_found", "put_contact_back": "not_found",
    "exclude_example": "example_unknown", "approve_proposal": "proposal_unknown",
    "decline_proposal": "proposal_unknown", "restore_proposal": "proposal_unknown",
    "label_audit": "audit_unknown", "skip_audit": "audit_unknown",
}  # fmt: skip
"""Routes that change what came of a conversation, and the refusal of one that is not there."""
OF_NO_CONVERSATION = {
    "show_session", "sign_out", "create_ticket", "list_staff", "add_staff", "list_accounts", "invite",
    "withdraw_invitation", "change_account", "set_disabled", "make_password_link", "change_password", "list_sessions",
    "end_session", "show_catalogue", "add_intent", "show_intent", "edit_intent", "list_changes", "undo_change",
    "report_import", "import_catalogue", "export_catalogue", "list_models", "roll_back", "unpin", "promote_model",
    "show_second_factor", "offer_second_factor", "confirm_second_factor", "remove_second_factor",
    "reset_second_factor", "list_runs", "start_run", "cancel_run", "write_answer", "list_due",
    "next_audit", "undo_audit", "read_certificate", "list_windows", "resume_answers", "set_budget",
    "read_risk_dial", "set_policy",
    "list_queues", "set_queue", "try_queue",
    "list_macros", "add_macro", "change_macro", "delete_macro", "run_macro",
    "read_assistance", "note_insertion", "draft_reply",
    "list_templates", "add_template", "change_template", "delete_template",
    "read_report", "export_report",
    "list_teams", "set_team", "delete_team", "read_own_workload", "read_team_workloads",
    "list_saved_views", "add_saved_view", "delete_saved_view",
}  # fmt: skip
"""Routes that tell of no conversation; what is read among them is tried all the same."""
OF_ADMINS = {"verify", "read_security_log", "check_security_log"}
"""Routes that may name conversations to admins, who are never limited."""
STREAMS_TRIED = {"conversation", "desk", "contacts", "models", "catalogue", "proposals", "staff"}
FRAMES_OF_NO_CONVERSATION = {"set_presence", "take_break", "release_all"}


@dataclass
class Planted:
    """A conversation with words that occur nowhere else, and all that came of it."""

    word: str
    conversation: str
    who: dict[str, str]
    socket: Socket
    audit: str = ""
    """The message of it that auditors are to label."""
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> set[str]:
        return {self.word, self.conversation, self.who["customer"], *self.ids.values()}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    service = WebService(
        tmp_path_factory.mktemp("scope"), queues=("billing",), sign_ins_per_minute=100, messages_per_minute=1_000
    )
    service.prepare()
    service.start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def clients(service: WebService) -> Iterator[dict[str, httpx.Client]]:
    """Robin and Ana see everything; Lea, a supervisor, what is in the queue `general` of the site `demo`."""
    with ExitStack() as stack:
        found = {name: stack.enter_context(service.signed_in(name)) for name in ("robin", "ana")}
        new = {"email": "lea@example.com", "role": "supervisor", "sites": ["demo"], "queues": ["general"]}
        link = found["robin"].post("/api/v1/staff/invitations", json=new).json()
        lea = found["lea"] = stack.enter_context(service.http())
        use = {"token": link["token"], "name": "Lea", "password": PASSWORD}
        lea.headers["X-CSRF-Token"] = lea.post("/api/v1/links/use", json=use).json()["csrf"]
        yield found


def opened(service: WebService, word: str, site: str = "demo") -> Planted:
    """A conversation that waits for a person, with a decision that guessed."""
    who = service.customer(site=site)
    socket = service.customer_socket(who)
    conversation = socket.ask(type="say", text=f"{word} purple teapots sing at noon")["conversation"]
    until_now(lambda: any(row.guesses for row in decisions(service, conversation)))
    socket.ask(type="ask_for_human")
    return Planted(word, conversation, who, socket)


def decisions(service: WebService, conversation: str) -> list[Any]:
    table = table_of(DecisionRow)
    return service.services.database.read_now(
        lambda tx: list(tx.execute(table.select().where(table.c.conversation == conversation)))
    )


def came_of_it(service: WebService, planted: Planted) -> None:
    """An address, a rating with a comment, a learnt example and a proposed answer of the conversation."""
    conversation, word = planted.conversation, planted.word
    ids = planted.ids = {name: f"{word}-{name}" for name in ("example", "proposal")}
    messages = table_of(MessageRow)

    def work(tx: Transaction) -> None:
        said = tx.execute(select(messages.c.id).where(messages.c.conversation == conversation).limit(1)).scalar_one()
        contacts.keep(tx, conversation, f"{word}@example.org", word)
        common = {"conversation": conversation, "at": tx.now, "by": "ana"}
        example = {"id": ids["example"], "source": "resolution", "message_id": said, "message_ids": [said]}
        tx.execute(tx.insert(ExampleRow), {**common, **example, "label": None, "split": "train"})
        proposal = {"resolution": ids["proposal"], "intent": "opening_hours", "message_id": said, "state": "proposed"}
        tx.execute(tx.insert(ProposalRow), {**common, **proposal})
        probe = {"message_id": said, "conversation": conversation, "message_ids": [said], "purpose": "probe"}
        probe |= {"intent": "opening_hours", "lane": "hand_off", "period": 0, "draw": 0.0, "at": tx.now}
        tx.execute(tx.insert(AuditRow), probe)
        rating = {"conversation": conversation, "episode": 0, "at": tx.now, "score": 2, "comment": f"{word} was slow"}
        tx.execute(tx.insert(RatingRow), rating)
        planted.audit = said

    service.services.database.write_now(work)
    counted = table_of(CaseRow).select().where(table_of(CaseRow).c.conversation == conversation)
    until_now(lambda: service.services.database.read_now(lambda tx: tx.execute(counted).first()), 20)
    planted.ids["decision"] = next(row.id for row in decisions(service, conversation) if row.guesses)


def moved(console: Socket, conversation: str, queue: str) -> None:
    """Somebody who may takes it over and passes it to a queue."""
    for frame in ({"type": "take_over"}, {"type": "transfer", "queue": queue}):
        refusal = console.ask(**frame, conversation=conversation, epoch=epoch_of(console, conversation))
        assert refusal["type"] == "accepted", refusal


def epoch_of(console: Socket, conversation: str) -> int:
    """The epoch on a screen that follows the conversation, brought up to date first."""
    console.send(type="unfollow", stream=f"conversation:{conversation}")
    console.send(type="follow", stream=f"conversation:{conversation}")
    return int(console.until("thread_end", stream=f"conversation:{conversation}")["control"]["epoch"])


@pytest.fixture(scope="module")
def planted(service: WebService, clients: dict[str, httpx.Client]) -> Iterator[list[Planted]]:
    """One on another site, one in another queue."""
    with service.staff_socket(clients["robin"]) as console:
        found = [opened(service, "quetzalcoatlus", "shop"), opened(service, "archaeopteryx")]
        moved(console, found[1].conversation, "billing")
        for each in found:
            note = console.ask(type="note", conversation=each.conversation, text=f"{each.word} in a note")
            assert note["type"] == "accepted"
            came_of_it(service, each)
    until_now(lambda: all(_is_found(clients["robin"], each) for each in found))
    yield found
    for each in found:
        each.socket.close()


def _is_found(client: httpx.Client, planted: Planted) -> bool:
    found = client.get("/api/v1/conversations", params={"words": planted.word}).json()["conversations"]
    return [each["row"]["conversation"] for each in found] == [planted.conversation]


def asked(route: APIRoute, planted: Planted) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every path and query under which a route could tell of the conversation."""
    kind = "decision" if "decisions" in route.path else "example" if "examples" in route.path else "conversation"
    kind = "proposal" if "proposals" in route.path else kind
    id = planted.conversation if kind == "conversation" else planted.ids[kind]
    id = planted.who["customer"] if "customers" in route.path else id
    id = planted.audit if "audits" in route.path else id
    path = route.path.replace(":path", "").format(id=id, name="opening_hours", format="yaml", note="none")
    queries: dict[str, list[dict[str, Any]]] = {
        "list_decisions": [{"limit": 1000}, {"conversation": planted.conversation}],
        "find_conversations": [{}, {"words": planted.word}, {"customer": planted.who["customer"]}, {"site": "shop"}],
        "find_customers": [{"words": planted.word}, {"words": planted.who["customer"]}],
        "list_contacts": [{"state": state} for state in ("open", "handled", "done")],
        "list_proposals": [{}, {"intent": "opening_hours"}, {"state": "proposed"}],
        "list_changes": [{"intent": "opening_hours"}],
        "show_catalogue": [{}, {"search": planted.word}],
    }
    yield from ((path, query) for query in queries.get(route.name, [{}]))


def shown(client: httpx.Client, route: APIRoute, planted: Planted) -> set[str]:
    """Return which of the secrets a reading route answers with. A refusal may repeat what it was asked, as of none."""
    found: set[str] = set()
    for path, query in asked(route, planted):
        answer = client.get(path, params=query)
        assert answer.status_code != 500, (path, answer.text)
        if answer.status_code == 404:
            assert planted.word not in answer.json()["error"]["message"].replace(path.split("/")[4], "")
            continue
        found |= {secret for secret in planted.secrets if secret in answer.text}
    return found


def routes(*methods: str) -> list[APIRoute]:
    return [route for route in rest_routes() if needed(route) is not None and set(route.methods or ()) & set(methods)]


def test_every_route_stream_and_frame_says_what_limited_members_get() -> None:
    """A new one is added to a list above, and with that to what is tried here."""
    named = {route.name for route in rest_routes()} - set(PUBLIC)
    assert named == SCOPED_READING | SCOPED_CHANGING.keys() | OF_NO_CONVERSATION | OF_ADMINS
    assert set(STREAMS) == STREAMS_TRIED
    of_one = {frame for frame in HANDLERS.needs if "conversation" in frame.model_fields}
    others = {frame.model_fields["type"].default for frame in HANDLERS.needs if frame not in of_one}
    assert others == FRAMES_OF_NO_CONVERSATION


def test_no_route_tells_of_it(clients: dict[str, httpx.Client], planted: list[Planted]) -> None:
    for each in planted:
        told = {route.name for route in routes("GET") if shown(clients["robin"], route, each)}
        by_name = {
            "count_contacts",
            "list_whispers",
            "list_drafts",
            "list_other_conversations",
            "show_labelled_messages",
            "read_routing",
        }
        assert told - OF_ADMINS == SCOPED_READING - by_name, "what was planted is read by who is not limited"
        assert {route.name for route in routes("GET") if shown(clients["lea"], route, each)} == set()
        for path in ("customer", "ending", "history", "labelled", "routing", "whispers", "drafts"):
            own = clients["lea"].get(f"/api/v1/conversations/{each.conversation}/{path}")
            none = clients["lea"].get(f"/api/v1/conversations/none/{path}")
            assert (own.status_code, own.text.replace(each.conversation, "none")) == (404, none.text)
            assert clients["robin"].get(f"/api/v1/conversations/{each.conversation}/{path}").status_code == 200
        words = clients["lea"].get(f"/api/v1/decisions/{each.ids['decision']}/words")
        none = clients["lea"].get("/api/v1/decisions/none/words")
        assert (words.status_code, words.text.replace(each.ids["decision"], "none")) == (404, none.text)
        for path, name in (("decisions", "decision"), ("examples", "example"), ("contacts", None)):
            after = each.ids[name] if name else each.conversation
            key = "before" if path == "examples" else "after"
            assert clients["lea"].get(f"/api/v1/{path}", params={key: after}).status_code in {404, 422}


def test_members_are_told_their_own_limits(clients: dict[str, httpx.Client]) -> None:
    for name, sites, queues in (("lea", ["demo"], ["general"]), ("ana", [], []), ("robin", [], [])):
        session = clients[name].get("/api/v1/session").json()
        assert (session["seen_sites"], session["seen_queues"]) == (sites, queues)


def test_contacts_are_counted_as_they_are_listed(clients: dict[str, httpx.Client], planted: list[Planted]) -> None:
    for name, open_ones in (("lea", 0), ("robin", len(planted))):
        assert clients[name].get("/api/v1/contacts/counts").json()["open"] == open_ones


def test_no_route_changes_it(clients: dict[str, httpx.Client], planted: list[Planted]) -> None:
    bodies: dict[str, Any] = {"exclude_example": {"excluded": True}, "approve_proposal": {"locales": ["en"]}}
    bodies["label_audit"] = {"intents": []}
    bodies["whisper"] = {"text": "psst"}
    bodies["keep_draft"] = {"kind": "reply", "text": "psst"}
    bodies["whisper"] = bodies["note_about_customer"] = {"text": "psst"}
    bodies["merge_customer"] = {"survivor": "none"}
    bodies["name_customer"] = {"name": "Somebody"}
    for each in planted:
        refused = {}
        for route in routes("POST", "PUT", "PATCH", "DELETE"):
            if route.name in SCOPED_CHANGING:
                (path, _), *_ = asked(route, each)
                answer = clients["lea"].request(next(iter(route.methods or ())), path, json=bodies.get(route.name))
                refused[route.name] = code(answer)
        assert refused == SCOPED_CHANGING


def test_no_audit_shows_it(clients: dict[str, httpx.Client], planted: list[Planted]) -> None:
    for name, seen in (("robin", True), ("lea", False)):
        task = clients[name].post("/api/v1/audits/next").json()["task"]
        assert (task is not None and task["id"] in {each.audit for each in planted}) == seen
        assert any(each.word in str(task) for each in planted) == seen


def test_no_frame_reaches_it(service: WebService, clients: dict[str, httpx.Client], planted: list[Planted]) -> None:
    """Lea is a supervisor: nothing but her limits refuses her."""
    assert all(permits("supervisor", permission) for permission in HANDLERS.needs.values())
    names = ("command_id", "client_message_id")
    frames = [{k: v for k, v in each.items() if k not in names} for each in REQUESTS["staff"]]
    of_one = [each for each in frames if each["type"] not in FRAMES_OF_NO_CONVERSATION]
    ana = clients["ana"].get("/api/v1/session").json()["me"]["id"]
    with service.staff_socket(clients["lea"]) as lea:
        for frame in of_one:
            about = {"agent": ana} if "agent" in frame else {}
            none = lea.ask(**frame | about | {"conversation": "none"})
            for each in planted:
                answer = lea.ask(**frame | about | {"conversation": each.conversation})
                said = (answer.get("code"), answer.get("message", "").replace(each.conversation, "none"))
                assert said == ("not_found", none["message"]), frame["type"]


def test_no_stream_tells_of_it(service: WebService, clients: dict[str, httpx.Client], planted: list[Planted]) -> None:
    """Snapshots, and what happens while they watch; another member's screen shows that it happened."""
    own = opened(service, "diplodocus")
    me = clients["lea"].get("/api/v1/session").json()["me"]["id"]
    streams = [kind for kind in STREAMS if kind not in {"conversation", "staff"}] + [f"staff:{me}"]
    with service.staff_socket(clients["robin"], "desk") as robin, service.staff_socket(clients["lea"], *streams) as lea:
        for each in planted:
            stream = f"conversation:{each.conversation}"
            lea.send(type="follow", stream=stream)
            assert lea.until("following", "dropped", stream=stream)["reason"] == "not_found"
            robin.send(type="follow", stream=stream)
            robin.until("following", stream=stream)
            each.socket.send(type="typing")
            each.socket.ask(type="say", text=f"{each.word} once more")
            robin.ask(type="note", conversation=each.conversation, text=f"{each.word} noted")
            each.socket.ask(type="leave_contact", email=f"{each.word}@example.net")
            came_of_contact(service, each)
            robin.message(f"{each.word} noted")
        own.socket.ask(type="say", text="the last word")
        came_of_contact(service, own)
        lea.until("contact_changed", conversation=own.conversation)
        until_last_said(lea, own.conversation, "the last word")
        seen = [frame for frame in lea.seen if frame["type"] != "dropped"]
        for each in planted:
            assert not [frame for frame in seen if any(secret in str(frame) for secret in each.secrets)]
        assert any(planted[0].word in str(frame) for frame in robin.seen)
    own.socket.close()


@pytest.mark.parametrize("door", ["route", "frame", "stream"])
@pytest.mark.parametrize("there", [True, False])
def test_the_security_log_tells_of_who_asks_for_what_they_do_not_see(
    service: WebService, clients: dict[str, httpx.Client], planted: list[Planted], door: str, there: bool
) -> None:
    """It tells so too where nothing is there: how long the refusal takes says nothing about that."""
    id = planted[0].conversation if there else "none"
    new = {"email": f"{door}{there}@example.com", "role": "agent", "sites": ["demo"]}
    link = clients["robin"].post("/api/v1/staff/invitations", json=new).json()
    with service.http() as client:
        use = {"token": link["token"], "name": "Una", "password": PASSWORD}
        session = client.post("/api/v1/links/use", json=use).json()
        client.headers["X-CSRF-Token"] = session["csrf"]
        if door == "route":
            assert code(client.get(f"/api/v1/conversations/{id}/ending")) == "not_found"
        else:
            with service.staff_socket(client) as socket:
                if door == "frame":
                    assert socket.ask(type="note", conversation=id, text="hm")["code"] == "not_found"
                else:
                    socket.send(type="follow", stream=f"conversation:{id}")
                    assert socket.until("dropped")["reason"] == "not_found"
    me = session["me"]["id"]
    rows = clients["robin"].get("/api/v1/security-log", params={"kind": "unseen_refused", "person": me}).json()["rows"]
    assert [(row["actor"], row["subject"], row["facts"]) for row in rows] == [(me, me, {})]


def test_who_sees_everything_is_told_of_nothing_that_is_not_there(
    service: WebService, clients: dict[str, httpx.Client]
) -> None:
    me = clients["ana"].get("/api/v1/session").json()["me"]["id"]
    assert code(clients["ana"].get("/api/v1/conversations/none/ending")) == "not_found"
    with service.staff_socket(clients["ana"]) as ana:
        ana.send(type="follow", stream="conversation:none")
        assert ana.until("dropped")["reason"] == "not_found"
    wanted = {"kind": "unseen_refused", "person": me}
    assert clients["robin"].get("/api/v1/security-log", params=wanted).json()["rows"] == []


def came_of_contact(service: WebService, planted: Planted) -> None:
    service.services.database.write_now(
        lambda tx: contacts.keep(tx, planted.conversation, f"{planted.word}@example.com", planted.word)
    )


def until_closed(console: Socket, stream: str) -> None:
    """Read until a followed thread is closed to its reader; it may have come before the row went, or after."""
    closed = {"type": "dropped", "stream": stream, "reason": "rights_changed"}
    next(frame for frame in console.every() if frame == closed)


def until_last_said(console: Socket, conversation: str, text: str) -> None:
    """Read until a row of a conversation ends with these words; it may have come before a frame of another stream."""
    rows = (row for frame in console.every() if frame["type"] == "desk" for row in frame["rows"])
    next(row for row in rows if (row["conversation"], row["last_text"]) == (conversation, text))


def until_row(console: Socket, conversation: str) -> dict[str, Any]:
    """Return the next row of a conversation on a screen."""
    while True:
        for row in console.until("desk")["rows"]:
            if row["conversation"] == conversation:
                return dict(row)


def test_a_conversation_leaves_and_comes_back_while_two_watch(
    service: WebService, clients: dict[str, httpx.Client]
) -> None:
    each = opened(service, "ankylosaurus")
    stream = f"conversation:{each.conversation}"
    with (
        service.staff_socket(clients["ana"], "desk", stream) as ana,
        service.staff_socket(clients["lea"], "desk", stream) as lea,
    ):
        moved(ana, each.conversation, "billing")
        while each.conversation not in lea.until("desk")["gone"]:
            pass
        until_closed(lea, stream)
        before = len(lea.seen)
        each.socket.ask(type="say", text="said in billing")
        ana.message("said in billing")
        lea.send(type="follow", stream=stream)
        assert lea.until("following", "dropped", stream=stream)["reason"] == "not_found"
        assert code(clients["lea"].get(f"/api/v1/conversations/{each.conversation}/ending")) == "not_found"
        assert "said in billing" not in str(lea.seen[before:])
        moved(ana, each.conversation, "general")
        assert until_row(lea, each.conversation)["queue"] == "general"
        lea.send(type="follow", stream=stream)
        part = lea.until("thread_part", stream=stream)
        assert "said in billing" in str(part), "what is said belongs to the conversation, wherever it is"
        assert clients["lea"].get(f"/api/v1/conversations/{each.conversation}/ending").status_code == 200
    each.socket.close()


def test_other_limits_begin_sockets_anew_and_count_at_once(
    service: WebService, clients: dict[str, httpx.Client], planted: list[Planted]
) -> None:
    robin, lea = clients["robin"], clients["lea"]
    me = lea.get("/api/v1/session").json()["me"]["id"]
    socket = service.staff_socket(lea, "desk")
    wider = robin.patch(f"/api/v1/staff/{me}", json={"queues": []})
    assert wider.json()["queues"] == [] and wider.json()["sites"] == ["demo"]
    assert socket.close_code() == CloseCode.SESSION_ENDED
    assert (
        _is_found(lea, planted[1])
        and not lea.get("/api/v1/conversations", params={"site": "shop"}).json()["conversations"]
    )
    with service.staff_socket(lea, "desk") as again:
        rows = again.until("desk_part")["rows"]
        assert {planted[0].conversation, planted[1].conversation} & {row["conversation"] for row in rows} == {
            planted[1].conversation
        }
    robin.patch(f"/api/v1/staff/{me}", json={"queues": ["general"]})
    assert not lea.get("/api/v1/conversations", params={"words": planted[1].word}).json()["conversations"]
    unknown = robin.patch(f"/api/v1/staff/{me}", json={"sites": ["nowhere"]})
    assert (unknown.status_code, code(unknown)) == (422, "invalid")


def test_who_sees_a_part_of_a_customer_cannot_erase_them(service: WebService, clients: dict[str, httpx.Client]) -> None:
    own = opened(service, "stegosaurus")
    table = table_of(ConversationRow)

    def elsewhere_too(tx: Transaction) -> None:
        row = dict(tx.execute(table.select().where(table.c.id == own.conversation)).one()._mapping)
        tx.execute(
            table.insert().values(
                {**row, "id": "another", "status": "closed", "state": {**row["state"], "queue": "billing"}}
            )
        )

    service.services.database.write_now(elsewhere_too)
    try:
        assert code(clients["lea"].delete(f"/api/v1/customers/{own.who['customer']}")) == "forbidden"
    finally:
        service.services.database.write_now(lambda tx: tx.execute(table.delete().where(table.c.id == "another")))
    assert clients["lea"].delete(f"/api/v1/customers/{own.who['customer']}").status_code == 200
