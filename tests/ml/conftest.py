"""One exported random transformer and one model built on it, shared by the tests that only read them."""

from pathlib import Path

import pytest

from escalation.classifier import Model, build_model
from tests.benchmarks.corpora import data_folder
from tests.ml.small_world import Encoder, shop_examples, unknown_messages, write_random_transformer


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """A random transformer as published, and an empty place for exported encoders (filled by the first use)."""
    place = tmp_path_factory.mktemp("encoder")
    write_random_transformer(place / "tiny-random")
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
