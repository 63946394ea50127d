"""Signed weights for processors with VNNI: the same products, the same vectors, everything else untouched."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from escalation.classifier import find_encoder
from escalation.classifier.encoder import signed_weights
from escalation.classifier.encoder.export import MAX_TOKENS, ensure_encoder
from escalation.classifier.encoder.folder import GRAPH, TOKENIZER
from escalation.classifier.encoder.serving import OnnxEncoder
from escalation.classifier.encoder.signed_weights import multiplies_signed_bytes, with_signed_weights
from tests.ml.small_world import write_random_transformer

TEXTS = ["where is my parcel", "refund", "", "a very long message " * 10]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("signed")
    write_random_transformer(place / "one", seed=5)
    return ensure_encoder(find_encoder(str(place / "one")), place / "encoders")


def constants(model: bytes) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]:
    return {each.name: numpy_helper.to_array(each) for each in onnx.load_from_string(model).graph.initializer}


def test_bytes_are_less_128_and_nothing_else_changes(folder: Path) -> None:
    before = (folder / GRAPH).read_bytes()
    after = with_signed_weights(before)
    assert len(after) == len(before)
    old, new = constants(before), constants(after)
    unsigned = {name for name, values in old.items() if values.dtype == np.uint8}
    assert any(name.endswith(".w") for name in unsigned)
    assert any(name.endswith(".zero") for name in unsigned)
    for name, values in old.items():
        if name in unsigned:
            assert new[name].dtype == np.int8
            np.testing.assert_array_equal(new[name].astype(np.int16), values.astype(np.int16) - 128)
        else:
            np.testing.assert_array_equal(new[name], values)
    assert onnx.load_from_string(after).graph.node == onnx.load_from_string(before).graph.node


@pytest.mark.skipif(not multiplies_signed_bytes(), reason="without VNNI signed products may saturate")
def test_vectors_are_the_same_to_the_last_bit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def vectors(vnni: bool) -> object:
        monkeypatch.setattr(signed_weights, "multiplies_signed_bytes", lambda: vnni)
        return OnnxEncoder.of_files(folder / GRAPH, folder / TOKENIZER, MAX_TOKENS).meanings(TEXTS).tolist()

    assert vectors(True) == vectors(False)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("processor : 0\nflags\t\t: fpu avx2 avx_vnni rdpid\n", True),
        ("flags\t\t: fpu avx512f avx512_vnni\n", True),
        ("flags\t\t: fpu avx2 avx512f\n", False),
        ("model name : avx_vnni\nflags : fpu avx2\n", False),
        (None, False),
    ],
)
def test_a_processor_is_asked_for_its_flags(
    flags: str | None, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "cpuinfo"
    if flags is not None:
        place.write_text(flags)
    monkeypatch.setattr(signed_weights, "PROCESSOR", place)
    multiplies_signed_bytes.cache_clear()
    try:
        assert multiplies_signed_bytes() is expected
    finally:
        multiplies_signed_bytes.cache_clear()


def test_what_is_no_model_is_refused(folder: Path) -> None:
    whole = (folder / GRAPH).read_bytes()
    for broken in (whole[:-7], b"\xff" * 40, b"\x07"):
        with pytest.raises(ValueError, match="ONNX file"):
            with_signed_weights(broken)


def test_a_graph_without_bytes_stays_as_it_is() -> None:
    table = numpy_helper.from_array(np.arange(3, dtype=np.float32), "table")
    graph = onnx.helper.make_graph([], "plain", [], [], [table])
    model = onnx.helper.make_model(graph).SerializeToString()
    assert with_signed_weights(model) == model
