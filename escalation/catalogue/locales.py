"""Locales: which texts are one, how it is usually written, and which of several serves a customer. Pure."""

import re
from collections.abc import Callable, Iterable
from typing import Final

_SUBTAG: Final[dict[int, Callable[[str], str]]] = {2: str.upper, 4: str.title}
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")


def locale_problem(locale: str) -> str | None:
    """Return what is wrong with a locale, which looks like `en` or `pt-BR`."""
    return None if _LOCALE.fullmatch(locale) else f"'{locale[:40]}' is not a locale such as en or pt-BR"


def canonical_locale(locale: str) -> str:
    """Return a locale as it is usually written: `DE` becomes `de`, `pt-br` becomes `pt-BR`, `zh-hant` `zh-Hant`."""
    language, *rest = locale.split("-")
    return "-".join([language.lower(), *(_SUBTAG.get(len(part), str.lower)(part) for part in rest)])


def lookup_locale(wanted: str, known: Iterable[str]) -> str | None:
    """Return which of the known locales serves the wanted one: the same tag, else a shorter one (`de-AT` finds `de`).

    This is "lookup" of RFC 4647, section 3.4. Case does not count; None when none serves it.
    """
    by_tag = {locale.casefold(): locale for locale in known}
    parts = wanted.replace("_", "-").casefold().split("-")
    tags = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((by_tag[tag] for tag in tags if tag in by_tag), None)


def language_of(locale: str) -> str:
    """Return the language of a locale: `pt` of `pt-BR`."""
    return locale.replace("_", "-").split("-")[0].lower()


def locales_of_reply(page: str, language: str | None, own: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return in which locales a reply to a customer may be an answer, the likeliest first.

    The customer writes in `language` (None: nobody can tell), on a page in the locale `page`. A locale that has an
    answer (`known`) or is the catalogue's `own` comes before a new one, which names no region: `es-MX` gives `es`.
    """
    written = [] if language is None or language_of(page) == language_of(language) else [language]
    there = (*known, own)
    return tuple(dict.fromkeys(_locale_of_answer(wanted.replace("_", "-"), own, there) for wanted in (*written, page)))


def _locale_of_answer(wanted: str, own: str, known: Iterable[str]) -> str:
    if locale_problem(wanted):
        return own
    if found := lookup_locale(wanted, known):
        return found
    return own if language_of(wanted) == language_of(own) else _without_region(wanted)


def _without_region(locale: str) -> str:
    """Return the language with its script, if it names one: `zh-hant-tw` gives `zh-Hant`."""
    language, *rest = canonical_locale(locale).split("-")
    return "-".join([language, *(part for part in rest[:1] if len(part) == 4 and part.isalpha())])
