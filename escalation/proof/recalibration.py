"""The live head's calibration and threshold, made anew before a swap with what audits say of earlier answers.

A calibration makes another model, so the live head is published again as a revision: the same examples, other
confidences. Where too few audits are decided it stays as it is.
"""

import numpy as np

from escalation.classifier.confidence.traffic import FEWEST_AUDITED, Heard, Traffic
from escalation.classifier.errors import ClassifierError
from escalation.classifier.model import Model
from escalation.learning import registry
from escalation.learning.fast_refit import publish
from escalation.learning.live_model import LiveModel, ModelLoader
from escalation.learning.registry import Serving
from escalation.learning.steps import LearningSteps
from escalation.logs import get_logger
from escalation.proof import labelled_traffic
from escalation.proof.labelled_traffic import LabelledTraffic

_log = get_logger(__name__)


class TrafficCalibration:
    """Work of the learner. `gate_share`: of the conversations, 0 to 1, whose labels judge and calibrate nothing."""

    def __init__(self, steps: LearningSteps, live: LiveModel, loader: ModelLoader, gate_share: float) -> None:
        self._steps = steps
        self._live = live
        self._loader = loader
        self._gate_share = gate_share

    async def renew(self, live: Model, serving: Serving) -> Model | None:
        """Publish the live head with a new calibration, and return it; None where audits tell nothing yet.

        Raises: StaleChampion, LeaseLost, DataErased (what serves changed meanwhile).
        """
        told = await self._steps.database.read(lambda tx: labelled_traffic.load(tx, self._gate_share))
        if len(told.audited) < FEWEST_AUDITED:
            return None
        try:
            return await self._made(live, serving, await self._traffic(live, told))
        except ClassifierError as error:
            _log.warning("recalibration_failed", code=error.code, error=str(error)[:300])
            return None

    async def _made(self, live: Model, serving: Serving, traffic: Traffic) -> Model | None:
        steps, folders = self._steps, self._steps.folders.names()
        dataset = await steps.dataset()
        name = await steps.database.read(lambda tx: registry.next_revision(tx, serving.champion, folders))
        vectors = await steps.vectors(live, dataset.train)
        made = await steps.refit(live, vectors, dataset, name, recalibrate=True, traffic=traffic)
        # Only its threshold is taken from the gate: whether it may answer is asked when it is up for anchor.
        judged, verdict, report = await steps.judge(live, made, dataset)
        await publish(steps, self._live, self._loader, judged, serving, dataset, verdict, report)
        _log.info("calibrated_on_traffic", model=name, audits=traffic.audited, threshold=judged.threshold)
        return self._live.model

    async def _traffic(self, live: Model, told: LabelledTraffic) -> Traffic:
        vectors = await self._steps.embed(live, [each.text for each in told.audited])
        heard = [
            Heard(np.asarray(vector, np.float32), each.intents, each.chance, each.beside)
            for vector, each in zip(vectors, told.audited, strict=True)
        ]
        return Traffic(told.examples, heard, len(heard))
