"""Scripts that write no spaces between words, as ranges for classes of regular expressions. Pure."""

import unicodedata
from typing import Final

CHARACTERS: Final = "\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Chinese characters and kana, each of which says something by itself."""
_SYLLABLES: Final = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecd\u1000-\u103f\u1780-\u17d3"
"""Thai, Lao, Burmese and Khmer: letters, and the marks on them."""
UNSPACED: Final = CHARACTERS + _SYLLABLES
"""Both. Korean has spaces."""
MARKS: Final = "".join(
    chr(code) for code in range(0x0E00, 0x1800) if unicodedata.category(chr(code)) in {"Mn", "Mc"}
)  # fmt: skip
"""Marks that belong to the letter before them: those of the scripts without spaces, and some neighbours'."""
