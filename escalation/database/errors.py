"""What can go wrong with the storage itself, each in one clear line."""

from escalation.kernel.errors import Conflict, EscalationError, Invalid, Unavailable


class BadDatabaseUrl(EscalationError):
    """The database URL is neither `sqlite:///path` nor `postgresql://...`."""

    code = "bad_database_url"


class DataFolderInUse(EscalationError):
    """Another process owns the data folder."""

    code = "data_folder_in_use"


class DataFolderUnwritable(EscalationError):
    """The data folder, or the database file in it, cannot be made or written."""

    code = "data_folder_unwritable"


class DatabaseUnreadable(EscalationError):
    """The file named as the database is something else, or damaged."""

    code = "database_unreadable"


class DatabaseUnreachable(Unavailable):
    """The database server does not answer, or refuses us."""

    code = "database_unreachable"


class DatabaseAway(DatabaseUnreachable):
    """The database does not answer now, or stores nothing; send the same request again in a moment."""

    retry_after = 5.0
    """In seconds."""
    has_line = True

    def __init__(self, reason: str) -> None:
        super().__init__("The database is away. Send the same request again in a moment.")
        self.reason = reason
        """What it or its driver said; not for strangers."""


class DatabaseClosed(Unavailable):
    """The database was closed; the function was not run."""

    code = "database_closed"


class DatabaseNewer(EscalationError):
    """The database was written by a newer version of this program."""

    code = "database_newer"


class DatabaseNotEmpty(Conflict):
    """A restore never overwrites."""

    code = "database_not_empty"


class CopyDamaged(Invalid):
    """A copy of the database is not whole."""

    code = "copy_damaged"
