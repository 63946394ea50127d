"""What is wrong with a file."""

from escalation.kernel.errors import EscalationError, Invalid, Unavailable


class FileRefused(Invalid):
    """The file is of no kind that is taken, or not what it seems to be; the message says which are."""

    code = "file_refused"


class FileInfected(FileRefused):
    """The virus scanner found something in the file."""

    code = "file_infected"


class FileTooLarge(EscalationError):
    """A file may have 10 MB."""

    code = "file_too_large"


class FileUnchecked(Unavailable):
    """The virus scanner did not answer, and nothing is taken unchecked. Try again later."""

    code = "file_unchecked"


class FilesAway(Unavailable):
    """Where files are kept does not answer, or takes none. Try again later."""

    code = "files_away"


class StorageUnusable(Invalid):
    """The address where files are to be kept is of no known kind, or the package for it is not installed."""

    code = "storage_unusable"


class FileUnknown(Invalid):
    """A message names a file that its sender has not uploaded, or that was sent before."""

    code = "file_unknown"
