"""Types of settings: how an environment variable or a line of the TOML file is read into each."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_settings import NoDecode

Seconds = Annotated[timedelta, BeforeValidator(lambda value: float(value) if isinstance(value, str) else value)]
"""A duration, written as a number of seconds."""

Codes = Annotated[
    frozenset[Annotated[str, StringConstraints(pattern="^[a-z]{2}$")]],
    NoDecode,
    BeforeValidator(lambda value: value.replace(",", " ").split() if isinstance(value, str) else value),
]
"""Language codes, written as one text with commas or spaces, or in TOML as a list."""

Names = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f,]{1,64}$")], ...],
    NoDecode,
    BeforeValidator(lambda value: _parts(value) if isinstance(value, str) else value),
]
"""Names, written as one text with commas, or in TOML as a list."""


def _parts(value: str) -> list[str]:
    """Return names as they are written with commas. Raises: ValueError for a JSON list, whose marks would be names."""
    if value.lstrip().startswith("["):
        raise ValueError(f"{value!r} is a JSON list: write names with commas between them, such as billing,returns")
    return [part.strip() for part in value.split(",") if part.strip()]


def _origin(value: str) -> str:
    """Return an origin as browsers send it. Raises: ValueError for what is none, such as an address with a path."""
    found = value.strip().lower().removesuffix("/")
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^/\s?#@]+", found):
        raise ValueError(f"{value!r} is not an origin: write scheme and host alone, such as https://shop.example")
    return found


Origin = Annotated[str, AfterValidator(_origin)]
"""Scheme, host and port of a page: `https://shop.example`."""

Origins = Annotated[
    frozenset[Origin],
    NoDecode,
    BeforeValidator(lambda value: value.replace(",", " ").split() if isinstance(value, str) else value),
]
"""Origins, written as one text with commas or spaces, or in TOML as a list."""


def _host(value: str) -> str:
    """Return a host as browsers send it. Raises: ValueError for what is none, such as an origin."""
    found = value.strip().lower()
    if not re.fullmatch(r"([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?", found):
        raise ValueError(f"{value!r} is not a host: write its name alone, such as chat.example")
    return found


Hosts = Annotated[
    frozenset[Annotated[str, AfterValidator(_host)]],
    NoDecode,
    BeforeValidator(lambda value: value.replace(",", " ").split() if isinstance(value, str) else value),
]
"""Hosts, each with or without a port, written as one text with commas or spaces, or in TOML as a list."""
