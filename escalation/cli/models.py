"""`escalation model ...`: build, evaluate, predict with model folders."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from escalation.catalogue.starter import starter_catalogue
from escalation.classifier import Example, Model, build_model, evaluate, load_model
from escalation.classifier import Progress as Step
from escalation.cli.data_files import read_examples
from escalation.cli.output import as_json, clear_errors, console, errors, facts, say, say_json, table
from escalation.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="Build, evaluate and use model folders.")

DataFile = Annotated[Path, typer.Option("--data", help='JSONL: {"text", "label"} a line; label null: out of scope.')]
OutOfScope = Annotated[Path | None, typer.Option("--out-of-scope", help="JSONL of out-of-scope messages.")]


def folder_of(settings: Settings, name: str) -> Path:
    """Return the folder of a model: a path as given, or a name under the models folder."""
    path = Path(name)
    return path if path.is_dir() and path.parent != Path() else settings.models_dir / name


def _load(settings: Settings, name: str) -> Model:
    return load_model(folder_of(settings, name), settings.encoders)


@app.command()
@clear_errors
def build(
    name: Annotated[str, typer.Option(help="Name of the new model; its folder under the models folder.")],
    data: Annotated[
        Path | None, typer.Option("--data", help="JSONL of examples; without it the starter catalogue.")
    ] = None,
    val: Annotated[Path | None, typer.Option("--val", help="JSONL to report on; never trained on.")] = None,
    out_of_scope: OutOfScope = None,
    mode: Annotated[str, typer.Option(help="head (seconds) or full (fine-tunes the encoder).")] = "head",
    alpha: Annotated[float | None, typer.Option(help="Accepted share of wrong answers.")] = None,
    seed: int = 0,
    json_: bool = as_json,
) -> None:
    """Build a model folder from examples."""
    settings = load_settings()
    examples, unlabelled = _training_data(data)
    novel = unlabelled + ([example.text for example in read_examples(out_of_scope)] if out_of_scope else [])
    with _bar(json_) as bar:
        task = bar.add_task("building", total=1.0)

        def show(step: Step) -> None:
            bar.update(task, completed=step.share, description=step.stage)

        model = build_model(
            examples,
            out_of_scope=novel,
            name=name,
            mode=_mode(mode),
            folder=settings.models_dir / name,
            encoders=settings.encoders,
            encoder=settings.encoder or None,
            seed=seed,
            alpha=alpha if alpha is not None else settings.alpha,
            golden=[example.text for example in examples[:: max(len(examples) // 60, 1)]],
            progress=show,
        )
    judged = evaluate(model, read_examples(val)).as_json() if val else None
    summary = {"name": name, "folder": str(settings.models_dir / name), "labels": len(model.labels)}
    summary |= {"examples": len(examples), "threshold": model.threshold, "report": judged or model.report}
    say_json(summary) if json_ else facts(f"model {name}", summary)


def _mode(mode: str) -> Literal["head", "full"]:
    if mode not in {"head", "full"}:
        raise typer.BadParameter(f"{mode} is not a mode; choose head or full")
    return "full" if mode == "full" else "head"


def _training_data(data: Path | None) -> tuple[list[Example], list[str]]:
    if data is None:
        return [Example(text, label) for text, label in starter_catalogue().labelled()], []
    found = read_examples(data)
    return [each for each in found if each.label is not None], [each.text for each in found if each.label is None]


def _bar(quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=errors if quiet else console, transient=True)


@app.command(name="evaluate")
@clear_errors
def evaluate_(name: str, data: DataFile, out_of_scope: OutOfScope = None, json_: bool = as_json) -> None:
    """Measure a model on labelled messages it was not trained on."""
    model = _load(load_settings(), name)
    examples = read_examples(data) + (read_examples(out_of_scope) if out_of_scope else [])
    report = evaluate(model, examples).as_json()
    say_json({"name": name, **report}) if json_ else facts(f"model {name} on {len(examples)} messages", report)


@app.command()
@clear_errors
def predict(
    name: str,
    data: DataFile,
    output: Annotated[Path, typer.Option("--output", help="JSONL to write, one line a message.")],
    json_: bool = as_json,
) -> None:
    """Write text, label, confidence, novelty and top scores of each message."""
    model = _load(load_settings(), name)
    examples = read_examples(data)
    with output.open("w", encoding="utf-8") as file:
        for start in range(0, len(examples), 256):
            page = [example.text for example in examples[start : start + 256]]
            for text, found in zip(page, model.predict(page), strict=True):
                file.write(json.dumps(_line(text, found), ensure_ascii=False) + "\n")
    say_json({"messages": len(examples), "output": str(output)}) if json_ else say(f"{len(examples)} lines in {output}")


def _line(text: str, found: Any) -> dict[str, Any]:
    return {
        "text": text,
        "label": found.labels[0] if found.labels else None,
        "confidence": round(float(found.confidence), 6),
        "novelty": round(float(found.novelty), 6),
        "scores": {label: round(float(score), 6) for label, score in zip(found.labels, found.scores, strict=True)},
    }


@app.command(name="list")
@clear_errors
def list_(json_: bool = as_json) -> None:
    """List the model folders."""
    from escalation.classifier import read_manifest

    settings = load_settings()
    found = []
    for path in sorted(settings.models_dir.glob("*/manifest.json")):
        manifest = read_manifest(path.parent)
        found.append({"name": path.parent.name, "labels": len(manifest["labels"]), "threshold": manifest["threshold"]})
    if json_:
        say_json({"models": found})
        return
    table("models", ["name", "intents", "threshold"], [list(each.values()) for each in found])
