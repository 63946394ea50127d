"""The object graph: every object of the service, wired from the settings. Nothing is started here."""

from escalation import configured
from escalation.assistance.drafting import Drafting
from escalation.assistance.service import Assistance
from escalation.attachments.service import Attachments
from escalation.attachments.storage import FileStorage
from escalation.catalogue.service import Catalogues
from escalation.conversations.blind_items import blind_items
from escalation.conversations.identifying import Identifying
from escalation.conversations.read_state import ReadStates
from escalation.conversations.service import Conversations
from escalation.conversations.timers import Timers
from escalation.conversations.turns import TurnWorker
from escalation.database import Database, Transaction
from escalation.delivery.chat_links import ChatLinks
from escalation.desk.attendance import Attendance
from escalation.desk.contacts import Contacts
from escalation.desk.customers import CustomerDesk
from escalation.desk.drafts import Drafts
from escalation.desk.handoffs import Handoffs
from escalation.desk.macros import Macros
from escalation.desk.queue_places import QueuePlaces
from escalation.desk.routing.opening import Waits
from escalation.desk.routing.queues import Queues
from escalation.desk.routing.service import Router
from escalation.desk.routing.teams import Teams
from escalation.desk.saved_views import SavedViews
from escalation.desk.service import Desk
from escalation.desk.templates import Templates
from escalation.desk.whispers import Whispers
from escalation.desk.workload import Workload
from escalation.events import Bus, start_log
from escalation.kernel.clock import Clock
from escalation.kernel.ids import new_id
from escalation.learning.examples import collected
from escalation.learning.service import Learning
from escalation.people.customers import Customers
from escalation.people.guessing import SignInGuard
from escalation.people.links import StaffLinks
from escalation.people.second_factors import SecondFactors
from escalation.people.sessions import Sessions
from escalation.people.staff import Staff
from escalation.privacy.erasure import Erasures
from escalation.privacy.retention import Retention, kept_by
from escalation.proof import policy, rows
from escalation.proof.anchoring import anchor_swaps
from escalation.proof.bench import AuditBench
from escalation.proof.chosen import proof_settings
from escalation.proof.claims import Claims
from escalation.proof.keeper import ProofKeeper
from escalation.proof.operator import ProofOperator
from escalation.proposals.service import Proposals
from escalation.protocol.rest.service import ServiceView
from escalation.realtime.admission import ServiceDoors
from escalation.realtime.allowance import Rates
from escalation.realtime.commands import ServiceCommands
from escalation.realtime.connections import Connections
from escalation.realtime.database_reading import DatabaseReading
from escalation.realtime.erasure_watch import ErasureWatch
from escalation.realtime.fan_out import FanOut
from escalation.realtime.hub import Hub
from escalation.realtime.read_watch import ReadWatch
from escalation.realtime.refusals import SocketRefusals
from escalation.realtime.session_watch import SessionWatch
from escalation.realtime.waiting_line import WaitingLine
from escalation.secrets_file import derive
from escalation.security.refusals import Refusals
from escalation.settings import Settings
from escalation.web.limits import LimitedCommands, Limiter, OpenSockets, Uploads
from escalation.web.services import Services


