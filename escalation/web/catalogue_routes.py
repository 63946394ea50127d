"""REST of the catalogue: read it, change an intent, undo a change, take a file in, give one out."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse

from escalation.catalogue import formats
from escalation.catalogue.editing import IntentEdit
from escalation.catalogue.errors import (
    CatalogueFileInvalid,
    CatalogueInvalid,
    CatalogueMoved,
    ChangeUnknown,
    ExamplesDiffer,
    IntentExists,
    IntentMoved,
    IntentUnknown,
    LocaleDiffers,
    UndoRefused,
)
from escalation.catalogue.views import Reader, change_view, detail_view, import_view, intent_view, staff_id
from escalation.kernel.errors import Forbidden, Invalid
from escalation.people.staff import names as names_of
from escalation.protocol.rest.catalogue import (
    CatalogueFile,
    CatalogueView,
    ChangeList,
    ChangeNumber,
    ImportView,
    IntentDetailView,
    IntentEditBody,
    NewIntentBody,
)
from escalation.protocol.states import FormatName
from escalation.web.errors import WITH_BODY, TooManyUploads, refusals
from escalation.web.guards import (
    CHANGING,
    READING,
    TAKES_FILE,
    Asker,
    EditsCatalogue,
    GuardedRoute,
    NamesIntents,
    ReadsCatalogue,
    ServicesNow,
)

router = APIRouter(prefix="/api/v1/catalogue", tags=["catalogue"], route_class=GuardedRoute)

TRAINING = (*CHANGING, Forbidden)
FILE = (*WITH_BODY, CatalogueFileInvalid, CatalogueInvalid, LocaleDiffers, TooManyUploads)


@router.get("", responses=refusals(*READING, Invalid))
async def show_catalogue(
    _: ReadsCatalogue,
    service: ServicesNow,
    search: Annotated[
        str,
        Query(
            max_length=200, description="Only intents that have this in a name, title, description, example or answer."
        ),
    ] = "",
    archived: Annotated[bool, Query(description="The archived intents instead of those in use.")] = False,
    locale: Annotated[
        str | None, Query(max_length=35, description="For a customer on a page in this locale; else the catalogue's.")
    ] = None,
    language: Annotated[str | None, Query(max_length=35, description="Who writes in this language.")] = None,
) -> CatalogueView:
    """Return the catalogue without its examples, and what a customer would be told."""
    catalogue = await service.catalogues.load()
    intents = await service.catalogues.archived() if archived else catalogue.intents
    reader = Reader(catalogue.locale if locale is None else locale, language)
    shown = [each for each in intents if each.contains(search)]
    found = [intent_view(each, catalogue.locale, reader, archived=archived) for each in shown]
    return CatalogueView(locale=catalogue.locale, intents=found)


@router.post("/intents", status_code=201, responses=refusals(*TRAINING, *WITH_BODY, IntentExists, CatalogueInvalid))
async def add_intent(new: NewIntentBody, session: NamesIntents, service: ServicesNow) -> IntentDetailView:
    """Add an intent, or bring back the archived one of this name. All staff may, as in a resolution."""
    name = new.name.strip()
    await service.catalogues.add_intent(name, title=new.title, actor=f"agent:{session.member.id}")
    return detail_view(await service.catalogues.detail(name))


@router.get("/intents/{name:path}", responses=refusals(*READING, Invalid, IntentUnknown))
async def show_intent(name: str, _: ReadsCatalogue, service: ServicesNow) -> IntentDetailView:
    """Return one intent with its examples and answers, archived or not."""
    return detail_view(await service.catalogues.detail(name))


@router.patch(
    "/intents/{name:path}",
    responses=refusals(*TRAINING, *WITH_BODY, IntentUnknown, IntentMoved, ExamplesDiffer, CatalogueInvalid),
)
async def edit_intent(
    name: str, body: IntentEditBody, session: EditsCatalogue, by: Asker, service: ServicesNow
) -> IntentDetailView:
    """Change parts of an intent, archive it, or bring it back. Return it as it is then."""
    edit = IntentEdit(
        title=body.title,
        description=body.description,
        policy=body.policy,
        answers=body.answers,
        titles=body.titles,
        examples_added=tuple(body.examples_added),
        examples_removed=tuple(body.examples_removed),
        archived=body.archived,
    )
    actor = f"agent:{session.member.id}"
    await service.catalogues.edit_intent(name, edit, actor=actor, seen=body.seen, address=by.address)
    return detail_view(await service.catalogues.detail(name))


@router.get("/changes", responses=refusals(*READING, Invalid, IntentUnknown))
async def list_changes(
    _: ReadsCatalogue,
    service: ServicesNow,
    intent: Annotated[str, Query(description="Whose history.")],
    limit: Annotated[int, Query(description="How many, 1 to 100; other numbers count as the nearer end.")] = 20,
    before: Annotated[ChangeNumber | None, Query(description="Begin behind this change.")] = None,
) -> ChangeList:
    """Return a page of an intent's history, newest first."""
    detail = await service.catalogues.detail(intent)
    size = min(max(limit, 1), 100)
    found = await service.catalogues.history(intent, before=before, limit=size + 1)
    shown = found[:size]
    authors = {id for each in shown if (id := staff_id(each)) is not None}
    names = await service.database.read(lambda tx: names_of(tx, authors))
    return ChangeList(
        changes=[change_view(each, detail.version.intent.title, names) for each in shown],
        next=shown[-1].id if len(found) > size else None,
    )


@router.post("/changes/{id}/undo", status_code=204, responses=refusals(*TRAINING, Invalid, ChangeUnknown, UndoRefused))
async def undo_change(id: ChangeNumber, session: EditsCatalogue, by: Asker, service: ServicesNow) -> None:
    """Take one change of an intent back, unless what it changed was changed since."""
    await service.catalogues.undo(id, actor=f"agent:{session.member.id}", address=by.address)


@router.post("/import/report", dependencies=TAKES_FILE, responses=refusals(*TRAINING, *FILE))
async def report_import(file: CatalogueFile, _: EditsCatalogue, service: ServicesNow) -> ImportView:
    """Return what taking the file over would change. Nothing changes."""
    parsed = formats.parse(file.text, file.source, file.format)
    return import_view(
        await service.catalogues.preview_import(parsed, mode=file.mode, placeholder_answers=file.placeholder_answers)
    )


@router.post("/import", dependencies=TAKES_FILE, responses=refusals(*TRAINING, *FILE, CatalogueMoved))
async def import_catalogue(file: CatalogueFile, session: EditsCatalogue, by: Asker, service: ServicesNow) -> ImportView:
    """Take a file over, all of it or nothing. With a report's fingerprint, exactly what was reported or nothing."""
    return import_view(
        await service.catalogues.import_catalogue(
            formats.parse(file.text, file.source, file.format),
            actor=f"agent:{session.member.id}",
            mode=file.mode,
            placeholder_answers=file.placeholder_answers,
            fingerprint=file.fingerprint,
            address=by.address,
        )
    )


@router.get("/export/{format}", response_class=PlainTextResponse, responses=refusals(*READING, Forbidden, Invalid))
async def export_catalogue(format: FormatName, _: EditsCatalogue, by: Asker, service: ServicesNow) -> str:
    """Return the catalogue as a file. The security log tells of it."""
    return await service.catalogues.give_out(format, by)
