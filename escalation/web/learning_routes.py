"""REST of learning: examples, models, runs."""

from typing import Any, Literal

from fastapi import APIRouter

from escalation.web.guards import ServicesNow, SignedIn, Trainer
from escalation.web.people_routes import Body

router = APIRouter(prefix="/api/v1")


class Exclusion(Body):
    """Whether training leaves an example out."""

    excluded: bool


class NewRun(Body):
    """A training job to start."""

    mode: Literal["auto", "head", "full"] = "auto"


@router.get("/examples")
async def examples(
    _: SignedIn,
    service: ServicesNow,
    limit: int = 50,
    before: str | None = None,
    label: str | None = None,
    source: str | None = None,
) -> Any:
    """Return a page of examples, newest first."""
    return await service.learning.examples(limit=min(max(limit, 1), 200), before=before, label=label, source=source)


@router.post("/examples/{id}/exclude", status_code=204)
async def exclude(id: str, exclusion: Exclusion, session: Trainer, service: ServicesNow) -> None:
    """Leave an example out of training, or take it back in."""
    await service.learning.exclude(id, exclusion.excluded, by=session.member.id)


@router.get("/models")
async def models(_: SignedIn, service: ServicesNow) -> Any:
    """Return the versions and revisions, and which of them answers."""
    return await service.learning.models()


@router.post("/models/rollback", status_code=204)
async def rollback(session: Trainer, service: ServicesNow) -> None:
    """Let the version before the champion answer again; fast refits pause."""
    await service.learning.rollback(by=session.member.id)


@router.post("/models/unpin", status_code=204)
async def unpin(session: Trainer, service: ServicesNow) -> None:
    """Let fast refits go on after a rollback."""
    await service.learning.unpin(by=session.member.id)


@router.post("/models/{name}/promote", status_code=204)
async def promote(name: str, session: Trainer, service: ServicesNow) -> None:
    """Make this version the one that answers."""
    await service.learning.promote(name, by=session.member.id)


@router.get("/runs")
async def runs(_: SignedIn, service: ServicesNow) -> Any:
    """Return the training runs, newest first."""
    return await service.learning.runs()


@router.post("/runs", status_code=201)
async def start_run(new: NewRun, session: Trainer, service: ServicesNow) -> Any:
    """Start a training run."""
    return await service.learning.start_run(new.mode, by=session.member.id)


@router.delete("/runs/{id}", status_code=204)
async def cancel_run(id: str, session: Trainer, service: ServicesNow) -> None:
    """Cancel a training run."""
    await service.learning.cancel_run(id, by=session.member.id)
