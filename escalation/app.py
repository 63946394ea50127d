"""The service as one ASGI application: what is opened, started and ended, and the background work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI

from escalation.catalogue.events import STREAM as CATALOGUE
from escalation.conversations.merging import Merging
from escalation.conversations.search_index import SearchIndexer
from escalation.database import Database
from escalation.database.migrate import upgrade
from escalation.delivery.smtp import SmtpPost
from escalation.delivery.worker import MailWorker
from escalation.desk.presence import RENEW_EVERY
from escalation.desk.sla_watch import SlaWatch
from escalation.events import Doorbell, MemoryBus, bind_secret, commands, start_log
from escalation.graph import Graph
from escalation.kernel.clock import Clock, SystemClock
from escalation.logs import get_logger
from escalation.proposals.follower import proposal_follower
from escalation.reports.counting import ReportCounter
from escalation.secrets_file import fingerprint, master_key
from escalation.settings import Settings
from escalation.web.application import create_application
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
        graph = Graph(settings, clock, master, database, bus)
        await _start(graph, stack)
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


async def _start(graph: Graph, stack: AsyncExitStack) -> None:
    """Load what must be there before the first request, then start the background work."""
    await graph.catalogues.load()
    await graph.learning.start()
    await graph.proof.open()
    stack.push_async_callback(graph.learning.close)
    stack.push_async_callback(graph.refusals.flush)
    for name, run in _work(graph).items():
        stack.push_async_callback(_end, asyncio.create_task(_supervise(name, run), name=name))
    stack.push_async_callback(graph.connections.drain)


def _work(graph: Graph) -> dict[str, Callable[[], Coroutine[Any, Any, None]]]:
    """Return the background work by name."""
    return {
        "learning": graph.learning.run,
        "catalogue": lambda: _follow_catalogue(graph),
        "proposals": lambda: proposal_follower(graph.database).run(graph.bus),
        "turns": graph.turns.run,
        "timers": graph.timers.run,
        "proof": graph.proof.run,
        "reports": ReportCounter(graph.database).run,
        "search index": SearchIndexer(graph.database).run,
        "attendance": graph.attendance.run,
        "workload": graph.workload.run,
        "service_levels": SlaWatch(graph.database).run,
        "routing": lambda: graph.router.run(graph.bus),
        "renewal": lambda: _renew_leases(graph),
        **({"mail": _mailing(graph).run} if graph.settings.mail.host else {}),
        "fan-out": graph.fan_out.run,
        "waiting line": graph.waiting_line.run,
        "read watch": graph.read_watch.run,
        "sessions": graph.session_watch.run,
        "refusals": graph.refusals.run,
        "erased customers": graph.erasure_watch.run,
        "merged customers": Merging(graph.database, graph.conversations).run,
        "files": graph.attachments.run,
        "erasures": graph.erasures.run,
        "retention": graph.retention.run,
        "clocks": graph.connections.run,
        "housekeeping": lambda: _keep_house(graph),
    }


def _mailing(graph: Graph) -> MailWorker:
    mail = graph.settings.mail
    post = SmtpPost(mail.host, mail.port, mail.username, mail.password.get_secret_value(), mail.tls)
    sites = {id: site.name for id, site in graph.settings.sites.items()}
    return MailWorker(graph.database, post, graph.chat_links, sites, mail.sender, graph.connections.customers)


async def _follow_catalogue(graph: Graph) -> None:
    bell = Doorbell(graph.bus, [CATALOGUE])
    try:
        while True:
            await bell.wait(5.0)
            await graph.catalogues.load()
    finally:
        bell.close()


async def _keep_house(graph: Graph) -> None:
    """Forget results of commands older than seven days, in chunks."""
    while True:
        gone = await graph.database.write(lambda tx: commands.purge(tx, tx.now))
        await asyncio.sleep(0.05 if gone else HOUSEKEEPING_SECONDS)


async def _renew_leases(graph: Graph) -> None:
    while True:
        await asyncio.sleep(RENEW_EVERY.total_seconds())
        await graph.attendance.renew({each.connection: each.person.id for each in graph.connections.present()})


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
