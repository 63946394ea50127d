"""`simulate`: the whole loop with simulated customers and people, on cached embeddings, beside five baselines."""

import tempfile
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from threading import Event, Lock
from typing import Annotated

import typer

from escalation.classifier import Example, Model, build_model
from escalation.cli.data_files import read_examples, read_out_of_scope
from escalation.cli.encoder import check_encoder
from escalation.cli.output import as_json, clear_errors, errors, say, say_json, table
from escalation.cli.progress import Show, shown_on
from escalation.lab.simulation import (
    Json,
    Material,
    Scenario,
    ScenarioInvalid,
    check,
    simulate,
    summarise,
    write_results,
)
from escalation.lab.simulation.figures import NAMES
from escalation.lab.simulation.plots import require_matplotlib
from escalation.lab.simulation.words import number, outlook_words, share
from escalation.settings import Settings, load_settings


class Start(StrEnum):
    """How the service begins."""

    SHADOW = "shadow"
    PROVISIONAL = "provisional"


DEFAULT = Scenario()
Pool = Annotated[
    Path, typer.Option("--data", help='JSONL {"text", "label"} a line that customers and seeds come from.')
]
Test = Annotated[Path, typer.Option("--test", help="JSONL to measure on at the end; decides nothing.")]
Outside = Annotated[
    Path | None,
    typer.Option("--out-of-scope", help="JSONL of out-of-scope messages; without it some intents are never served."),
]
Count = typer.Option(min=1)
Share = typer.Option(min=0.0, max=1.0)
Output = Annotated[Path, typer.Option("--output", help="Folder for simulation.json and report.html.")]


@clear_errors
def simulation(
    data: Pool,
    test: Test,
    out_of_scope: Outside = None,
    seed_per_intent: Annotated[
        int, typer.Option(min=1, help="Examples of each intent known.")
    ] = DEFAULT.seed_per_intent,
    agents: Annotated[int, typer.Option(min=1, help="People who label and audit.")] = DEFAULT.agents,
    agent_error: Annotated[float, typer.Option(min=0, max=1, help="Share of wrong labels.")] = DEFAULT.agent_error,
    labels_on_disagreement: Annotated[
        int, typer.Option(help="The most blind labels where the first does not confirm an answer: 3, 4 or 5.")
    ] = DEFAULT.labels_on_disagreement,
    bias: Annotated[float, typer.Option(min=0, max=1, help="Chance to take over the guess shown.")] = DEFAULT.bias,
    audits_per_day: Annotated[float, typer.Option(help="Audits the operator pays for a day.")] = DEFAULT.audits_per_day,
    messages_per_day: Annotated[int, typer.Option(min=1, help="Customers' messages a day.")] = DEFAULT.messages_per_day,
    alpha: Annotated[float, typer.Option(help="Accepted share of wrong answers.")] = DEFAULT.alpha,
    delta: Annotated[float, typer.Option(help="One minus the confidence of certificates.")] = DEFAULT.delta,
    start: Annotated[
        Start, typer.Option(help="shadow: people answer until a version is certified.")
    ] = Start.PROVISIONAL,
    probation: Annotated[float, typer.Option(min=0, max=1, help="Share the live head may answer.")] = DEFAULT.probation,
    messages: Annotated[int, typer.Option(min=1, help="How many messages come.")] = DEFAULT.messages,
    repeats: Annotated[int, typer.Option(min=1, help="Runs with other seeds; more than one gives bands.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same customers, people and coins.")] = DEFAULT.seed,
    output: Output = Path("simulation"),
    json_: bool = as_json,
) -> None:
    """Simulate customers, agents and audits, and report what is answered, proven and learnt, against five baselines."""
    scenario = Scenario(
        messages=messages, seed_per_intent=seed_per_intent, agents=agents, agent_error=agent_error,
        labels_on_disagreement=labels_on_disagreement, bias=bias, audits_per_day=audits_per_day,
        messages_per_day=messages_per_day, alpha=alpha, delta=delta, start=start.value, probation=probation, seed=seed,
    )  # fmt: skip
    check(scenario)
    require_matplotlib()
    settings = load_settings()
    check_encoder(settings)
    if output.exists() and not output.is_dir():
        raise ScenarioInvalid(f"--output {output} is a file; name a folder.")
    material = Material(
        read_examples(data), read_examples(test), [each.text for each in read_out_of_scope(out_of_scope)]
    )
    stop = Event()
    with tempfile.TemporaryDirectory(prefix="escalation-simulation-") as place, shown_on(errors) as show:
        runs = simulate(material, scenario, repeats, _Builder(settings, Path(place)), _Stages(show), stop)
    named = {"pool": data.name, "test": test.name, "out_of_scope": out_of_scope.name if out_of_scope else None}
    summary = summarise(runs, named)
    paths = write_results(summary, output)
    if json_:
        say_json({**summary, "files": [str(path) for path in paths]})
        return
    _show(summary)
    say(f"Figures in {paths[0]}, report in {paths[1]}")


class _Builder:
    """Builds first models in a folder that is thrown away."""

    def __init__(self, settings: Settings, place: Path) -> None:
        self._settings = settings
        self._place = place

    def __call__(self, seeds: Sequence[Example], alpha: float, seed: int) -> Model:
        settings = self._settings
        return build_model(
            seeds, name=f"first-{seed}", folder=self._place / f"first-{seed}", encoders=settings.encoders,
            encoder=settings.encoder or None, alpha=alpha, seed=seed,
        )  # fmt: skip


class _Stages:
    """Shows the stage and how far it is; counts steps from several threads."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._counting = Lock()
        self._stage, self._total, self._done = "", 1, 0

    def begin(self, stage: str, total: int) -> None:
        """Begin a stage of `total` steps."""
        self._stage, self._total, self._done = stage, total, 0
        self.tick(0)

    def tick(self, steps: int) -> None:
        """Count steps of the stage."""
        with self._counting:
            self._done += steps
            self._show(self._stage, self._done / max(self._total, 1))


SHOWN = (
    ("answered", "coverage", share), ("wrong", "wrong_share", share), ("claims", "claims", number),
    ("false", "false_claims", number), ("labels", "labels", number), ("accuracy", "accuracy", share),
    ("new intents", "recall_new", share),
)  # fmt: skip


def _show(summary: Json) -> None:
    strategies, runs = summary["strategies"], summary["repeats"]
    rows = [
        [NAMES[key], *(show(strategies[key][name]["mean"]) for _, name, show in SHOWN)]
        for key in NAMES
        if key in strategies
    ]
    table("One run" if runs == 1 else f"Mean of {runs} runs", ["", *(head for head, _, _ in SHOWN)], rows)
    proof = summary["certificates"]
    say(
        f"Window certified at the end of {proof['runs_certified_at_end']} of {proof['runs']} runs; runs with a false "
        f"certificate at any look: {proof['runs_with_a_false_certificate']}."
    )
    say(" ".join(outlook_words(summary)))
