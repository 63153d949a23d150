"""Names in plain Latin letters, as logins and e-mail addresses have them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_SPECIAL: Final = {
    "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "ı": "i", "đ": "d", "þ": "th", "ð": "d",
    # Ukrainian, by the state's own table of 2010
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "y",
    "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu",
    "я": "ia", "'": "", "’": "",
    # Greek, by ELOT 743, letter by letter
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_OTHERS: Final = re.compile("[^a-z]+")
_GERMAN: Final = {"ä": "ae", "ö": "oe", "ü": "ue"}
_INITIALS: Final = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS: Final = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu",
    "ui", "i",
)  # fmt: skip
_FINALS: Final = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t",
    "t", "k", "t", "p", "t",
)  # fmt: skip


def latin(text: str, *, german: bool = False) -> str:
    """Return text in the letters a to z alone; what has no Latin spelling is left out.

    With ``german`` umlauts become two letters, as Germans write them.
    """
    text = text.lower()
    if text.isascii():
        return _OTHERS.sub("", text)
    letters = []
    text = unicodedata.normalize("NFC", text)
    if any("α" <= letter <= "ω" for letter in text):
        text = _greek(text)
    for letter in text:
        if german and letter in _GERMAN:
            letters.append(_GERMAN[letter])
        elif "가" <= letter <= "힣":
            letters.append(_hangul(ord(letter) - 0xAC00))
        else:
            letters.append(_plain(letter))
    return _OTHERS.sub("", "".join(letters))


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    parts = unicodedata.normalize("NFKD", letter) if letter not in _SPECIAL else letter
    return "".join(_SPECIAL.get(part, part) for part in parts)


def _greek(text: str) -> str:
    """Return Greek without accents, and with those pairs in Latin letters that are said as one."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    for pair, spelled in (("ου", "ou"), ("αυ", "av"), ("ευ", "ev"), ("γγ", "ng"), ("γκ", "gk")):
        plain = plain.replace(pair, spelled)
    return plain


def _hangul(index: int) -> str:
    """Return a syllable in the revised romanisation: its three parts are digits of its code point."""
    return _INITIALS[index // 588] + _VOWELS[index % 588 // 28] + _FINALS[index % 28]
