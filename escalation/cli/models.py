"""`escalation model ...`: build, evaluate, predict with model folders."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from escalation.catalogue.starter import starter_catalogue
from escalation.classifier import Example, Model, Prediction, Report, build_model, evaluate, load_model, suspects_behind
from escalation.cli.building import mode_of, seconds_of, watched
from escalation.cli.data_files import (
    Encoding,
    FileOptions,
    LabelColumn,
    SkipInvalid,
    TextColumn,
    read_examples,
    read_out_of_scope,
)
from escalation.cli.encoder import check_encoder
from escalation.cli.output import as_json, clear_errors, facts, say, say_json, table
from escalation.cli.target import Url, remote
from escalation.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="Build, evaluate and use model folders.")

DataFile = Annotated[Path, typer.Option("--data", help="Labelled messages: JSON lines, JSON, CSV, YAML, Rasa.")]
OutOfScope = Annotated[
    Path | None, typer.Option("--out-of-scope", help="Out-of-scope messages; labels in it are ignored.")
]


def folder_of(settings: Settings, name: str) -> Path:
    """Return the folder of a model: a path as given, or a name under the models folder."""
    path = Path(name)
    return path if path.is_dir() and path.parent != Path() else settings.models_dir / name


def load(settings: Settings, name: str) -> Model:
    """Return a verified model. Raises: as `load_model`."""
    return load_model(folder_of(settings, name), settings.encoders)


@app.command()
@clear_errors
def build(
    name: Annotated[str, typer.Option(help="Name of the new model; its folder under the models folder.")],
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Labelled messages: JSON lines, JSON, CSV, YAML, Rasa. Else the starter."),
    ] = None,
    val: Annotated[Path | None, typer.Option("--val", help="Labelled messages to report on; never trained on.")] = None,
    out_of_scope: OutOfScope = None,
    mode: Annotated[str, typer.Option(help="head (seconds), full (fine-tunes the encoder), or auto.")] = "auto",
    budget: Annotated[str, typer.Option(help="How long fine-tuning may take: 90s, 10m, 1h.")] = "10m",
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over; keep nothing of an interrupted build.")] = False,
    alpha: Annotated[float | None, typer.Option(help="Accepted share of wrong answers.")] = None,
    seed: int = 0,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    skip_invalid: SkipInvalid = False,
    encoding: Encoding = None,
    json_: bool = as_json,
) -> None:
    """Build a model folder from examples.

    auto fine-tunes where that gains enough and fits the budget; it says what it chose and why. An
    interrupted build goes on where it was when the same command is given again.
    """
    settings, options = load_settings(), FileOptions(text_column, label_column, skip_invalid, encoding)
    check_encoder(settings)
    examples, unlabelled = _training_data(data, options)
    novel = unlabelled + [example.text for example in read_out_of_scope(out_of_scope, options)]
    with watched(json_) as show:
        model = build_model(
            examples,
            out_of_scope=novel,
            name=name,
            mode=mode_of(mode),
            budget=seconds_of(budget),
            fresh=fresh,
            folder=settings.models_dir / name,
            encoders=settings.encoders,
            encoder=settings.encoder or None,
            languages=settings.languages,
            seed=seed,
            alpha=alpha if alpha is not None else settings.alpha,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            golden=[example.text for example in examples[:: max(len(examples) // 60, 1)]],
            progress=show,
        )
    judged = evaluate(model, read_examples(val, options)) if val else None
    summary: dict[str, Any] = {"name": name, "folder": str(settings.models_dir / name), "labels": len(model.labels)}
    doubted = suspects_behind(model, examples, encoders=settings.encoders, encoder=settings.encoder or None)
    summary |= {"mode": model.lineage.mode, "examples": len(examples), "suspects": len(doubted)}
    summary |= {"threshold": model.threshold}
    if json_:
        say_json(summary | {"report": judged.as_json() if judged else model.report})
    else:
        facts(f"model {name}", summary | (_in_words(judged) if judged else {}))


def _training_data(data: Path | None, options: FileOptions) -> tuple[list[Example], list[str]]:
    if data is None:
        return [Example(text, label) for text, label in starter_catalogue().labelled()], []
    found = read_examples(data, options)
    return [each for each in found if each.label is not None], [each.text for each in found if each.label is None]


@app.command(name="evaluate")
@clear_errors
def evaluate_(
    name: str,
    data: DataFile,
    out_of_scope: OutOfScope = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    skip_invalid: SkipInvalid = False,
    encoding: Encoding = None,
    json_: bool = as_json,
) -> None:
    """Measure a model on labelled messages it was not trained on."""
    model, options = load(load_settings(), name), FileOptions(text_column, label_column, skip_invalid, encoding)
    report = evaluate(model, read_examples(data, options) + read_out_of_scope(out_of_scope, options))
    say_json({"name": name, **report.as_json()}) if json_ else facts(f"model {name}", _in_words(report))


def _in_words(report: Report) -> dict[str, str]:
    """Return a report's figures with names and units for people."""

    def share(value: float | None) -> str:
        return "-" if value is None else f"{value:.1%}"

    found = {
        "messages": f"{report.n}, {report.n_out_of_scope} of them out of scope",
        "accuracy in scope": share(report.accuracy),
        "novelty AUROC": "-" if report.auroc is None else f"{report.auroc:.3f}",
        "novelty FPR95": share(report.fpr95),
        "answers from a confidence of": f"{report.threshold:.3f}",
        "answered": f"{report.answered}, {share(report.coverage)}",
        "of these wrong": "-" if report.risk is None else f"{report.wrong}, {report.risk:.2%}",
    }
    found |= {f"could be answered at {risk} wrong": share(most) for risk, most in report.answered_at.items()}
    if report.unknown_labels:
        found["labels the model does not know"] = ", ".join(report.unknown_labels)
    return found


