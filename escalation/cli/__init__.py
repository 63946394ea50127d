"""The command line: one small module per noun, imported when one of its commands runs."""

from collections.abc import Mapping
from typing import ClassVar

import typer

from escalation.cli.lazy import Entry, LazyGroup

HELP = "Customer chat: a transformer answers routine messages, people answer the rest and teach it."


class Commands(LazyGroup):
    """Every command of `escalation`."""

    entries: ClassVar[Mapping[str, Entry]] = {
        "serve": Entry("service", "serve", "Run the service until it is told to stop."),
        "demo": Entry(
            "service",
            "demo",
            "Run the product with a sample shop, sample staff and the starter model. Loopback only.",
        ),
        "staff": Entry("staff", "app", "Staff accounts."),
        "catalogue": Entry("catalogue", "app", "Intents: import and export."),
        "model": Entry("model_group", "app", "Build, evaluate and use model folders."),
        "train": Entry(
            "training",
            "train",
            "Train on everything collected so far, in the running service; Ctrl-C cancels the run.",
        ),
        "certificate": Entry("certificate", "app", "Certificates of automatic answers: export and verify."),
        "replay": Entry(
            "replay",
            "replay",
            "Play data files as customers over real sockets, count what the bot did, "
            "and check delivery against the log.",
        ),
        "simulate": Entry(
            "simulation",
            "simulation",
            "Simulate customers, agents and audits, and report what is answered, proven and learnt, "
            "against five baselines.",
        ),
        "customer": Entry("customer", "app", "Customers' rights to their data."),
        "retention": Entry(
            "retention",
            "retention",
            "Let go what each site keeps no longer, or say what that is; a running service does it once an hour.",
        ),
        "contacts": Entry(
            "contacts",
            "contacts",
            "List the addresses customers left: done ones newest first, others longest waiting first; at most 200.",
        ),
        "report": Entry(
            "report",
            "report",
            "Count conversations by day, queue, agent, team, intent, reason or site; --json tells every figure.",
        ),
        "verify": Entry(
            "upkeep",
            "verify",
            "Check the invariants of a data folder or a running service; exit status 1 if any is broken.",
        ),
        "audit": Entry("audit", "app", "The security log: read it, check its chain."),
        "backup": Entry(
            "upkeep",
            "backup",
            "Write database, key and trained models into one archive; the service may run meanwhile.",
        ),
        "restore": Entry(
            "upkeep",
            "restore",
            "Unpack a backup into an empty data folder or database and begin a new history: all clients start afresh.",
        ),
    }


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=HELP)


@app.callback(help=HELP)
def escalation() -> None:
    """Take a command."""
