"""The live classifier: one inference thread, micro-batches without a timer, one reference to swap.

While a batch is in the model the next gathers. A message therefore waits for at most the batch before its own.
"""

import asyncio
import queue
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from escalation.classifier.anchored import BothPredictions, predict_both
from escalation.classifier.encoder.serving import clean_text
from escalation.classifier.errors import ClassifierBusy, ClassifierClosed, ExampleInvalid
from escalation.classifier.model import Model
from escalation.classifier.prediction import Prediction

MOST_WAITING = 1000
# 64 callers who all wait for their answers are then served within two batches; about 60 ms of work.
LARGEST_BATCH = 32
REMEMBERED = 2000


class AnchorPrediction(NamedTuple):
    """What the anchor says of the same message, and the confidence it answers from."""

    model: str
    threshold: float
    prediction: Prediction
    by_error: tuple[tuple[float, float], ...] = ()
    """Accepted shares of wrong answers, ascending, each with the model's threshold for it."""


class LivePrediction(NamedTuple):
    """A prediction and the model that made it, taken together: the live model may be another by now.

    `anchor` None: the live model is its own anchor.
    """

    model: str
    threshold: float
    prediction: Prediction
    by_error: tuple[tuple[float, float], ...] = ()
    """As of `AnchorPrediction`."""
    anchor: AnchorPrediction | None = None

    @property
    def models(self) -> tuple[str, str, float]:
        """What made it: live model, anchor, and the confidence the anchor answers from."""
        by = self.anchor or self
        return self.model, by.model, by.threshold


class Serving(NamedTuple):
    """What predicts: the live model, and the anchor; None where the live model is its own."""

    live: Model
    anchor: Model | None = None

    @property
    def models(self) -> tuple[str, str, float]:
        """As `LivePrediction.models`."""
        by = self.anchor or self.live
        return self.live.name, by.name, by.threshold

    def predict(self, texts: Sequence[str]) -> list[LivePrediction]:
        """Return one prediction a text. Raises: what the models raise."""
        live, anchor = self
        if anchor is None:
            return [LivePrediction(live.name, live.threshold, made, live.by_error) for made in live.predict(texts)]
        return [_both(live, anchor, made) for made in predict_both(live, anchor, texts)]


def _both(live: Model, anchor: Model, made: BothPredictions) -> LivePrediction:
    by_anchor = AnchorPrediction(anchor.name, anchor.threshold, made.anchor, anchor.by_error)
    return LivePrediction(live.name, live.threshold, made.live, live.by_error, by_anchor)


class _Request(NamedTuple):
    text: str
    loop: asyncio.AbstractEventLoop
    answer: "asyncio.Future[LivePrediction]"


_Outcome = LivePrediction | Exception


class Classifier:
    """Predicts for many callers at once. `swap` and `predict` belong to one event loop; the model runs in a thread."""

    def __init__(self, model: Model, *, most_waiting: int = MOST_WAITING, remembered: int = REMEMBERED) -> None:
        self._serving = Serving(model)
        self._queue: queue.Queue[_Request | None] = queue.Queue(most_waiting)
        self._remembered: OrderedDict[tuple[tuple[str, str, float], str], LivePrediction] = OrderedDict()
        self._most_remembered = remembered
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="classifier", daemon=True)
        self._thread.start()

    @property
    def model(self) -> Model:
        """The live model."""
        return self._serving.live

    @property
    def anchor(self) -> Model:
        """The model that answers."""
        return self._serving.anchor or self._serving.live

    @property
    def waiting(self) -> int:
        """About how many messages wait for a batch."""
        return self._queue.qsize()

    def swap(self, model: Model, anchor: Model | None = None) -> Model:
        """Make `model` the live one and return the one before; batches in the model finish with the old ones.

        Without an `anchor` it is its own.
        """
        before, self._serving = self._serving.live, Serving(model, anchor)
        return before

    async def predict(self, text: str) -> LivePrediction:
        """Return the prediction for one message.

        Raises: ExampleInvalid (not text), ClassifierBusy (queue full), ClassifierClosed, and what the model raises.
        """
        if not isinstance(text, str):
            raise ExampleInvalid(f"The message is {type(text).__name__}, not text.")
        if self._closed:
            raise ClassifierClosed("The classifier is closed.")
        known = self._recall(text)
        if known is not None:
            return known
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[LivePrediction] = loop.create_future()
        try:
            self._queue.put_nowait(_Request(text, loop, answer))
        except queue.Full:
            raise ClassifierBusy(f"{self._queue.maxsize} messages are waiting for a prediction.") from None
        return await answer

    def close(self, timeout: float = 5.0) -> None:
        """Finish what is in the model, refuse what waits, end the thread. May be called twice."""
        if self._closed:
            return
        self._closed = True
        self._refuse_waiting()
        self._queue.put(None)
        self._thread.join(timeout)
        self._refuse_waiting()

    def _serve(self) -> None:
        while (batch := self._gather()) is not None:
            self._answer(batch)  # a frame of its own: while the next message is waited for, no model is held
            del batch  # nor by the frames that the errors of a failed batch remember

    def _answer(self, batch: list[_Request]) -> None:
        try:
            predictions = self._serving.predict([request.text for request in batch])
        except Exception as error:  # whatever it is belongs to the callers; the thread must live on
            self._settle(batch, [error] * len(batch))
            return
        self._settle(batch, predictions)

    def _gather(self) -> list[_Request] | None:
        """Return everything that waits, at most a batch of it, waiting for the first; None when closing."""
        first = self._queue.get()
        if first is None:
            return None
        batch = [first]
        while len(batch) < LARGEST_BATCH:
            try:
                request = self._queue.get_nowait()
            except queue.Empty:
                break
            if request is None:
                self._queue.put(None)  # close() comes after this batch
                break
            batch.append(request)
        return batch

    def _refuse_waiting(self) -> None:
        while True:
            try:
                request = self._queue.get_nowait()
            except queue.Empty:
                return
            if request is not None:
                self._settle([request], [ClassifierClosed("The classifier was closed before this message's turn.")])

    def _settle(self, batch: Sequence[_Request], outcomes: Sequence[_Outcome]) -> None:
        """Hand the outcomes to the callers' event loop, waking it once for all; a loop that is gone gets nothing."""
        if not batch[0].loop.is_closed():
            batch[0].loop.call_soon_threadsafe(self._hand_over, batch, outcomes)

    def _hand_over(self, batch: Sequence[_Request], outcomes: Sequence[_Outcome]) -> None:
        """Answer the callers, in their loop; one that gave up gets nothing."""
        for request, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, LivePrediction):
                self._remember(request.text, outcome)
            if request.answer.done():
                continue
            if isinstance(outcome, LivePrediction):
                request.answer.set_result(outcome)
            else:
                request.answer.set_exception(outcome)

    def _recall(self, text: str) -> LivePrediction | None:
        key = (self._serving.models, clean_text(text))
        answer = self._remembered.get(key)
        if answer is not None:
            self._remembered.move_to_end(key)
        return answer

    def _remember(self, text: str, answer: LivePrediction) -> None:
        self._remembered[answer.models, clean_text(text)] = answer
        while len(self._remembered) > self._most_remembered:
            self._remembered.popitem(last=False)
