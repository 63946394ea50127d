"""Words by which a customer is angry or abusive, in English, German, Spanish and French. Pure.

A short list of common words, whole words only. It decides nothing about a customer, and nobody is told which it found.
"""

import re
import unicodedata
from enum import IntEnum
from typing import Final

_ABUSIVE: Final = (
    # English
    *("idiots?", "morons?", "stupid", "fuck\\w*", "shit\\w*", "assholes?", "bastards?", "bitch\\w*", "cunts?"),
    *("scumbags?", "dumbass\\w*", "retard\\w*", "shut up", "piss off", "screw you", "go to hell", "i hope you die"),
    # German
    *(
        "idiot(?:en)?",
        "arschl(?:o|oe)ch\\w*",
        "arsch",
        "scheiss\\w*",
        "fick\\w*",
        "wichser",
        "trottel",
        "vollidiot\\w*",
    ),
    *("hurensohn\\w*", "halt die klappe", "verpiss dich", "dumm\\w* (?:kuh|sau|gans)", "schlampe"),
    # Spanish
    *("idiotas?", "imbecil(?:es)?", "estupid[oa]s?", "mierda", "put[oa]s?", "gilipollas", "cabron\\w*", "joder"),
    *("hij[oa]s? de puta", "pendej[oa]s?", "vete a la mierda", "callate", "que te jodan"),
    # French
    *("connards?", "connasses?", "putain", "merde", "salauds?", "salopes?", "encule\\w*", "abrutis?", "imbeciles?"),
    *("ta gueule", "va te faire \\w+", "ferme la", "fils de pute"),
)
_ANGRY: Final = (
    # English
    *("ridiculous", "unacceptable", "disgrace\\w*", "disgusting", "furious", "outrageous", "scam\\w*", "thie(?:f|ves)"),
    *(
        "fed up",
        "sick of",
        "worst \\w+",
        "how dare you",
        "my lawyers?",
        "sue you",
        "useless",
        "a joke",
        "for fucks sake",
    ),
    # German
    *("frechheit", "unverschamt\\w*", "unverschaemt\\w*", "inakzeptabel", "lacherlich", "laecherlich", "betrug\\w*"),
    *("unfassbar", "anwalt", "reicht(?:s)? mir", "wutend", "wuetend", "sauerei", "katastrophe", "abzocke"),
    # Spanish
    *("verguenza", "inaceptable", "ridicul[oa]", "estaf\\w*", "ladrones", "hart[oa]s?", "indignante", "abogad[oa]s?"),
    *("furios[oa]", "inutiles?", "una burla", "denunciar\\w*"),
    # French
    *("scandaleu\\w+", "inacceptable", "honteu\\w+", "une honte", "arnaque\\w*", "voleurs?", "marre", "furieu\\w+"),
    *("inadmissible", "avocats?", "ras le bol", "incompetents?", "foutage de gueule"),
)
SHOUTED_LETTERS: Final = 15
"""So many letters, nearly all of them capitals, are shouted."""


class Temper(IntEnum):
    """How a message sounds, the worst last."""

    CALM = 0
    ANGRY = 1
    ABUSIVE = 2


_RUDE = re.compile(rf"\b(?:(?P<abusive>{'|'.join(_ABUSIVE)})|{'|'.join(_ANGRY)})\b")


def temper(text: str) -> Temper:
    """Return whether words in it insult whoever reads them, are angry, or neither. What is shouted is angry."""
    found = [match["abusive"] is not None for match in _RUDE.finditer(_plain(text))]
    if any(found):
        return Temper.ABUSIVE
    return Temper.ANGRY if found or _is_shouted(text) else Temper.CALM


def _plain(text: str) -> str:
    """Lower case without accents; apostrophes and hyphens as blanks."""
    kept = text.casefold()
    if not kept.isascii():
        letters = unicodedata.normalize("NFKD", kept)
        kept = "".join(each for each in letters if not unicodedata.combining(each))
    return re.sub(r"[\W_]+", " ", kept)


def _is_shouted(text: str) -> bool:
    letters = [each for each in text if each.isalpha() and each.upper() != each.lower()]
    return len(letters) >= SHOUTED_LETTERS and sum(each.isupper() for each in letters) >= 0.9 * len(letters)
