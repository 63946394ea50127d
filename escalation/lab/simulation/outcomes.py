"""What happened in one run of one strategy, message by message, and what it claimed. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

from escalation.proof.forecast import Missing
from escalation.proof.outlook import Outlook


class Ending(StrEnum):
    """How the bot's part in a message ended."""

    ANSWERED = "answered"
    CHOSEN = "chosen"
    """Answered after the customer was asked and chose."""
    PROBATION = "probation"
    HANDED_OFF = "handed_off"


class LabelKind(StrEnum):
    """What people's labels were spent on."""

    RESOLUTION = "resolution"
    AUDIT = "audit"
    TEST = "test"
    """Blind labels of messages nobody answered, to certify a version."""
    PROBE = "probe"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Fate:
    """One message: how it ended, whether an answer was wrong, and whether the first guess was right."""

    ending: Ending
    wrong: bool
    guessed: bool

    @property
    def automatic(self) -> bool:
        """Whether a machine answered."""
        return self.ending is not Ending.HANDED_OFF

    @property
    def promised(self) -> bool:
        """Whether the answer is one the window certificate speaks of; probation is reported apart."""
        return self.ending in (Ending.ANSWERED, Ending.CHOSEN)


@dataclass(frozen=True, slots=True)
class WindowClaim:
    """A statement that at most alpha of the answers in a window were wrong, and what was so.

    `at`: messages so far; `stated`: whether it was made; `bound`: what the strategy says of the share, 0..1;
    `realised`: the share of those answers that was wrong; `since`: the window's first message.
    """

    at: int
    since: int
    stated: bool
    bound: float
    realised: float
    answers: int

    def false(self, alpha: float) -> bool:
        """Whether it was made and untrue."""
        return self.stated and self.realised > alpha


@dataclass(frozen=True, slots=True)
class VersionClaim:
    """A version certificate granted `at` messages; `coverage` and `realised` are true of the messages since its freeze.

    It forecasts; `realised` is that of the very messages it was tested among.
    """

    at: int
    threshold: float
    coverage: float
    realised: float


@dataclass
class Journal:
    """Grows as the run goes on. `labels[kind]` lists the message at which each label was spent."""

    fates: list[Fate] = field(default_factory=list)
    labels: dict[LabelKind, list[int]] = field(default_factory=lambda: {kind: [] for kind in LabelKind})
    claims: list[WindowClaim] = field(default_factory=list)
    versions: list[VersionClaim] = field(default_factory=list)
    granted: int = 0
    """Looks between audits at which a window was certified; below those at which that was untrue."""
    granted_falsely: int = 0
    events: list[tuple[int, str]] = field(default_factory=list)
    """What is worth a line in the report, with its message."""
    refits: int = 0
    outlook: Outlook | None = None
    trial: Missing | None = None
    """What the version nearest to a certificate still needs at the end of a shadow start that did not end."""

    def spend(self, kind: LabelKind, at: int, count: int = 1) -> None:
        """Count labels given at message `at`."""
        self.labels[kind] += [at] * count

    @property
    def spent(self) -> int:
        """All labels so far."""
        return sum(len(moments) for moments in self.labels.values())

    def say(self, at: int, text: str) -> None:
        """Note an event."""
        self.events.append((at, text))
