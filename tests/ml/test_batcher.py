"""The live classifier under many callers, swaps, overload, failure and closing."""

import asyncio
import gc
import threading
import weakref
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import pytest

from escalation.classifier import Classifier, Model, Prediction
from escalation.classifier.batcher import LARGEST_BATCH
from escalation.classifier.errors import ClassifierBusy, ClassifierClosed, ExampleInvalid
from tests.waiting import settled, until


class GatedModel:
    """A model that waits at a gate inside `predict`, so that tests decide when a batch ends."""

    def __init__(self, name: str, *, opened: bool = True) -> None:
        self.name, self.threshold, self.by_error = name, 0.5, ((0.02, 0.5),)
        self.gate, self.entered = threading.Event(), threading.Event()
        self.batches: list[list[str]] = []
        if opened:
            self.gate.set()

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        self.batches.append(list(texts))
        self.entered.set()
        assert self.gate.wait(10)
        if "explode" in texts:
            raise RuntimeError("the session broke")
        return [Prediction((f"{self.name}:{text}",), (1.0,), 0.9, 0.1) for text in texts]


def classify_with(model: GatedModel, **settings: int) -> Classifier:
    return Classifier(cast(Model, model), **settings)


async def entered(model: GatedModel) -> None:
    assert await asyncio.to_thread(model.entered.wait, 10)


@pytest.fixture
async def gated() -> AsyncIterator[tuple[GatedModel, Classifier]]:
    model = GatedModel("old", opened=False)
    classifier = classify_with(model, most_waiting=4)
    yield model, classifier
    model.gate.set()
    classifier.close()


async def test_every_caller_gets_its_own_answer() -> None:
    model = GatedModel("m")
    classifier = classify_with(model)
    texts = [f"text {number % 90}" for number in range(400)]
    answers = await asyncio.gather(*map(classifier.predict, texts))
    assert [answer.prediction.label for answer in answers] == [f"m:{text}" for text in texts]
    assert {(answer.model, answer.threshold) for answer in answers} == {("m", 0.5)}
    classifier.close()


async def one_and_then_three(model: GatedModel, classifier: Classifier) -> None:
    """Have "a" predicted, and "b", "c" and "d" that come while it is in the model."""
    first = asyncio.create_task(classifier.predict("a"))
    await entered(model)
    rest = [asyncio.create_task(classifier.predict(text)) for text in "bcd"]
    await settled()
    model.gate.set()
    await asyncio.gather(first, *rest)


async def test_the_next_batch_gathers_while_one_is_in_the_model(gated: tuple[GatedModel, Classifier]) -> None:
    model, classifier = gated
    await one_and_then_three(model, classifier)
    assert model.batches == [["a"], ["b", "c", "d"]]


async def test_sixty_four_callers_wait_at_most_two_batches_and_in_order() -> None:
    model = GatedModel("m", opened=False)
    classifier = classify_with(model)
    asked = [asyncio.create_task(classifier.predict("0"))]
    await entered(model)
    for number in range(1, 64):
        asked.append(asyncio.create_task(classifier.predict(f"{number}")))
        # The first is in the model, so each later one joins the queue before the next is asked.
        await settled()
    began = len(model.batches)
    model.gate.set()
    await asyncio.gather(*asked)
    again = [asyncio.create_task(classifier.predict(f"again {number}")) for number in range(64)]
    await asyncio.gather(*again)
    classifier.close()
    assert [text for batch in model.batches[:3] for text in batch] == [str(number) for number in range(64)]
    assert began == 1
    assert len(model.batches[1]) == LARGEST_BATCH == 32
    assert len(model.batches[2]) == 31


