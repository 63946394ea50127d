"""A small company to test the services with: real database, pure core and desk; the clock and classifier are fakes."""

import itertools
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from escalation import events
from escalation.catalogue.formats import parse
from escalation.catalogue.service import Catalogues
from escalation.conversations import commands as c
from escalation.conversations import repository
from escalation.conversations.model import Conversation
from escalation.conversations.predictions import Guess, Near, Predicted, TurnPolicy
from escalation.conversations.search_index import SearchIndexer
from escalation.conversations.service import SYSTEM, Conversations, Customer, Rules
from escalation.conversations.tables import MessageRow
from escalation.conversations.timers import Timers
from escalation.conversations.turns import TurnWorker
from escalation.database import Database, table_of
from escalation.desk.attendance import Attendance
from escalation.desk.contacts import Contacts
from escalation.desk.handoffs import DeskRules, Handoffs
from escalation.desk.routing.opening import Waits
from escalation.desk.routing.queues import Queues
from escalation.desk.routing.service import Router
from escalation.desk.service import Desk
from escalation.events import Envelope
from escalation.people.sessions import Sessions
from escalation.people.staff import SessionRules, Staff
from escalation.people.tables import StaffRow
from escalation.proof.keeper import ProofKeeper
from escalation.proof.values import ProofSettings
from escalation.proposals.service import Proposals
from escalation.protocol.frames.base import Frame
from escalation.protocol.frames.connection import Person
from escalation.realtime.commands import ServiceCommands
from escalation.realtime.ports import Admission, Done
from escalation.realtime.refusals import SocketRefusals
from escalation.security.refusals import Refusals
from escalation.verification import Finding, verify_database
from tests.fakes import CountingIds, FakeClock

MARIA = Customer("maria", "shop", "es")
LI = Customer("li", "shop", "en")
POLICY = TurnPolicy(threshold=0.7, novelty_limit=0.8, margin=0.3, clarify_floor=0.5)
STAFF = {"ana": ("agent", 4), "tom": ("agent", 1), "sue": ("supervisor", 4)}

SHOP = """locale: en
intents:
- {name: order, title: Where is my order, policy: automatic, answer: Look under My orders., examples: [where is it]}
- {name: refund, title: Refund, policy: automatic, answer: Within 14 days., examples: [money back]}
- {name: complaint, title: Complaint, policy: always_handoff, answer: We are sorry., examples: [a disgrace]}
- {name: unanswered, title: Not yet answered, policy: automatic, examples: [hm]}
- {name: thanks, title: Thanks, policy: smalltalk, answer: You are welcome., examples: [thanks]}
"""

_numbers = itertools.count(1)


def an_id() -> str:
    """An id as clients make them."""
    return str(UUID(int=next(_numbers)))


def count_ids_from(first: int) -> None:
    """Make other ids than the other processes on the same database do."""
    global _numbers  # noqa: PLW0603
    _numbers = itertools.count(first)


def a_prediction(label: str = "order", score: float = 0.9, **overrides: Any) -> Predicted:
    """The classifier is sure of `label`; the other guess is `refund` (or `order`)."""
    other = "refund" if label != "refund" else "order"
    typical: dict[str, Any] = {
        "model": "v1",
        "policy": POLICY,
        "guesses": (Guess(label=label, score=score), Guess(label=other, score=1 - score)),
        "neighbours": (Near(example_id="example-1", label=label, similarity=0.8),),
        "confidence": score,
        "novelty": 0.1,
        "language_known": True,
        "language": "en",
    }
    return Predicted(**(typical | overrides))


