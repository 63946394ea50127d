"""What cannot be an encoder is told in one line, with what to do and exit status 2, before anything long begins."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from escalation.classifier import ClassifierError, find_encoder, is_exported
from escalation.classifier.encoder import source
from escalation.cli import app
from tests.live_service import ROOT
from tests.tiny_encoder import make_tiny_encoder


def folder(place: Path, config: Any = None, files: dict[str, bytes | None] | None = None) -> Path:
    """A folder with the published files of an encoder, but for what `files` says: other bytes, or None for no file."""
    path = Path(make_tiny_encoder(place, ["hello"]).source)
    if config is not None:
        (path / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    for name, content in (files or {}).items():
        (path / name).unlink() if content is None else (path / name).write_bytes(content)
    return path


def told(place: Path) -> str:
    with pytest.raises(ClassifierError) as caught:
        find_encoder(str(place))
    return f"{caught.value.code}: {caught.value.message}"


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"model_type": "t5", "is_encoder_decoder": True}, "'t5', which is an encoder with a decoder. Choose another"),
        ({"model_type": "llama", "architectures": ["LlamaForCausalLM"]}, "writes text and makes no vector"),
        ({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}, "writes text and makes no vector"),
        ({"model_type": "bert", "is_decoder": True}, "writes text and makes no vector"),
        ({"model_type": "clip", "vision_config": {}}, "reads no text"),
        ({"model_type": "nomic_bert", "auto_map": {"AutoModel": "x.Y"}}, "code that comes with it, which is never run"),
        ({"model_type": "no-such-architecture"}, "this version of transformers does not know"),
        ({"hidden_size": 4}, "names no model_type"),
        ([], "names no model_type"),
        ("{", "cannot be read"),
    ],
)
def test_an_architecture_that_cannot_serve_is_named_from_its_configuration(
    tmp_path: Path, config: Any, reason: str
) -> None:
    """The weights are no weights: whoever looked at them first would say so."""
    found = told(folder(tmp_path, config, {"model.safetensors": b"nothing"}))
    assert found.startswith("encoder_invalid: ")
    assert reason in found


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"config.json": None}, "has no config.json"),
        ({"tokenizer.json": None}, "lacks tokenizer.json. Write it with transformers"),
        ({"tokenizer.json": None, "vocab.txt": b"a"}, "lacks tokenizer.json; vocab.txt alone is the older form"),
        ({"model.safetensors": None}, "lacks model.safetensors; only weights in one file of safetensors"),
        ({"model.safetensors": None, "pytorch_model.bin": b"x"}, "lacks model.safetensors, only pytorch_model.bin"),
        ({"model.safetensors": None, "model.safetensors.index.json": b"{}"}, "only model.safetensors.index.json"),
        ({"model.safetensors": b"version https://git-lfs.github.com/spec/v1\noid sha256:0"}, "Run: git lfs pull"),
        ({"model.safetensors": b"PK\x03\x04" + b"x" * 100}, "is no safetensors file, or is cut short"),
        ({"model.safetensors": b""}, "is no safetensors file, or is cut short"),
    ],
)
def test_files_that_are_missing_or_in_another_form_are_named(
    tmp_path: Path, files: dict[str, bytes | None], reason: str
) -> None:
    found = told(folder(tmp_path, files=files))
    assert found.startswith("encoder_invalid: ")
    assert reason in found


@pytest.mark.parametrize("name", ["/no/such/folder", "./none", "a/b/c"])
def test_a_folder_that_is_not_there_is_not_looked_for_on_the_network(name: str) -> None:
    with pytest.raises(ClassifierError, match="is a folder that is not there"):
        find_encoder(name)


def test_altered_weights_are_told_by_their_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(folder(tmp_path))
    assert find_encoder(path).folder == Path(path)
    monkeypatch.setitem(source.PINNED_SHA256, path, "0" * 64)
    assert told(Path(path)).startswith("encoder_hash_mismatch: model.safetensors of ")


def test_a_folder_named_as_the_package_takes_its_place_only_with_its_weights(tmp_path: Path) -> None:
    copied = tmp_path / "elsewhere" / source.DEFAULT_ENCODER
    shutil.copytree(find_encoder().folder, copied)
    assert find_encoder(str(copied)).key == find_encoder().key
    weights = bytearray((copied / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (copied / "model.safetensors").write_bytes(weights)
    assert told(copied).startswith("encoder_hash_mismatch: model.safetensors of ")


COMMANDS = {
    "build": ["model", "build", "--name", "m", "--data", "none.jsonl"],
    "review": ["model", "review", "--data", "none.jsonl"],
    "serve": ["serve", "--port", "0"],
    "demo": ["demo", "--port", "0"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_complaint_commands_say_what_an_encoder_cannot_do_before_they_begin(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder(tmp_path, {"model_type": "t5", "is_encoder_decoder": True})
    monkeypatch.setenv("ESCALATION_ENCODER", str(path))
    monkeypatch.setenv("ESCALATION_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ESCALATION_MODELS_DIR", str(tmp_path / "models"))
    done = CliRunner().invoke(app, COMMANDS[command])
    assert done.exit_code == 2
    assert done.stderr.startswith("encoder_invalid: Encoder ")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""
    assert not (tmp_path / "data").exists() and not (tmp_path / "models").exists()


def test_an_encoder_exported_once_serves_without_its_published_files(tmp_path: Path) -> None:
    tiny = make_tiny_encoder(tmp_path, ["hello"])
    shutil.rmtree(tiny.source)
    assert is_exported(tiny.source, tiny.encoders)
    assert not is_exported("another/encoder", tiny.encoders)
    assert not is_exported(tiny.source, tmp_path / "none")


# --- Hugging Face ----------------------------------------------------------------------------------------------------


@contextmanager
def hub(files: dict[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """A hub on loopback that has one repository with these files; yields its address and the files asked for."""
    asked: list[str] = []
    commit = "0" * 40

    class Answers(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(self.path.rpartition("/")[2], with_body=False)

        def do_GET(self) -> None:
            if self.path.startswith("/api/models/tiny/one/tree/"):
                listed = [{"type": "file", "path": name, "size": len(files[name]), "oid": "1"} for name in files]
                self._send(json.dumps(listed).encode())
            elif self.path.startswith("/api/models/tiny/one"):
                siblings = [{"rfilename": name} for name in files]
                self._send(json.dumps({"id": "tiny/one", "sha": commit, "siblings": siblings}).encode())
            else:
                self._answer(self.path.rpartition("/")[2], with_body=True)

        def _answer(self, name: str, *, with_body: bool) -> None:
            asked.append(name)
            self._send(files.get(name), with_body=with_body)

        def _send(self, content: bytes | None, *, with_body: bool = True) -> None:
            self.send_response(404 if content is None else 200)
            if content is None:
                self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("X-Repo-Commit", commit)
            self.send_header("ETag", '"1"')
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            if with_body and content is not None:
                self.wfile.write(content)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def build(name: str, place: Path, **environment: str) -> tuple[int, str]:
    """Build with that encoder in a process of its own: the hub's address is read when its package is imported."""
    done = subprocess.run(
        [sys.executable, "-m", "escalation", "model", "build", "--name", "m"],
        env={
            **os.environ, "ESCALATION_ENCODER": name, "HF_HOME": str(place / "hf"),
            "ESCALATION_DATA_DIR": str(place / "data"), "ESCALATION_MODELS_DIR": str(place / "models"), **environment,
        },
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.returncode, done.stderr


def test_the_weights_of_an_architecture_that_cannot_serve_are_never_downloaded(tmp_path: Path) -> None:
    config = json.dumps({"model_type": "t5", "is_encoder_decoder": True}).encode()
    with hub({"config.json": config, "model.safetensors": b"x" * 1000, "tokenizer.json": b"{}"}) as (address, asked):
        status, said = build("tiny/one", tmp_path, HF_ENDPOINT=address)
    assert (status, said.partition(":")[0]) == (2, "encoder_invalid"), said
    assert "is of type 't5', which is an encoder with a decoder" in said
    assert "config.json" in asked and "model.safetensors" not in asked


def test_a_name_the_hub_does_not_know_and_no_network_are_told_apart(tmp_path: Path) -> None:
    with hub({}) as (address, _):
        status, said = build("nobody/none", tmp_path, HF_ENDPOINT=address)
    assert (status, said.partition(":")[0]) == (2, "encoder_missing"), said
    assert "Hugging Face has none of that name" in said
    status, said = build("nobody/none", tmp_path, HF_HUB_OFFLINE="1")
    assert (status, said.partition(":")[0]) == (2, "encoder_missing"), said
    assert "could not be fetched" in said and "set ESCALATION_ENCODER to the folder" in said
