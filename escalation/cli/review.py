"""`model review`: labels of a data file to look at again. Nothing is changed; the file's lines are named."""

from typing import Annotated

import typer

from escalation.classifier import find_suspects
from escalation.cli import models
from escalation.cli.data_files import read_examples
from escalation.cli.encoder import check_encoder
from escalation.cli.output import as_json, clear_errors, say, say_json, table
from escalation.settings import load_settings

SHOWN = 50


@clear_errors
def review(
    data: models.DataFile,
    least_ratio: Annotated[float, typer.Option(help="How many times likelier another label must be.", min=1.0)] = 3.0,
    seed: int = 0,
    json_: bool = as_json,
) -> None:
    """List examples whose label is probably wrong, the most suspicious first, each with the label it is likelier to be.

    Each is judged by a model fitted without it. Conflicts (one text, several labels) are listed too.
    """
    settings = load_settings()
    check_encoder(settings)
    examples = read_examples(data)
    found = find_suspects(
        examples, encoders=settings.encoders, encoder=settings.encoder or None, seed=seed, least_ratio=least_ratio
    )
    if json_:
        say_json({"data": str(data), "examples": len(examples), "suspects": [each.as_json() for each in found]})
        return
    rows = [[each.example_id, each.label, each.proposed, each.probability, each.reason] for each in found[:SHOWN]]
    table("labels to look at again", ["example", "label", "likelier", "probability", "why"], rows)
    rest = f"; the first {SHOWN} are shown, --json gives all" if len(found) > SHOWN else ""
    say(f"{len(found)} of {len(examples)} examples{rest}. Nothing was changed.")
