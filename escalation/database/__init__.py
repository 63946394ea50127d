"""The database: engine per URL, column types, `Database.read(fn)` and `.write(fn)`, migrations."""

from escalation.database.database import Database
from escalation.database.transaction import Transaction
from escalation.database.types import JSONDocument, UTCDateTime, table_of

__all__ = ["Database", "JSONDocument", "Transaction", "UTCDateTime", "table_of"]
