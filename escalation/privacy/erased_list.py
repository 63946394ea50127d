"""The ids of erased customers, kept outside the database, so that a restored backup can be made to forget them again.

One id a line in a file of the data folder that only its owner may read. It holds ids and nothing else.
"""

import os
from pathlib import Path

NAME = "erased-customers.txt"


def ids(folder: Path) -> list[str]:
    """Return the customers erased so far, each once, in the order they were erased."""
    try:
        lines = (folder / NAME).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    return list(dict.fromkeys(line for line in lines if line))


def add(folder: Path, customer: str) -> None:
    """Append a customer, once; it is on disk when this returns."""
    path = folder / NAME
    if customer in ids(folder):
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, f"{customer}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
