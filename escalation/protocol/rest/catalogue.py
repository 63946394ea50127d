"""REST of the catalogue: its intents, one with its history, a change of one, and a file taken over."""

from typing import Annotated

from pydantic import Field

from escalation.protocol.rest.base import Moment, RequestBody, ResponseBody
from escalation.protocol.states import ChangeKind, FormatName, ImportMode, Policy

Text = Annotated[str, Field(max_length=4_000)]
ChangeNumber = Annotated[int, Field(ge=0, lt=2**31)]
"""The number of a change of the catalogue, as large as the column can hold on PostgreSQL."""


class AnswerView(ResponseBody):
    """The approved answer in one locale."""

    locale: str
    text: str


class TitleView(ResponseBody):
    """The title in one locale."""

    locale: str
    text: str


class IntentView(ResponseBody):
    """One kind of request, without its examples."""

    name: str
    """Its stable id, and the label the classifier gives."""
    title: str
    """What people read."""
    description: str
    policy: Policy
    answer: str | None
    """What the bot may say, in the catalogue's own locale; null where nobody has approved an answer."""
    answer_locales: list[str]
    """Every locale that has an approved answer."""
    said: AnswerView | None
    """What the bot says to a customer such as was asked for; null where it hands off."""
    reply_locales: list[str]
    """The locales in which a reply to such a customer may be an answer: of what they write, then of their page."""
    examples: int
    """How many examples it has."""
    archived: bool


class CatalogueView(ResponseBody):
    """The intents in use, or those that were asked for."""

    locale: str
    """The catalogue's own locale: that of `title`, `description` and `answer`."""
    intents: list[IntentView]


class IntentDetailView(ResponseBody):
    """One intent with all it says."""

    name: str
    title: str
    description: str
    policy: Policy
    archived: bool
    locale: str
    """The catalogue's own locale. A customer in a locale without a title or an answer gets the one in this locale."""
    titles: list[TitleView]
    """Those in other locales than the catalogue's own, which is `title`."""
    answers: list[AnswerView]
    """That of the catalogue's own locale first, where there is one."""
    examples: list[str]
    examples_collected: int
    """How many more it has from resolutions, to be learnt from."""
    few_examples: bool
    """Whether it has so few of both that the bot is less sure of other intents too, and asks back or hands off more."""
    newest_change: int
    """The number of its newest change; 0 where none is known."""


class IntentEditBody(RequestBody):
    """What is to be different; what is left out stays as it is."""

    title: Annotated[str, Field(max_length=200)] | None = None
    description: Annotated[str, Field(max_length=2_000)] | None = None
    policy: Policy | None = None
    answers: dict[Annotated[str, Field(max_length=35)], Text | None] = Field(default={}, max_length=100)
    """Approved answers by locale; null withdraws an answer."""
    titles: dict[Annotated[str, Field(max_length=35)], Annotated[str, Field(max_length=200)] | None] = Field(
        default={}, max_length=100
    )
    """Titles in other locales than the catalogue's own; null takes one away."""
    examples_added: list[Text] = Field(default=[], max_length=1_000)
    examples_removed: list[Text] = Field(default=[], max_length=1_000)
    archived: bool | None = None
    """True takes the intent out of the catalogue, false brings it back."""
    seen: ChangeNumber | None = None
    """The `newest_change` that the editor has read. With a newer one the edit is refused; null edits anyhow."""


class NewIntentBody(RequestBody):
    """An intent to add."""

    name: str = Field(max_length=100)
    """Its stable id; it cannot be changed later."""
    title: str | None = Field(default=None, max_length=200)
    """Null makes one from the name."""


class FieldChange(ResponseBody):
    """One part of an intent before and after a change; null where there was or is nothing."""

    field: str
    """`state` (`in_use` or `archived`), `title`, `description`, `policy`, `title:<locale>`, or `answer:<locale>`."""
    before: str | None
    after: str | None


class DifferenceView(ResponseBody):
    """What differs in one intent. Of examples at most 50 are listed each way; the numbers count all."""

    intent: str
    title: str
    fields: list[FieldChange]
    examples_added: list[str]
    examples_added_count: int
    examples_removed: list[str]
    examples_removed_count: int


class ChangeView(ResponseBody):
    """One entry of an intent's history."""

    id: int
    at: Moment
    kind: ChangeKind
    by: str | None
    """The name of who changed it; null for the service itself and its commands."""
    source: str | None
    """The file, for an import."""
    undoes: int | None
    """The change that this one took back."""
    undone: bool
    """Whether it is taken back now."""
    difference: DifferenceView


class ChangeList(ResponseBody):
    """A page of an intent's history, newest first."""

    changes: list[ChangeView]
    next: int | None
    """Give this as `before` to get the older ones; null where there are none."""


class CatalogueFile(RequestBody):
    """A catalogue file to take over."""

    text: str = Field(max_length=20 * 1024 * 1024)
    """The whole file."""
    source: str = Field(max_length=255)
    """The file's name; errors are reported under it."""
    format: FormatName | None = None
    """Null: the name's ending and the text tell."""
    mode: ImportMode = "merge"
    """`replace` archives the intents that the file does not name."""
    placeholder_answers: bool = False
    """Whether intents without an answer get a placeholder, for trials."""
    fingerprint: str | None = Field(default=None, max_length=64)
    """That of a report: then exactly what was reported is done, or nothing."""


class FewExamples(ResponseBody):
    """A new intent with too few examples."""

    intent: str
    title: str
    examples: int
    """Those of the catalogue after the import, and those from resolutions."""


class ImportView(ResponseBody):
    """What an import did, or would do."""

    fingerprint: str
    """Send it with the same file to do exactly this."""
    locale: str
    """The catalogue's own locale afterwards."""
    added: list[str]
    """Names of new intents."""
    changed: list[str]
    """Names of intents that are different afterwards."""
    archived: list[str]
    """Names of intents that are no longer in use."""
    examples_added: int
    examples_removed: int
    out_of_scope: int
    """How many messages of the file belong to no intent. The catalogue does not keep them."""
    unanswered: list[str]
    """The file's intents whose messages go to people because nobody has approved an answer."""
    few_examples: list[FewExamples]
    """New intents with fewer than 5. Until they have more the bot asks back and hands off more, also for others."""
    conflicting: list[str]
    """One line a text that stands under two intents."""
    differences: list[DifferenceView]
    """Each intent that is added, changed or archived."""
    warnings: list[str]
    """What was left out of the file, with lines, and which answers were not taken over, with the reason."""
