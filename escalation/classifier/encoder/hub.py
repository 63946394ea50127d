"""Fetching an encoder from Hugging Face: its small files first, and its weights only when they can serve."""

from pathlib import Path
from typing import Final

from escalation.classifier.encoder.sentence_config import CONFIG, LIMITS, MODULES, POOLING
from escalation.classifier.encoder.suitability import TOKENIZER, WEIGHTS, check_config
from escalation.classifier.errors import EncoderMissing

SMALL: Final = (CONFIG, MODULES, LIMITS, POOLING)
ELSEWHERE: Final = (
    "Where there is no network, download it elsewhere and set ESCALATION_ENCODER to the folder with its files."
)


def hub_folder(name: str) -> Path:
    """Return the folder of the downloaded files. Raises: EncoderMissing, EncoderInvalid."""
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    silent = are_progress_bars_disabled()
    disable_progress_bars()  # a refusal is one line; the bar of the weights, which take a while, is shown
    folder = _fetched(name, SMALL)
    check_config(name, folder)
    if not silent:
        enable_progress_bars()
    return _fetched(name, (*SMALL, TOKENIZER, "tokenizer_config.json", WEIGHTS))


def _fetched(name: str, files: tuple[str, ...]) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=list(files)))
    except HFValidationError as error:
        raise EncoderMissing(
            f"Encoder {name!r} is no installed package, no folder and no Hugging Face name (owner/name)."
        ) from error
    except RepositoryNotFoundError as error:
        raise EncoderMissing(
            f"Encoder {name!r} is no installed package and no folder, and Hugging Face has none of that name, or it is "
            "private. Correct ESCALATION_ENCODER."
        ) from error
    except Exception as error:  # the network fails in a dozen ways, each with its own kind
        raise EncoderMissing(
            f"Encoder {name!r} is no installed package, no folder, and could not be fetched from Hugging Face "
            f"({type(error).__name__}). {ELSEWHERE}"
        ) from error
