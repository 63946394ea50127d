"""REST of the catalogue: read it, change an intent, take a file in, give one out."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from escalation.catalogue import formats
from escalation.catalogue.errors import CatalogueFileInvalid, CatalogueInvalid, IntentUnknown, LocaleDiffers
from escalation.kernel.errors import Forbidden, Invalid
from escalation.protocol.rest.catalogue import CatalogueFile, CatalogueView, ImportView, IntentChange, IntentView
from escalation.protocol.states import FormatName
from escalation.web.errors import WITH_BODY, refusals
from escalation.web.guards import CHANGING, READING, ServicesNow, SignedIn, Trainer

router = APIRouter(prefix="/api/v1/catalogue", tags=["catalogue"])


@router.get("", responses=refusals(*READING))
async def show_catalogue(_: SignedIn, service: ServicesNow) -> CatalogueView:
    """Return the catalogue without its examples."""
    catalogue = await service.catalogues.load()
    intents = [
        IntentView(
            name=intent.name,
            title=intent.title,
            description=intent.description,
            policy=intent.policy,
            answer=intent.answer,
            examples=len(intent.examples),
        )
        for intent in catalogue.intents
    ]
    return CatalogueView(locale=catalogue.locale, intents=intents)


@router.put(
    "/intents/{name:path}",
    status_code=204,
    responses=refusals(*CHANGING, Forbidden, *WITH_BODY, IntentUnknown, CatalogueInvalid),
)
async def change_intent(name: str, change: IntentChange, session: Trainer, service: ServicesNow) -> None:
    """Change what an intent says and may do."""
    await service.catalogues.change_intent(name, actor=f"agent:{session.member.id}", **change.model_dump())


@router.post(
    "/import",
    responses=refusals(*CHANGING, Forbidden, *WITH_BODY, CatalogueFileInvalid, CatalogueInvalid, LocaleDiffers),
)
async def import_catalogue(file: CatalogueFile, session: Trainer, service: ServicesNow) -> ImportView:
    """Take a file over, all of it or nothing."""
    parsed = formats.parse(file.text, file.source, file.format)
    report = await service.catalogues.import_catalogue(
        parsed,
        actor=f"agent:{session.member.id}",
        mode=file.mode,
        placeholder_answers=file.placeholder_answers,
    )
    return ImportView(
        added=[*report.added],
        changed=[*report.changed],
        archived=[*report.archived],
        examples_added=report.examples_added,
        examples_removed=report.examples_removed,
        conflicting=[str(each) for each in report.conflicting],
    )


@router.get("/export/{format}", response_class=PlainTextResponse, responses=refusals(*READING, Forbidden, Invalid))
async def export_catalogue(format: FormatName, _: Trainer, service: ServicesNow) -> str:
    """Return the catalogue as a file."""
    return await service.catalogues.export(format)
