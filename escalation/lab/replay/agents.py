"""Plays one agent: follows the desk, claims what waits, replies, and resolves with the label of the file."""

import asyncio
import itertools
import random

from escalation.client import RequestRefused, StaffClient, Thread, TookTooLong
from escalation.lab.replay.stories import Stories, Story, code_of
from escalation.protocol.frames.desk import RowView

EXPECTED_RACES = frozenset({"not_allowed_now", "not_owner", "stale_epoch", "conflict", "already_assigned"})
LOOK_AGAIN = 1.0
"""Seconds before a row somebody else was quicker with is tried again, if it still waits."""
LOOKED_AT = 16
"""Rows an agent chooses from."""


class Agent:
    """A simulated agent with one conversation at a time.

    Several agents see the same row at the same moment and race for it, as people do. One gives up after `patience`
    seconds, as customers do: sooner, it would keep a conversation that it no longer works on, and nobody else could.
    """

    def __init__(self, client: StaffClient, stories: Stories, draw: random.Random, patience: float) -> None:
        self.client = client
        self._patience = patience
        self._stories = stories
        self._random = draw
        self._waiting: dict[str, RowView] = {}
        self._not_before: dict[tuple[str, int], float] = {}
        client.on_rows = self.see

    def see(self, rows: tuple[RowView, ...]) -> None:
        """Note what is on the screen now."""
        now = asyncio.get_running_loop().time()
        for row in rows:
            story = self._stories.of(row)
            if story is None:
                continue
            if row.status in ("waiting", "assigned") and story.played.handoff_seconds is None:
                story.played.handoff_seconds = now - story.asked_at
            if row.status == "waiting":
                self._waiting[row.conversation] = row
            else:
                self._waiting.pop(row.conversation, None)

    async def work(self) -> None:
        """Work until cancelled. Raises ClientError when the connection ends for good."""
        await self.client.open()
        announced = -1
        while True:
            if announced != self.client.connection.reconnects:
                announced = self.client.connection.reconnects
                await self.client.set_presence("online")
            try:
                row = await self.client.until(self._pick, LOOK_AGAIN, "work")
            except TookTooLong:
                continue
            await self._handle(row)

    def _pick(self) -> RowView | None:
        """Return one of the rows that wait longest; not always the first, or every claim but one would fail."""
        now = asyncio.get_running_loop().time()
        ready = (row for key, row in self._waiting.items() if self._not_before.get((key, row.epoch), 0.0) <= now)
        oldest = list(itertools.islice(ready, LOOKED_AT))
        return self._random.choice(oldest) if oldest else None

    async def _handle(self, row: RowView) -> None:
        story = self._stories.of(row)
        assert story is not None
        try:
            async with asyncio.timeout(self._patience):
                await self._serve(row, story)
            self._waiting.pop(row.conversation, None)
        except TimeoutError:
            self._stories.errors.append("agent_took_too_long")
        except RequestRefused as error:
            if error.reason in EXPECTED_RACES:
                self._stories.races[error.reason] += 1
            else:
                self._stories.errors.append(f"agent_{error.reason}")
        except TookTooLong as error:
            self._stories.errors.append(f"agent_{code_of(error)}")
        finally:
            self._not_before[row.conversation, row.epoch] = asyncio.get_running_loop().time() + LOOK_AGAIN
            await self.client.unfollow(row.conversation)

    async def _serve(self, row: RowView, story: Story) -> None:
        conversation = row.conversation
        await self.client.claim(conversation, row.epoch)
        thread = await self.client.follow(conversation, self._patience)
        await self.client.until(
            lambda: self._is_mine(thread, row.epoch) or None, self._patience, "the own conversation"
        )
        text = f"Hello, I have read your message. ({story.planned.number})"
        reply = await self.client.reply(conversation, _epoch(thread), text, self._patience)
        await self._resolve(thread, story, reply.id)

    def _is_mine(self, thread: Thread, claimed: int) -> bool:
        """Return whether the thread shows us as owner. Raises RequestRefused once it has changed hands again."""
        control = thread.control
        if control is not None and control.epoch > claimed + 1:
            raise RequestRefused("stale_epoch", f"Conversation {thread.conversation} changed hands.")
        return control is not None and control.status == "assigned" and control.agent_id == self.client.me.id

    async def _resolve(self, thread: Thread, story: Story, answer_message_id: str) -> None:
        """Resolve with the planned label. The customer may write meanwhile: read it and resolve again."""
        label, learn = story.planned.resolved_as, True
        while True:
            try:
                await self.client.resolve(
                    thread.conversation,
                    _epoch(thread),
                    label,
                    last_seen_seq=thread.head,
                    answer_message_id=answer_message_id if learn else None,
                    learn=learn,
                )
            except RequestRefused as error:
                if error.reason == "unknown_intent" and learn:
                    story.played.errors.append(error.reason)
                    label, learn = None, False
                elif error.reason == "customer_wrote_since":
                    await asyncio.sleep(0.05)
                else:
                    raise
            else:
                story.resolve()
                return


def _epoch(thread: Thread) -> int:
    assert thread.control is not None
    return thread.control.epoch
