"""REST of learning: examples, models, runs."""

from typing import Annotated

from fastapi import APIRouter, Query

from escalation.classifier.errors import GoldenMismatch, ModelHashMismatch, ModelIncomplete, ModelInvalid
from escalation.kernel.errors import Forbidden, Invalid
from escalation.learning.errors import (
    ExampleUnknown,
    ModelUnknown,
    NothingToRollBack,
    RunActive,
    RunOver,
    RunUnknown,
    StaleChampion,
)
from escalation.protocol.rest.learning import ExamplePage, ExampleSource, Exclusion, ModelList, NewRun, RunList, RunView
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import CHANGING, READING, Asker, GuardedRoute, ReadsLearning, ServicesNow, Trains

router = APIRouter(prefix="/api/v1", tags=["learning"], route_class=GuardedRoute)

TRAINING = (*CHANGING, Forbidden)
UNUSABLE = (ModelIncomplete, ModelHashMismatch, ModelInvalid, GoldenMismatch)


@router.get("/examples", responses=refusals(*READING, Invalid, ExampleUnknown))
async def list_examples(
    session: ReadsLearning,
    service: ServicesNow,
    limit: Annotated[int, Query(description="How many, 1 to 200; other numbers count as the nearer end.")] = 50,
    before: Annotated[str | None, Query(description="Begin behind this example, with the next older one.")] = None,
    label: Annotated[str | None, Query(description="Only of this intent; empty means out of scope.")] = None,
    source: Annotated[
        ExampleSource, Query(description="`resolution`: collected from resolutions; `seed`: those of the catalogue.")
    ] = "resolution",
) -> ExamplePage:
    """Return a page of the examples of one source: collected ones newest first, seeds in the catalogue's order."""
    size, scope = min(max(limit, 1), 200), session.member.scope
    return await service.learning.examples(limit=size, before=before, label=label, source=source, scope=scope)


@router.post("/examples/{id}/exclude", status_code=204, responses=refusals(*TRAINING, *WITH_BODY, ExampleUnknown))
async def exclude_example(id: str, exclusion: Exclusion, session: Trains, service: ServicesNow) -> None:
    """Leave an example out of training, or take it back in."""
    await service.learning.exclude(id, exclusion.excluded, by=session.member.id, scope=session.member.scope)


@router.get("/models", responses=refusals(*READING))
async def list_models(_: ReadsLearning, service: ServicesNow) -> ModelList:
    """Return the versions and revisions, and which of them answers."""
    return await service.learning.models()


@router.post("/models/rollback", status_code=204, responses=refusals(*TRAINING, NothingToRollBack))
async def roll_back(by: Asker, _: Trains, service: ServicesNow) -> None:
    """Let the version that was champion before answer again, else the champion without its refits; these pause."""
    await service.learning.rollback(by=by.id, address=by.address)


@router.post("/models/unpin", status_code=204, responses=refusals(*TRAINING))
async def unpin(session: Trains, service: ServicesNow) -> None:
    """Let fast refits go on after a rollback."""
    await service.learning.unpin(by=session.member.id)


@router.post(
    "/models/{name}/promote",
    status_code=204,
    responses=refusals(*TRAINING, Invalid, ModelUnknown, StaleChampion, *UNUSABLE),
)
async def promote_model(name: str, by: Asker, _: Trains, service: ServicesNow) -> None:
    """Make this version the one that answers."""
    await service.learning.promote(name, by=by.id, address=by.address)


@router.get("/runs", responses=refusals(*READING))
async def list_runs(_: ReadsLearning, service: ServicesNow) -> RunList:
    """Return the training runs, newest first."""
    return await service.learning.runs()


@router.post("/runs", status_code=201, responses=refusals(*TRAINING, *WITH_BODY, RunActive))
async def start_run(new: NewRun, session: Trains, service: ServicesNow) -> RunView:
    """Start a training run."""
    return await service.learning.start_run(new.mode, by=session.member.id)


@router.delete("/runs/{id}", status_code=204, responses=refusals(*TRAINING, Invalid, RunUnknown, RunOver))
async def cancel_run(id: str, session: Trains, service: ServicesNow) -> None:
    """Cancel a training run."""
    await service.learning.cancel_run(id, by=session.member.id)
