"""The command line: one small module per noun."""

import typer

from escalation.cli import (
    catalogue,
    certification,
    contacts,
    explanation,
    models,
    review,
    service,
    staff,
    training,
    upkeep,
)
from escalation.cli.replay import replay
from escalation.cli.simulation import simulation

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Customer chat: a transformer answers routine messages, people answer the rest and teach it.",
)
app.command()(service.serve)
app.command()(service.demo)
app.add_typer(staff.app, name="staff")
app.add_typer(catalogue.app, name="catalogue")
models.app.command()(explanation.explain)
models.app.command()(review.review)
models.app.command()(certification.certify)
app.add_typer(models.app, name="model")
app.command()(training.train)
app.command()(replay)
app.command(name="simulate")(simulation)
app.command()(contacts.contacts)
app.command()(upkeep.verify)
app.command()(upkeep.backup)
app.command()(upkeep.restore)
