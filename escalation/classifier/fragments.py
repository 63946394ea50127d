"""Messages without a word: a number, a code, an hour, a mail address. What they mean is in the message before.

A classifier of single messages cannot know that, and is sure nonetheless: an intent whose examples hold numbers draws
every number. On MultiDoGO (train against dev, accepted error 5 %) such messages were 6 of the 9 % of `contentonly`
that finance answered with a request; none of 798 whole requests there, and 2 of 772 in airline, lack a word. A list of
replies ("yes", "ok") is not here on purpose: it silenced small talk, and catalogues with intents of their own for them.
"""

import re

from escalation.classifier.scripts import UNSPACED

FEWEST_LETTERS = 2
BREAKS = re.compile(r"[\s.,:;/\\#()\[\]_–—-]+")
# Letters that stand beside a number without a space ("我买了2件"), those of Korean among them ("2개월").
BESIDE_NUMBERS = re.compile(rf"[{UNSPACED}\uac00-\ud7a3]")


def has_word(text: str) -> bool:
    """Whether some part of `text` is a word: two letters or more, no digit, not of a mail address or link.

    Where a script has no spaces, two of its letters anywhere are one: numbers and links stand in the midst of them.
    """
    spoken = (token for token in text.split() if "@" not in token and "://" not in token)
    if any(_is_word(part) for token in spoken for part in BREAKS.split(token)):
        return True
    return not text.isascii() and sum(c.isalpha() for c in BESIDE_NUMBERS.findall(text)) >= FEWEST_LETTERS


def _is_word(part: str) -> bool:
    return sum(c.isalpha() for c in part) >= FEWEST_LETTERS and not any(c.isdigit() for c in part)
