"""The composition root: settings become an object graph, and its background work is started and ended here."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI

from escalation.catalogue.events import STREAM as CATALOGUE
from escalation.catalogue.service import Catalogues
from escalation.conversations.consequences import EXPIRE, OFFER, SETTLE, TurnPace
from escalation.conversations.machine import UNDO_WITHIN
from escalation.conversations.search_index import SearchIndexer
from escalation.conversations.service import Conversations, Rules
from escalation.conversations.timers import Timers
from escalation.conversations.turns import TurnWorker
from escalation.database import Database, Transaction
from escalation.database.migrate import upgrade
from escalation.desk.attendance import Attendance
from escalation.desk.contacts import Contacts
from escalation.desk.handoffs import DeskRules, Handoffs
from escalation.desk.presence import RENEW_EVERY
from escalation.desk.routing.queues import Queues
from escalation.desk.routing.rules import OFFER_AT_MOST
from escalation.desk.routing.service import Router
from escalation.desk.service import Desk
from escalation.desk.templates import Templates
from escalation.events import Bus, Doorbell, MemoryBus, bind_secret, commands, start_log
from escalation.kernel.clock import Clock, SystemClock
from escalation.kernel.ids import new_id
from escalation.learning.examples import collected
from escalation.learning.service import Learning, LearningOptions
from escalation.logs import get_logger
from escalation.people.customers import Customers
from escalation.people.guessing import SignInGuard
from escalation.people.links import StaffLinks
from escalation.people.second_factors import SecondFactors
from escalation.people.sessions import Sessions
from escalation.people.staff import SessionRules, Staff
from escalation.privacy.erasure import Erasures
from escalation.privacy.retention import Retention, kept_by
from escalation.proof import policy, rows
from escalation.proof.anchoring import anchor_swaps
from escalation.proof.bench import AuditBench
from escalation.proof.chosen import proof_settings
from escalation.proof.claims import Claims
from escalation.proof.keeper import ProofKeeper
from escalation.proof.operator import ProofOperator
from escalation.proposals.follower import proposal_follower
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
from escalation.realtime.refusals import SocketRefusals
from escalation.realtime.session_watch import SessionWatch
from escalation.secrets_file import derive, fingerprint, master_key
from escalation.security.refusals import Refusals
from escalation.settings import Settings
from escalation.web.application import create_application
from escalation.web.limits import LimitedCommands, Limiter, OpenSockets, Uploads
from escalation.web.services import Services

_log = get_logger(__name__)

RESTART_SECONDS = 1.0
HOUSEKEEPING_SECONDS = 600.0


def application(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Return the whole product as an ASGI application."""
    return create_application(
        lambda: running(settings, clock or SystemClock()), settings.root_path, settings.allowed_hosts
    )


