"""Following streams of the log durably: each event is handled once, whatever crashes and however many replicas follow.

Use it for work that writes rows because of events: examples, reports, audits, mail to be sent. To send something,
write a row here and let a worker send it: only rows are sure to be written once. The streams are a fixed list (not
"every conversation"), and a new follower begins with their first event. A follower keeps its position
in the table `cursors` and moves it in the same transaction as the rows that its handler writes. What cannot be handled
is parked with its error, and the follower moves on. (What connected people see goes another way: `realtime.fan_out`
reads the log for one process and remembers nothing.)

    def handle(tx: Transaction, event: Envelope) -> None:
        tx.execute(mails.insert(), mail_about(event))

    await Follower(database, "mail", ["desk"], handle).run(bus)  # until cancelled
"""

import time
from collections.abc import Callable, Iterable

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from escalation.database import Database, Transaction, table_of
from escalation.events.bus import Bus
from escalation.events.cursor import advance, take
from escalation.events.doorbell import Doorbell
from escalation.events.envelope import Envelope
from escalation.events.errors import Superseded
from escalation.events.log import read
from escalation.events.tables import ParkedEvent
from escalation.logs import get_logger

POLL_SECONDS = 5.0
CHUNK_EVENTS = 200
CHUNK_SECONDS = 0.05
"""The bounds of one transaction, so that other writers never wait long."""
ERROR_LENGTH = 300

_log = get_logger(__name__)
_parked = table_of(ParkedEvent)

Handler = Callable[[Transaction, Envelope], None]
"""Makes rows of one event. It may be run again (deadlock, crash before the commit), so it has no effects but rows."""


def _nothing(_: Transaction) -> None:
    return None


class Follower:
    """One feature's position in the streams it follows.

    Run it on every replica: the cursor's row is locked while a chunk is handled, so two never handle the same event.
    """

    def __init__(
        self, database: Database, name: str, streams: Iterable[str], handle: Handler, *,
        fence: Callable[[Transaction], None] = _nothing,
    ) -> None:  # fmt: skip
        """`name` is for ever: it names the cursors. Further streams may be added behind the first ones later.

        `fence` is called at the beginning of each transaction, for work that belongs to the holder of a lease; it
        raises `Superseded` when the lease is another's, and then nothing is handled.
        """
        self._database = database
        self._name = name
        self._cursors = {stream: f"{name}/{stream}" if place else name for place, stream in enumerate(streams)}
        self._handle = handle
        self._fence = fence

    async def run(self, bus: Bus, poll_seconds: float = POLL_SECONDS) -> None:
        """Handle what there is at each ring of a stream and at each poll, until cancelled. Raises: Superseded.

        What fails without being one event's fault (no connection, an event of a newer program) is logged and tried
        again at the next ring or poll.
        """
        bell = Doorbell(bus, self._cursors)
        try:
            while True:
                await self._try()
                await bell.wait(poll_seconds)
        finally:
            bell.close()

    async def _try(self) -> None:
        try:
            await self.catch_up()
        except Superseded:
            raise
        except Exception:
            _log.exception("follower_failed", follower=self._name)

    async def catch_up(self) -> int:
        """Handle everything there is; return how many events that were. Raises: Superseded, UnknownVersion."""
        total = 0
        for stream in self._cursors:
            more = True
            while more:
                handled, more = await self._database.write(lambda tx, stream=stream: self._chunk(tx, stream))  # type: ignore[misc]
                total += handled
        return total

    def _chunk(self, tx: Transaction, stream: str) -> tuple[int, bool]:
        """Handle the next events of a stream; return how many, and whether there may be more."""
        self._fence(tx)
        events = read(tx, stream, take(tx, self._cursors[stream], stream), CHUNK_EVENTS)
        until = time.monotonic() + CHUNK_SECONDS
        handled = 0
        while handled < len(events) and (not handled or time.monotonic() < until):
            self._handle_or_park(tx, events[handled])
            handled += 1
        if handled:
            advance(tx, self._cursors[stream], events[handled - 1].seq)
        return handled, handled < len(events) or handled == CHUNK_EVENTS

    def _handle_or_park(self, tx: Transaction, event: Envelope) -> None:
        try:
            with tx.savepoint():
                self._handle(tx, event)
        except Exception as error:
            if not _is_the_events_fault(error):
                raise
            _log.warning("event_parked", follower=self._name, stream=event.stream, seq=event.seq, error=_kind(error))
            self._park(tx, event, error)

    def _park(self, tx: Transaction, event: Envelope, error: Exception) -> None:
        """Keep the event's place with what was wrong; another follower that parked it too has a line of its own."""
        reason = f"{self._name}: {_kind(error)}: {str(error)[:ERROR_LENGTH]}"
        statement = tx.insert(ParkedEvent)
        both = _parked.c.error + "\n" + statement.excluded.error
        statement = statement.on_conflict_do_update(index_elements=["stream", "seq"], set_={"error": both})
        tx.execute(statement, {"stream": event.stream, "seq": event.seq, "at": tx.now, "error": reason})


def _is_the_events_fault(error: Exception) -> bool:
    """Whether trying again would fail again, and only for this event."""
    if isinstance(error, DBAPIError):
        return isinstance(error, IntegrityError | DataError)  # not a deadlock, a lost connection, a missing table
    return not isinstance(error, Superseded | MemoryError)


def _kind(error: Exception) -> str:
    return type(error).__name__
