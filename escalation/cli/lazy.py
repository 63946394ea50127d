"""A group of commands whose modules are imported when one of them runs, so that each starts as fast as it can.

Its help is a table of its own: nothing has to be imported to print it. A test compares it with the commands' own.
"""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, ClassVar, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


@contextmanager
def importing() -> Iterator[None]:
    """Look for no garbage while the block imports: what it makes stays, and looking takes a sixth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Entry(NamedTuple):
    """A command (a function) or group (a `typer.Typer`) of a module of this package, and the first line of its help."""

    module: str
    name: str
    help: str

    def load(self) -> Any:
        """Import it and return it as what the group can run."""
        with importing():
            found = getattr(import_module(f"escalation.cli.{self.module}"), self.name)
        if isinstance(found, typer.Typer):
            return get_command(found)
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command()(found)
        return get_command(alone)


class LazyGroup(TyperGroup):
    """Knows its commands by `entries`, which a subclass sets."""

    entries: ClassVar[Mapping[str, Entry]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names, in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a loaded command, else one that stands for it in lists: it has a name and a help."""
        if cmd_name in self.commands or cmd_name not in self.entries:
            return super().get_command(ctx, cmd_name)
        return TyperCommand(cmd_name, help=self.entries[cmd_name].help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load the command that is about to run."""
        if args and args[0] in self.entries:
            loaded = self.entries[args[0]].load()
            loaded.name = args[0]
            self.add_command(loaded, args[0])
        return super().resolve_command(ctx, args)
