"""The `Doors` port: who gets in by which token, and whose conversation may be followed."""

from datetime import datetime

from escalation.conversations import repository
from escalation.conversations.scoping import sees
from escalation.database import Database, Transaction
from escalation.desk.attendance import Attendance
from escalation.people import erasures
from escalation.people.customers import Customers, Visitor, made_at
from escalation.people.errors import BadToken
from escalation.people.staff import Staff
from escalation.protocol.frames.base import Audience
from escalation.protocol.frames.connection import Hello, Person
from escalation.realtime.audience import Absence
from escalation.realtime.ports import Admission
from escalation.realtime.refusals import SocketRefusals


class ServiceDoors:
    """Lets people in and decides what they may follow."""

    def __init__(
        self,
        database: Database,
        customers: Customers,
        staff: Staff,
        attendance: Attendance,
        refusals: SocketRefusals,
    ) -> None:
        self._database = database
        self._customers = customers
        self._staff = staff
        self._attendance = attendance
        self._refusals = refusals

    async def admit(self, audience: Audience, hello: Hello, connection: str) -> Admission:
        """Return who presents this token or ticket. Raises: BadToken, TokenExpired, CustomerErased."""
        return await (self._customer if audience == "customer" else self._member)(hello, connection)

    async def _customer(self, hello: Hello, connection: str) -> Admission:
        if not hello.token:
            raise BadToken("A customer's hello carries a token.")
        visitor = self._customers.recognise(hello.token)
        now, newest, seen = await self._database.read(lambda tx: _newest_of(tx, visitor))
        if visitor.token_of is None:
            self._customers.require_fresh(seen)
        person = Person(id=now, name="", role="customer")
        merged = self._customers.token_of(now, visitor.site, visitor.locale) if now != visitor.id else None
        token = merged or self._customers.renewed(visitor)
        return Admission(person, connection, conversation=newest, site=visitor.site, locale=visitor.locale, token=token)

    async def _member(self, hello: Hello, connection: str) -> Admission:
        if not hello.ticket:
            raise BadToken("The console's hello carries a ticket.")
        session = await self._staff.redeem(hello.ticket)
        member = session.member
        await self._attendance.arrive(member.id, connection)
        person = Person(id=member.id, name=member.name, role=member.role)
        return Admission(person, connection, scope=member.scope, session=session.id)

    async def check(self, admission: Admission, stream: str) -> Absence | None:
        """Return why they may not follow `conversation:<id>`, or None if they may."""
        conversation = stream.partition(":")[2]
        state = await self._database.read(lambda tx: repository.peek(tx, conversation))
        if admission.audience == "staff":
            return None if state is not None and sees(admission.scope, state) else "not_found"
        # A stranger's conversation and none at all look the same.
        if state is None or state.customer != admission.person.id:
            return "forbidden"
        return "erased" if state.erased else None

    async def note_refusal(self, admission: Admission, stream: str, absence: Absence) -> None:
        """Tell the security log. To who sees everything, a conversation that is not there is no refusal."""
        if absence == "forbidden":
            await self._refusals.note("follow_refused", admission, stream)
        elif absence == "not_found" and admission.scope.limited:
            await self._refusals.note("unseen_refused", admission, stream)

    async def left(self, admission: Admission) -> None:
        """The connection is over."""
        if admission.audience == "staff":
            await self._attendance.leave(admission.person.id, admission.connection)


def _newest_of(tx: Transaction, visitor: Visitor) -> tuple[str, str | None, datetime | None]:
    """Return who a visitor is now, their newest conversation, and when they are known to have been here last.

    Raises: CustomerErased.
    """
    now = erasures.present(tx, visitor.id)
    newest = repository.newest_of(tx, now, visitor.site)
    state = repository.peek(tx, newest) if newest is not None else None
    return now, newest, (state.last_message_at if state else None) or made_at(tx, now)