class FakePredictor:
    """Says what the test wants, and remembers what it was asked. `meanwhile` runs while it predicts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.says: Predicted | Exception = a_prediction()
        self.meanwhile: Callable[[], Awaitable[Any]] | None = None

    async def predict(self, text: str) -> Predicted:
        self.asked.append(text)
        if self.meanwhile is not None:
            await self.meanwhile()
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


class Company:
    """Every service on one database. Agents are addressed by id; customers by their `Customer`."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database, self.clock = database, clock
        self.predictor = FakePredictor()
        self.rules = DeskRules(queues=("general", "billing"))
        self.catalogues = Catalogues(database)
        self.proof_settings = ProofSettings(b"secret")
        self.ids = CountingIds()
        self.blind: set[str] = set()
        """Conversations that are blind items; with "all" in it every one is."""
        self.build()

    def build(self) -> None:
        """The object graph of one process; again, and it is a restarted one."""
        handoffs = Handoffs(self.ids, self.rules)
        self.proof = ProofKeeper(self.database, self.proof_settings)
        self.conversations = Conversations(
            self.database,
            handoffs,
            lambda: self.catalogues.current,
            self.ids,
            Rules(),
            self.proof.watch,
            is_blind_item=lambda conversation: bool({conversation, "all"} & self.blind),
        )
        self.attendance = Attendance(self.database, self.conversations, handoffs)
        self.queues = Queues(self.database, self.rules.queues)
        self.router = Router(self.database, self.conversations, self.rules.queues, self.ids)
        self.turns = TurnWorker(
            self.database, self.conversations, self.predictor, self.ids, self.clock.now, poll_seconds=0.01
        )
        waits = Waits(self.rules.queues, self.rules.wait_at_most)
        self.timers = Timers(self.database, self.conversations, waits=waits)
        self.indexer = SearchIndexer(self.database, quiet=timedelta(0))
        self.desk = Desk(self.database, self.conversations, self.catalogues, self.rules, self.ids)
        self.proposals = Proposals(self.database, self.catalogues)
        self.contacts = Contacts(self.database)
        self.accounts = Staff(self.database, self.ids)
        self.sessions = Sessions(self.database, SessionRules())
        self.refusals = Refusals(self.database, self.clock)
        self.socket_refusals = SocketRefusals(self.refusals, self.sessions)
        self.commands = ServiceCommands(self.conversations, self.desk, self.sessions, self.socket_refusals)

    async def open(self) -> None:
        """Create the catalogue and the staff."""
        await self.catalogues.import_catalogue(parse(SHOP, "shop.yaml"), actor="system")
        await self.catalogues.load()
        rows = [self._account(name, role, capacity) for name, (role, capacity) in STAFF.items()]
        await self.database.write(lambda tx: tx.execute(table_of(StaffRow).insert(), rows) and None)

    async def employ(self, name: str, role: str = "agent", capacity: int = 4) -> None:
        """One more account."""
        row = self._account(name, role, capacity)
        await self.database.write(lambda tx: tx.execute(table_of(StaffRow).insert(), row) and None)

    def _account(self, name: str, role: str, capacity: int) -> dict[str, Any]:
        row = {"id": name, "email": f"{name}@shop.test", "name": name.title(), "role": role, "capacity": capacity}
        return (
            row
            | {"password_hash": "none", "created_at": self.clock.now(), "disabled_at": None}
            | {"sites": [], "queues": [], "languages": [], "skills": []}
        )

    # --- who does what ----------------------------------------------------------------------------------------

    async def arrive(self, *agents: str) -> None:
        for agent in agents:
            await self.attendance.arrive(agent, f"tab-of-{agent}")

    async def say(self, text: str = "where is it?", customer: Customer = MARIA, id: str | None = None) -> str:
        """A message; returns the conversation."""
        return (await self.conversations.say(customer, id or an_id(), text)).conversation

    async def bot(self, after: float = 0.6) -> None:
        """Let the pause pass, and the bot decide what fell due."""
        self.clock.advance(after)
        await self.turns.step()
        await self.turns.settle()

    async def staff(self, agent: str, frame: type[Frame], conversation: str = "", /, **fields: Any) -> Done:
        """Send a frame as an agent, with the epoch on their screen unless given."""
        names = frame.model_fields
        given: dict[str, Any] = {"command_id": an_id(), "client_message_id": an_id(), "conversation": conversation}
        if "epoch" in names and "epoch" not in fields:
            given["epoch"] = (await self.state(conversation)).epoch
        sent = frame(**{name: value for name, value in (given | fields).items() if name in names})
        return await self.as_agent(agent, sent)

    async def as_agent(self, agent: str, frame: Frame) -> Done:
        role: Any = STAFF[agent][0] if agent in STAFF else "agent"
        person = Person(id=agent, name=agent.title(), role=role)
        return await self.commands.execute(Admission(person, f"tab-of-{agent}"), frame)

    async def as_customer(self, frame: Frame, customer: Customer = MARIA) -> Done:
        person = Person(id=customer.id, name="", role="customer")
        admission = Admission(person, "tab", site=customer.site, locale=customer.locale)
        return await self.commands.execute(admission, frame)

    async def waiting(self, customer: Customer = MARIA) -> str:
        """A conversation that waits for a person; returns it."""
        conversation = await self.say("it is broken", customer)
        await self.say("let me talk to a person please", customer)
        return conversation

    async def erase(self, conversation: str) -> None:
        """Forget every word of a conversation."""
        await self.conversations.perform_as_system(conversation, lambda *_: c.Erase(actor=SYSTEM))

    # --- what came of it --------------------------------------------------------------------------------------

    async def state(self, conversation: str) -> Conversation:
        found = await self.database.read(lambda tx: repository.peek(tx, conversation))
        assert found is not None
        return found

    async def thread(self, conversation: str) -> list[str]:
        """The public messages as `author: text, code or choices`, in order."""
        table = table_of(MessageRow)
        query = table.select().where(table.c.conversation == conversation, ~table.c.internal).order_by(table.c.seq)
        return [f"{row.author}: {_words(row.body)}" for row in await self.rows(query)]

    async def rows(self, of: Any) -> list[Row[Any]]:
        """The rows of a table class or a query."""
        query = select(table_of(of)) if isinstance(of, type) else of
        return await self.database.read(lambda tx: list(tx.execute(query)))

    async def log(self, stream: str) -> list[Envelope]:
        return await self.database.read(lambda tx: events.read(tx, stream, 0, 10_000))

    async def types(self, conversation: str) -> list[str]:
        return [envelope.type for envelope in await self.log(f"conversation:{conversation}")]

    async def findings(self) -> list[Finding]:
        return await self.database.read(verify_database)


def _words(body: dict[str, Any]) -> str:
    match body["kind"]:
        case "text":
            return str(body["text"])
        case "notice":
            return str(body["code"])
        case "choices":
            return " | ".join(option["intent"] for option in body["options"])
    return str(body.get("intent"))
