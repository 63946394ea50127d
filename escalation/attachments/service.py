"""Files as a service: taken in, read by who has their key, and deleted when nobody needs them."""

import asyncio
import hmac
import secrets
from dataclasses import dataclass

from escalation.attachments import rows
from escalation.attachments.inspection import Kept, inspect, shown_name
from escalation.attachments.scanner import Scanner
from escalation.attachments.storage import THUMBNAIL, FileStorage
from escalation.attachments.tables import AttachmentRow
from escalation.database import Database, Transaction, table_of
from escalation.kernel.errors import NotFound
from escalation.kernel.ids import Ids
from escalation.logs import get_logger

SWEEP_SECONDS = 300.0
AT_ONCE = 2
"""Pictures that are unpacked at the same time: one may need 300 MB."""

_attachments = table_of(AttachmentRow)
_log = get_logger(__name__)


@dataclass(frozen=True)
class File:
    """A file as it is served."""

    name: str
    media_type: str
    data: bytes


class Attachments:
    """One a process; several at once do no harm."""

    def __init__(self, database: Database, storage: FileStorage, scanner: Scanner, ids: Ids) -> None:
        self._database = database
        self._storage = storage
        self._scanner = scanner
        self._ids = ids
        self._places = asyncio.Semaphore(AT_ONCE)

    async def take(self, sender: str, name: str, data: bytes) -> dict[str, object]:
        """Store a file that is not sent yet; return its row. Raises: FileTooLarge, FileRefused, FileInfected, ..."""
        async with self._places:
            kept = await asyncio.to_thread(inspect, data)
        await self._scanner.check(data)
        id = self._ids()
        row = {
            "id": id, "key": secrets.token_urlsafe(24), "sender": sender, "media_type": kept.media_type,
            "size": len(kept.data), "name": shown_name(name, kept.ending), "width": kept.width,
            "height": kept.height, "conversation": None, "gone": False,
        }  # fmt: skip
        await self._database.write(lambda tx: tx.add(AttachmentRow, {**row, "at": tx.now}))
        await asyncio.to_thread(self._put, id, kept)  # after its row: what fails from here on is swept
        return row

    def _put(self, id: str, kept: Kept) -> None:
        self._storage.put(id, kept.data)
        if kept.thumbnail is not None:
            self._storage.put(id + THUMBNAIL, kept.thumbnail)

    async def read(self, id: str, key: str, *, thumbnail: bool = False) -> File:
        """Return a file to who has its key. Raises: NotFound, the same for a wrong key and no file."""
        row = await self._database.read(
            lambda tx: tx.execute(_attachments.select().where(_attachments.c.id == id)).first()
        )
        if row is None or row.gone or not hmac.compare_digest(row.key.encode(), key.encode()):
            raise NotFound("There is no such file (any longer).")
        data = await asyncio.to_thread(self._storage.get, id + (THUMBNAIL if thumbnail else ""))
        if data is None:
            raise NotFound("There is no such file (any longer).")
        return File(row.name, row.media_type, data)

    async def run(self) -> None:
        """Delete what nobody needs, every few minutes, until cancelled."""
        while True:
            await self.sweep()
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> int:
        """Delete files of erased conversations and those never sent; return how many."""
        gone = 0
        while due := await self._database.read(rows.to_sweep):
            ids = await self._database.write(lambda tx, due=due: rows.mark_gone(tx, due))  # type: ignore[misc]
            for id in ids:
                await asyncio.to_thread(self._delete, id)
            await self._database.write(lambda tx, ids=ids: _forget(tx, ids))  # type: ignore[misc]
            gone += len(ids)
            if not ids:
                break
        if gone:
            _log.info("files_deleted", files=gone)
        return gone

    def _delete(self, id: str) -> None:
        self._storage.delete(id)
        self._storage.delete(id + THUMBNAIL)


def _forget(tx: Transaction, ids: list[str]) -> None:
    rows.forget(tx, ids)
