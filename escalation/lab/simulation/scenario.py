"""What is simulated: the operator's settings and the assumptions about customers and people. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from escalation.kernel.errors import Invalid
from escalation.proof.audits import LABELS_ON_DISAGREEMENT

BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
"""When the first message comes."""


class ScenarioInvalid(Invalid):
    """A simulation cannot be run as asked; the message says which number or file is in the way."""

    code = "scenario_invalid"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Shares and probabilities are 0..1. What the command line does not offer is an assumption; the report lists it."""

    messages: int = 5000
    seed_per_intent: int = 5
    """Examples of each intent known at the start."""
    agents: int = 4
    agent_error: float = 0.05
    """Mean chance that a person gives a wrong label."""
    labels_on_disagreement: int = LABELS_ON_DISAGREEMENT
    """The most blind labels of one answer where the first does not confirm it, each by somebody else."""
    bias: float = 0.0
    """Chance that an agent takes over the first guess shown; audits and shadow are blind."""
    audits_per_day: float = 40.0
    messages_per_day: int = 200
    alpha: float = 0.02
    delta: float = 0.05
    start: Literal["shadow", "provisional"] = "provisional"
    probation: float = 0.0
    """Share of messages the probation lane may answer."""
    seed: int = 0

    known_share: float = 0.7
    outside_share: float = 0.15
    zipf: float = 1.0
    typo_share: float = 0.3
    """Share of messages with typos in the last quarter."""
    handling_minutes: float = 8.0
    """Mean time one agent needs for one conversation."""
    misclick: float = 0.03
    """Chance that a customer who is asked picks a wrong choice when the right one is not offered."""
    gate_share: float = 0.2
    refit_share: float = 0.05
    """The live head is refitted when its examples grew by this share, and at once for an intent's first and third.

    The service refits after each label; at 5,000 messages that would take this simulation ten times as long.
    """
    from_traffic: bool = True
    """Whether labelled traffic joins the rows of each calibration (decision 22)."""
    slow_every: int = 400
    """Labels between two slow-lane versions."""
    probes: int = 90
    """Known-wrong answers put before the auditors to bound how often they miss one; 0: labels taken for the truth."""
    probation_budget: int = 10
    """Known errors after which the probation lane closes."""

    @property
    def days(self) -> float:
        """How long the stream lasts."""
        return self.messages / self.messages_per_day

    def moment(self, at: int) -> datetime:
        """Return when message `at` comes, days being equally long and busy."""
        return BEGIN + timedelta(days=1) * at / self.messages_per_day

    def place(self, when: datetime) -> int:
        """Return the message that comes at `when`."""
        return round((when - BEGIN) / timedelta(days=1) * self.messages_per_day)

    @property
    def half(self) -> int:
        """The message at which frequencies jump."""
        return self.messages // 2

    @property
    def typos_from(self) -> int:
        """The message at which typos begin."""
        return 3 * self.messages // 4


LABELS = (3, 4, 5)
POSITIVE = ("messages", "seed_per_intent", "agents", "messages_per_day")
SHARES = ("agent_error", "bias", "probation", "outside_share", "typo_share", "gate_share")


def check(scenario: Scenario) -> None:
    """Raises: ScenarioInvalid for a number out of its range."""
    for name in POSITIVE:
        if getattr(scenario, name) < 1:
            raise ScenarioInvalid(f"{_option(name)} must be at least 1.")
    for name in SHARES:
        if not 0.0 <= getattr(scenario, name) <= 1.0:
            raise ScenarioInvalid(f"{_option(name)} must be between 0 and 1.")
    if not 0.0 < scenario.alpha < 0.5 or not 0.0 < scenario.delta < 0.5:
        raise ScenarioInvalid("--alpha and --delta must be above 0 and below 0.5.")
    if scenario.labels_on_disagreement not in LABELS:
        raise ScenarioInvalid("--labels-on-disagreement must be 3, 4 or 5.")
    if scenario.labels_on_disagreement > max(scenario.agents, LABELS_ON_DISAGREEMENT):
        raise ScenarioInvalid("Five labels of one message need --agents 5 or more.")
    if not scenario.audits_per_day > 0.0:
        raise ScenarioInvalid("--audits-per-day must be above 0; without audits nothing can be proven.")


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
