"""The encoder as it serves: tokenizer and ONNX session, text in, unit vectors out. Imports neither torch nor onnx."""

import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from escalation.classifier.confidence.background_messages import background_texts
from escalation.classifier.confidence.prior import Prior, prior_for
from escalation.classifier.encoder.folder import (
    GRAPH,
    SIGNED_GRAPH,
    TOKENIZER,
    EncoderManifest,
    check_hashes,
    manifest_of,
)
from escalation.classifier.encoder.processor import multiplies_signed_bytes
from escalation.classifier.encoder.source import EncoderSource, find_encoder
from escalation.classifier.errors import EncoderInvalid, EncoderMissing
from escalation.classifier.head.words import WIDTH, beside, lexical_vectors
from escalation.classifier.spelling import Vocabulary
from escalation.kernel.arrays import Floats

# 128 tokens hold far fewer characters than this; a megabyte of text must not reach the tokenizer.
MAX_CHARACTERS = 4000
BEGINNINGS = ("\u2581", "\u0120")  # of words, in SentencePiece and in byte pairs


def clean_text(text: str) -> str:
    """Return `text` normalised (NFC), cut, with control characters and runs of white space made single spaces."""
    text = unicodedata.normalize("NFC", text[:MAX_CHARACTERS])
    spaced = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text)
    return " ".join(spaced.split())


def prepare_tokenizer(tokenizer: Tokenizer, max_tokens: int) -> Tokenizer:
    """Return the tokenizer set to cut at `max_tokens` and never to pad."""
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return tokenizer


def whole_words(tokens: Mapping[str, int]) -> dict[str, int]:
    """Return the words of two letters and more among a vocabulary's tokens, by rank: 0 has the smallest number.

    Tokens that begin a word are marked (SentencePiece, byte pairs), or those that go on with one are (WordPiece).
    """
    begins = next((mark for mark in BEGINNINGS if any(token.startswith(mark) for token in tokens)), "")
    ordered = (token for token, _ in sorted(tokens.items(), key=lambda each: each[1]) if token.startswith(begins))
    words = (token.removeprefix(begins).lower() for token in ordered)
    found = dict.fromkeys(word for word in words if len(word) > 1 and word.isalpha())
    return {word: rank for rank, word in enumerate(found)}


class OnnxEncoder:
    """One loaded encoder. `embed` may be called from several threads; ONNX Runtime runs are re-entrant."""

    def __init__(
        self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, manifest: EncoderManifest | None
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._manifest = manifest

    @classmethod
    def of_files(
        cls, graph: Path, tokenizer: Path, max_tokens: int, manifest: EncoderManifest | None = None
    ) -> "OnnxEncoder":
        """Load a graph and a tokenizer. Raises: EncoderInvalid when either cannot be read."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # fastest on small shared machines: 2.6 ms a message against 3.1 with two
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = True
        try:
            # A path and not the bytes: a session given bytes keeps them, 22 MiB beside the weights.
            session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
            prepared = prepare_tokenizer(Tokenizer.from_file(str(tokenizer)), max_tokens)
        except Exception as error:  # both libraries raise their own bare Exception types
            raise EncoderInvalid(f"The encoder in {graph.parent.name!r} cannot be loaded: {error}") from error
        return cls(session, prepared, manifest)

    @property
    def manifest(self) -> EncoderManifest:
        """What this encoder is. Raises: EncoderInvalid for one loaded without its manifest."""
        if self._manifest is None:
            raise EncoderInvalid("This encoder was loaded without its manifest.")
        return self._manifest

    @property
    def dimension(self) -> int:
        """The length d of a vector of `embed`: the graph's, and the words' beside it."""
        return self.manifest.dimension + WIDTH

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return unit vectors, float32 (n, d): what the encoder makes of each text, beside its words as such."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        cleaned = [clean_text(text) for text in texts]
        words = lexical_vectors(cleaned)  # before the encoder, which leaves nothing of the interpreter in the caches
        return beside(self._meanings(cleaned), words)

    def meanings(self, texts: Sequence[str]) -> Floats:
        """Return the encoder's own unit vectors, float32 (n, manifest.dimension), n at least 1."""
        return self._meanings([clean_text(text) for text in texts])

    def _meanings(self, cleaned: Sequence[str]) -> Floats:
        """Return unit vectors; a text without any token gives whatever its special tokens give.

        One text per run: integer activations share one scale per run, so in a batch a message's vector would depend on
        its neighbours (cosine down to .96), and padding costs what batching saves on messages this short.
        """
        return np.concatenate([self._run(self._tokenizer.encode(text).ids) for text in cleaned])

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words that the tokenizer does not cut, in lower case; 50 ms once, on first use."""
        return Vocabulary(whole_words(self._tokenizer.get_vocab()))

    def characters_read(self, cleaned: str) -> int:
        """Return how many characters of a text from `clean_text` reach the graph; tokens beyond the most are cut."""
        return max((end for _, end in self._tokenizer.encode(cleaned).offsets), default=0)

    @cached_property
    def background(self) -> Floats:
        """The embedded background messages, float32 (m, d); half a second once, on first use."""
        return self.embed(background_texts())

    @property
    def prior(self) -> Prior | None:
        """What other catalogues taught of confidence with this encoder; a fine-tuned one gives signals of its own."""
        known = self.manifest
        return None if known.fine_tuned else prior_for(known.source_sha256, known.recipe)

    def _run(self, ids: Sequence[int]) -> Floats:
        row = np.asarray([list(ids) or [0]], np.int64)
        vector: Floats = self._session.run(None, {"input_ids": row})[0]
        # A text without one known token may average to 0 / 0.
        return vector if np.isfinite(vector).all() else np.nan_to_num(vector)


def load_encoder(key: str, encoders: Path, *, source: str | None = None) -> OnnxEncoder:
    """Load the exported encoder `key`, first exporting it in a child process when it is missing and `source` is given.

    Of its two graphs only the one that serves on this processor is read, and checked.
    Raises: EncoderMissing, EncoderInvalid, EncoderHashMismatch.
    """
    folder = encoders / key
    if not folder.is_dir() and source is not None:
        _export_in_child(find_encoder(source), key, encoders)
    manifest = manifest_of(folder)
    graph = SIGNED_GRAPH if multiplies_signed_bytes() and SIGNED_GRAPH in manifest.files else GRAPH
    check_hashes(folder, manifest, (graph, TOKENIZER))
    return OnnxEncoder.of_files(folder / graph, folder / TOKENIZER, manifest.max_tokens, manifest)


def _export_in_child(source: EncoderSource, key: str, encoders: Path) -> None:
    if source.key != key:
        raise EncoderMissing(f"Encoder {key!r} is wanted, {source.name!r} would give {source.key!r}; install that one.")
    command = [sys.executable, "-m", "escalation.classifier.encoder.export"]
    command += ["--encoder", source.name, "--encoders", str(encoders)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        if last.startswith(f"{EncoderInvalid.code}: "):
            raise EncoderInvalid(last.partition(": ")[2])
        raise EncoderMissing(f"Encoder {key!r} could not be exported: {last}")
