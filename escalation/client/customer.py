"""A customer's side of the service: an identity, a socket, the own conversation."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self, TypeVar
from uuid import uuid4

from escalation.client.backoff import Backoff
from escalation.client.connection import ResumingConnection
from escalation.client.errors import RequestRefused
from escalation.client.rest import Rest
from escalation.client.thread import Thread, ThreadFrame
from escalation.protocol.frames import PROTOCOL_VERSION, Frame
from escalation.protocol.frames.connection import Accepted, Hello, Refused, Welcome
from escalation.protocol.frames.conversation import (
    AskForHuman,
    CancelHandoff,
    Choose,
    ConversationOpened,
    LeaveContact,
    MessageView,
    Rate,
    Say,
    Unhelpful,
)
from escalation.protocol.rest.people import CustomerIdentity, NewCustomer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a customer is to a site; the token is their only proof, and a welcome may bring a new one."""

    customer: str
    token: str
    site: str


async def create_identity(rest: Rest, site: str, *, locale: str = "en", backoff: Backoff | None = None) -> Identity:
    """Ask for a new customer of `site`; keeps asking for a minute while the service is away."""
    new = NewCustomer(locale=locale).model_dump()
    answer = await rest.post_patiently(f"/sites/{site}/customers", new, backoff=backoff or Backoff())
    found = CustomerIdentity.model_validate(answer)
    return Identity(customer=found.customer, token=found.token, site=found.site)


class CustomerClient:
    """One customer on one socket.

    `thread` is the newest conversation. `sent` lists the client message ids of everything said or chosen and
    `accepted` those the service has confirmed; both grow in order. `refusals` are errors that answer no request.
    """

    def __init__(self, url: str, identity: Identity, *, origin: str, backoff: Backoff | None = None) -> None:
        self.identity = identity
        self.threads: dict[str, Thread] = {}
        self.thread: Thread | None = None
        self.sent: list[str] = []
        self.accepted: list[str] = []
        self.refusals: list[Refused] = []
        self.connection = ResumingConnection(
            f"{url}/ws/customer",
            origin=origin,
            greet=self._greet,
            receive=self._receive,
            backoff=backoff or Backoff(),
        )
        self.connection.want(f"customer:{identity.customer}", 0)

    @classmethod
    async def create(cls, rest: Rest, site: str, *, locale: str = "en", backoff: Backoff | None = None) -> Self:
        """Return a client for a new identity, not connected yet."""
        identity = await create_identity(rest, site, locale=locale, backoff=backoff)
        return cls(rest.sockets, identity, origin=rest.origin, backoff=backoff)

    async def open(self, seconds: float = 60.0) -> Welcome:
        """Connect and return the welcome."""
        return await self.connection.open(seconds)

    async def close(self) -> None:
        """Leave; the conversation goes on without us."""
        await self.connection.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # --- what a customer can do ------------------------------------------------------------------------------

    async def say(self, text: str, *, client_message_id: str | None = None) -> Accepted:
        """Send a message; returns once it is stored. The first one opens a conversation."""
        ref = client_message_id or str(uuid4())
        return await self._message(ref, Say(client_message_id=ref, text=text))

    async def choose(self, choices_message_id: str, intent: str | None) -> Accepted:
        """Pick one of the offered intents, or none of them."""
        ref = str(uuid4())
        choose = Choose(client_message_id=ref, choices_message_id=choices_message_id, intent=intent)
        return await self._message(ref, choose)

    async def ask_for_human(self) -> Accepted:
        """Press "talk to a person"."""
        ref = str(uuid4())
        return await self.connection.request(ref, AskForHuman(command_id=ref))

    async def cancel_handoff(self) -> Accepted:
        """Stop waiting for a person."""
        ref = str(uuid4())
        return await self.connection.request(ref, CancelHandoff(command_id=ref))

    async def unhelpful(self, message_id: str) -> Accepted:
        """Say that this answer did not help."""
        ref = str(uuid4())
        return await self.connection.request(ref, Unhelpful(command_id=ref, message_id=message_id))

    async def rate(self, score: int) -> Accepted:
        """Give 1 to 5."""
        ref = str(uuid4())
        return await self.connection.request(ref, Rate(command_id=ref, score=score))

    async def leave_contact(self, email: str, name: str = "") -> Accepted:
        """Leave an address for when nobody can come."""
        ref = str(uuid4())
        return await self.connection.request(ref, LeaveContact(command_id=ref, email=email, name=name))

    async def reply(self, seconds: float = 30.0) -> MessageView:
        """Return the first message of the bot or an agent after the customer's newest one."""
        return await self.until(self.answer, seconds, "a reply")

    async def until(self, look: Callable[[], T | None], seconds: float, what: str) -> T:
        """Return the first result of `look` that is not None, looking again after each frame."""
        return await self.connection.pulse.until(look, seconds, what)

    # --- what the customer sees ------------------------------------------------------------------------------

    def answer(self) -> MessageView | None:
        """Return the first message of the bot or an agent after the customer's newest one, if it is there."""
        found: MessageView | None = None
        for message in reversed(self.thread.messages if self.thread else []):
            if message.author == "customer":
                # Until our own newest message has come round, what is there answers an older one.
                return found if not self.sent or message.client_message_id == self.sent[-1] else None
            if message.author in ("bot", "agent"):
                found = message
        return found if not self.sent else None

    # --- inside ----------------------------------------------------------------------------------------------

    async def _greet(self) -> Hello:
        return Hello(version=PROTOCOL_VERSION, token=self.identity.token)

    async def _message(self, ref: str, frame: Say | Choose) -> Accepted:
        if ref not in self.sent:
            self.sent.append(ref)
        try:
            accepted = await self.connection.request(ref, frame)
        except RequestRefused:
            self.sent.remove(ref)
            raise
        self.accepted.append(ref)
        return accepted

    def _open_thread(self, conversation: str) -> None:
        if conversation not in self.threads:
            self.threads[conversation] = Thread(conversation)
            self.connection.want(f"conversation:{conversation}")
        self.thread = self.threads[conversation]

    def _receive(self, frame: Frame) -> None:
        if isinstance(frame, Welcome):
            if frame.token is not None:
                self.identity = replace(self.identity, token=frame.token)
            for thread in self.threads.values():
                thread.interrupted()
            if frame.conversation is not None:
                self._open_thread(frame.conversation)
        elif isinstance(frame, ConversationOpened | Accepted) and frame.conversation is not None:
            self._open_thread(frame.conversation)
        elif isinstance(frame, Refused) and frame.ref is None:
            self.refusals.append(frame)
        elif isinstance(frame, ThreadFrame):
            followed = self.threads.get(frame.stream.removeprefix("conversation:"))
            if followed is not None:
                followed.apply(frame)
