"""Old events, new shapes: pure steps from one version of an event type to the next, taken when the log is read.

What is stored is never touched. Each stored version has a golden file, so no shape is forgotten.
"""

from collections.abc import Callable
from typing import Any

from escalation.events.errors import UnknownVersion

Payload = dict[str, Any]
Upcast = Callable[[Payload], Payload]


class Upcasts:
    """The current version of each event type and the steps that lead to it. A type never declared is read as stored."""

    def __init__(self) -> None:
        self._steps: dict[tuple[str, int], Upcast] = {}
        self._current: dict[str, int] = {}

    def declare(self, type: str, version: int = 1) -> None:
        """Say that `version` is what this program writes and understands for events of `type`."""
        self._current[type] = max(version, self._current.get(type, 1))

    def step(self, type: str, version: int) -> Callable[[Upcast], Upcast]:
        """Decorate the pure function from `version` to `version + 1`. It must not change what it is given."""

        def register(upcast: Upcast) -> Upcast:
            if (type, version) in self._steps:
                raise ValueError(f"{type} has two steps from version {version}")
            self._steps[type, version] = upcast
            self.declare(type, version + 1)
            return upcast

        return register

    def declared(self) -> dict[str, int]:
        """Every known event type with its current version."""
        return dict(self._current)

    def read(self, type: str, version: int, payload: Payload) -> tuple[int, Payload]:
        """The payload as the current version has it, with that version.

        Raises: UnknownVersion when the event is newer than this program or a step is missing.
        """
        current = self._current.get(type, version)
        if version > current:
            raise UnknownVersion(f"an event {type} has version {version}, this program knows {current}: upgrade it")
        while version < current:
            if (type, version) not in self._steps:
                raise UnknownVersion(f"there is no step from version {version} of {type} to {version + 1}")
            payload = self._steps[type, version](payload)
            version += 1
        return version, payload


UPCASTS = Upcasts()
"""The registry of this program; features declare their event types and steps in it when they are imported."""
