"""`model explain`: which words of a message spoke for an intent, and the examples that speak for and against it."""

from typing import Annotated, Any

import typer

from escalation.classifier import Explanation, Model, Neighbour, Prediction
from escalation.classifier import explain as explain_words
from escalation.cli import models
from escalation.cli.output import as_json, clear_errors, say, say_json, table
from escalation.settings import load_settings


@clear_errors
def explain(
    name: str,
    text: Annotated[str, typer.Argument(help="The message, in quotes.")],
    label: Annotated[str | None, typer.Option(help="The intent to explain; without it the model's first.")] = None,
    json_: bool = as_json,
) -> None:
    """Show which words spoke for an intent; a weight of 0.7 doubles its odds, one below 0 speaks against it."""
    model = models.load(load_settings(), name)
    (prediction,), explanation = model.predict([text]), explain_words(model, text, label)
    if json_:
        say_json(_as_json(model, prediction, explanation))
        return
    say(f"{explanation.label}: log-odds {explanation.log_odds:.2f}; confidence {prediction.confidence:.3f}")
    table("words", ["word", "weight"], [[word.text, word.weight] for word in explanation.words])
    near = [[part, found.label, found.example_id, found.similarity] for part, found in _examples(prediction)]
    table("nearest examples", ["", "intent", "example", "similarity"], near)


def _examples(prediction: Prediction) -> list[tuple[str, Neighbour]]:
    found = (("for the first guess", prediction.support), ("for the second", prediction.counter))
    return [(part, near) for part, near in found if near is not None]


def _as_json(model: Model, prediction: Prediction, explanation: Explanation) -> dict[str, Any]:
    return {
        "name": model.name,
        "label": explanation.label,
        "log_odds": explanation.log_odds,
        "confidence": prediction.confidence,
        "words": [
            {"text": word.text, "start": word.start, "end": word.end, "weight": word.weight}
            for word in explanation.words
        ],
        "support": prediction.support and prediction.support.example_id,
        "counter": prediction.counter and prediction.counter.example_id,
    }
