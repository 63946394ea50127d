"""Running the training process from the service: start it, hear it out, end it when asked. No database here."""

import asyncio
import json
import os
import sys
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from escalation.learning.errors import RunFailed

TERM_SECONDS = 5.0
TRAINING_COMMAND = (sys.executable, "-m", "escalation.learning.training_process")
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "HF_HOME", "LD_LIBRARY_PATH")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class TrainingProcess:
    """One child process. Its environment holds nothing secret."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._last_words: deque[str] = deque(maxlen=5)
        self._stderr = asyncio.create_task(self._drain())

    @classmethod
    async def start(cls, job: Path, command: tuple[str, ...] = TRAINING_COMMAND) -> "TrainingProcess":
        """Start it on the file of its job."""
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | ONE_THREAD
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, str(job), stdin=pipe, stdout=pipe, stderr=pipe, env=environment
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def _drain(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._last_words.append(line.decode("utf-8", "replace").strip())

    async def lines(self) -> AsyncIterator[dict[str, Any]]:
        """Yield what it says. Raises: RunFailed when it says so, or ends without being done."""
        assert self._process.stdout is not None
        done = False
        async for line in self._process.stdout:
            try:
                said = json.loads(line)
            except ValueError:
                continue  # a library printed something
            if "error" in said:
                raise RunFailed(f"{said['error']}: {said['message']}")
            done = done or bool(said.get("done"))
            yield said
        status = await self._process.wait()
        await self._stderr
        if not done or status != 0:
            words = self._last_words[-1][:300] if self._last_words else "it said nothing"
            raise RunFailed(f"the training process ended with status {status}: {words}")

    async def end(self) -> None:
        """Make sure it is gone: SIGTERM, then SIGKILL. Harmless when it ended by itself."""
        if self._process.returncode is None:
            self._process.terminate()
            try:
                async with asyncio.timeout(TERM_SECONDS):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._stderr
