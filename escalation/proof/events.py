"""What the proof tells: one value for each thing that came to pass. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from escalation.proof.audits import Label
from escalation.proof.certificate import WindowCertificate
from escalation.proof.forecast import VersionCertificate
from escalation.proof.values import Anchor, AutomaticAnswer


@dataclass(frozen=True, slots=True)
class AuditRuled:
    """An audit is decided: by its `labels`, or as wrong because it came too late.

    `certificate`: that of the windows after this audit; None for an answer of the probation lane, which is in none,
    and where nobody asked for it.
    """

    answer: AutomaticAnswer
    right: bool
    labels: tuple[Label, ...]
    certificate: WindowCertificate | None


@dataclass(frozen=True, slots=True)
class BreakerTripped:
    """Too many audits came out wrong: people answer everything until a new version does, or somebody resets it."""


@dataclass(frozen=True, slots=True)
class DayEndedTripped:
    """A day ended with the breaker tripped. `replaced`: a new version answers from now on, and it was reset."""

    replaced: bool


@dataclass(frozen=True, slots=True)
class TrialStarted:
    """A frozen version is tested from now on."""

    version: str


@dataclass(frozen=True, slots=True)
class VersionCertified:
    """A version on trial passed its test, on messages since `frozen_at`."""

    version: str
    frozen_at: datetime
    certificate: VersionCertificate


@dataclass(frozen=True, slots=True)
class AnchorReplaced:
    """Another version answers from now on; `certificate` None: on the gate's word."""

    anchor: Anchor
    certificate: VersionCertificate | None


@dataclass(frozen=True, slots=True)
class ChallengerRefused:
    """A challenger may not answer.

    `certified_stays`: the anchor is certified and it is not; `answers_nothing`: no confidence would reach its
    threshold; `gate`: it is worse on the gate's examples.
    """

    version: str
    reason: Literal["certified_stays", "answers_nothing", "gate"]


ProofEvent = (
    AuditRuled | BreakerTripped | DayEndedTripped | TrialStarted | VersionCertified | AnchorReplaced | ChallengerRefused
)
