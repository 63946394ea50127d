"""What agents often do in tests: claim, resolve, be refused."""

from typing import Any

from sqlalchemy import Row

from escalation.conversations.tables import MessageRow
from escalation.events import Envelope
from escalation.kernel.errors import EscalationError
from escalation.protocol.frames import conversation as talk
from tests.services.company import MARIA, Company, Customer


async def claimed(company: Company, customer: Customer = MARIA) -> str:
    """A conversation Ana has claimed."""
    await company.arrive("ana")
    conversation = await company.waiting(customer)
    await company.staff("ana", talk.Claim, conversation)
    return conversation


async def resolve(company: Company, conversation: str, **fields: object) -> None:
    seen = (await company.state(conversation)).seq
    await company.staff("ana", talk.Resolve, conversation, **{"label": "order", "last_seen_seq": seen} | fields)


async def refused(
    company: Company, code: str, agent: str, frame: type[talk.Frame], conversation: str, /, **fields: object
) -> None:
    """The frame is refused with this code, and nothing changed."""
    before = await company.rows(MessageRow)
    assert await outcome(company, agent, frame, conversation, **fields) == code
    assert await company.rows(MessageRow) == before


async def outcome(
    company: Company, agent: str, frame: type[talk.Frame], conversation: str, /, **fields: object
) -> str | None:
    try:
        await company.staff(agent, frame, conversation, **fields)
    except EscalationError as error:
        return error.code
    return None


async def published(company: Company) -> list[Envelope]:
    return await company.log("resolutions")


async def ordered(company: Company, table: type) -> list[Row[Any]]:
    """Rows by their primary key, which counts up."""
    return sorted(await company.rows(table), key=lambda row: tuple(row)[:2])
