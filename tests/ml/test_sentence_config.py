"""How an encoder's authors make one vector of a text is read from their files; what is not supported is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from escalation.classifier import find_encoder
from escalation.classifier.encoder.export import ensure_encoder
from escalation.classifier.encoder.sentence_config import CLS, MEAN, SentenceConfig, read_sentence_config
from escalation.classifier.encoder.serving import load_encoder
from escalation.classifier.encoder.transformer import load_transformer, weights_sha256
from escalation.classifier.errors import EncoderInvalid
from tests.ml.tiny_transformers import write_transformer

TRANSFORMER = ("", "sentence_transformers.models.Transformer")
POOL = ("1_Pooling", "sentence_transformers.models.Pooling")


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def modules(folder: Path, *kinds: tuple[str, str]) -> None:
    write(folder / "modules.json", [{"path": path, "type": kind} for path, kind in kinds])


def test_without_any_file_it_is_the_mean_of_128_tokens(tmp_path: Path) -> None:
    assert read_sentence_config(tmp_path) == SentenceConfig(MEAN, 128)


def test_the_default_encoder_is_the_mean_of_128_tokens() -> None:
    assert find_encoder().sentence == SentenceConfig(MEAN, 128)


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, CLS),
        ({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}, MEAN),
        ({"pooling_mode": "cls"}, CLS),
        ({"pooling_mode": ["mean"]}, MEAN),
    ],
)
def test_pooling_is_read_in_both_forms(config: dict[str, Any], pooling: str, tmp_path: Path) -> None:
    write(tmp_path / "1_Pooling" / "config.json", config)
    assert read_sentence_config(tmp_path).pooling == pooling


def test_pooling_is_read_where_the_modules_say(tmp_path: Path) -> None:
    modules(tmp_path, TRANSFORMER, ("pool", POOL[1]), ("2", "sentence_transformers.models.Normalize"))
    write(tmp_path / "pool" / "config.json", {"pooling_mode": "cls"})
    assert read_sentence_config(tmp_path).pooling == CLS


@pytest.mark.parametrize(
    "config",
    [
        {"pooling_mode_max_tokens": True},
        {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": True},
        {"pooling_mode": "lasttoken"},
    ],
)
def test_another_pooling_is_refused(config: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path / "1_Pooling" / "config.json", config)
    with pytest.raises(EncoderInvalid, match="only mean and cls"):
        read_sentence_config(tmp_path)


def test_a_layer_after_pooling_is_refused(tmp_path: Path) -> None:
    modules(tmp_path, TRANSFORMER, POOL, ("2_Dense", "sentence_transformers.models.Dense"))
    with pytest.raises(EncoderInvalid, match="Dense"):
        read_sentence_config(tmp_path)


def test_files_that_are_no_configuration_are_refused(tmp_path: Path) -> None:
    for content in ("{", "[]"):
        (tmp_path / "config.json").write_text(content)
        with pytest.raises(EncoderInvalid, match="config"):
            read_sentence_config(tmp_path)


@pytest.mark.parametrize(
    ("config", "limits", "most"),
    [
        ({"max_position_embeddings": 512}, {}, 128),
        ({"max_position_embeddings": 512}, {"max_seq_length": 64}, 64),
        ({"max_position_embeddings": 512}, {"max_seq_length": None}, 128),
        ({"max_position_embeddings": 40, "model_type": "bert"}, {"max_seq_length": 64}, 40),
        ({"max_position_embeddings": 40, "model_type": "roberta", "pad_token_id": 1}, {}, 38),
    ],
)
def test_a_text_is_cut_at_the_least_of_three(
    config: dict[str, Any], limits: dict[str, Any], most: int, tmp_path: Path
) -> None:
    write(tmp_path / "config.json", config)
    write(tmp_path / "sentence_bert_config.json", limits)
    assert read_sentence_config(tmp_path).max_tokens == most


@pytest.mark.parametrize("shape", ["bert", "roberta"])
def test_the_first_token_serves_where_its_authors_say_so(shape: str, tmp_path: Path) -> None:
    write_transformer(tmp_path / "tiny", shape)
    mean = find_encoder(str(tmp_path / "tiny"))
    mean_key, mean_sha256 = mean.key, weights_sha256(load_transformer(mean.folder))
    write(tmp_path / "tiny" / "1_Pooling" / "config.json", {"pooling_mode_cls_token": True})
    first = find_encoder(str(tmp_path / "tiny"))
    module = load_transformer(first.folder)
    assert first.key == f"{mean_key}-cls"
    assert weights_sha256(module) != mean_sha256
    ensure_encoder(first, tmp_path / "encoders")
    encoder = load_encoder(first.key, tmp_path / "encoders")
    ids = torch.tensor([encoder._tokenizer.encode("where is my parcel").ids])
    with torch.inference_mode():
        hidden = module.transformer(input_ids=ids).last_hidden_state[0, 0].numpy()
    expected = hidden / np.linalg.norm(hidden)
    assert float(encoder.meanings(["where is my parcel"])[0] @ expected) > 0.99
