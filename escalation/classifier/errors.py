"""What can go wrong with encoders, model folders, training data and the live classifier."""

from typing import ClassVar

from escalation.kernel.errors import EscalationError, NotFound


class ClassifierError(EscalationError):
    """The root of this package's errors."""

    code: ClassVar[str] = "classifier"


class EncoderMissing(ClassifierError):
    """The encoder is not on this machine and cannot be built here; the message says which one and how to get it."""

    code = "encoder_missing"


class EncoderHashMismatch(ClassifierError):
    """A file of an encoder is not the one its manifest (or this product) names."""

    code = "encoder_hash_mismatch"


class EncoderInvalid(ClassifierError):
    """The encoder's files are there and are not usable: no safetensors, no tokenizer, an unknown architecture."""

    code = "encoder_invalid"


class ModelIncomplete(ClassifierError):
    """A file of a model folder is missing or cut short."""

    code = "model_incomplete"


class ModelHashMismatch(ClassifierError):
    """A file of a model folder is not the one its manifest names."""

    code = "model_hash_mismatch"


class ModelInvalid(ClassifierError):
    """The folder's files agree with their hashes and contradict each other, or hold numbers that are not finite."""

    code = "model_invalid"


class GoldenMismatch(ClassifierError):
    """Model and encoder together do not reproduce the labels and decisions stored when the model was built."""

    code = "golden_mismatch"


class ModelExists(ClassifierError):
    """A model of that name is already there; models are never overwritten."""

    code = "model_exists"


class ModelNotSaved(ClassifierError):
    """Writing a model folder failed (disk full, no rights); nothing of it was kept."""

    code = "model_not_saved"


class TooFewExamples(ClassifierError):
    """There are not enough labelled examples to fit anything."""

    code = "too_few_examples"


class OneClass(ClassifierError):
    """All labelled examples share one label; a classifier needs at least two."""

    code = "one_class"


class ExampleInvalid(ClassifierError):
    """An example cannot be used; the message names its place."""

    code = "example_invalid"


class LabelUnknown(ClassifierError, NotFound):
    """The model has no such intent."""

    code = "label_unknown"


class EmbeddingInvalid(ClassifierError):
    """Embeddings given for a refit have the wrong shape or hold numbers that are not finite."""

    code = "embedding_invalid"


class TrainingDiverged(ClassifierError):
    """The loss stopped being a finite number."""

    code = "training_diverged"


class TrainingCancelled(ClassifierError):
    """The run was asked to stop and did; no model was made."""

    code = "training_cancelled"


class BuildRunning(ClassifierError):
    """Another process works in the same work folder."""

    code = "build_running"


class ClassifierBusy(ClassifierError):
    """More messages are waiting for a prediction than the queue holds; hand off or try again."""

    code = "classifier_busy"


class ClassifierClosed(ClassifierError):
    """The classifier was closed and predicts nothing any more."""

    code = "classifier_closed"
