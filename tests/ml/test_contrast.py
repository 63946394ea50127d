"""What a batch is made of, and the loss that pulls its messages of one intent together."""

from collections import Counter

import numpy as np
import pytest
import torch

from escalation.classifier.tuning.batches import TokenizedExamples
from escalation.classifier.tuning.objective import contrast


def unit(rows: list[list[float]]) -> torch.Tensor:
    return torch.nn.functional.normalize(torch.tensor(rows), dim=1)


def test_the_contrast_is_smaller_when_companions_are_nearer_than_others() -> None:
    codes = torch.tensor([0, 0, 1, 1])
    apart = unit([[1, 0], [0, 1], [1, 0.1], [0.1, 1]])
    together = unit([[1, 0], [1, 0.1], [0, 1], [0.1, 1]])
    assert float(contrast(together, codes, 0.1)) < 0.1
    assert float(contrast(apart, codes, 0.1)) > 1.0


def test_the_contrast_is_the_formula_written_out() -> None:
    vectors = unit([[1, 0, 0.2], [0.5, 1, 0], [0.3, 0.4, 1], [1, 1, 1]])
    codes = torch.tensor([0, 1, 0, 0])
    expected = 0.0
    for row in range(4):
        others = [other for other in range(4) if other != row]
        total = sum(np.exp(float(vectors[row] @ vectors[other]) / 0.5) for other in others)
        same = [other for other in others if codes[other] == codes[row]]
        terms = [-float(vectors[row] @ vectors[other]) / 0.5 + np.log(total) for other in same]
        expected += sum(terms) / max(len(terms), 1)
    assert float(contrast(vectors, codes, 0.5)) == pytest.approx(expected / 4, rel=1e-5)


@pytest.mark.parametrize("codes", [[0], [0, 1, 2]])
def test_messages_without_companions_pull_nothing(codes: list[int]) -> None:
    vectors = torch.nn.Parameter(torch.eye(3)[: len(codes)])
    loss = contrast(vectors, torch.tensor(codes), 0.07)
    loss.backward()
    assert float(loss.detach()) == 0.0
    assert vectors.grad is not None
    assert not vectors.grad.isnan().any()
    assert not vectors.grad.any()


def test_every_row_is_in_one_batch_and_companions_come_together() -> None:
    codes = np.repeat(np.arange(10), [4] * 9 + [3])
    tokens = tuple(tuple(range(1 + row % 7)) for row in range(len(codes)))
    (batches,) = TokenizedExamples(tokens, codes).batches(8, 1, seed=3, together=4)
    assert sorted(row for batch in batches for row in batch) == list(range(len(codes)))
    assert all(len(batch) <= 8 for batch in batches)
    assert all(set(Counter(int(codes[row]) for row in batch).values()) <= {3, 4} for batch in batches)


def companions_of(epoch: list[list[int]], row: int, codes: np.ndarray) -> frozenset[int]:
    """The rows of the same code in the batch of `row`."""
    (batch,) = (each for each in epoch if row in each)
    return frozenset(other for other in batch if codes[other] == codes[row])


def test_companions_are_of_similar_length_and_change_from_epoch_to_epoch() -> None:
    random = np.random.default_rng(0)
    codes = np.repeat(np.arange(12), 64)
    tokens = tuple(tuple(range(length)) for length in random.integers(3, 40, len(codes)).tolist())
    epochs = TokenizedExamples(tokens, codes).batches(32, 4, seed=1, together=4)
    paid = [sum(len(batch) * max(len(tokens[row]) for row in batch) for batch in epoch) for epoch in epochs]
    assert all(sorted(row for batch in epoch for row in batch) == list(range(len(codes))) for epoch in epochs)
    assert max(paid) < 1.25 * sum(map(len, tokens))  # groups as they come: 1.55
    for row in range(0, len(codes), 50):
        assert len({companions_of(epoch, row, codes) for epoch in epochs}) == len(epochs)
