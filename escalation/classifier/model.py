"""A model as it serves: an encoder and what was learnt on top of it. Immutable; shared freely between threads."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from escalation.classifier.confidence.language import language_of, may_be_english
from escalation.classifier.confidence.threshold import Choices
from escalation.classifier.encoder.serving import OnnxEncoder, clean_text
from escalation.classifier.errors import ExampleInvalid
from escalation.classifier.fragments import has_word
from escalation.classifier.head.scorer import Scorer
from escalation.classifier.mentions.finding import Mentions
from escalation.classifier.prediction import Language, Prediction
from escalation.classifier.spelling import Speller
from escalation.kernel.arrays import Floats

TEXT_ID = "text-"
"""What the ids begin with of examples that had none: they tell their text, so that it is not embedded again."""


def text_id(text: str) -> str:
    """Return the id of an example that has none of its own: a hash of its text."""
    return TEXT_ID + hashlib.sha256(clean_text(str(text)).encode("utf-8", "replace")).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Golden:
    """A text with the label and decision (`answered`: confidence at or above the threshold) the model must give."""

    text: str
    label: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a model comes from. `fingerprint` is a sha256 over ids and labels of the examples it was fitted on."""

    mode: str
    parents: tuple[str, ...]
    fingerprint: str
    seed: int
    versions: Mapping[str, str] = field(default_factory=dict)
    created_at: str = ""
    """ISO 8601 UTC, given by the caller; empty where nobody said."""


