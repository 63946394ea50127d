"""The database: engine per URL, column types, `Database.read(fn)` and `.write(fn)`, migrations."""

from escalation.database.database import Database
from escalation.database.prepared import Prepared
from escalation.database.transaction import Transaction
from escalation.database.types import ByteOrderedString, JSONDocument, Place, UTCDateTime, table_of

__all__ = [
    "ByteOrderedString",
    "Database",
    "JSONDocument",
    "Place",
    "Prepared",
    "Transaction",
    "UTCDateTime",
    "table_of",
]
