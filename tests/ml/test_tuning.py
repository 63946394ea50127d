"""The parts of a fine-tuning: what a step does, which words are tuned, averages, the device, how a step is measured."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from tokenizers import Tokenizer

from escalation.classifier.encoder.source import find_encoder
from escalation.classifier.encoder.transformer import load_transformer
from escalation.classifier.head.fit import encode_labels
from escalation.classifier.tuning import device as devices
from escalation.classifier.tuning.averaging import average, between
from escalation.classifier.tuning.batches import TokenizedExamples, padded, tokenized
from escalation.classifier.tuning.checkpoint import Checkpoint
from escalation.classifier.tuning.device import Device, choose_device
from escalation.classifier.tuning.loop import Tuned, TuningContext, triangle, tune
from escalation.classifier.tuning.plan import Tuning
from escalation.classifier.tuning.recipe import RECIPE
from escalation.classifier.tuning.remaining_time import RunProgress
from escalation.classifier.tuning.step_time import measure_step
from escalation.classifier.tuning.vocabulary import shrink
from tests.ml.small_world import TOPICS, Encoder, shop_examples

CPU = Device("cpu", bfloat16=False)
PLAIN = replace(RECIPE, together=1, contrast=0.0)
PROGRESS = RunProgress(1.0, lambda _: None, lambda: False)


def shop_tokens(encoder: Encoder, each: int = 8, topics: int = 6) -> TokenizedExamples:
    rows = shop_examples(each, topics=topics)
    tokenizer = Tokenizer.from_file(str(find_encoder(encoder.source).folder / "tokenizer.json"))
    codes = encode_labels([row.label or "" for row in rows], sorted({row.label or "" for row in rows}))
    return tokenized(tokenizer, [row.text for row in rows], codes)


def tuned(encoder: Encoder, examples: TokenizedExamples, place: Path, *, seed: int = 3, epochs: int = 3) -> Tuned:
    context = TuningContext(find_encoder(encoder.source), 6, PLAIN, CPU, PROGRESS, 0.1)
    return tune(context, examples, Tuning("t", seed, epochs, len(examples.codes)), Checkpoint(place / "c"), "tuning")


def test_words_that_do_not_occur_are_left_alone_and_come_back(encoder: Encoder, tmp_path: Path) -> None:
    examples = shop_tokens(encoder, topics=2)
    table = load_transformer(find_encoder(encoder.source).folder).transformer.get_input_embeddings().weight
    after = tuned(encoder, examples, tmp_path).module.transformer.get_input_embeddings().weight
    used = sorted({id for row in examples.tokens for id in row})
    unused = [id for id in range(len(table)) if id not in set(used) | {0}]
    assert len(unused) > 10
    assert torch.equal(table[unused], after[unused])
    assert not torch.equal(table[used], after[used])


def test_the_small_table_gives_the_same_vectors(encoder: Encoder) -> None:
    module = load_transformer(find_encoder(encoder.source).folder)
    examples = shop_tokens(encoder, each=2)
    before = module(*padded(examples.tokens, "cpu"))
    vocabulary = shrink(module, examples.tokens)
    assert len(module.transformer.get_input_embeddings().weight) < len(vocabulary.table.weight)
    assert torch.equal(before, module(*padded(vocabulary.translated(examples).tokens, "cpu")))
    vocabulary.restore(module)
    assert torch.equal(before, module(*padded(examples.tokens, "cpu")))


def test_ids_up_to_that_of_padding_keep_their_number(encoder: Encoder) -> None:
    module = load_transformer(find_encoder(encoder.source).folder)
    table = module.transformer.get_input_embeddings()
    table.padding_idx = 2
    assert shrink(module, [(5, 9)]).used == (0, 1, 2, 5, 9)
    assert module.transformer.get_input_embeddings().padding_idx == 2


def test_the_rate_rises_over_a_tenth_of_the_steps_and_falls_to_nothing() -> None:
    rates = [triangle(step, 100, 0.1) for step in range(101)]
    assert max(rates) == 1.0 and rates.index(1.0) == 9
    assert rates[:10] == sorted(rates[:10])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[0] == pytest.approx(0.1) and rates[100] == 0.0


def test_weights_are_averaged_and_mixed() -> None:
    one = {"w": torch.tensor([0.0, 2.0]), "ids": torch.tensor([1, 2])}
    two = {"w": torch.tensor([1.0, 4.0]), "ids": torch.tensor([1, 2])}
    mean = average([one, two])
    assert mean["w"].tolist() == [0.5, 3.0] and mean["ids"].tolist() == [1, 2]
    assert torch.equal(average([one])["w"], one["w"])
    assert between(one, two, 0.25)["w"].tolist() == [0.25, 2.5]
    assert torch.equal(between(one, two, 1.0)["w"], two["w"])
    for wrong in ([], [one, {"w": one["w"]}]):
        with pytest.raises(ValueError, match="one architecture"):
            average(wrong)


def test_a_gpu_is_used_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices.torch, "set_num_threads", lambda _: None)
    cuda = SimpleNamespace(is_available=lambda: True, is_bf16_supported=lambda: True)
    monkeypatch.setattr(devices.torch, "cuda", cuda)
    assert choose_device() == Device("cuda", bfloat16=True)
    cuda.is_available = lambda: False
    assert choose_device().name == "cpu"


@pytest.mark.parametrize(("load", "processors", "threads"), [(0.1, 2, 2), (1.9, 2, 1), (0.0, 1, 1), (3.0, 16, 2)])
def test_a_busy_machine_is_left_a_processor(
    monkeypatch: pytest.MonkeyPatch, load: float, processors: int, threads: int
) -> None:
    monkeypatch.setattr(devices, "others_running", lambda: load)
    monkeypatch.setattr(devices.os, "cpu_count", lambda: processors)
    assert devices.free_processors() == threads


def test_a_thread_that_computes_is_counted_at_once() -> None:
    before = devices.others_running()
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        assert any(devices.others_running() >= 1 for _ in range(10))
    finally:
        busy.kill()
        busy.wait()
    assert before >= 0


def test_a_step_is_measured_without_touching_what_is_tuned(encoder: Encoder, tmp_path: Path) -> None:
    examples = shop_tokens(encoder)
    before = tuned(encoder, examples, tmp_path).directions
    seconds = measure_step(find_encoder(encoder.source), examples, 6, RECIPE, CPU)
    assert 0 < seconds < 5
    assert torch.equal(before, tuned(encoder, examples, tmp_path).directions)


def test_what_was_tuned_on_the_topics_tells_them_apart(encoder: Encoder, tmp_path: Path) -> None:
    examples = shop_tokens(encoder, each=16)
    found = tuned(encoder, examples, tmp_path, epochs=6)
    directions = torch.nn.functional.normalize(found.directions, dim=1)
    with torch.inference_mode():
        logits = found.module(*padded(examples.tokens, "cpu")) @ directions.T
    assert len(TOPICS) >= 6
    assert float((logits.argmax(1).numpy() == examples.codes).mean()) > 0.9
