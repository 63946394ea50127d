"""The page about a model that a person reads first."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from escalation.classifier.model import Model


def model_card(model: "Model") -> str:
    """Return the card as Markdown: what the model is, what it was fitted on, what was measured, what it cannot do."""
    training, choice, encoder = model.scorer.training, model.scorer.choice, model.encoder.manifest
    kind = "fine-tuned" if encoder.fine_tuned else "frozen"
    lines = [
        f"# Model {model.name}",
        "",
        f"- Tells apart {len(model.labels)} intents; fitted on {len(training.rows)} examples"
        f" and {len(training.outside)} messages known to be out of scope.",
        f"- Encoder `{encoder.key}` ({kind}, quantised); head: softmax regression; mode `{model.lineage.mode}`.",
        f"- Languages: {', '.join(sorted(model.languages)) or 'any'}.",
        f"- Parents: {', '.join(model.lineage.parents) or 'none'}. Seed {model.lineage.seed}.",
        "",
        "## Threshold",
        "",
        f"Answers from a confidence of {choice.threshold:.3f}, chosen for at most {model.alpha:.1%} wrong answers.",
        f"Out of fold it answers {choice.coverage:.1%} of messages and {choice.risk:.2%} of those wrongly"
        f" (bound {choice.bound:.2%}).",
        "This is an estimate from the examples, assuming 15 % of messages are out of scope. It is no certificate.",
    ]
    if model.scorer.choices:
        lines += ["", "| accepted | threshold | answers | wrong | bound |", "| --- | --- | --- | --- | --- |"]
        lines += [
            f"| {alpha:.1%} | {each.threshold:.3f} | {each.coverage:.1%} | {each.risk:.2%} | {each.bound:.2%} |"
            for alpha, each in model.choices
        ]
    if model.report:
        lines += ["", "## Measured", ""] + [f"- {name}: {value}" for name, value in model.report.items()]
    return "\n".join(lines) + "\n"