@app.command()
@clear_errors
def predict(
    name: str,
    data: DataFile,
    output: Annotated[Path, typer.Option("--output", help="JSONL to write, one line a message.")],
    text_column: TextColumn = None,
    skip_invalid: SkipInvalid = False,
    encoding: Encoding = None,
    json_: bool = as_json,
) -> None:
    """Write text, label, confidence, whether it would be answered, novelty, language, why it only mentions the
    label if it does, top scores and nearest examples (by id) of each message.
    """
    model = load(load_settings(), name)
    options = FileOptions(text_column, None, skip_invalid, encoding)
    examples = read_examples(data, options, labelled=False)
    with output.open("w", encoding="utf-8", errors="backslashreplace") as file:  # half a character becomes its escape
        for start in range(0, len(examples), 256):
            page = [example.text for example in examples[start : start + 256]]
            for text, found in zip(page, model.predict(page), strict=True):
                file.write(json.dumps(_line(text, found, model.threshold), ensure_ascii=False) + "\n")
    say_json({"messages": len(examples), "output": str(output)}) if json_ else say(f"{len(examples)} lines in {output}")


def _line(text: str, found: Prediction, threshold: float) -> dict[str, Any]:
    return {
        "text": text,
        "label": found.labels[0] if found.labels else None,
        "confidence": round(float(found.confidence), 6),
        "answered": found.language.known and found.confidence >= threshold,
        "novelty": round(float(found.novelty), 6),
        "language": found.language.code,
        "mention": found.mention,
        "scores": {label: round(float(score), 6) for label, score in zip(found.labels, found.scores, strict=True)},
        "neighbours": [near.example_id for near in found.neighbours],
        "support": found.support.example_id if found.support else None,
        "counter": found.counter.example_id if found.counter else None,
    }


@app.command(name="list")
@clear_errors
def list_(url: Url = None, json_: bool = as_json) -> None:
    """List the model folders; with the address of the running service, which of them is anchor and live head."""
    from escalation.classifier import read_manifest

    settings, serves = load_settings(), _serving(url) if url else {}
    found: list[dict[str, Any]] = []
    for path in sorted(settings.models_dir.glob("*/manifest.json")):
        manifest = read_manifest(path.parent)
        found.append({"name": path.parent.name, "labels": len(manifest["labels"]), "threshold": manifest["threshold"]})
        if url:
            found[-1]["serves_as"] = serves.get(path.parent.name, [])
    if json_:
        say_json({"models": found})
        return
    columns = ["name", "intents", "threshold", *(["serves as"] if url else [])]
    table("models", columns, [[_shown(value) for value in each.values()] for each in found])


def _serving(url: str) -> dict[str, list[str]]:
    """Return what models serve as in the running service, by name."""
    with remote(url) as service:
        told = service.call("GET", "/models")
    found: dict[str, list[str]] = {}
    for role, words in (("anchor", "anchor"), ("live", "live head"), ("champion", "champion")):
        if told[role] is not None:
            found.setdefault(told[role], []).append(words)
    return found


def _shown(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value
