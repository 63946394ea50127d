"""A virus scanner of the operator's: a command that is given the path of a file, and ends with 0 if it is clean."""

import asyncio
import shlex
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path

from escalation.attachments.errors import FileInfected, FileUnchecked
from escalation.logs import get_logger

INFECTED = 1
"""What scanners such as `clamdscan` end with when they found something."""
SAID_AT_MOST = 300

_log = get_logger(__name__)


class Scanner:
    """Runs the command; without one everything is taken."""

    def __init__(self, command: str, within: timedelta) -> None:
        self._command = shlex.split(command)
        self._within = within.total_seconds()

    async def check(self, data: bytes) -> None:
        """Return if the file is clean. Raises: FileInfected, FileUnchecked."""
        if not self._command:
            return
        with tempfile.TemporaryDirectory(prefix="escalation-scan-") as folder:
            path = Path(folder) / "file"
            await asyncio.to_thread(path.write_bytes, data)
            ended, said = await self._run(str(path))
        if ended == INFECTED:
            raise FileInfected("The virus scanner found something in this file. It was not taken.")
        if ended != 0:
            _log.warning("virus_scanner_failed", ended=ended, said=said[-SAID_AT_MOST:])
            raise FileUnchecked("The file could not be checked for viruses, so it was not taken. Try again later.")

    async def _run(self, path: str) -> tuple[int | None, str]:
        """Return what the command ended with, None if it could not be run or took too long, and what it said."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        except OSError as error:
            return None, str(error)
        try:
            async with asyncio.timeout(self._within):
                said, _ = await process.communicate()
        except TimeoutError:
            return None, "took too long"
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return process.returncode, said.decode(errors="replace").strip()