class Graph:
    """Every object of the service, wired."""

    def __init__(self, settings: Settings, clock: Clock, master: bytes, database: Database, bus: Bus) -> None:
        self.settings = settings
        self.database = database
        self.bus = bus
        self.catalogues = Catalogues(database, collected=collected)
        session_rules = configured.session_rules(settings)
        factor_key = derive(master, "second factors")
        self.staff = Staff(database, new_id, session_rules, factor_key)
        self.second_factors = SecondFactors(database, self.staff, factor_key, settings.second_factor)
        self.sessions = Sessions(database, session_rules)
        self.customers = Customers(
            database, new_id, derive(master, "customer tokens"), clock, settings.customer_tokens_last
        )
        desk_rules = configured.desk_rules(settings)
        self.workload = Workload(database, desk_rules.breaks)
        handoffs = Handoffs(new_id, desk_rules)
        proof = proof_settings(settings, master)
        self.proof = ProofKeeper(database, proof)
        self.conversations = Conversations(
            database,
            handoffs,
            lambda: self.catalogues.current,
            new_id,
            configured.rules(settings),
            self.proof.watch,
            self._poke,
            blind_items(derive(master, "blind items"), settings.blind_share),
        )
        self.desk = Desk(database, self.conversations, self.catalogues, desk_rules, new_id)
        self.attendance = Attendance(database, self.conversations, handoffs)
        self.router = Router(database, self.conversations, settings.all_queues, new_id, settings.teach_first)
        self.learning = Learning(
            database,
            bus,
            clock=clock,
            options=configured.learning_options(settings),
            governed=policy.current,
            also=[anchor_swaps(proof, settings.gate_share)],
        )
        self.proposals = Proposals(database, self.catalogues)
        self.turns = TurnWorker(database, self.conversations, self.learning.predictor, new_id, clock.now)
        waits = Waits(desk_rules.queues, desk_rules.wait_at_most)
        self.timers = Timers(
            database, self.conversations, settings.silence, configured.longest_timers(desk_rules), waits
        )
        self.limiter = Limiter()
        self.refusals = Refusals(database, clock)
        self.socket_refusals = SocketRefusals(self.refusals, self.sessions)
        reading = DatabaseReading(database, database.write_now(start_log))
        self.hub = Hub()
        self.fan_out = FanOut(self.hub, reading, bus)
        places = QueuePlaces(database, lambda tx, site, queue: handoffs.promise(tx, site, queue) == "handed_off")
        self.waiting_line = WaitingLine(self.hub, places.of)
        self.read_watch = ReadWatch(self.hub, ReadStates(database).changes)
        self.session_watch = SessionWatch(self.hub, self.sessions)
        self.erasure_watch = ErasureWatch(self.hub, database)
        self.attachments = Attachments(
            database, FileStorage(settings.attachments), configured.scanner(settings), new_id
        )
        self.erasures = Erasures(
            database,
            self.conversations,
            self.learning.eraser(),
            settings.data_dir,
            self.erasure_watch.look,
            self.attachments.sweep,
        )
        self.connections = Connections(
            self.hub, reading, self._doors(database), self._commands(), clock, new_id,
            rates=Rates.of(settings.tokens_per_second), unknown_sockets=settings.sockets_before_hello,
        )  # fmt: skip
        self.chat_links = ChatLinks(derive(master, "chat links"), clock, settings.mail.url, settings.mail.links_last)
        drafting = Drafting(database, self.conversations, configured.generator(settings))
        self.retention = Retention(database, self.erasures, kept_by(settings.sites))
        self.services = Services(
            settings=settings,
            database=database,
            customers=self.customers,
            conversations=self.conversations,
            chat_links=self.chat_links,
            attachments=self.attachments,
            identifying=Identifying(self.conversations, new_id),
            customer_desk=CustomerDesk(database, self.conversations, new_id),
            staff=self.staff,
            links=StaffLinks(database, self.staff, new_id, settings.staff_links_last),
            sessions=self.sessions,
            second_factors=self.second_factors,
            catalogues=self.catalogues,
            contacts=Contacts(database),
            attendance=self.attendance,
            queues=Queues(database, settings.all_queues),
            templates=Templates(database, new_id),
            whispers=Whispers(database, new_id),
            drafts=Drafts(database),
            macros=Macros(database, self.desk, new_id, {site: each.name for site, each in settings.sites.items()}),
            assistance=Assistance(
                database,
                self.conversations,
                self.learning.predictor,
                self.learning.nearest,
                new_id,
                drafts=drafting.is_on,
            ),
            drafting=drafting,
            teams=Teams(database, settings.all_queues),
            workload=self.workload,
            saved_views=SavedViews(database, new_id),
            learning=self.learning,
            proposals=self.proposals,
            audits=AuditBench(database, self.catalogues, proof),
            claims=Claims(database, proof),
            proof_operator=ProofOperator(database),
            erasures=self.erasures,
            retention=self.retention,
            connections=self.connections,
            limiter=self.limiter,
            guard=SignInGuard(settings.sign_ins_per_minute, derive(master, "known devices"), new_id),
            refusals=self.refusals,
            sockets=OpenSockets(settings.customer_sockets_per_address),
            uploads=Uploads(),
            now=clock.now,
            is_ready=lambda: self.learning.describe().detail,
            describe=self._describe,
            watch_sessions=self.session_watch.look,
        )

    async def _describe(self) -> ServiceView:
        def read(tx: Transaction) -> ServiceView:
            found = self.learning.describe(policy.current(tx), may_answer=policy.may_answer(tx))
            return found.model_copy(update={"stopped": rows.is_stopped(tx), "chosen": policy.is_chosen(tx)})

        return await self.database.read(read)

    def _poke(self) -> None:
        self.turns.poke()

    def _doors(self, database: Database) -> ServiceDoors:
        return ServiceDoors(database, self.customers, self.staff, self.attendance, self.socket_refusals)

    def _commands(self) -> LimitedCommands:
        carried_out = ServiceCommands(self.conversations, self.desk, self.sessions, self.socket_refusals)
        return LimitedCommands(carried_out, self.limiter, self.settings.messages_per_minute)
