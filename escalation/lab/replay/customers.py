"""Plays one customer: says the line, picks the right choice, waits for the bot or an agent, then checks the log."""

import asyncio
from typing import Literal

from escalation.client import ClientError, CustomerClient, RequestRefused, StaffClient, Thread, TookTooLong
from escalation.lab.replay.accounting import Decided, compare
from escalation.lab.replay.stories import Story, code_of
from escalation.protocol.frames.conversation import DecisionView, MessageView

Step = MessageView | Literal["handed_off"]


async def play(story: Story, *, patience: float) -> None:
    """Play one conversation to its end; what goes wrong is kept in the story. It gets `patience` seconds."""
    played, client = story.played, story.client
    try:
        async with asyncio.timeout(patience):
            await _converse(story, patience)
        played.finished = True
    except TimeoutError:
        played.errors.append(TookTooLong.code)
    except ClientError as error:
        played.errors.append(code_of(error))
    played.conversation = client.thread.conversation if client.thread else None


async def _converse(story: Story, patience: float) -> None:
    client = story.client
    await client.open(patience)
    story.asked_at = _now()
    await client.say(story.planned.line.text)
    while True:
        step: Step = await client.until(lambda: _next_step(client), patience, "an answer or a handoff")
        if isinstance(step, str):
            await client.until(lambda: story.played.resolved or _is_over(client) or None, patience, "an agent")
            if not story.played.resolved:
                story.played.errors.append("closed_without_resolution")
            return
        if story.played.reply_seconds is None:
            story.played.reply_seconds = _now() - story.asked_at
        if (
            step.body.kind == "notice"
        ):  # asked what it is about: they say it once more, and are understood or handed off
            await client.say(story.planned.line.text)
        elif step.body.kind == "choices":
            await _choose(story, step)
        else:
            return


def _next_step(client: CustomerClient) -> Step | None:
    """Return what the customer reacts to: the bot's newest message, or that a person is coming."""
    if client.thread is None or client.thread.control is None:
        return None
    if client.thread.control.status != "bot":
        return "handed_off"
    message = client.answer()
    return message if message is not None and message.author == "bot" else None


def _is_over(client: CustomerClient) -> bool:
    control = client.thread.control if client.thread else None
    return control is not None and control.status == "closed" and control.outcome in ("expired", "abandoned")


async def _choose(story: Story, message: MessageView) -> None:
    assert message.body.kind == "choices"
    offered = {option.intent for option in message.body.options}
    label = story.planned.line.label
    story.asked_at = _now()
    try:
        await story.client.choose(message.id, label if label in offered else None)
    except RequestRefused as error:
        # Somebody took over in between: the choice is void, and what comes next is seen in the thread.
        if error.reason not in ("no_such_choice", "not_allowed_now", "stale_epoch"):
            raise


async def audit(story: Story, auditor: StaffClient, slots: asyncio.Semaphore, *, patience: float) -> None:
    """Hold what the customer saw against the log as staff see it, and note what the bot decided.

    What has not reached the customer within `patience` seconds counts as lost. A story whose log cannot be read within
    that time counts as unfinished: nothing is known of it.
    """
    played, client = story.played, story.client
    if played.conversation is None:
        played.delivery = compare(accepted=client.accepted, received=(), log=())
        return
    async with slots:
        try:
            log = await auditor.follow(played.conversation, patience)
        except ClientError as error:
            played.errors.append(f"audit_{code_of(error)}")
            played.finished = False
            return
        finally:
            await auditor.unfollow(played.conversation)
    await _delivered(client, log, patience)
    seen = client.thread or Thread(played.conversation)
    played.decisions = tuple(decided(decision) for decision in log.decisions)
    played.delivery = compare(
        accepted=client.accepted,
        received=seen.messages,
        log=log.messages,
        repeated=seen.duplicates + seen.disorders + seen.vanished,
    )


async def _delivered(client: CustomerClient, log: Thread, patience: float) -> None:
    """Wait until the customer has been sent everything public in `log`: they may have to come back first.

    Gives up quietly after `patience` seconds; the comparison tells.
    """
    last = max((message.seq for message in log.messages if not message.internal), default=0)
    try:
        await client.until(
            lambda: (client.thread is not None and client.thread.head >= last) or None, patience, "delivery"
        )
    except ClientError:
        return


def decided(decision: DecisionView) -> Decided:
    """Return what is counted of a decision row."""
    return Decided(
        action=decision.action,
        grounds=decision.grounds,
        label=decision.label,
        first_guess=decision.guesses[0].label if decision.guesses else None,
        reason=decision.reason,
        model=decision.model,
    )


def _now() -> float:
    return asyncio.get_running_loop().time()
