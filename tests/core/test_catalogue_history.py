"""What a change did to an intent, when it can be undone, and what undoing gives."""

from dataclasses import replace
from typing import Any

import pytest

from escalation.catalogue.editing import IntentEdit, edited
from escalation.catalogue.errors import CatalogueInvalid, ExamplesDiffer, IntentUnknown, UndoRefused
from escalation.catalogue.history import Version, difference, undone, undone_changes
from escalation.catalogue.model import Intent, LocalText

NOW = Version(
    Intent("order", "Order", "Where a parcel is.", ("a", "b", "c"), "Look.", "automatic", (LocalText("de", "Schau."),)),
    "en",
)
EDITS: dict[str, IntentEdit] = {
    "title": IntentEdit(title="Parcel"),
    "description": IntentEdit(description=""),
    "policy": IntentEdit(policy="always_handoff"),
    "answer:en": IntentEdit(answers={"en": "Look there."}),
    "answer:de": IntentEdit(answers={"de": None}),
    "answer:fr": IntentEdit(answers={"FR": "Voir."}),
    "state": IntentEdit(archived=True),
}


@pytest.mark.parametrize("field", EDITS)
def test_each_part_is_edited_told_and_undone_alone(field: str) -> None:
    after = edited(NOW, EDITS[field])
    change = difference(NOW, after)
    assert set(change.after) == set(change.before) == {field}
    assert undone(after, change) == NOW
    others = [edit for name, edit in EDITS.items() if name not in {field, "state"}]
    if field != "state":
        later = after
        for edit in others:
            later = edited(later, edit)
        assert undone(later, change) == _all(others)


def _all(edits: list[IntentEdit]) -> Version:
    version = NOW
    for edit in edits:
        version = edited(version, edit)
    return version


@pytest.mark.parametrize(
    ("first", "then", "reason"),
    [
        (IntentEdit(title="B"), IntentEdit(title="C"), "The title was changed since"),
        (IntentEdit(answers={"de": "B"}), IntentEdit(answers={"de": None}), "The answer in de was changed since"),
        (IntentEdit(archived=True), IntentEdit(archived=False), "Whether the intent is archived was changed since"),
        (IntentEdit(examples_added=("d",)), IntentEdit(examples_removed=("d",)), "The example 'd' was removed since"),
        (IntentEdit(examples_removed=("b",)), IntentEdit(examples_added=("b",)), "The example 'b' was added again"),
    ],
)
def test_undo_is_refused_with_what_was_changed_since(first: IntentEdit, then: IntentEdit, reason: str) -> None:
    after = edited(NOW, first)
    with pytest.raises(UndoRefused, match=reason):
        undone(edited(after, then), difference(NOW, after))


def test_examples_come_back_where_they_were() -> None:
    after = edited(NOW, IntentEdit(examples_removed=("a", "c"), examples_added=("d", " e ")))
    assert after.intent.examples == ("b", "d", "e")
    change = difference(NOW, after)
    assert change.examples_removed == ((0, "a"), (2, "c"))
    assert undone(after, change) == NOW
    kept = edited(after, IntentEdit(examples_added=("f",)))
    assert undone(kept, change).intent.examples == ("a", "b", "c", "f")


def test_an_added_intent_is_archived_by_undoing_unless_it_was_changed() -> None:
    added = difference(None, NOW)
    assert added.before == dict.fromkeys(added.after)
    assert undone(NOW, added) == replace(NOW, archived=True)
    for edit in (IntentEdit(answers={"fr": "Voir."}), IntentEdit(examples_added=("d",))):
        with pytest.raises(UndoRefused, match="changed since it was added"):
            undone(edited(NOW, edit), added)


def test_nothing_different_is_no_change() -> None:
    assert not difference(NOW, edited(NOW, IntentEdit(title="Order", answers={"en": "Look."}, archived=False)))
    assert not difference(NOW, replace(NOW, intent=replace(NOW.intent, examples=("c", "b", "a"))))


@pytest.mark.parametrize(
    ("edit", "error", "reason"),
    [
        (IntentEdit(title=" "), CatalogueInvalid, "title is blank"),
        (IntentEdit(answers={"german!": "x"}), CatalogueInvalid, "is not a locale"),
        (IntentEdit(answers={"de": ""}), CatalogueInvalid, "answer in de is blank"),
        (IntentEdit(examples_removed=("d",)), ExamplesDiffer, "has no example 'd'"),
        (IntentEdit(examples_added=(" a",)), ExamplesDiffer, "has the example 'a' already"),
        (IntentEdit(examples_added=("",)), CatalogueInvalid, "example 4 is blank"),
    ],
)
def test_a_wrong_edit_is_refused(edit: IntentEdit, error: Any, reason: str) -> None:
    with pytest.raises(error, match=reason):
        edited(NOW, edit)


def test_an_archived_intent_is_edited_only_when_it_is_brought_back() -> None:
    gone = replace(NOW, archived=True)
    with pytest.raises(IntentUnknown, match="is archived"):
        edited(gone, IntentEdit(title="Parcel"))
    assert edited(gone, IntentEdit(title="Parcel", archived=False)).intent.title == "Parcel"


def test_an_undo_that_is_undone_puts_its_change_in_force_again() -> None:
    assert undone_changes([(1, None), (2, 1)]) == {1}
    assert undone_changes([(1, None), (2, 1), (3, 2)]) == {2}
    assert undone_changes([(1, None), (2, 1), (3, 2), (4, 1)]) == {1, 2}
    assert undone_changes([]) == frozenset()
