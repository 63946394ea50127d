"""Where tests keep their files: in memory, where there is room.

Every commit of a database waits until it is on disk, some 4 ms, and tests commit by the ten thousand. No test could see
a disk that forgets: a killed process loses nothing that it wrote.
"""

import os
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")
NEEDED = 2 << 30
"""Bytes; a whole run leaves some 0.5 GB until it ends."""
NAMED = "PYTEST_DEBUG_TEMPROOT"
"""Names pytest the folder above all folders of tests; a value given from outside is kept."""


def pytest_configure(config: pytest.Config) -> None:
    """Move the folders of tests, unless somebody said where they go."""
    if config.getoption("basetemp") is None and has_room(MEMORY):
        os.environ.setdefault(NAMED, str(MEMORY))


def has_room(folder: Path, needed: int = NEEDED) -> bool:
    """Whether so many bytes are free there, and programs may be written and run."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    free = found.f_bavail * found.f_frsize >= needed
    return free and not found.f_flag & os.ST_NOEXEC and os.access(folder, os.W_OK | os.X_OK)
