"""What can be wrong with a catalogue, a catalogue file, or a request to change the catalogue."""

from escalation.kernel.errors import Conflict, Invalid, NotFound


class CatalogueInvalid(Invalid):
    """An intent or a catalogue breaks a rule; the message names the intent and the field."""

    code = "catalogue_invalid"


class CatalogueFileInvalid(Invalid):
    """A catalogue file cannot be read; the message names the file and, where there is one, the line."""

    code = "catalogue_file_invalid"

    def __init__(self, source: str, line: int | None, problem: str, remedy: str = "") -> None:
        """`line` counts from 1; None means the file as a whole. `remedy` is what else a command line can do."""
        place = source if line is None else f"{source}, line {line}"
        super().__init__(f"{place}: {problem}")
        self.source = source
        self.line = line
        self.problem = problem
        self.remedy = remedy


class IntentUnknown(NotFound):
    """No intent of this name is in the catalogue (or it is archived)."""

    code = "intent_unknown"


class IntentExists(Conflict):
    """An intent of this name is in the catalogue already."""

    code = "intent_exists"


class LocaleDiffers(Conflict):
    """A file in one locale cannot be merged into a catalogue in another."""

    code = "catalogue_locale_differs"


class IntentMoved(Conflict):
    """The intent was changed since the caller read it."""

    code = "intent_moved"


class CatalogueMoved(Conflict):
    """The catalogue, or the file, is not what the import was reported for."""

    code = "catalogue_moved"


class ChangeUnknown(NotFound):
    """The history of the catalogue has no change of this number."""

    code = "change_unknown"


class UndoRefused(Conflict):
    """What the change did was changed again since; the message names what."""

    code = "undo_refused"


class ExamplesDiffer(Conflict):
    """An example that is to be removed is not among the intent's examples, or one to be added is there already."""

    code = "examples_differ"
