"""The service's secret keys: made once, kept in the data folder, readable by its owner only."""

import hashlib
import os
import secrets
from pathlib import Path

from escalation.kernel.errors import Unavailable

NAME = "secret.key"


class SecretUnreadable(Unavailable):
    """The key file cannot be read or made."""

    code = "secret_unreadable"


def master_key(data_dir: Path) -> bytes:
    """Return the 32-byte master key of this data folder, making it the first time. Raises: SecretUnreadable."""
    path = data_dir / NAME
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)  # put there by hand, or by a restore of other tools
        key = path.read_bytes()
    except OSError as error:
        raise SecretUnreadable(f"{path} cannot be read or made: {error.strerror}.") from error
    if len(key) != 32:
        raise SecretUnreadable(f"{path} is not a key: it has {len(key)} bytes, not 32. Restore it from the backup.")
    return key


def _create(path: Path) -> None:
    """Write beside and link into place: processes that start together agree on one key, never a half written one."""
    beside = path.with_suffix(f".{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def derive(master: bytes, purpose: str) -> bytes:
    """Return a 32-byte key for one purpose; keys of different purposes tell nothing of each other."""
    return hashlib.blake2b(purpose.encode(), key=master, digest_size=32).digest()


def fingerprint(master: bytes) -> str:
    """Return what tells this key from another, and nothing of the key."""
    return derive(master, "fingerprint").hex()
