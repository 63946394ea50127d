"""The catalogue as REST shows it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from escalation.catalogue.history import STATE, Difference
from escalation.catalogue.history_rows import Change
from escalation.catalogue.locales import locales_of_reply
from escalation.catalogue.merging import ImportReport
from escalation.catalogue.model import FEWEST_EXAMPLES, Intent, answer_locales, answer_said
from escalation.catalogue.service import IntentDetail
from escalation.protocol.rest.catalogue import (
    AnswerView,
    ChangeView,
    DifferenceView,
    FewExamples,
    FieldChange,
    ImportView,
    IntentDetailView,
    IntentView,
    TitleView,
)

MOST_EXAMPLES = 50
"""Examples of one difference that are listed each way."""
_ORDER = (STATE, "title", "description", "policy", "answer")


@dataclass(frozen=True, slots=True)
class Reader:
    """A customer as far as answers depend on them: the locale of their page, and what they write in, if known."""

    locale: str
    language: str | None = None


def intent_view(intent: Intent, locale: str, reader: Reader | None = None, *, archived: bool = False) -> IntentView:
    """Return an intent of a catalogue in that locale; without a reader for one who reads that locale."""
    reader = reader or Reader(locale)
    known = answer_locales(intent, locale)
    said = None if archived else answer_said(intent, locale, reader.locale)
    return IntentView(
        name=intent.name,
        title=intent.title,
        description=intent.description,
        policy=intent.policy,
        answer=intent.answer,
        answer_locales=[*known],
        said=None if said is None else AnswerView(locale=said.locale, text=said.text),
        reply_locales=[*locales_of_reply(reader.locale, reader.language, locale, known)],
        examples=len(intent.examples),
        archived=archived,
    )


def detail_view(detail: IntentDetail) -> IntentDetailView:
    """Return an intent with all it says."""
    intent, locale = detail.version.intent, detail.version.locale
    own = [] if intent.answer is None else [AnswerView(locale=locale, text=intent.answer)]
    return IntentDetailView(
        name=intent.name,
        title=intent.title,
        description=intent.description,
        policy=intent.policy,
        archived=detail.version.archived,
        locale=locale,
        titles=[TitleView(locale=other.locale, text=other.text) for other in intent.other_titles],
        answers=[*own, *(AnswerView(locale=other.locale, text=other.text) for other in intent.other_answers)],
        examples=[*intent.examples],
        examples_collected=detail.collected,
        few_examples=not detail.version.archived and len(intent.examples) + detail.collected < FEWEST_EXAMPLES,
        newest_change=detail.newest_change,
    )


def change_view(change: Change, title: str, names: Mapping[str, str]) -> ChangeView:
    """Return an entry of the history; `names` are those of staff, by id."""
    cause = change.cause
    return ChangeView(
        id=change.id,
        at=change.at,
        kind=cause.kind,
        by=names.get(staff_id(change) or ""),
        source=cause.source,
        undoes=cause.undoes,
        undone=change.undone,
        difference=difference_view(change.intent, title, change.difference),
    )


def staff_id(change: Change) -> str | None:
    """Return the id of the member of staff who made a change, None for the service and its commands."""
    kind, _, id = change.cause.actor.partition(":")
    return id if kind == "agent" else None


def difference_view(name: str, title: str, difference: Difference) -> DifferenceView:
    """Return what differs in one intent, its fields in a fixed order."""
    added, removed = ([text for _, text in each] for each in (difference.examples_added, difference.examples_removed))
    return DifferenceView(
        intent=name,
        title=title,
        fields=[
            FieldChange(field=field, before=difference.before[field], after=difference.after[field])
            for field in sorted(difference.after, key=_place)
        ],
        examples_added=added[:MOST_EXAMPLES],
        examples_added_count=len(added),
        examples_removed=removed[:MOST_EXAMPLES],
        examples_removed_count=len(removed),
    )


def _place(field: str) -> tuple[int, str]:
    return (_ORDER.index(field.partition(":")[0]), field)


def import_view(report: ImportReport) -> ImportView:
    """Return what an import did, or would do."""
    return ImportView(
        fingerprint=report.fingerprint,
        locale=report.locale,
        added=[*report.added],
        changed=[*report.changed],
        archived=[*report.archived],
        examples_added=report.examples_added,
        examples_removed=report.examples_removed,
        out_of_scope=report.out_of_scope,
        unanswered=[*report.unanswered],
        few_examples=[
            FewExamples(intent=name, title=report.titles.get(name, name), examples=count)
            for name, count in report.few_examples.items()
        ],
        conflicting=[str(each) for each in report.conflicting],
        warnings=[*report.warnings],
        differences=[
            difference_view(name, report.titles.get(name, name), each) for name, each in report.differences.items()
        ],
    )