async def test_the_callers_loop_is_woken_once_a_batch(
    gated: tuple[GatedModel, Classifier], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, classifier = gated
    loop, woken = asyncio.get_running_loop(), 0
    wake = loop.call_soon_threadsafe

    def counted(*given: Any, **named: Any) -> asyncio.Handle:
        nonlocal woken
        woken += threading.current_thread() is classifier._thread
        return wake(*given, **named)

    monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
    await one_and_then_three(model, classifier)
    assert woken == len(model.batches) == 2


async def test_a_swap_in_mid_batch_leaves_the_batch_its_model(gated: tuple[GatedModel, Classifier]) -> None:
    model, classifier = gated
    fresh = GatedModel("new")
    first = asyncio.create_task(classifier.predict("a"))
    await entered(model)
    late = asyncio.create_task(classifier.predict("b"))
    await settled()
    assert classifier.swap(cast(Model, fresh)).name == "old"
    model.gate.set()
    assert (await first).model == "old"
    answer = await late
    assert (answer.model, answer.prediction.label) == ("new", "new:b")


async def test_answers_are_remembered_for_one_model_only() -> None:
    model = GatedModel("m")
    classifier = classify_with(model, remembered=2)
    first = await classifier.predict("hello   there")
    assert await classifier.predict("hello there") is first
    assert len(model.batches) == 1
    classifier.swap(cast(Model, GatedModel("next")))
    assert (await classifier.predict("hello there")).model == "next"
    for text in "xyz":
        await classifier.predict(text)
    assert len(classifier._remembered) == 2
    classifier.close()


async def test_a_full_queue_refuses_at_once(gated: tuple[GatedModel, Classifier]) -> None:
    model, classifier = gated
    tasks = [asyncio.create_task(classifier.predict("first"))]
    await entered(model)
    tasks += [asyncio.create_task(classifier.predict(f"t{number}")) for number in range(4)]
    await settled()
    assert classifier.waiting == 4
    with pytest.raises(ClassifierBusy):
        await classifier.predict("one too many")
    model.gate.set()
    await asyncio.gather(*tasks)


async def test_a_failing_batch_fails_its_callers_and_nobody_else() -> None:
    classifier = classify_with(GatedModel("m"))
    with pytest.raises(RuntimeError, match="broke"):
        await classifier.predict("explode")
    assert (await classifier.predict("fine")).prediction.label == "m:fine"
    classifier.close()


async def test_a_caller_that_gives_up_disturbs_nobody(gated: tuple[GatedModel, Classifier]) -> None:
    model, classifier = gated
    impatient = asyncio.create_task(classifier.predict("a"))
    await entered(model)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    other = asyncio.create_task(classifier.predict("b"))
    model.gate.set()
    assert (await other).prediction.label == "old:b"


async def test_closing_refuses_what_waits_and_ends_the_thread(gated: tuple[GatedModel, Classifier]) -> None:
    model, classifier = gated
    first = asyncio.create_task(classifier.predict("a"))
    await entered(model)
    waiting = asyncio.create_task(classifier.predict("b"))
    await settled()
    closing = asyncio.create_task(asyncio.to_thread(classifier.close))
    await until(waiting.done)
    model.gate.set()
    await closing
    assert (await first).prediction.label == "old:a"
    with pytest.raises(ClassifierClosed):
        await waiting
    with pytest.raises(ClassifierClosed):
        await classifier.predict("c")
    assert not any(thread.name == "classifier" and thread.is_alive() for thread in [classifier._thread])


async def test_what_is_not_text_never_reaches_the_model() -> None:
    model = GatedModel("m")
    classifier = classify_with(model)
    with pytest.raises(ExampleInvalid):
        await classifier.predict(12)  # type: ignore[arg-type]
    assert model.batches == []
    classifier.close()


async def test_a_real_model_serves(shop: Model) -> None:
    classifier = Classifier(shop)
    answer = await classifier.predict("my parcel is late please")
    assert answer.prediction == shop.predict(["my parcel is late please"])[0]
    assert answer.threshold == shop.threshold
    classifier.close()


@pytest.mark.parametrize("text", ["fine", "explode"])
async def test_a_replaced_model_is_let_go_even_if_no_message_follows(text: str) -> None:
    model = GatedModel("old")
    classifier = classify_with(model)
    await asyncio.gather(classifier.predict(text), return_exceptions=True)
    left = weakref.ref(model)
    del model
    classifier.swap(cast(Model, GatedModel("new")))
    await until(lambda: gc.collect() is not None and left() is None)  # the thread may still leave its last batch
    classifier.close()
