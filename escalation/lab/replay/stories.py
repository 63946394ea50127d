"""One story per played customer, shared between those who play the customer, the agent and the auditor."""

from collections import Counter
from dataclasses import dataclass, field

from escalation.client.customer import CustomerClient
from escalation.client.errors import ClientError, RequestRefused
from escalation.lab.replay.accounting import Played
from escalation.lab.replay.plan import Planned
from escalation.protocol.frames.desk import RowView


@dataclass(slots=True)
class Story:
    """A customer being played. `asked_at` is the loop's time of their newest message."""

    planned: Planned
    played: Played
    client: CustomerClient
    asked_at: float = 0.0

    def resolve(self) -> None:
        """Note that an agent resolved it, and wake the customer."""
        self.played.resolved = True
        self.client.connection.pulse.beat()


@dataclass(slots=True)
class Stories:
    """All stories of a replay, found by customer; other customers of the service are none of our business.

    `races` counts claims and replies another agent was quicker with, by code; they are expected.
    """

    by_customer: dict[str, Story] = field(default_factory=dict)
    races: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def add(self, story: Story) -> None:
        """Make a story known before its customer says anything."""
        self.by_customer[story.client.identity.customer] = story

    def of(self, row: RowView) -> Story | None:
        """Return the story of a list row, None for customers that are not ours."""
        return self.by_customer.get(row.customer)

    @property
    def played(self) -> list[Played]:
        """What happened so far, in order of the plan."""
        return sorted((story.played for story in self.by_customer.values()), key=lambda played: played.number)


def code_of(error: ClientError) -> str:
    """Return the most telling code: the service's own where there is one."""
    return error.reason if isinstance(error, RequestRefused) else error.code
