"""Suspects among the examples of a file, or behind a model: what judges them needs the right vectors."""

from collections.abc import Sequence
from pathlib import Path

from escalation.classifier.build import check_examples, embed_all
from escalation.classifier.encoder.serving import load_encoder
from escalation.classifier.encoder.source import find_encoder
from escalation.classifier.head.suspects import LEAST_RATIO, Suspect, suspects
from escalation.classifier.head.training_set import training_set
from escalation.classifier.labelled_vectors import LabelledVectors
from escalation.classifier.model import Model
from escalation.classifier.prediction import Example


def find_suspects(
    examples: Sequence[Example], *, encoders: Path, encoder: str | None = None, seed: int = 0,
    least_ratio: float = LEAST_RATIO,
) -> tuple[Suspect, ...]:  # fmt: skip
    """Return the suspects among examples with ids, on vectors of a published encoder (`encoder` as in `find_encoder`).

    Raises: ExampleInvalid, TooFewExamples, OneClass, EmbeddingInvalid (an id missing), and what `load_encoder` raises.
    """
    check_examples(examples)
    source = find_encoder(encoder)
    loaded = load_encoder(source.key, encoders, source=source.name)
    vectors = embed_all(loaded, [row.text for row in examples], lambda _: None)
    training = training_set(LabelledVectors.of(vectors, examples), embed=loaded.embed)
    return suspects(training, seed=seed, least_ratio=least_ratio)


def suspects_behind(
    model: Model, examples: Sequence[Example], *, encoders: Path, encoder: str | None = None
) -> tuple[Suspect, ...]:
    """Return the suspects among the examples a model was built from, without embedding them again where that is honest.

    A fine-tuned encoder has learnt the wrong labels too, so there the published one judges. Raises: as `find_suspects`.
    """
    if model.encoder.manifest.fine_tuned:
        return find_suspects(examples, encoders=encoders, encoder=encoder, seed=model.lineage.seed)
    return suspects(model.scorer.training, seed=model.lineage.seed)
