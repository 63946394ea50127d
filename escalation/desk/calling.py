"""Whom the words of a note call. Pure; the console's `mentionsIn` does the same and is tested on the same notes."""

from collections.abc import Mapping


def called(text: str, names: Mapping[str, str], most: int) -> tuple[str, ...]:
    """Return the ids of those whom an `@` and their whole name call, at most `most`; of two that fit, the longer name.

    `names`: what colleagues are called, by id.
    """
    found: dict[str, None] = {}
    for at in (place for place, sign in enumerate(text) if sign == "@"):
        behind = text[at + 1 :]
        fits = [id for id, name in names.items() if _begins_with(behind, name)]
        longest = max((len(names[id]) for id in fits), default=0)
        found |= {id: None for id in fits if len(names[id]) == longest}
    return tuple(found)[:most]


def _begins_with(behind: str, name: str) -> bool:
    return name != "" and behind.startswith(name) and not behind[len(name) : len(name) + 1].isalnum()
