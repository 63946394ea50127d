"""The two graphs of an exported encoder: the same products, the same vectors, the right one for the processor."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from escalation.classifier import find_encoder
from escalation.classifier.encoder import processor, serving
from escalation.classifier.encoder.export import ensure_encoder
from escalation.classifier.encoder.folder import FILES, GRAPH, MANIFEST, SIGNED_GRAPH, read_encoder
from escalation.classifier.encoder.processor import multiplies_signed_bytes
from escalation.classifier.encoder.serving import OnnxEncoder, load_encoder
from escalation.classifier.errors import EncoderHashMismatch
from tests.ml.small_world import write_random_transformer

TEXTS = ["where is my parcel", "refund", "", "a very long message " * 10]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_random_transformer(tmp_path / "one", seed=5)
    return ensure_encoder(find_encoder(str(tmp_path / "one")), tmp_path / "encoders")


def loaded(folder: Path, monkeypatch: pytest.MonkeyPatch, *, vnni: bool) -> OnnxEncoder:
    monkeypatch.setattr(serving, "multiplies_signed_bytes", lambda: vnni)
    return load_encoder(folder.name, folder.parent)


def constants(graph: Path) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]:
    return {each.name: numpy_helper.to_array(each) for each in onnx.load(str(graph)).graph.initializer}


def test_bytes_are_less_128_and_nothing_else_differs(folder: Path) -> None:
    old, new = constants(folder / GRAPH), constants(folder / SIGNED_GRAPH)
    unsigned = {name for name, values in old.items() if values.dtype == np.uint8}
    assert any(name.endswith(".w") for name in unsigned)
    assert any(name.endswith(".zero") for name in unsigned)
    assert set(old) == set(new)
    for name, values in old.items():
        if name in unsigned:
            assert new[name].dtype == np.int8
            np.testing.assert_array_equal(new[name].astype(np.int16), values.astype(np.int16) - 128)
        else:
            np.testing.assert_array_equal(new[name], values)
    assert onnx.load(str(folder / GRAPH)).graph.node == onnx.load(str(folder / SIGNED_GRAPH)).graph.node


@pytest.mark.skipif(not multiplies_signed_bytes(), reason="without VNNI signed products may saturate")
def test_vectors_are_the_same_to_the_last_bit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signed, unsigned = (loaded(folder, monkeypatch, vnni=vnni).meanings(TEXTS).tolist() for vnni in (True, False))
    assert signed == unsigned


def test_the_processor_decides_which_graph_is_loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used = []
    monkeypatch.setattr(serving.OnnxEncoder, "of_files", lambda graph, *_: used.append(graph.name))
    for vnni in (True, False):
        loaded(folder, monkeypatch, vnni=vnni)
    assert used == [SIGNED_GRAPH, GRAPH]


def test_an_encoder_of_an_earlier_release_serves_with_its_one_graph(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = loaded(folder, monkeypatch, vnni=False).meanings(TEXTS)
    manifest = json.loads((folder / MANIFEST).read_text())
    del manifest["files"][SIGNED_GRAPH]
    (folder / MANIFEST).write_text(json.dumps(manifest))
    (folder / SIGNED_GRAPH).unlink()
    np.testing.assert_array_equal(loaded(folder, monkeypatch, vnni=True).meanings(TEXTS), expected)


def test_both_graphs_are_in_the_manifest_and_verified(folder: Path) -> None:
    assert set(read_encoder(folder).files) == set(FILES)
    (folder / SIGNED_GRAPH).write_bytes(b"damaged")
    with pytest.raises(EncoderHashMismatch, match="signed"):
        read_encoder(folder)


@pytest.mark.parametrize("vnni", [True, False])
def test_the_graph_that_serves_is_verified_and_the_other_one_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, vnni: bool
) -> None:
    serves, other = (SIGNED_GRAPH, GRAPH) if vnni else (GRAPH, SIGNED_GRAPH)
    expected = loaded(folder, monkeypatch, vnni=vnni).meanings(TEXTS)
    (folder / other).write_bytes(b"damaged")
    np.testing.assert_array_equal(loaded(folder, monkeypatch, vnni=vnni).meanings(TEXTS), expected)
    (folder / serves).write_bytes(b"damaged")
    with pytest.raises(EncoderHashMismatch, match=serves):
        loaded(folder, monkeypatch, vnni=vnni)


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
    monkeypatch.setattr(processor, "PROCESSOR", place)
    multiplies_signed_bytes.cache_clear()
    try:
        assert multiplies_signed_bytes() is expected
    finally:
        multiplies_signed_bytes.cache_clear()
