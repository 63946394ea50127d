"""A member of staff's side of the service: sign-in, a socket, the desk, conversations."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal, Self, TypeVar
from uuid import uuid4

from escalation.client.backoff import Backoff
from escalation.client.connection import ResumingConnection
from escalation.client.desk import DeskState
from escalation.client.errors import ClientError, RequestRefused, Unreachable
from escalation.client.rest import RETRIED_STATUSES, Rest
from escalation.client.thread import Thread, ThreadFrame
from escalation.protocol.frames import PROTOCOL_VERSION, Frame
from escalation.protocol.frames import conversation as c
from escalation.protocol.frames import messages as m
from escalation.protocol.frames.connection import Accepted, Hello, Refused, Welcome
from escalation.protocol.frames.desk import DeskEnd, DeskPart, MarkRead, RowsChanged, RowView, SetPresence
from escalation.protocol.rest.catalogue import CatalogueView, IntentView
from escalation.protocol.rest.conversations import DecisionPage, StoredDecision
from escalation.protocol.rest.people import MemberView, NewMember, SessionView, TicketView
from escalation.protocol.states import Role

T = TypeVar("T")
SECONDS_PER_PAGE = 30.0


class StaffClient:
    """One member of staff on one socket. Signs in again by itself when a restart of the service ended the session.

    `on_rows` sees every list row on arrival. `refusals` are errors that answer no request.
    """

    def __init__(self, rest: Rest, email: str, password: str, *, backoff: Backoff | None = None) -> None:
        self.rest = rest
        self.email = email
        self.session: SessionView | None = None
        self.desk = DeskState()
        self.threads: dict[str, Thread] = {}
        self.refusals: list[Refused] = []
        self.on_rows: Callable[[tuple[RowView, ...]], None] = lambda rows: None
        self._password = password
        self._backoff = backoff or Backoff()
        self.connection = ResumingConnection(
            f"{rest.sockets}/ws/staff",
            origin=rest.origin,
            greet=self._greet,
            receive=self._receive,
            backoff=self._backoff,
        )

    async def open(self, *, follow_desk: bool = True, seconds: float = 60.0) -> Welcome:
        """Sign in, connect, and wait until the desk is there."""
        await self.sign_in()
        if follow_desk:
            self.connection.want("desk")
        welcome = await self.connection.open(seconds)
        if follow_desk:
            await self.until(lambda: self.desk.complete or None, seconds, "the desk's snapshot")
        return welcome

    async def close(self) -> None:
        """Leave the socket and the connections; the session at the service ends by itself."""
        await self.connection.close()
        await self.rest.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def until(self, look: Callable[[], T | None], seconds: float, what: str) -> T:
        """Return the first result of `look` that is not None, looking again after each frame."""
        return await self.connection.pulse.until(look, seconds, what)

    # --- REST ------------------------------------------------------------------------------------------------

    async def sign_in(self) -> None:
        """Start a session; waits out "too many attempts" and a service that is away, for a minute."""
        body = {"email": self.email, "password": self._password}
        answer = await self.rest.post_patiently("/session", body, backoff=self._backoff)
        self.session = SessionView.model_validate(answer)
        self.rest.csrf = self.session.csrf

    @property
    def me(self) -> MemberView:
        """Who is signed in. Raises: ClientError before the first `sign_in`."""
        if self.session is None:
            raise ClientError("Nobody has signed in yet.")
        return self.session.me

    async def add_staff(self, email: str, name: str, role: Role, password: str, capacity: int) -> MemberView:
        """Create an account (admins only)."""
        body = NewMember(email=email, name=name, role=role, password=password, capacity=capacity)
        return MemberView.model_validate(await self.rest.post("/staff", body.model_dump()))

    async def intents(self) -> list[IntentView]:
        """Return the catalogue's intents."""
        return CatalogueView.model_validate(await self.rest.get("/catalogue")).intents

    async def decisions(self, conversation: str) -> list[StoredDecision]:
        """Return every decision of a conversation, oldest first."""
        found: list[StoredDecision] = []
        after: str | None = None
        while True:
            answer = await self.rest.get("/decisions", conversation=conversation, after=after)
            page = DecisionPage.model_validate(answer)
            found += page.decisions
            after = page.next
            if after is None:
                return found

    # --- conversations ---------------------------------------------------------------------------------------

    async def follow(self, conversation: str, seconds: float = SECONDS_PER_PAGE) -> Thread:
        """Follow a conversation and return its thread once the snapshot is complete.

        Raises:
            ClientError: the service dropped the stream instead.
        """
        thread = self.threads.setdefault(conversation, Thread(conversation))
        await self.connection.follow(f"conversation:{conversation}")
        await self.until(lambda: thread.complete or thread.dropped, seconds, f"the thread of {conversation}")
        if thread.dropped is not None:
            self.threads.pop(conversation, None)
            raise ClientError(f"Conversation {conversation} cannot be followed: {thread.dropped}.")
        return thread

    async def unfollow(self, conversation: str) -> None:
        """Stop following a conversation and forget its thread."""
        self.threads.pop(conversation, None)
        await self.connection.unfollow(f"conversation:{conversation}")

    async def claim(self, conversation: str, epoch: int) -> Accepted:
        """Take a waiting conversation."""
        return await self._command(c.Claim, conversation, epoch)

    async def take_over(self, conversation: str, epoch: int) -> Accepted:
        """Seize a conversation."""
        return await self._command(c.TakeOver, conversation, epoch)

    async def assign(self, conversation: str, epoch: int, agent: str) -> Accepted:
        """Give a waiting conversation to an agent (supervisors)."""
        return await self._command(c.Assign, conversation, epoch, agent=agent)

    async def hold(self, conversation: str, epoch: int) -> Accepted:
        """Ask the customer to wait."""
        return await self._command(c.Hold, conversation, epoch)

    async def unhold(self, conversation: str, epoch: int) -> Accepted:
        """Go on."""
        return await self._command(c.Unhold, conversation, epoch)

    async def transfer(self, conversation: str, epoch: int, queue: str = "general") -> Accepted:
        """Pass to a queue."""
        return await self._command(c.Transfer, conversation, epoch, queue=queue)

    async def release(self, conversation: str, epoch: int) -> Accepted:
        """Put back into the queue."""
        return await self._command(c.Release, conversation, epoch)

    async def hand_back(self, conversation: str, epoch: int) -> Accepted:
        """Give the conversation back to the bot."""
        return await self._command(c.HandBack, conversation, epoch)

    async def withdraw_resolution(self, conversation: str, epoch: int) -> Accepted:
        """Take the newest resolution back."""
        return await self._command(c.WithdrawResolution, conversation, epoch)

    async def resolve(
        self,
        conversation: str,
        epoch: int,
        label: str | None,
        *,
        last_seen_seq: int,
        answer_message_id: str | None = None,
        answer_text: str | None = None,
        new_intent: bool = False,
        learn: bool = True,
        outcome: Literal["solved", "follow_up", "abandoned"] = "solved",
    ) -> Accepted:
        """End a conversation and say what it was about; a label of None means out of scope."""
        return await self._command(
            c.Resolve,
            conversation,
            epoch,
            label=label,
            last_seen_seq=last_seen_seq,
            answer_message_id=answer_message_id,
            answer_text=answer_text,
            new_intent=new_intent,
            learn=learn,
            outcome=outcome,
        )

    async def reply(self, conversation: str, epoch: int, text: str, seconds: float = SECONDS_PER_PAGE) -> c.MessageView:
        """Send a public message in a followed conversation; returns it once it has come back in the thread."""
        ref = str(uuid4())
        frame = c.Reply(client_message_id=ref, conversation=conversation, epoch=epoch, text=text)
        await self.connection.request(ref, frame)
        thread = self.threads[conversation]
        return await self.until(lambda: thread.message(ref), seconds, "the own reply")

    async def note(self, conversation: str, text: str) -> Accepted:
        """Add an internal note."""
        ref = str(uuid4())
        frame = c.Note(client_message_id=ref, conversation=conversation, text=text)
        return await self.connection.request(ref, frame)

    async def edit_message(self, conversation: str, epoch: int, message_id: str, text: str) -> Accepted:
        """Replace the text of an own message within a minute."""
        return await self._command(m.EditMessage, conversation, epoch, message_id=message_id, text=text)

    async def delete_message(self, conversation: str, epoch: int, message_id: str) -> Accepted:
        """Take an own message back within a minute."""
        return await self._command(m.DeleteMessage, conversation, epoch, message_id=message_id)

    async def set_presence(self, availability: Literal["online", "away"]) -> Accepted:
        """Say whether conversations may come."""
        ref = str(uuid4())
        return await self.connection.request(ref, SetPresence(command_id=ref, availability=availability))

    async def mark_read(self, conversation: str, seq: int) -> Accepted:
        """Say that everything up to `seq` was seen."""
        ref = str(uuid4())
        return await self.connection.request(ref, MarkRead(command_id=ref, conversation=conversation, seq=seq))

    # --- inside ----------------------------------------------------------------------------------------------

    async def _command(self, kind: type[c.StaffCommand], conversation: str, epoch: int, **fields: Any) -> Accepted:
        ref = str(uuid4())
        return await self.connection.request(
            ref, kind(command_id=ref, conversation=conversation, epoch=epoch, **fields)
        )

    async def _greet(self) -> Hello:
        """Return a hello with a fresh ticket. Raises Unreachable when coming back later may help."""
        try:
            try:
                ticket = await self._ticket()
            except RequestRefused as error:
                if error.status not in (401, 403):
                    raise
                await self.sign_in()
                ticket = await self._ticket()
        except RequestRefused as error:
            if error.status in RETRIED_STATUSES:
                raise Unreachable(error.message) from error
            raise
        return Hello(version=PROTOCOL_VERSION, ticket=ticket)

    async def _ticket(self) -> str:
        return TicketView.model_validate(await self.rest.post("/tickets")).ticket

    def _receive(self, frame: Frame) -> None:
        if isinstance(frame, Welcome):
            self.desk.interrupted()
            for thread in self.threads.values():
                thread.interrupted()
        elif isinstance(frame, DeskPart | DeskEnd | RowsChanged):
            self.desk.apply(frame)
            self.on_rows(frame.rows if not isinstance(frame, DeskEnd) else ())
        elif isinstance(frame, Refused) and frame.ref is None:
            self.refusals.append(frame)
        elif isinstance(frame, ThreadFrame):
            followed = self.threads.get(frame.stream.removeprefix("conversation:"))
            if followed is not None:
                followed.apply(frame)
