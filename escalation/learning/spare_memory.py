"""Memory that nothing uses any more goes back to the system; glibc keeps most of what a refit's arrays leave behind."""

import ctypes
import sys


def give_back() -> None:
    """Return freed memory to the system where the C library can; blocks for some milliseconds.

    A process with 15,000 examples: 256 -> 186 MiB after loading and its first predictions.
    """
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc; musl has none and keeps little
    if trim is not None:
        trim(0)
