"""What can go wrong with the storage itself, each in one clear line."""

from escalation.kernel.errors import EscalationError, Unavailable


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


class DatabaseClosed(Unavailable):
    """The database was closed; the function was not run."""

    code = "database_closed"


class DatabaseNewer(EscalationError):
    """The database was written by a newer version of this program."""

    code = "database_newer"
