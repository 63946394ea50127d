"""A customer, the bot, timers and three agents on old and new screens, all working on one conversation."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from escalation.conversations import commands as c
from escalation.conversations import events as e
from escalation.conversations.model import Conversation
from escalation.protocol.states import Status
from tests.core.machine_walk import (
    PEOPLE,
    AptStep,
    Step,
    Walk,
    agents_steps,
    apt_steps,
    bots_steps,
    check_state,
    customers_steps,
    timers_steps,
    upkeep_steps,
)
from tests.factories import CUSTOMER, SYSTEM


class OneConversation(RuleBasedStateMachine):
    """Agents act on what their screen showed last; the bot and timers on what they read when they began."""

    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk()
        self.screens: dict[str, Conversation] = {}
        self.owner: str | None = None
        self.counted = 0

    @initialize()
    def begin(self) -> None:
        self.walk.take(Step(c.Say, CUSTOMER))
        self.look_all()

    @rule()
    def look_all(self) -> None:
        """Every screen and timer catches up."""
        self.screens = dict.fromkeys((*(person.id for person in PEOPLE), "bot", "system"), self.walk.state)

    @rule(who=st.sampled_from([*(person.id for person in PEOPLE), "bot", "system"]))
    def look(self, who: str) -> None:
        self.screens[who] = self.walk.state

    @rule(step=customers_steps)
    def customer(self, step: Step) -> None:
        self.walk.take(step)

    @rule(step=agents_steps | bots_steps | timers_steps)
    def act(self, step: Step) -> None:
        self.walk.take(step, self.screens[step.actor.id])

    @rule(step=apt_steps)
    def act_on_a_fresh_screen(self, step: AptStep) -> None:
        self.walk.take(step)

    @rule(step=upkeep_steps)
    def upkeep(self, step: Step) -> None:
        self.walk.take(step)

    @invariant()
    def one_owner_at_a_time(self) -> None:
        """The owner by the log alone is the controller; only they spoke to the customer as an agent."""
        for event, _ in self.walk.log[self.counted :]:
            if isinstance(event, e.Assigned):
                assert event.previous != event.agent
                self.owner = event.agent
            elif isinstance(event, e.Requeued | e.HandedBack | e.Closed):
                self.owner = None
            elif isinstance(event, e.MessageAdded) and event.author == "agent" and not event.internal:
                assert event.author_id == self.owner
        self.counted = len(self.walk.log)
        status, controller = self.walk.state.status, self.walk.state.controller
        assert self.owner == (controller if status is Status.ASSIGNED else None)

    @invariant()
    def numbered_without_gaps(self) -> None:
        assert self.walk.state.seq == len(self.walk.log)
        check_state(self.walk.state)

    @invariant()
    def the_log_is_the_truth(self) -> None:
        if len(self.walk.log) % 7 == 0:
            assert self.walk.replayed() == self.walk.state

    def teardown(self) -> None:
        """Whoever waits can always be told the truth and let go."""
        if self.walk.state.status is Status.WAITING:
            assert self.walk.take(Step(c.Expire, SYSTEM))
            assert self.walk.state.outcome == "expired"
        assert self.walk.replayed() == self.walk.state


TestOneConversation = OneConversation.TestCase
TestOneConversation.settings = settings(max_examples=50, stateful_step_count=40)
