"""What the routes work with: made in `app.py`, one a process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from escalation.assistance.drafting import Drafting
from escalation.assistance.service import Assistance
from escalation.attachments.service import Attachments
from escalation.catalogue.service import Catalogues
from escalation.conversations.identifying import Identifying
from escalation.conversations.service import Conversations
from escalation.database import Database
from escalation.delivery.chat_links import ChatLinks
from escalation.desk.attendance import Attendance
from escalation.desk.contacts import Contacts
from escalation.desk.customers import CustomerDesk
from escalation.desk.drafts import Drafts
from escalation.desk.macros import Macros
from escalation.desk.routing.queues import Queues
from escalation.desk.routing.teams import Teams
from escalation.desk.saved_views import SavedViews
from escalation.desk.templates import Templates
from escalation.desk.whispers import Whispers
from escalation.desk.workload import Workload
from escalation.learning.service import Learning
from escalation.people.customers import Customers
from escalation.people.guessing import SignInGuard
from escalation.people.links import StaffLinks
from escalation.people.second_factors import SecondFactors
from escalation.people.sessions import Sessions
from escalation.people.staff import Staff
from escalation.privacy.erasure import Erasures
from escalation.privacy.retention import Retention
from escalation.proof.bench import AuditBench
from escalation.proof.claims import Claims
from escalation.proof.operator import ProofOperator
from escalation.proposals.service import Proposals
from escalation.protocol.rest.service import ServiceView
from escalation.realtime.connections import Connections
from escalation.security.refusals import Refusals
from escalation.settings import Settings
from escalation.web.limits import Limiter, OpenSockets, Uploads


@dataclass(frozen=True)
class Services:
    """Every service a route may call."""

    settings: Settings
    database: Database
    customers: Customers
    conversations: Conversations
    chat_links: ChatLinks
    attachments: Attachments
    identifying: Identifying
    customer_desk: CustomerDesk
    staff: Staff
    links: StaffLinks
    sessions: Sessions
    second_factors: SecondFactors
    catalogues: Catalogues
    contacts: Contacts
    attendance: Attendance
    queues: Queues
    templates: Templates
    macros: Macros
    whispers: Whispers
    drafts: Drafts
    assistance: Assistance
    teams: Teams
    workload: Workload
    saved_views: SavedViews
    drafting: Drafting
    learning: Learning
    proposals: Proposals
    audits: AuditBench
    claims: Claims
    proof_operator: ProofOperator
    erasures: Erasures
    retention: Retention
    connections: Connections
    limiter: Limiter
    guard: SignInGuard
    refusals: Refusals
    sockets: OpenSockets
    uploads: Uploads
    now: Callable[[], datetime]
    is_ready: Callable[[], str | None]
    """Why the service is not ready, or None."""
    describe: Callable[[], Awaitable[ServiceView]]
    """What answers now."""
    watch_sessions: Callable[[], Awaitable[None]]
    """Close the sockets of sessions that are over now, without waiting for the next look."""


def services(request: Request) -> Services:
    """Return the process's services (a FastAPI dependency)."""
    found: Services = request.app.state.services
    return found


def address_of(request: Request) -> str:
    """Return the client's address; behind a trusted proxy, the one it forwarded."""
    return request.client.host if request.client else "unknown"
