"""Arithmetic on weights: the mean of several encoders tuned from the same start, and between tuned and published.

Networks tuned from the same weights lie in one basin, so the mean of their weights is about as good as the mean of
their predictions, at the cost of one (Wortsman et al. 2022, "Model soups", arXiv:2203.05482); a mean with the weights
they came from keeps more of what those knew (the same, "WiSE-FT", arXiv:2109.01903).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

Weights = Mapping[str, Any]
"""A state dict."""


def average(states: Sequence[Weights]) -> dict[str, Any]:
    """Return the mean of state dicts with equal names and shapes. Raises: ValueError when they differ or none is given.

    Tensors that hold no floating-point numbers (position ids) are taken from the first.
    """
    if not states or any(state.keys() != states[0].keys() for state in states):
        raise ValueError("only state dicts of one architecture can be averaged")
    return {name: _mean([state[name] for state in states]) for name in states[0]}


def between(published: Weights, tuned: Weights, share: float) -> dict[str, Any]:
    """Return `share` (0..1) of the tuned weights and the rest of the published ones."""
    if published.keys() != tuned.keys():
        raise ValueError("only state dicts of one architecture can be mixed")
    return {name: _mixed(published[name], tuned[name], share) for name in published}


def _mean(tensors: Sequence[Any]) -> Any:
    if len(tensors) == 1 or not torch.is_floating_point(tensors[0]):
        return tensors[0]
    return torch.stack([tensor.double() for tensor in tensors]).mean(0).to(tensors[0].dtype)


def _mixed(published: Any, tuned: Any, share: float) -> Any:
    if share == 1.0 or not torch.is_floating_point(tuned):
        return tuned
    return torch.lerp(published.to(tuned.dtype), tuned, share)
