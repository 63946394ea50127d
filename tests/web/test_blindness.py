"""Only auditors can tell which automatic answers are audited: frames, routes, exports, logs and metrics are read."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import Row, select

from escalation.database import Transaction, table_of
from escalation.people.permissions import Permission, permits
from escalation.proof.tables import AuditRow, AutomaticAnswerRow, WindowRow
from escalation.protocol.states import Role
from escalation.web.security_page import needed, rest_routes
from tests.waiting import until_now
from tests.web.service import WebService
from tests.web.sockets import Socket
from tests.web.test_openapi import OPERATIONS
from tests.web.test_rest import decided

TEXT = "where's my parcel??"
BLIND: dict[str, Role] = {"ana": "agent", "tara": "trainer"}
OF_A_CONVERSATION = {
    "list_whispers",
    "list_drafts",
    "list_other_conversations",
    "show_customer",
    "read_ending",
    "read_routing",
    "show_labelled_messages",
}
OF_A_CUSTOMER = {"read_customer", "report_customer"}
OF_A_DECISION = {"explain_decision"}
NEEDED = {route.name: needed(route) for route in rest_routes()}
OF_THE_PROOF = {"read_certificate", "list_windows"}
TELLING = {"draw", "drawn", "audit", "audits", "audited", "verdict", "lane", "period", "ruled_at", "holder"}
"""Names under which something of an audit could be told."""
COUNTS_TOLD = {"escalation_audits", "escalation_certificate", "escalation_probes", "escalation_breaker"}
MOST_TRIED = 40

_answers, _audits, _windows = table_of(AutomaticAnswerRow), table_of(AuditRow), table_of(WindowRow)


@dataclass
class Lived:
    """One conversation whose request the bot answered, then a person, and all that agent and trainer got of it."""

    conversation: str
    customer: str
    drawn: bool
    draw: float
    told: dict[str, str] = field(default_factory=dict)
    """By reader and place, with ids, times and positions left out."""
    proof: dict[str, str] = field(default_factory=dict)
    """What the routes of the proof and the metrics told, by reader and place."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebService]:
    """A service whose first window draws half of the answers."""
    many = {"sign_ins_per_minute": 100, "messages_per_minute": 1_000, "identities_per_minute": 1_000}
    service = WebService(tmp_path_factory.mktemp("blindness"), **many)
    service.prepare()
    service.start()
    until_now(lambda: rows(service, select(_windows)))
    service.services.database.write_now(lambda tx: tx.execute(_windows.update().values(chance=0.5)) and None)
    yield service
    service.stop()


def rows(service: WebService, query: Any) -> list[Row[Any]]:
    def read(tx: Transaction) -> list[Row[Any]]:
        return list(tx.execute(query))

    return service.services.database.read_now(read)


