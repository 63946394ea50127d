"""A graph's unsigned weights made signed, for processors that multiply unsigned by signed bytes in one instruction.

An exported graph holds unsigned weights, which no processor gets wrong (see `integer_layers`). One with VNNI needs no
such care, and ONNX Runtime has its fast kernels for signed weights only: a third less time a message. Codes and zero
points both less 128 leave every product what it was, so the vectors are the same to the last bit.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

PROCESSOR = Path("/proc/cpuinfo")
# Wire format of protocol buffers, and the numbers of the fields on the way to a tensor's bytes (onnx.proto).
VARINT, EIGHT_BYTES, COUNTED, FOUR_BYTES = 0, 1, 2, 5
MODEL_GRAPH, GRAPH_CONSTANT, TENSOR_TYPE, TENSOR_BYTES = 7, 5, 2, 9
UNSIGNED, SIGNED = 2, 3  # onnx.TensorProto.UINT8, INT8: one byte each, so that nothing moves
Field = tuple[int, int, int]
"""Number, begin and end of the content."""


@cache
def multiplies_signed_bytes() -> bool:
    """Whether this processor has VNNI; False where nobody can say, which is only slower."""
    try:
        flags = PROCESSOR.read_text("utf-8")
    except OSError:
        return False
    return re.search(r"^flags\s*:.*\bavx(512)?_vnni\b", flags, re.MULTILINE) is not None


@contextmanager
def fastest(graph: Path) -> Iterator[Path]:
    """Give the path of a graph to load: the one given, or in memory one with signed weights where that is faster.

    A path and not the bytes: a session given bytes keeps them, 22 MiB beside the weights. Raises: OSError, ValueError.
    """
    if not multiplies_signed_bytes():
        yield graph
        return
    with os.fdopen(os.memfd_create(graph.name), "wb") as file:
        file.write(with_signed_weights(graph.read_bytes()))
        file.flush()
        yield Path(f"/proc/self/fd/{file.fileno()}")


def with_signed_weights(model: bytes) -> bytes:
    """Return a serialised ONNX model whose uint8 constants are int8, each less 128. Raises: ValueError, not a model."""
    changed = bytearray(model)
    for _, begin, end in _fields(model, 0, len(model), MODEL_GRAPH):
        for _, first, last in _fields(model, begin, end, GRAPH_CONSTANT):
            _make_signed(changed, first, last)
    return bytes(changed)


def _make_signed(model: bytearray, begin: int, end: int) -> None:
    kinds = [at for _, at, _ in _fields(model, begin, end, TENSOR_TYPE)]
    if len(kinds) != 1 or model[kinds[0]] != UNSIGNED:
        return
    model[kinds[0]] = SIGNED
    for _, first, last in _fields(model, begin, end, TENSOR_BYTES):
        codes = np.frombuffer(model, np.uint8, last - first, first)
        codes ^= 0x80


def _fields(message: bytes | bytearray, begin: int, end: int, wanted: int) -> Iterator[Field]:
    """Yield the fields of one number in the message that lies at `begin` to `end`. Raises: ValueError."""
    at = begin
    while at < end:
        key, content = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == COUNTED:
            size, content = _varint(message, content)
            at = content + size
        elif kind == VARINT:
            _, at = _varint(message, content)
        elif kind in (EIGHT_BYTES, FOUR_BYTES):
            at = content + (8 if kind == EIGHT_BYTES else 4)
        else:
            raise ValueError(f"wire type {kind} in an ONNX file")
        if at > end:
            raise ValueError("an ONNX file that was cut short")
        if number == wanted:
            yield number, content, at


def _varint(message: bytes | bytearray, at: int) -> tuple[int, int]:
    """Return a number of 7 bits a byte, lowest first, and where the next thing begins. Raises: ValueError."""
    value = 0
    for place, byte in enumerate(message[at : at + 10]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("no number where an ONNX file should have one")
