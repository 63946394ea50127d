"""One exported random transformer and one model built on it, shared by the tests that only read them."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from escalation.classifier import Model, build_model, find_encoder
from escalation.classifier.encoder.export import ensure_encoder
from escalation.classifier.encoder.serving import OnnxEncoder
from escalation.classifier.tuning import device
from escalation.kernel.arrays import Floats
from tests.benchmarks.corpora import data_folder
from tests.ml.small_world import Encoder, shop_examples, unknown_messages, write_random_transformer
from tests.real_encoder import ENCODERS, ROOT, real_encoders


@pytest.fixture(scope="session", autouse=True)
def remembered_vectors() -> Iterator[None]:
    """The packaged encoder reads a text once in all tests here: its vector is the same in any company (test_encoder).

    Other encoders are left alone; they are small, and some tests damage them.
    """
    known: dict[tuple[str, tuple[int, ...]], Floats] = {}
    run = OnnxEncoder._run

    @cache
    def packaged(path: str) -> str | None:
        graph = Path(path).resolve()
        return graph.name if ENCODERS in graph.parents else None

    def remembered(encoder: OnnxEncoder, ids: Sequence[int]) -> Floats:
        graph = packaged(encoder._session._model_path)
        if graph is None:
            return run(encoder, ids)
        key = (graph, tuple(ids))
        if key not in known:
            known[key] = run(encoder, ids)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OnnxEncoder, "_run", remembered)
        yield


def on_one_thread(patch: pytest.MonkeyPatch) -> None:
    """Let fine-tuning use one thread, and not look for half a second how busy the machine is.

    On tensors of some hundred numbers two threads take longer than one.
    """
    patch.setattr(device, "MOST_THREADS", 1)
    patch.setattr(device, "LOOKS", 1)


@pytest.fixture
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fine-tuning on one thread."""
    on_one_thread(monkeypatch)


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """A random transformer as published, and exported: here, because a child would import torch again for seconds."""
    place = tmp_path_factory.mktemp("encoder")
    write_random_transformer(place / "tiny-random")
    ensure_encoder(find_encoder(str(place / "tiny-random")), place / "encoders")
    return Encoder(str(place / "tiny-random"), place / "encoders")


@pytest.fixture(scope="session")
def shop_folder(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model of the small shop; never write into it."""
    folder = tmp_path_factory.mktemp("models") / "shop"
    build_model(
        shop_examples(25), out_of_scope=unknown_messages(20), name="shop", folder=folder, encoders=encoder.encoders,
        encoder=encoder.source, alpha=0.2,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="session")
def shop(shop_folder: Path, encoder: Encoder) -> Model:
    """The small shop's model, loaded."""
    from escalation.classifier import load_model

    return load_model(shop_folder, encoder.encoders)


@pytest.fixture(scope="session")
def clinc() -> Path:
    """The folder of CLINC150; skips where the data is not there."""
    folder = data_folder() / "clinc150"
    if not (folder / "val.jsonl").is_file():
        pytest.skip("CLINC150 is not there (set ESCALATION_DATA)")
    return folder


@pytest.fixture(scope="session")
def starter() -> Model:
    """The model that ships."""
    from escalation.classifier import load_model

    return load_model(ROOT / "models" / "starter", real_encoders())
