"""What serving costs to import: never torch, transformers or onnx; and the package itself nothing heavy at all."""

import subprocess
import sys
from pathlib import Path

from tests.ml.small_world import Encoder

PACKAGE = """
import sys, escalation.classifier
assert not {"torch", "transformers", "onnx", "onnxruntime", "tokenizers"} & set(sys.modules), "the package is not light"
"""
SERVING = """
import sys
from pathlib import Path
from escalation.classifier import Example, LabelledVectors, load_model, refit_head
model = load_model(Path(sys.argv[1]), Path(sys.argv[2]))
assert model.predict(["where is my parcel"])[0].label == "order_status"
rows = [Example("late parcel", "order_status", id="x"), Example("my money back", "refund", id="y")]
refit_head(model, LabelledVectors.of(model.embed([row.text for row in rows]), rows), "next")
heavy = {"torch", "transformers", "onnx", "sklearn", "scipy"} & set(sys.modules)
assert not heavy, heavy
"""


def run(code: str, *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_importing_the_package_imports_nothing_heavy() -> None:
    run(PACKAGE)


def test_serving_and_refitting_import_no_training_library(shop_folder: Path, encoder: Encoder) -> None:
    run(SERVING, str(shop_folder), str(encoder.encoders))