@dataclass(frozen=True)
class Model:
    """`languages`: ISO codes the model was fitted on; empty means every language counts as known."""

    name: str
    encoder: OnnxEncoder
    scorer: Scorer
    lineage: Lineage
    languages: frozenset[str]
    golden: tuple[Golden, ...] = ()
    report: Mapping[str, object] = field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, ...]:
        """The intents this model tells apart, sorted."""
        return self.scorer.labels

    @property
    def threshold(self) -> float:
        """The confidence from which on the bot may answer, 0..1; 1 means never."""
        return self.scorer.choice.threshold

    @property
    def alpha(self) -> float:
        """The share of wrong answers the threshold was chosen for."""
        return self.scorer.alpha

    @property
    def choices(self) -> Choices:
        """The thresholds by accepted error, ascending, with what is expected of each; at least the model's own."""
        own = dict(self.scorer.choices) | {self.alpha: self.scorer.choice}
        return tuple(sorted(own.items()))

    @cached_property
    def by_error(self) -> tuple[tuple[float, float], ...]:
        """Accepted errors, ascending, each with its threshold."""
        return tuple((alpha, choice.threshold) for alpha, choice in self.choices)

    def with_threshold(self, threshold: float) -> "Model":
        """Return the model answering from another threshold at its own accepted error."""
        choice = replace(self.scorer.choice, threshold=threshold)
        return replace(self, scorer=replace(self.scorer, choice=choice))

    def with_thresholds(self, of: Callable[[float, float], float]) -> "Model":
        """Return the model with another threshold for each accepted error; `of` gets the error and the threshold."""
        others = ((alpha, replace(each, threshold=of(alpha, each.threshold))) for alpha, each in self.choices)
        choices = tuple(others)
        return replace(self, scorer=replace(self.scorer, choice=dict(choices)[self.alpha], choices=choices))

    @cached_property
    def _rows_by_text(self) -> dict[str, int]:
        return {id: row for row, id in enumerate(self.scorer.training.rows.ids) if id.startswith(TEXT_ID)}

    def known_vector(self, text: str) -> Floats | None:
        """Return the vector, float32 (d), of a text that the model was built from by `build_model`; else None."""
        row = self._rows_by_text.get(text_id(text)) if self._rows_by_text else None
        return None if row is None else self.scorer.training.rows.vectors[row]

    def embed_examples(self, texts: Sequence[str]) -> list[Floats]:
        """Return the vector of each text, float32 (d); those the model was built from cost no run of the encoder."""
        known = [self.known_vector(text) for text in texts]
        fresh = iter(self.embed([text for text, vector in zip(texts, known, strict=True) if vector is None]))
        return [next(fresh) if vector is None else vector for vector in known]

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return unit vectors, float32 (n, d). Raises: ExampleInvalid for anything that is not text."""
        self._refuse_other_than_text(texts)
        return self.encoder.embed(texts)

    def embed_messages(self, texts: Sequence[str]) -> Floats:
        """Return what `predict` makes of messages, float32 (n, d): like `embed`, after putting misspelt words right.

        Raises: ExampleInvalid for anything that is not text.
        """
        return self.encoder.embed(self.corrected(texts))

    def corrected(self, texts: Sequence[str]) -> list[str]:
        """Return messages as the encoder reads them, misspelt words put right.

        Raises: ExampleInvalid for anything that is not text.
        """
        self._refuse_other_than_text(texts)
        return [self.speller.correct(text) for text in texts]

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Return one prediction a text. Raises: ExampleInvalid for anything that is not text."""
        return self.predict_encoded(self.corrected(texts), texts)[0]

    def predict_encoded(self, corrected: Sequence[str], texts: Sequence[str]) -> tuple[list[Prediction], Floats]:
        """Return one prediction a text, and the vectors they rest on, float32 (n, d); `corrected`: of `corrected`."""
        languages = self._languages(texts)  # first, like all that reads the text: see `OnnxEncoder.embed`
        vectors = self.encoder.embed(corrected)
        return self._silenced(self.scorer.predict(vectors, languages), texts, vectors), vectors

    def predict_embedded(self, vectors: Floats, texts: Sequence[str] | None = None) -> list[Prediction]:
        """Predict from vectors of `embed`; `texts`, if given, tell the languages and which messages say nothing."""
        if texts is None:
            return self.scorer.predict(vectors)
        return self._silenced(self.scorer.predict(vectors, self._languages(texts)), texts, vectors)

    def judge_embedded(self, vectors: Floats, texts: Sequence[str]) -> list[Prediction]:
        """Predict what figures need (labels, confidence, novelty), without examples and language: half the time."""
        return self._silenced(self.scorer.predict(vectors, evidence=False), texts, vectors)

    def _refuse_other_than_text(self, texts: Sequence[str]) -> None:
        for position, text in enumerate(texts):
            if not isinstance(text, str):
                raise ExampleInvalid(f"Message {position} is {type(text).__name__}, not text.")

    @cached_property
    def mentions(self) -> Mentions:
        """What tells a request from its mention."""
        return Mentions.among(self.scorer.training.rows)

    @cached_property
    def speller(self) -> Speller:
        """What puts misspelt words right."""
        words = self.scorer.training.rows.wording.words
        return Speller(self.encoder.vocabulary, frozenset(number for intent in words for number in intent.written))

    def _silenced(self, predictions: list[Prediction], texts: Sequence[str], vectors: Floats) -> list[Prediction]:
        """Take the confidence from messages without a word, and from those that only mention their first label."""
        return [
            self._unless_mentioned(prediction, text, vector) if has_word(text) else _speechless(prediction)
            for prediction, text, vector in zip(predictions, texts, vectors, strict=True)
        ]

    def _unless_mentioned(self, prediction: Prediction, text: str, vector: Floats) -> Prediction:
        cue = self.mentions.find(text, vector, prediction.label)
        if cue is None or cue.name is None or not may_be_english(clean_text(text), self.languages):
            return prediction
        return replace(prediction, confidence=0.0, mention=cue.name.lower())

    def _languages(self, texts: Sequence[str]) -> list[Language]:
        return [language_of(clean_text(text), self.languages) for text in texts]


def _speechless(prediction: Prediction) -> Prediction:
    return replace(prediction, confidence=0.0, novelty=1.0)