def plain(text: str) -> str:
    """Leave out what differs between any two conversations: ids, times, positions."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)", "TIME", text)
    return re.sub(r'"(seq|position|last_seen_seq|read_seq|number)": ?\d+', r'"\1": 0', text)


def read_everything(client: httpx.Client, role: Role, lived: Lived, decision: str) -> Iterator[tuple[str, str]]:
    """Read every GET route of the description, of this conversation and its decision where a route names one."""
    for name, (method, path, operation) in OPERATIONS.items():
        if method != "get" or "security" not in operation or name in OF_THE_PROOF:
            continue
        ids = {**dict.fromkeys(OF_A_CONVERSATION, lived.conversation), **dict.fromkeys(OF_A_CUSTOMER, lived.customer)}
        id = (ids | dict.fromkeys(OF_A_DECISION, decision)).get(name, "none")
        asked = {"list_decisions": {"conversation": lived.conversation}, "list_changes": {"intent": "track_order"}}
        for format_ in ("yaml", "jsonl", "csv", "rasa") if "{format}" in path else ("",):
            answer = client.get(path.format(id=id, name="track_order", format=format_), params=asked.get(name))
            refused = not permits(role, NEEDED[name] or Permission.OWN_ACCOUNT)
            assert answer.status_code == (403 if refused else 200), (name, answer.text)
            yield f"{name} {format_}", answer.text


Told = tuple[Lived, Lived, dict[str, str]]
"""A drawn and an undrawn answer, and what was told of the proof before them."""


def live(service: WebService, clients: dict[str, httpx.Client], consoles: dict[str, Socket]) -> Lived:
    """A customer asks, is answered, asks for a person; Ana claims and answers. Then everything is read."""
    before = {name: len(socket.seen) for name, socket in consoles.items()}
    who = service.customer()
    with service.customer_socket(who) as customer:
        conversation = customer.ask(type="say", text=TEXT)["conversation"]
        answer = until_now(lambda: rows(service, select(_answers).where(_answers.c.conversation == conversation)))[0]
        for socket in consoles.values():
            socket.send(type="follow", stream=f"conversation:{conversation}")
            socket.until("thread_end", stream=f"conversation:{conversation}")
        customer.ask(type="ask_for_human")
        epoch = next_epoch(consoles["ana"], conversation)
        consoles["ana"].ask(type="claim", conversation=conversation, epoch=epoch)
        epoch = consoles["ana"].next_epoch(f"conversation:{conversation}", epoch)
        consoles["ana"].ask(type="reply", conversation=conversation, epoch=epoch, text="I look into it")
        consoles["ana"].ask(type="release", conversation=conversation, epoch=epoch)
        consoles["ana"].next_epoch(f"conversation:{conversation}", epoch)
    audits = rows(service, select(_audits).where(_audits.c.message_id == answer.message_id))
    lived = Lived(conversation, who["customer"], bool(audits), answer.draw)
    decision = str(decided(clients["ana"], conversation, 1)[0]["id"])
    for name, role in BLIND.items():
        for place, text in read_everything(clients[name], role, lived, decision):
            lived.told[f"{name} {place}"] = text
        consoles[name].ask(type="set_presence", away=False)
        seen = [each for each in consoles[name].seen[before[name] :] if conversation in json.dumps(each)]
        told = {plain(json.dumps(_without_pace(each, conversation))) for each in seen}
        lived.told[f"{name} frames"] = "\n".join(sorted(told))
    lived.proof = told_of_the_proof(service, clients)
    return lived


def _without_pace(frame: dict[str, Any], conversation: str) -> dict[str, Any]:
    """A frame as it is, but of a desk's row only the names: several changes may come as one frame or as many."""
    if frame["type"] not in {"desk", "desk_part"}:
        return frame
    row = next((each for each in frame["rows"] if each["conversation"] == conversation), {})
    return {"type": "desk", "rows": [dict.fromkeys(row, 0)]}


def next_epoch(console: Socket, conversation: str) -> int:
    """The epoch in which the conversation waits for a person, as the console sees it."""
    part = console.until("control", stream=f"conversation:{conversation}")
    while part["control"]["status"] != "waiting":
        part = console.until("control", stream=f"conversation:{conversation}")
    return int(part["control"]["epoch"])


def told_of_the_proof(service: WebService, clients: dict[str, httpx.Client]) -> dict[str, str]:
    told = {
        f"{name} {place}": clients[name].get(f"/api/v1/{place}").text
        for name in clients
        for place in ("certificate", "certificate/windows")
    }
    with service.http() as client:
        lines = client.get("/metrics").text.splitlines()
    told["metrics"] = "\n".join(line for line in lines if line.startswith(tuple(COUNTS_TOLD)))
    return told


@pytest.fixture(scope="module")
def both(service: WebService) -> Iterator[Told]:
    """A drawn and an undrawn answer, and what was told of the proof before them."""
    with ExitStack() as stack:
        clients = {name: stack.enter_context(service.signed_in(name)) for name in (*BLIND, "sam")}
        consoles = {
            name: stack.enter_context(service.staff_socket(clients[name], "desk", "models", "catalogue", "proposals"))
            for name in BLIND
        }
        yield within_a_day(lambda: lived_through(service, clients, consoles))


