"""REST of the catalogue: its intents, a change of one, and a file taken over."""

from pydantic import Field

from escalation.protocol.rest.base import RequestBody, ResponseBody
from escalation.protocol.states import FormatName, ImportMode, Policy


class IntentView(ResponseBody):
    """One kind of request, without its examples."""

    name: str
    """Its stable id, and the label the classifier gives."""
    title: str
    """What people read."""
    description: str
    policy: Policy
    answer: str | None
    """What the bot may say; null where nobody has written an answer."""
    examples: int
    """How many examples it has."""


class CatalogueView(ResponseBody):
    """All intents in use."""

    locale: str
    """The language of titles and answers."""
    intents: list[IntentView]


class IntentChange(RequestBody):
    """What an intent is to be from now on."""

    title: str = Field(max_length=200)
    description: str = Field(default="", max_length=2_000)
    answer: str | None = Field(default=None, max_length=4_000)
    """What the bot may say; null takes the answer away."""
    policy: Policy = "automatic"


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


class ImportView(ResponseBody):
    """What an import did."""

    added: list[str]
    """Names of new intents."""
    changed: list[str]
    """Names of intents that are different now."""
    archived: list[str]
    """Names of intents that are no longer in use."""
    examples_added: int
    examples_removed: int
    conflicting: list[str]
    """One line a text that stands under two intents."""
