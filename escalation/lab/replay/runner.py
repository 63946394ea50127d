"""Runs a plan against a service: accounts, agents, customers, auditor, and the count at the end."""

import asyncio
import contextlib
import random
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from escalation.client import Backoff, ClientError, CustomerClient, RequestRefused, Rest, StaffClient
from escalation.lab.replay.accounting import Played, summarise
from escalation.lab.replay.agents import Agent
from escalation.lab.replay.auditors import LabelAuditor, certificate, labels_of
from escalation.lab.replay.customers import audit, play
from escalation.lab.replay.plan import Planned
from escalation.lab.replay.stories import Stories, Story, code_of

RECONNECT = 5.0
"""Longest wait between tries to reconnect, in seconds; shorter than people's clients, so that a replay ends."""
AUDITS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Options:
    """How to run a plan. `staff` are sign-ins to use as agents; if empty, the admin creates `agents` accounts."""

    url: str
    admin_email: str
    admin_password: str
    agents: int = 4
    customers: int = 20
    site: str = "demo"
    locale: str = "en"
    seed: int = 0
    seconds: float = 3600.0
    patience: float = 120.0
    staff: tuple[tuple[str, str], ...] = ()
    auditors: int = 0
    auditor_error: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay is."""

    done: int
    answered: int
    resolved: int


class Replay:
    """One run of a plan. `run` may be called once."""

    def __init__(
        self,
        plan: Sequence[Planned],
        options: Options,
        on_progress: Callable[[Progress], None] = lambda progress: None,
        make_rest: Callable[[str], Rest] = Rest,
    ) -> None:
        self.plan = plan
        self.options = options
        self.stories = Stories()
        self._on_progress = on_progress
        self._make_rest = make_rest
        self._todo: Iterator[Planned] = iter(plan)
        self._audits = asyncio.Semaphore(AUDITS_AT_ONCE)
        self._done = self._answered = self._resolved = 0
        self._started = 0.0

    async def run(self) -> dict[str, Any]:
        """Play everything and return the summary.

        Raises:
            ClientError: the service cannot be reached or refuses the admin's sign-in.
        """
        options = self.options
        loop = asyncio.get_running_loop()
        auditor = self._staff_client(options.admin_email, options.admin_password, "auditor")
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(auditor.close)
            await _knock(auditor.rest)
            await auditor.open(follow_desk=False)
            rest = await stack.enter_async_context(self._make_rest(options.url))
            unknown = await self._unknown_labels(auditor)
            accounts = await self._accounts(auditor)
            labelling = await self._auditors(auditor)
            people = [asyncio.create_task(self._agent(*account, n)) for n, account in enumerate(accounts)]
            people += [asyncio.create_task(each.work()) for each in labelling]
            stack.push_async_callback(_cancel, people)
            self._started = loop.time()
            await self._play_all(rest, auditor)
            seconds = loop.time() - self._started
            proven = await certificate(auditor, labelling, options.patience)
        played = self.stories.played
        summary = summarise(played, seconds=seconds, extra=self.stories.errors)
        return {
            **summary,
            "not_played": len(self.plan) - len(played),
            "races": dict(sorted(self.stories.races.items())),
            "unknown_labels": unknown,
            **({"certificate": proven} if proven else {}),
        }

    async def _play_all(self, rest: Rest, auditor: StaffClient) -> None:
        players = [asyncio.create_task(self._player(rest, auditor)) for _ in range(self.options.customers)]
        try:
            async with asyncio.timeout(self.options.seconds):
                await asyncio.gather(*players)
        except TimeoutError:
            self.stories.errors.append("replay_took_too_long")
        finally:
            await _cancel(players)

    async def _player(self, rest: Rest, auditor: StaffClient) -> None:
        """Play one customer after the other, each when the plan says or as soon after as this player is free."""
        loop = asyncio.get_running_loop()
        for planned in self._todo:
            await asyncio.sleep(max(0.0, self._started + planned.at - loop.time()))
            try:
                await self._one(planned, rest, auditor)
            except ClientError as error:
                self.stories.errors.append(code_of(error))
            self._done += 1
            self._on_progress(Progress(self._done, self._answered, self._resolved))

    async def _one(self, planned: Planned, rest: Rest, auditor: StaffClient) -> None:
        options = self.options
        backoff = self._backoff(f"customer {planned.number}")
        client = await CustomerClient.create(rest, options.site, locale=options.locale, backoff=backoff)
        story = Story(planned, Played(planned.number, planned.line.label), client)
        self.stories.add(story)
        try:
            await play(story, patience=options.patience)
            await audit(story, auditor, self._audits, patience=options.patience)
        finally:
            await client.close()
        self._answered += story.played.answered is not None
        self._resolved += story.played.resolved

    async def _agent(self, email: str, password: str, number: int) -> None:
        """Be an agent until cancelled; one whose connection ended for good comes back as a new one."""
        draw = random.Random(f"agent {self.options.seed} {number}")
        while True:
            client = self._staff_client(email, password, f"agent {number}")
            try:
                await Agent(client, self.stories, draw, self.options.patience).work()
            except ClientError as error:
                self.stories.errors.append(f"agent_{code_of(error)}")
            finally:
                await client.close()
            await asyncio.sleep(1.0)

    async def _accounts(self, admin: StaffClient) -> list[tuple[str, str]]:
        """Return the agents' sign-ins; accounts made here are named so that replays are told from people."""
        if self.options.staff:
            return list(self.options.staff[: self.options.agents])
        run = secrets.token_hex(3)
        accounts = [(f"replay-{run}-{n}@example.com", secrets.token_urlsafe(16)) for n in range(self.options.agents)]
        for number, (email, password) in enumerate(accounts, start=1):
            await admin.add_staff(email, f"Replay {run} {number}", "agent", password, capacity=20)
        return accounts

    async def _auditors(self, admin: StaffClient) -> list[LabelAuditor]:
        """Make the auditors' accounts; what they say is the file's labels with their own slips."""
        run, options, labels = secrets.token_hex(3), self.options, labels_of(self.plan)
        made = []
        for number in range(options.auditors):
            email, password = f"replay-{run}-auditor-{number}@example.com", secrets.token_urlsafe(16)
            await admin.add_staff(email, f"Replay {run} auditor {number}", "auditor", password, capacity=1)
            draw = random.Random(f"auditor {options.seed} {number}")
            client = self._staff_client(email, password, f"auditor {number}")
            made.append(LabelAuditor(client, labels, self.stories, options.auditor_error, draw))
        return made

    async def _unknown_labels(self, staff: StaffClient) -> list[str]:
        known = {intent.name for intent in await staff.intents()}
        used = {planned.resolved_as for planned in self.plan if planned.resolved_as is not None}
        return sorted(used - known)

    def _staff_client(self, email: str, password: str, who: str) -> StaffClient:
        return StaffClient(self._make_rest(self.options.url), email, password, backoff=self._backoff(who))

    def _backoff(self, who: str) -> Backoff:
        return Backoff(longest=RECONNECT, draws=random.Random(f"backoff {self.options.seed} {who}"))


async def _knock(rest: Rest) -> None:
    """Raise Unreachable at once if nothing answers; later absences are waited out."""
    with contextlib.suppress(RequestRefused):
        await rest.get("/session")


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
