"""Which language a message is in, and whether the model knows it. Errs towards known: a fragment is nobody's language.

Scripts decide where they can; Latin script goes to a compact naive Bayes over byte n-grams (py3langid, BSD), held to
languages that customers plausibly write, with a floor under its probability.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Protocol

from escalation.classifier.prediction import Language

# Of 3,000 short English questions none reaches this for another language (2 reach .5).
FLOOR = 0.75
FLOORS_FOR_FEW_WORDS = {2: 0.98, 3: 0.95}  # brands, names and borrowed words come in twos and threes
REMEMBERED = 8192  # the gate's messages come again at every refit: .2 ms each
FEWEST_LETTERS = 8  # "hola" or "danke" alone is too little to send somebody away
LATIN_LANGUAGES = (
    "en", "es", "de", "fr", "it", "pt", "nl", "pl", "tr", "sv", "da", "no", "fi", "cs", "hu", "ro", "id", "vi",
)  # fmt: skip
# First word of a letter's Unicode name -> the language it most likely means; what matters is that it is not Latin.
SCRIPTS = {
    "CJK": "zh", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CYRILLIC": "ru", "ARABIC": "ar", "HEBREW": "he",
    "GREEK": "el", "DEVANAGARI": "hi", "BENGALI": "bn", "THAI": "th", "TAMIL": "ta", "TELUGU": "te", "GEORGIAN": "ka",
    "ARMENIAN": "hy", "GUJARATI": "gu", "GURMUKHI": "pa", "KHMER": "km", "ETHIOPIC": "am", "SINHALA": "si",
}  # fmt: skip

# Languages that a script alone does not tell from the one it most likely means: "ru" stands for any of them.
OF_THE_SAME_SCRIPT = {
    "ar": frozenset({"fa", "ur", "ps", "ckb", "sd", "ug"}), "he": frozenset({"yi"}),
    "ru": frozenset({"uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg"}),
    "hi": frozenset({"mr", "ne", "sa"}), "bn": frozenset({"as"}), "am": frozenset({"ti"}),
}  # fmt: skip


class Identifier(Protocol):
    """Tells the most likely language of a text and its probability."""

    def classify(self, text: str) -> tuple[str, float]:
        """Return (ISO 639-1 code, probability)."""
        ...

    def likeliest(self, text: str, among: Collection[str]) -> str | None:
        """Return the likeliest of some languages; None where it tells none of them."""
        ...


def language_of(text: str, known: frozenset[str]) -> Language:
    """Return the language of `text`; with nothing in `known` every language counts as known."""
    code = detect(text)
    if code == "und" or not known or code in known:
        return Language(True, code)
    same = sorted(known & OF_THE_SAME_SCRIPT.get(code, frozenset()))
    return Language(True, same[0]) if same else Language(False, code)


def may_be_english(text: str, known: frozenset[str]) -> bool:
    """Whether words of a message may be read as English: "no" and "not" are words of other languages, too.

    Too little text to tell is in the likeliest of English and the `known` languages; with none known, of all.
    """
    code = detect(text)
    if code != "und":
        return code == "en"
    if known <= {"en"} and known:
        return True
    words = " ".join(_plain_words(text))
    return _identifier().likeliest(words, known | {"en"} if known else LATIN_LANGUAGES) in {"en", None}


@lru_cache(maxsize=REMEMBERED)
def detect(text: str) -> str:
    """Return an ISO 639-1 code, or "und" for too little or too mixed text."""
    foreign = None if text.isascii() else _script_language([c for c in text if c.isalpha()])
    if foreign is not None:
        return foreign
    words = _plain_words(text)
    if sum(len(word) for word in words) < FEWEST_LETTERS or len(words) < 2:
        return "und"
    code, probability = _identifier().classify(" ".join(words))
    return code if probability >= FLOORS_FOR_FEW_WORDS.get(len(words), FLOOR) else "und"


def known_languages(texts: Iterable[str], least_share: float = 0.02) -> tuple[str, ...]:
    """Return the languages that at least `least_share` of the recognised texts are in, most frequent first."""
    counts = Counter(code for code in map(detect, texts) if code != "und")
    total = sum(counts.values())
    return tuple(code for code, count in counts.most_common() if count >= max(1.0, least_share * total))


def _script_language(letters: list[str]) -> str | None:
    """Return the language of a script other than Latin if more than half of the letters (at least two) are in one."""
    counts = Counter(SCRIPTS.get(unicodedata.name(c, "").split(" ")[0].split("-")[0], "") for c in letters)
    counts.pop("", None)
    if not counts or sum(counts.values()) < 2 or sum(counts.values()) * 2 <= len(letters):
        return None
    if counts["ja"]:  # kana beside Chinese characters is Japanese
        return "ja"
    return counts.most_common(1)[0][0]


def _plain_words(text: str) -> list[str]:
    """Return the words that can carry a language: no numbers, codes, addresses; lower case."""
    words = [word.strip(".,;:!?\"'()[]¿¡…-") for word in text.split()]
    return [word.lower() for word in words if word and all(c.isalpha() or c in "'’-" for c in word)]


@lru_cache(maxsize=1)
def _identifier() -> Identifier:
    """Load the identifier once, with the first message that it is needed for."""
    from escalation.classifier.confidence.latin import LatinIdentifier, latin_table

    return LatinIdentifier(latin_table(LATIN_LANGUAGES))
