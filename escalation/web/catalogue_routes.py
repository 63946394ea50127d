"""REST of the catalogue: read it, change an intent, take a file in, give one out."""

from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from pydantic import Field

from escalation.catalogue import formats
from escalation.catalogue.formats import FormatName
from escalation.web.guards import ServicesNow, SignedIn, Trainer
from escalation.web.people_routes import Body

router = APIRouter(prefix="/api/v1/catalogue")


class IntentChange(Body):
    """What an intent is to be from now on."""

    title: str = Field(max_length=200)
    description: str = Field(default="", max_length=2_000)
    answer: str | None = Field(default=None, max_length=4_000)
    policy: Literal["automatic", "always_handoff", "smalltalk"] = "automatic"


class CatalogueFile(Body):
    """A catalogue file to take over."""

    text: str = Field(max_length=20 * 1024 * 1024)
    source: str = Field(max_length=255)
    format: FormatName | None = None
    mode: Literal["merge", "replace"] = "merge"
    placeholder_answers: bool = False


@router.get("")
async def show(_: SignedIn, service: ServicesNow) -> Any:
    """Return the catalogue without its examples."""
    catalogue = await service.catalogues.load()
    intents = [
        {
            "name": intent.name,
            "title": intent.title,
            "description": intent.description,
            "policy": intent.policy,
            "answer": intent.answer,
            "examples": len(intent.examples),
        }
        for intent in catalogue.intents
    ]
    return {"locale": catalogue.locale, "intents": intents}


@router.put("/intents/{name:path}", status_code=204)
async def change(name: str, change: IntentChange, session: Trainer, service: ServicesNow) -> None:
    """Change what an intent says and may do."""
    await service.catalogues.change_intent(name, actor=f"agent:{session.member.id}", **change.model_dump())


@router.post("/import")
async def take_in(file: CatalogueFile, session: Trainer, service: ServicesNow) -> Any:
    """Take a file over, all of it or nothing."""
    parsed = formats.parse(file.text, file.source, file.format)
    report = await service.catalogues.import_catalogue(
        parsed,
        actor=f"agent:{session.member.id}",
        mode=file.mode,
        placeholder_answers=file.placeholder_answers,
    )
    return {
        "added": report.added,
        "changed": report.changed,
        "archived": report.archived,
        "examples_added": report.examples_added,
        "examples_removed": report.examples_removed,
        "conflicting": [str(each) for each in report.conflicting],
    }


@router.get("/export/{format}", response_class=PlainTextResponse)
async def give_out(format: FormatName, _: Trainer, service: ServicesNow) -> str:
    """Return the catalogue as a file."""
    return await service.catalogues.export(format)
