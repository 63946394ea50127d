"""A real ClamAV as the virus scanner, with two signatures of its own; skips where it is not installed."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from escalation.attachments.errors import FileInfected, FileUnchecked
from escalation.attachments.scanner import Scanner
from tests.core.test_attachment_inspection import an_image
from tests.waiting import until_now

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
"""Harmless, and what every scanner is tried with. In parts, so that none finds this file."""
PDF = b"%%PDF-1.7\n1 0 obj\n<</Length 68>>\nstream\n%b\nendstream\nendobj\n%%%%EOF\n"
IN_TIME = 20.0


@dataclass
class Clamd:
    """The daemon, and the settings by which `clamdscan` finds it."""

    settings: Path
    process: subprocess.Popen[bytes]

    def scanner(self, within: float = IN_TIME) -> Scanner:
        return Scanner(f"clamdscan --fdpass -c {self.settings}", timedelta(seconds=within))


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    if shutil.which("clamd") is None or shutil.which("clamdscan") is None:
        pytest.skip("ClamAV is not installed")
    with tempfile.TemporaryDirectory(prefix="clamd-") as name:  # a socket's path is short
        folder = Path(name)
        (folder / "signatures").mkdir()
        (folder / "signatures" / "own.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
        settings, socket = folder / "clamd.conf", folder / "clamd.sock"
        settings.write_text(f"LocalSocket {socket}\nDatabaseDirectory {folder}/signatures\nForeground yes\n")
        process = subprocess.Popen(["clamd", "-c", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until_now(socket.exists, 60)
            yield Clamd(settings, process)
        finally:
            process.kill()
            process.wait(30)


async def test_it_finds_the_test_virus_and_takes_the_rest(clamd: Clamd) -> None:
    for clean in (b"hello", PDF % b"hello", an_image("PNG")):
        await clamd.scanner().check(clean)
    for infected in (EICAR, PDF % EICAR, an_image("PNG") + EICAR):
        with pytest.raises(FileInfected):
            await clamd.scanner().check(infected)


async def test_nothing_is_taken_while_it_hangs_or_after_it_ended(clamd: Clamd) -> None:
    os.kill(clamd.process.pid, signal.SIGSTOP)
    with pytest.raises(FileUnchecked):
        await clamd.scanner(within=0.5).check(b"hello")
    os.kill(clamd.process.pid, signal.SIGCONT)
    await clamd.scanner().check(b"hello")
    clamd.process.kill()
    clamd.process.wait(30)
    with pytest.raises(FileUnchecked):
        await clamd.scanner().check(b"hello")