@asynccontextmanager
async def running(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    """Open everything, run the background work, and end it in the opposite order.

    Raises: DataFolderInUse, DataFolderUnwritable, DatabaseNewer, SecretUnreadable, SecretDiffers.
    """
    async with AsyncExitStack() as stack:
        master = master_key(settings.data_dir)
        database, bus = _open_database(settings, clock, master)
        stack.callback(database.close)
        graph = _Graph(settings, clock, master, database, bus)
        await graph.start(stack)
        yield graph.services


def _open_database(settings: Settings, clock: Clock, master: bytes) -> tuple[Database, MemoryBus]:
    database = Database.open(settings.database, clock=clock)
    try:
        upgrade(database)
        database.write_now(start_log)
        database.write_now(lambda tx: bind_secret(tx, fingerprint(master)))
    except BaseException:
        database.close()
        raise
    bus = MemoryBus()
    database.on_commit(bus.ring)
    return database, bus


class _Graph:
    """Every object of the service, wired."""

    def __init__(self, settings: Settings, clock: Clock, master: bytes, database: Database, bus: Bus) -> None:
        self._settings = settings
        self._database = database
        self._bus = bus
        self.catalogues = Catalogues(database, collected=collected)
        session_rules = SessionRules(settings.session_lasts, settings.session_idle)
        factor_key = derive(master, "second factors")
        self.staff = Staff(database, new_id, session_rules, factor_key)
        self.second_factors = SecondFactors(database, self.staff, factor_key, settings.second_factor)
        self.sessions = Sessions(database, session_rules)
        self.customers = Customers(
            database, new_id, derive(master, "customer tokens"), clock, settings.customer_tokens_last
        )
        desk_rules = DeskRules(settings.wait_at_most, settings.overload, queues=settings.all_queues)
        handoffs = Handoffs(new_id, desk_rules)
        proof = proof_settings(settings, master)
        self.proof = ProofKeeper(database, proof)
        self.conversations = Conversations(
            database, handoffs, lambda: self.catalogues.current, new_id, _rules(settings), self.proof.watch, self._poke
        )
        self.desk = Desk(database, self.conversations, self.catalogues, desk_rules, new_id)
        self.attendance = Attendance(database, self.conversations, handoffs)
        self.router = Router(database, self.conversations, settings.all_queues, new_id)
        self.learning = Learning(
            database,
            bus,
            clock=clock,
            options=_learning_options(settings),
            governed=policy.current,
            also=[anchor_swaps(proof)],
        )
        self.proposals = Proposals(database, self.catalogues)
        self.turns = TurnWorker(database, self.conversations, self.learning.predictor, new_id, clock.now)
        longest = {
            SETTLE: UNDO_WITHIN,
            OFFER: max(desk_rules.offer_lasts, OFFER_AT_MOST),
            EXPIRE: desk_rules.wait_at_most,
        }
        self.timers = Timers(database, self.conversations, settings.silence, longest)
        self.limiter = Limiter()
        self.refusals = Refusals(database, clock)
        self.socket_refusals = SocketRefusals(self.refusals, self.sessions)
        reading = DatabaseReading(database, database.write_now(start_log))
        self.hub = Hub()
        self.fan_out = FanOut(self.hub, reading, bus)
        self.session_watch = SessionWatch(self.hub, self.sessions)
        self.erasure_watch = ErasureWatch(self.hub, database)
        self.erasures = Erasures(
            database, self.conversations, self.learning.eraser(), settings.data_dir, self.erasure_watch.look
        )
        self.connections = Connections(
            self.hub, reading, self._doors(database), self._commands(), clock, new_id,
            rates=Rates.of(settings.tokens_per_second), unknown_sockets=settings.sockets_before_hello,
        )  # fmt: skip
        self.retention = Retention(database, self.erasures, kept_by(settings.sites))
        self.services = Services(
            settings=settings,
            database=database,
            customers=self.customers,
            staff=self.staff,
            links=StaffLinks(database, self.staff, new_id, settings.staff_links_last),
            sessions=self.sessions,
            second_factors=self.second_factors,
            catalogues=self.catalogues,
            contacts=Contacts(database),
            attendance=self.attendance,
            queues=Queues(database, settings.all_queues),
            templates=Templates(database, new_id),
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
            is_ready=lambda: self.learning.describe().detail,
            describe=self._describe,
            watch_sessions=self.session_watch.look,
        )

    async def _describe(self) -> ServiceView:
        def read(tx: Transaction) -> ServiceView:
            found = self.learning.describe(policy.current(tx), may_answer=policy.may_answer(tx))
            return found.model_copy(update={"stopped": rows.is_stopped(tx), "chosen": policy.is_chosen(tx)})

        return await self._database.read(read)

    def _poke(self) -> None:
        self.turns.poke()

    def _doors(self, database: Database) -> ServiceDoors:
        return ServiceDoors(database, self.customers, self.staff, self.attendance, self.socket_refusals)

    def _commands(self) -> LimitedCommands:
        carried_out = ServiceCommands(self.conversations, self.desk, self.sessions, self.socket_refusals)
        return LimitedCommands(carried_out, self.limiter, self._settings.messages_per_minute)

    async def start(self, stack: AsyncExitStack) -> None:
        """Load what must be there before the first request, then start the background work."""
        await self.catalogues.load()
        await self.learning.start()
        await self.proof.open()
        stack.push_async_callback(self.learning.close)
        stack.push_async_callback(self.refusals.flush)
        work: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "learning": self.learning.run,
            "catalogue": self._follow_catalogue,
            "proposals": lambda: proposal_follower(self._database).run(self._bus),
            "turns": self.turns.run,
            "timers": self.timers.run,
            "proof": self.proof.run,
            "search index": SearchIndexer(self._database).run,
            "attendance": self.attendance.run,
            "routing": lambda: self.router.run(self._bus),
            "renewal": self._renew_leases,
            "fan-out": self.fan_out.run,
            "sessions": self.session_watch.run,
            "refusals": self.refusals.run,
            "erased customers": self.erasure_watch.run,
            "erasures": self.erasures.run,
            "retention": self.retention.run,
            "clocks": self.connections.run,
            "housekeeping": self._keep_house,
        }
        for name, run in work.items():
            stack.push_async_callback(_end, asyncio.create_task(_supervise(name, run), name=name))
        stack.push_async_callback(self.connections.drain)

    async def _follow_catalogue(self) -> None:
        bell = Doorbell(self._bus, [CATALOGUE])
        try:
            while True:
                await bell.wait(5.0)
                await self.catalogues.load()
        finally:
            bell.close()

    async def _keep_house(self) -> None:
        """Forget results of commands older than seven days, in chunks."""
        while True:
            gone = await self._database.write(lambda tx: commands.purge(tx, tx.now))
            await asyncio.sleep(0.05 if gone else HOUSEKEEPING_SECONDS)

    async def _renew_leases(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY.total_seconds())
            await self.attendance.renew({each.connection: each.person.id for each in self.connections.present()})


async def _supervise(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Keep background work going: what fails is logged and started again."""
    while True:
        try:
            await run()
        except Exception:
            _log.exception("background_work_failed", work=name)
        await asyncio.sleep(RESTART_SECONDS)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


def _rules(settings: Settings) -> Rules:
    pace = TurnPace(settings.turn_pause, settings.turn_longest, settings.turn_deadline)
    return Rules(pace, settings.reopen_within)


def _learning_options(settings: Settings) -> LearningOptions:
    return LearningOptions(
        models_dir=settings.models_dir,
        encoders=settings.encoders,
        encoder=settings.encoder,
        alpha=settings.alpha,
        first=settings.model,
        learn=settings.learn,
        refit_pause=settings.refit_pause,
        gate_share=settings.gate_share,
        training_budget=settings.training_budget,
        novelty_limit=settings.novelty_limit,
        clarify_floor=settings.clarify_floor,
        languages=settings.languages,
    )
