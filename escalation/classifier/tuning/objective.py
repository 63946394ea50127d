"""What a step makes smaller: cross-entropy of cosine logits, and a contrast between the messages of a batch.

The contrast is what few examples need: five messages an intent make ten pairs each, and every other message of the
batch is a counter-example, at no cost beyond one product of the batch with itself (CLINC150 val, 5 an intent: accuracy
.883 without, .921 with).
"""

from typing import Any

import torch

from escalation.classifier.tuning.recipe import TuningRecipe

NEVER = -1e9  # a logit that is no choice; minus infinity would make the gradient of a batch of one undefined


def loss_of(vectors: Any, directions: Any, codes: Any, recipe: TuningRecipe) -> Any:
    """Return the loss of vectors (b, d) under class directions (c, d); neither need be of length one.

    It is the sum of cross-entropy and `recipe.contrast` times the contrast; `codes` int64 (b) are the targets.
    """
    vectors = torch.nn.functional.normalize(vectors.float(), dim=1)
    logits = recipe.scale * vectors @ torch.nn.functional.normalize(directions, dim=1).T
    loss = torch.nn.functional.cross_entropy(logits, codes, label_smoothing=recipe.smoothing)
    return loss + recipe.contrast * contrast(vectors, codes, recipe.temperature) if recipe.contrast else loss


def contrast(vectors: Any, codes: Any, temperature: float) -> Any:
    """Return the supervised contrastive loss of unit vectors (b, d) with codes (b), averaged over the batch.

    For each message: how unlikely its companions of the same code are among all others of the batch, under a softmax
    over cosines (Khosla et al. 2020, "Supervised contrastive learning", L_out). One without companions counts 0.
    """
    itself = torch.eye(len(codes), dtype=torch.bool, device=vectors.device)
    similar = (vectors @ vectors.T / temperature).masked_fill(itself, NEVER)
    likely = torch.nn.functional.log_softmax(similar, dim=1).masked_fill(itself, 0.0)
    companions = (codes[:, None] == codes[None, :]) & ~itself
    count = companions.sum(dim=1).clamp(min=1)
    return -((likely * companions).sum(dim=1) / count).sum() / len(codes)
