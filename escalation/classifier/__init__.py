"""Messages in, intents with honest confidence out. The steps of a message, and where each is:

1. `encoder/` turns texts into vectors: finding a published transformer, exporting it to ONNX, running it. `spelling`
   puts misspelt words of a message right before.
2. `head/` turns vectors into probabilities of intents: words and examples beside the vectors, fitting, refitting.
3. `confidence/` turns probabilities into one calibrated number, and chooses from which number on the bot may answer;
   it also tells the language.
4. `mentions/` reads from the words whether a request is made or only mentioned.
5. `tuning/` fine-tunes an encoder on a catalogue's own examples. It is the only package that trains with torch.

Beside these packages: `build` makes a `model` from examples, `folder` keeps it on disk, `batcher` serves it,
`evaluation` measures it, `explanation` and `review` show people its reasons and its doubtful examples.

This is the only package that imports torch, transformers, onnx, onnxruntime, tokenizers and safetensors. Importing it
imports none of them: names are resolved when first used, and torch only by what trains or exports.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from escalation.classifier.errors import ClassifierError
from escalation.classifier.prediction import Example, Language, Neighbour, Prediction

if TYPE_CHECKING:
    from escalation.classifier.batcher import Classifier, LivePrediction
    from escalation.classifier.build import build_model
    from escalation.classifier.encoder.folder import is_exported
    from escalation.classifier.encoder.source import DEFAULT_ENCODER, find_encoder
    from escalation.classifier.evaluation import Comparison, Report, compare, evaluate
    from escalation.classifier.explanation import Explanation, WordWeight, explain
    from escalation.classifier.folder import load_model, read_manifest, save_model
    from escalation.classifier.head.refit import refit_head
    from escalation.classifier.head.suspects import Suspect, suspects
    from escalation.classifier.labelled_vectors import LabelledVectors
    from escalation.classifier.model import Model
    from escalation.classifier.progress import Progress
    from escalation.classifier.review import find_suspects, suspects_behind

_HOMES = {
    "LivePrediction": "batcher", "Classifier": "batcher", "Progress": "progress", "build_model": "build",
    "DEFAULT_ENCODER": "encoder.source", "find_encoder": "encoder.source", "Comparison": "evaluation",
    "is_exported": "encoder.folder",
    "Report": "evaluation", "compare": "evaluation", "evaluate": "evaluation", "Explanation": "explanation",
    "WordWeight": "explanation", "explain": "explanation", "load_model": "folder",
    "read_manifest": "folder", "save_model": "folder", "Model": "model", "LabelledVectors": "labelled_vectors",
    "refit_head": "head.refit", "find_suspects": "review", "suspects_behind": "review",
    "Suspect": "head.suspects", "suspects": "head.suspects",
}  # fmt: skip

__all__ = [
    "DEFAULT_ENCODER", "Classifier", "ClassifierError", "Comparison", "Example", "Explanation", "LabelledVectors",
    "Language", "LivePrediction", "Model", "Neighbour", "Prediction", "Progress", "Report", "Suspect", "WordWeight",
    "build_model", "compare", "evaluate", "explain", "find_encoder", "find_suspects", "is_exported", "load_model",
    "read_manifest", "refit_head", "save_model", "suspects", "suspects_behind",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a public name's module when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
