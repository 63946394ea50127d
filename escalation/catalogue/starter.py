"""The catalogue that comes with the product, an online shop, and messages that belong to none of its intents."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from escalation.catalogue.errors import CatalogueInvalid
from escalation.catalogue.formats import Parsed, parse
from escalation.catalogue.model import Catalogue


def _parts(suffix: str) -> Iterator[Traversable]:
    folder = files("escalation.catalogue").joinpath("starter")
    found = [part for part in folder.iterdir() if part.name.endswith(suffix)] if folder.is_dir() else []
    return iter(sorted(found, key=lambda part: part.name))


def _read(suffix: str) -> list[Parsed]:
    """Return the packaged files of that ending in the order of their names."""
    return [parse(part.read_text(encoding="utf-8"), part.name) for part in _parts(suffix)]


@cache
def starter_catalogue() -> Catalogue:
    """Return the packaged catalogue. Raises CatalogueInvalid when two of its files define the same intent."""
    parts = [parsed.catalogue() for parsed in _read(".yaml")]
    if not parts:
        raise CatalogueInvalid("the installed package holds no starter catalogue; install it again")
    return Catalogue(parts[0].locale, tuple(intent for part in parts for intent in part.intents))


@cache
def starter_out_of_scope() -> tuple[str, ...]:
    """Return messages no intent of the starter catalogue covers, for evaluation."""
    return tuple(dict.fromkeys(text for parsed in _read(".jsonl") for text in parsed.out_of_scope))
