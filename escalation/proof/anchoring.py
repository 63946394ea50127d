"""The batch swap in the running service: the live head is frozen, judged against the anchor, and may take its place.

Before it is judged, its calibration and threshold are made anew with what audits say of earlier answers (decision 22).
It is work of the one learner: its lease fences every write, so that of two processes one swaps. A frozen live head is a
revision whose folder is kept; nothing of it changes any more.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row

from escalation.classifier.model import Model
from escalation.database import Transaction
from escalation.learning import anchors, registry
from escalation.learning.errors import LeaseLost, StaleChampion
from escalation.learning.learner import Work
from escalation.learning.live_model import LiveModel, ModelLoader
from escalation.learning.registry import Serving
from escalation.learning.steps import LearningSteps
from escalation.logs import get_logger
from escalation.proof import rows
from escalation.proof.recalibration import TrafficCalibration
from escalation.proof.recent_audits import direct_risk
from escalation.proof.swaps import NEVER, Challenger, Swap, SwapPace, freeze_due, swap
from escalation.proof.values import ProofSettings

POLL_SECONDS = 5.0
GATE_SHARE = 0.2
AT_ONCE = SwapPace(timedelta(0), 0)
ANSWERS_NOTHING = "it would answer nothing"

_log = get_logger(__name__)


def anchor_swaps(
    settings: ProofSettings, gate_share: float = GATE_SHARE
) -> Callable[[LearningSteps, LiveModel, ModelLoader], Work]:
    """Return what makes the learner's loop of swaps; `gate_share`: of the conversations, 0 to 1, that only judge."""

    def made(steps: LearningSteps, live: LiveModel, loader: ModelLoader) -> Work:
        learns = TrafficCalibration(steps, live, loader, gate_share)
        return AnchorSwaps(steps, live, loader, settings.alpha, settings.swaps, learns).run

    return made


class Tried(NamedTuple):
    """A live head that is up for anchor, as the rows had it. `present`: the threshold that the anchor must keep to.

    None where it answers nothing, or was made for another accepted error: what follows it begins at its own.
    """

    serving: Serving
    row: Row[Any]
    present: float | None = None


class AnchorSwaps:
    """Tries the live head whenever one is due."""

    def __init__(
        self, steps: LearningSteps, live: LiveModel, loader: ModelLoader, alpha: float, pace: SwapPace,
        calibration: TrafficCalibration | None = None,
    ) -> None:  # fmt: skip
        """Without `calibration` the live head keeps the one it has."""
        self._calibration = calibration
        self._steps = steps
        self._live = live
        self._loader = loader
        self._alpha = alpha
        self._pace = pace

    async def run(self) -> None:
        """Look every few seconds until cancelled. Raises: LeaseLost."""
        while True:
            try:
                await self.step()
            except LeaseLost:
                raise
            except Exception:
                _log.exception("anchor_swap_failed")
            await asyncio.sleep(min(POLL_SECONDS, max(self._pace.apart / timedelta(seconds=2), 0.05)))

    async def step(self) -> str | None:
        """Try the live head if that is due; return its name if it answers now.

        Raises: LeaseLost, StaleChampion (what answers was changed meanwhile; nothing was swapped).
        """
        live, anchor = self._live.model, self._live.anchor
        if live is None or anchor is None:
            return None
        tried = await self._due(live, anchor)
        if tried is not None and self._calibration is not None:
            made = await self._calibration.renew(live, tried.serving)
            if made is not None:
                live, tried = made, await self._due(made, anchor)
        if tried is None:
            return None
        challenger, reasons = await self._judged(anchor, live)
        keeps = anchor.alpha == live.alpha and anchor.threshold < NEVER
        found = await self._conclude(tried._replace(present=anchor.threshold if keeps else None), challenger, reasons)
        if found is None:
            return None
        await self._loader.refresh()
        _log.info("anchor_swapped", model=live.name, before=anchor.name, threshold=found.threshold)
        return live.name

    async def _due(self, live: Model, anchor: Model) -> Tried | None:
        """Return what is to be tried now; None while this process still loads it."""
        found = await self._steps.database.read(lambda tx: due(tx, self._pace_for(live, anchor, self._accepted(tx))))
        loaded = found is not None and (live.name, anchor.name) == (found.serving.live, found.serving.anchor)
        return found if loaded else None

    def _accepted(self, tx: Transaction) -> float:
        """Return the accepted error as it is now; before a service was opened on the rows, that of the settings."""
        known = rows.state(tx)
        return self._alpha if known is None or known.alpha is None else float(known.alpha)

    def _pace_for(self, live: Model, anchor: Model, alpha: float) -> SwapPace:
        """A threshold that was chosen for another accepted error must not go on."""
        return AT_ONCE if live.alpha == alpha != anchor.alpha else self._pace

    async def _judged(self, anchor: Model, live: Model) -> tuple[Challenger, tuple[str, ...]]:
        """Ask the gate; return the challenger and the gate's reasons."""
        judged, verdict, report = await self._steps.judge(anchor, live, await self._steps.dataset())
        gate = report["risk"] if verdict.grounds == "gate" else None
        heard = await self._steps.database.read(direct_risk)
        return Challenger(judged.threshold, verdict.accepted, gate if heard is None else heard), verdict.reasons

    async def _conclude(self, tried: Tried, challenger: Challenger, reasons: tuple[str, ...]) -> Swap | None:
        async with self._loader.changing:  # no folder is deleted meanwhile
            if tried.serving.live not in self._steps.folders.names():
                return None
            return await self._steps.write(lambda tx: conclude(tx, tried, challenger, reasons, self._accepted(tx)))


def due(tx: Transaction, pace: SwapPace) -> Tried | None:
    """Return the live head if it is to be frozen as a challenger now."""
    serving, last = registry.serving(tx), anchors.newest(tx)
    if serving is None or last is None or serving.pinned or serving.live == serving.anchor:
        return None
    row, before = registry.find(tx, serving.live), anchors.last_tried(tx)
    if before is not None and before.model == serving.live:
        return None  # it was tried, and is still what it was
    new = row.examples - last.examples
    return Tried(serving, row) if freeze_due(before.at if before else None, tx.now, new, pace) else None


def conclude(
    tx: Transaction, tried: Tried, challenger: Challenger, reasons: tuple[str, ...], alpha: float
) -> Swap | None:
    """Make the challenger the anchor, or note why it was refused. Raises: StaleChampion."""
    serving, row, present = tried
    now = registry.locked(tx)
    if now is None or (now.champion, now.anchor, now.pinned) != (serving.champion, serving.anchor, False):
        raise StaleChampion("What answers changed while the live head was judged.")
    found = swap(present, challenger, alpha, tripped=rows.is_stopped(tx))
    if found is None:
        why = ANSWERS_NOTHING if challenger.accepted else "; ".join(reasons) or "the gate refused it"
        anchors.note(tx, row, anchors.GATE, challenger.threshold, [why])
        _log.warning("anchor_refused", model=row.name, reasons=why)
    else:
        registry.swap_anchor(tx, row.name, found.threshold, serving)
    return found
