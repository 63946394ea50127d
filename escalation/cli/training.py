"""`train`, `model promote`, `model rollback`: what the learner of the running service is asked to do."""

import time
from typing import Annotated, Any

import typer

from escalation.cli import models
from escalation.cli.output import as_json, clear_errors, console, errors, facts, say, say_json
from escalation.cli.progress import shown_on
from escalation.cli.target import Remote, remote
from escalation.kernel.errors import EscalationError

ENDED = {"succeeded", "refused", "failed", "cancelled"}
POLL_SECONDS = 1.0

Service = Annotated[str, typer.Option("--url", envvar="ESCALATION_URL", help="Address of the running service.")]
LOCAL = "http://127.0.0.1:8000"


class RunNotPromoted(EscalationError):
    """The run ended without a promoted model; the message says why."""

    code = "run_not_promoted"


@clear_errors
def train(
    mode: Annotated[str, typer.Option(help="head (seconds), full (fine-tuned encoder), or auto.")] = "auto",
    url: Service = LOCAL,
    json_: bool = as_json,
) -> None:
    """Train on everything collected so far, in the running service; Ctrl-C cancels the run."""
    with remote(url) as service:
        run = service.call("POST", "/runs", {"mode": mode})
        try:
            ended = _watch(service, run["id"], quiet=json_)
        except KeyboardInterrupt:
            service.call("DELETE", f"/runs/{run['id']}")
            raise
    say_json(ended) if json_ else facts(f"run {ended['id']}", ended)
    if ended["state"] != "succeeded":
        reasons = "; ".join(ended.get("reasons") or []) or ended["detail"]
        raise RunNotPromoted(f"The run was {ended['state']}: {reasons}")


def _watch(service: Remote, run: str, *, quiet: bool) -> dict[str, Any]:
    with shown_on(errors if quiet else console) as show:
        while True:
            found: dict[str, Any] = next(each for each in service.call("GET", "/runs")["runs"] if each["id"] == run)
            show(found["stage"] or found["state"], found["progress"])
            if found["state"] in ENDED:
                return found
            time.sleep(POLL_SECONDS)


@models.app.command()
@clear_errors
def promote(name: str, url: Service = LOCAL, json_: bool = as_json) -> None:
    """Let this version, or this revision whose folder is still there, answer.

    A revision pauses fast refits, unless it is the live head.
    """
    with remote(url) as service:
        service.call("POST", f"/models/{name}/promote", {})
    say_json({"promoted": name}) if json_ else say(f"{name} answers now")


@models.app.command()
@clear_errors
def rollback(url: Service = LOCAL, json_: bool = as_json) -> None:
    """Let the champion before answer again, else this one without its refits; these pause."""
    with remote(url) as service:
        service.call("POST", "/models/rollback", {})
        champion = service.call("GET", "/models")["champion"]
    say_json({"champion": champion}) if json_ else say(f"{champion} answers now; fast refits are paused")
