"""Plays auditors: they label what the audit bench gives them, by the labels of the file, and slip now and then."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from typing import Any

from escalation.client import ClientError, RequestRefused, StaffClient
from escalation.lab.replay.plan import Planned
from escalation.lab.replay.stories import Stories, code_of
from escalation.protocol.messages import TextBody
from escalation.protocol.rest.proof import AuditLabel, AuditTask, CertificateView, NextAudit

LOOK_AGAIN = 0.5
"""Seconds until an auditor who was given nothing asks again."""
LAST_LABELS = 15.0
"""Seconds after which no label can be taken back any more and every one counts."""
EXPECTED = frozenset({"audit_held", "audit_over", "already_labelled", "handled_by_auditor", "audit_unknown"})


class LabelAuditor:
    """One simulated auditor. With the chance `error` a label is another one of the file's."""

    def __init__(
        self, client: StaffClient, labels: Mapping[str, str | None], stories: Stories, error: float, draw: random.Random
    ) -> None:
        self._client = client
        self._labels = labels
        self._intents = sorted({label for label in labels.values() if label is not None})
        self._stories = stories
        self._error = error
        self._random = draw
        self.labelled = 0
        self.idle = False

    async def work(self) -> None:
        """Label until cancelled."""
        while True:
            try:
                await self._client.sign_in()
                while True:
                    await self._next()
            except RequestRefused as error:
                if error.reason not in EXPECTED:
                    self._stories.errors.append(f"auditor_{error.reason}")
            except ClientError as error:
                self._stories.errors.append(f"auditor_{code_of(error)}")
            await asyncio.sleep(LOOK_AGAIN)

    async def _next(self) -> None:
        found = NextAudit.model_validate(await self._client.rest.post("/audits/next"))
        self.idle = found.task is None
        if found.task is None:
            await asyncio.sleep(LOOK_AGAIN)
            return
        text = _request_of(found.task)
        if text not in self._labels:  # somebody else's customer
            await self._client.rest.post(f"/audits/{found.task.id}/skip")
            return
        label = self._label(self._labels[text]).model_dump()
        await self._client.rest.post(f"/audits/{found.task.id}/label", label)
        self.labelled += 1

    def _label(self, truth: str | None) -> AuditLabel:
        others = [intent for intent in self._intents if intent != truth]
        slips = self._random.random() < self._error
        label = self._random.choice(others) if slips and others else truth
        return AuditLabel(intents=[] if label is None else [label])


def labels_of(plan: Sequence[Planned]) -> dict[str, str | None]:
    """Return the file's label of each text; a text with several labels keeps its first."""
    found: dict[str, str | None] = {}
    for planned in plan:
        found.setdefault(planned.line.text.strip(), planned.line.label)
    return found


async def certificate(admin: StaffClient, auditors: Sequence[LabelAuditor], seconds: float) -> dict[str, Any]:
    """Wait until the auditors have nothing more to label, and return what is proven then; {} without auditors."""
    if not auditors:
        return {}
    deadline = asyncio.get_running_loop().time() + seconds
    quiet_since: float | None = None
    while (now := asyncio.get_running_loop().time()) < deadline:
        quiet_since = (quiet_since or now) if all(each.idle for each in auditors) else None
        if quiet_since is not None and now - quiet_since > LAST_LABELS:
            break
        await asyncio.sleep(LOOK_AGAIN)
    found = CertificateView.model_validate(await admin.rest.get("/certificate"))
    shown = (
        "proven", "answers", "bound", "right", "wrong", "pending", "chance", "probes", "misses", "miss_bound", "missing"
    )  # fmt: skip
    return {"labels": sum(each.labelled for each in auditors), **found.model_dump(include=set(shown))}


def _request_of(task: AuditTask) -> str:
    """Return the customer's words that are to be labelled."""
    return next(
        (each.body.text.strip() for each in task.messages if each.asked and isinstance(each.body, TextBody)), ""
    )