def within_a_day(told: Callable[[], Told]) -> Told:
    """Once more where a midnight (UTC) came between: what is told of the proof is as of the last one."""
    for _ in range(2):
        began = datetime.now(UTC).date()
        found = told()
        if datetime.now(UTC).date() == began:
            break
    return found


def lived_through(service: WebService, clients: dict[str, httpx.Client], consoles: dict[str, Socket]) -> Told:
    before, found = told_of_the_proof(service, clients), dict[bool, Lived]()
    for _ in range(MOST_TRIED):
        lived = live(service, clients, consoles)
        found.setdefault(lived.drawn, lived)
        if len(found) == 2:
            break
    return found[True], found[False], before


def names_in(value: Any) -> Iterator[str]:
    """Every name of a field, at any depth."""
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from names_in(each)
    if isinstance(value, dict):
        yield from value


def test_what_agent_and_trainer_get_is_the_same_for_drawn_and_undrawn_answers(
    both: Told,
) -> None:
    drawn, undrawn, _ = both
    assert drawn.told.keys() == undrawn.told.keys()
    assert {f"{name} frames" for name in BLIND} < drawn.told.keys() and len(drawn.told) > 40
    ofs = [place for place in drawn.told if place.split()[1] in {*OF_A_CONVERSATION, *OF_A_DECISION, "list_decisions"}]
    assert len(ofs) == 2 * 9
    for place in ofs:
        assert plain(drawn.told[place]) == plain(undrawn.told[place]), place
    for name in BLIND:
        assert drawn.told[f"{name} frames"] == undrawn.told[f"{name} frames"]
        assert "I look into it" in drawn.told[f"{name} frames"]


def test_nothing_that_is_read_names_audits_draws_or_periods(both: Told) -> None:
    drawn, undrawn, _ = both
    for lived, other in ((drawn, undrawn), (undrawn, drawn)):
        for place, text in lived.told.items():
            digits = f"{lived.draw:.6f}"[:7]  # another number may begin with them; it is told of both answers
            assert plain(text).count(digits) <= plain(other.told[place]).count(digits), place
            assert repr(lived.draw) not in text, place
            lines = text.splitlines() if place.endswith(("frames", "jsonl")) else [text]
            for line in lines if text.startswith(("{", "[")) else ():
                assert not TELLING & set(names_in(json.loads(line))), place


def test_certificate_and_metrics_move_for_auditors_alone_while_answers_are_given(
    both: Told,
) -> None:
    drawn, undrawn, before = both
    for lived in (drawn, undrawn):
        for place, told in lived.proof.items():
            if not place.startswith("sam"):
                assert told == before[place], place
    assert {line.split()[0] for line in before["metrics"].splitlines()} >= {
        "escalation_audits_due",
        "escalation_audits_late_today",
        "escalation_probes_decided",
        "escalation_breaker_level",
    }
    supervisors = json.loads(drawn.proof["sam certificate"])
    assert supervisors["pending"] >= 1 and supervisors["audits_due"] >= 1 and supervisors["oldest_due"]
    agents = json.loads(drawn.proof["ana certificate"])
    assert (agents["answers"], agents["pending"], agents["audits_due"], agents["oldest_due"]) == (0, 0, 0, None)


def test_the_log_tells_of_no_draw(service: WebService, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with service.signed_in("ana") as ana, service.customer_socket(service.customer()) as customer:
        conversation = customer.ask(type="say", text=TEXT)["conversation"]
        decided(ana, conversation, 1)
        (answer,) = until_now(lambda: rows(service, select(_answers).where(_answers.c.conversation == conversation)))
    assert repr(answer.draw) not in caplog.text
    assert not re.search(r"\b(draw|drawn|audit\w*)\b", caplog.text)
