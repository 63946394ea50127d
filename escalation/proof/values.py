"""What the proof knows and is told to do: the values its store keeps between two calls. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from escalation.proof.audits import DAILY_AUDITS, LABELS_ON_DISAGREEMENT, coin_probability
from escalation.proof.breaker import Breaker
from escalation.proof.certificate import Terms
from escalation.proof.forecast import Grid
from escalation.proof.swaps import USUAL, SwapPace
from escalation.protocol.states import AnsweringMode

EXPECTED_COVERAGE = 0.65
"""Share of messages answered that the chance of an audit is set for: it stays within a window while coverage grows."""


@dataclass(frozen=True, slots=True)
class ProofRules:
    """What the operator chose, and the traffic to be expected.

    `probation_share`: of all messages that the probation lane may answer, 0..1; `probation_budget`: known errors after
    which it closes.
    """

    terms: Terms
    messages_a_day: float
    audits_a_day: float = DAILY_AUDITS
    labels_on_disagreement: int = LABELS_ON_DISAGREEMENT
    probation_share: float = 0.0
    probation_budget: int = 0

    @property
    def chance(self) -> float:
        """With which chance, 0..1, an answer is audited in a window that starts now."""
        return coin_probability(EXPECTED_COVERAGE * self.messages_a_day, self.audits_a_day)


@dataclass(frozen=True, slots=True)
class ProofSettings:
    """What the running service proves with.

    `secret`: what the keys of the coin are made of; `alpha` and `mode`: what holds until an admin changes it, a mode of
    None where the operator set none (`proof.policy` says what holds now); `audits_a_day`: the budget a new window's
    chance is set from; `undo`: how long an auditor can take a label back; `probation_share`, `probation_budget`: as in
    `ProofRules`, until an admin changes them; `swaps`: how often the live head may become the anchor.
    """

    secret: bytes = b""
    alpha: float = 0.02
    mode: AnsweringMode | None = None
    delta: float = 0.05
    audits_a_day: float = DAILY_AUDITS
    undo: timedelta = timedelta(seconds=10)
    probation_share: float = 0.0
    probation_budget: int = 0
    swaps: SwapPace = USUAL


@dataclass(frozen=True, slots=True)
class Anchor:
    """The frozen version that answers, and the confidence it answers from."""

    version: str
    threshold: float
    grounds: Literal["out of fold", "gate", "certificate"]


@dataclass(frozen=True, slots=True)
class AutomaticAnswer:
    """One answer that no person gave. `draw`: its message's number, 0..1, from `proof.coins.draw`.

    `also`: the intents of further requests answered in the same turn. They are one answer, and right only together.
    """

    message_id: str
    intent: str
    answered_at: datetime
    draw: float
    probation: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """What a version on trial makes of one message of the census: first label, and confidence (0: it would not answer).

    `right` None: the people's labels were not asked for, or do not decide yet; it counts as wrong until they do.
    """

    message_id: str
    intent: str
    confidence: float
    right: bool | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """One frozen version on trial: tested at the thresholds of `grid` on messages that arrived from `frozen_at` on."""

    version: str
    frozen_at: datetime
    grid: Grid


@dataclass(frozen=True, slots=True)
class Standing:
    """What changes rarely. `anchor` None: people answer everything until a version is certified (shadow start).

    `frozen_at`: when the last challenger was frozen; `learnt`: how many examples the live head knew then; `trials`:
    the versions on trial, oldest first.
    """

    breaker: Breaker
    anchor: Anchor | None = None
    frozen_at: datetime | None = None
    learnt: int = 0
    trials: tuple[Trial, ...] = ()


@dataclass(frozen=True, slots=True)
class WantedLabel:
    """A message that needs one more blind label, each by somebody else.

    `audit`: it was answered automatically and drawn; `trial`: people answered it, and a version is tested on it.
    """

    message_id: str
    purpose: Literal["audit", "trial"]
