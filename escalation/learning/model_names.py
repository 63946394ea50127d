"""Names of models: versions `v1`, `v2`, ...; revisions of one, `v2.7`; the shipped one, `starter`. Pure."""

import re
from collections.abc import Iterable

_VERSION = re.compile(r"v([1-9]\d*)")
_REVISION = re.compile(r"(.+)\.([1-9]\d*)")
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}")


def is_model_name(name: str) -> bool:
    """Whether `name` can be a model's folder: no separators, not hidden."""
    return _NAME.fullmatch(name) is not None


def next_version(taken: Iterable[str]) -> str:
    """Return the first version name above all of `taken`."""
    numbers = [int(match[1]) for name in taken if (match := _VERSION.fullmatch(name))]
    return f"v{max(numbers, default=0) + 1}"


def next_revision(version: str, taken: Iterable[str]) -> str:
    """Return the first name of a revision of `version` above all of `taken`."""
    matches = (_REVISION.fullmatch(name) for name in taken)
    numbers = [int(match[2]) for match in matches if match and match[1] == version]
    return f"{version}.{max(numbers, default=0) + 1}"


def version_of(name: str) -> str | None:
    """Return the version a revision's name belongs to, None for a name that is no revision's."""
    match = _REVISION.fullmatch(name)
    return match[1] if match else None
