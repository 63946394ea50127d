"""What is stored, read whole, and whether it is still what was stored: the file, and the words of each message."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, text

from escalation import events
from escalation.conversations.digests import is_as_written
from escalation.conversations.tables import MessageRow
from escalation.database import Transaction, table_of

_messages = table_of(MessageRow)


@dataclass(frozen=True)
class Finding:
    """One broken rule: which, where, and what was found."""

    rule: str
    subject: str
    problem: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.rule}: {self.subject}: {self.problem}"


def all_events(tx: Transaction, stream: str) -> Iterator[events.Envelope]:
    """Return every event of a stream from its beginning."""
    after = 0
    while page := events.read(tx, stream, after, 1_000):
        yield from page
        after = page[-1].seq


def damage_of(tx: Transaction) -> Iterator[Finding]:
    """One line where pages or indexes of SQLite's file do not agree with each other."""
    if not tx.is_postgres:
        first = str(tx.execute(text("PRAGMA integrity_check(1)")).scalar_one())
        if first != "ok":
            yield Finding("file", "escalation.sqlite", f"it is damaged, restore a backup: {' '.join(first.split())}")


def words_are_as_written(tx: Transaction) -> Iterator[Finding]:
    """Every message says what it said when it was stored, or its author made of it since, unless it was erased."""
    for row in tx.execute(select(_messages).execution_options(yield_per=1_000)).mappings():
        if not is_as_written(dict(row)):
            yield Finding("words", row["conversation"], f"message {row['id']} was changed after it was written")
