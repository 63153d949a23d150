"""Fakes: text made from a keyed hash of the value that it stands for.

The hash is BLAKE2b with a secret key, so nobody without the key can even try values; nothing of the value itself goes
into its fake but its length and its form. Words are put together from syllables and are nobody's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Final

_CONSONANTS: Final = ("b", "br", "d", "dr", "f", "g", "k", "kl", "l", "m", "n", "p", "r", "s", "t", "tr", "v", "z")
_VOWELS: Final = ("a", "e", "i", "o", "u", "au", "ei")
_SYLLABLES: Final = tuple(c + v for c in _CONSONANTS for v in _VOWELS)
_ENDINGS: Final = ("n", "r", "l", "s", "m", "x", "nd", "rk")
_DOMAINS: Final = ("example.com", "example.org", "example.net")
_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(.*)", re.DOTALL)
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(\.\d+)?(.*)", re.DOTALL)
_LONGER_FROM: Final = 32


class Stream:
    """Numbers that follow from a key, a sort, a value and the number of the attempt."""

    def __init__(self, key: bytes, kind: str, value: str, attempt: int) -> None:
        self._seed = blake2b(
            value.encode("utf-8", "surrogatepass"), key=key, person=kind[:16].encode(), salt=attempt.to_bytes(8, "big")
        ).digest()
        self._pool = b""
        self._blocks = 0
        self.attempt = attempt

    def below(self, size: int) -> int:
        """Return the next number below ``size``."""
        if len(self._pool) < 8:
            self._pool += blake2b(self._blocks.to_bytes(8, "big"), key=self._seed).digest()
            self._blocks += 1
        number = int.from_bytes(self._pool[:8], "big")
        self._pool = self._pool[8:]
        return number % size

    def octets(self, count: int) -> bytes:
        """Return the next bytes."""
        return bytes(self.below(256) for _ in range(count))

    def word(self, syllables: int = 3) -> str:
        """Return a word that can be spoken."""
        parts = [_SYLLABLES[self.below(len(_SYLLABLES))] for _ in range(syllables)]
        return "".join(parts) + _ENDINGS[self.below(len(_ENDINGS))]


Fake = Callable[[str, Stream, int], str]
"""From a value, its stream and the most characters to a fake."""


def fake_of(kind: str, value: str, stream: Stream, longest: int) -> str:
    """Return the fake of a value."""
    return _FAKES[kind](value, stream, longest)


def _fitting(longest: int, *candidates: str) -> str | None:
    return next((text for text in candidates if len(text) <= longest), None)


def _email(value: str, stream: Stream, longest: int) -> str:
    domain = _DOMAINS[stream.below(3)]
    first, last = stream.word(2), stream.word(3)
    short = stream.word(2)
    found = _fitting(
        longest, f"{first}.{last}@{domain}", f"{last}@{domain}", f"{short}@{domain}", f"{short[:4]}@x.test"
    )
    return found or _code(value, stream, longest)


def _words(value: str, stream: Stream, longest: int) -> str:
    """As many words with capitals as there were, at most four."""
    count = min(max(len(value.split()), 1), 4)
    for syllables in (3, 2, 1):
        text = " ".join(stream.word(syllables).capitalize() for _ in range(count))
        if len(text) <= longest:
            return text
    return stream.word(max(longest // 3, 1)).capitalize()[:longest]


def _name(value: str, stream: Stream, longest: int) -> str:
    if len(value) <= 3:  # a code, such as that of a country
        return _code(value, stream, longest)
    return stream.word(3).capitalize()[:longest]


def _login(_value: str, stream: Stream, longest: int) -> str:
    return (stream.word(3) + str(10 + stream.below(90)))[:longest]


def _phone(value: str, stream: Stream, longest: int) -> str:
    return _code(value, stream, longest)


def _street(_value: str, stream: Stream, longest: int) -> str:
    number = 1 + stream.below(400)
    word = stream.word(3).capitalize()
    return _fitting(longest, f"{number} {word} Street", f"{word} {number}") or word[:longest]


def _company(_value: str, stream: Stream, longest: int) -> str:
    word = stream.word(3).capitalize()
    return _fitting(longest, f"{word} Trading", word) or word[:longest]


def _url(_value: str, stream: Stream, longest: int) -> str:
    return _fitting(longest, f"https://example.com/{stream.word(4)}") or stream.word(3)[:longest]


def _text(value: str, stream: Stream, longest: int) -> str:
    """Words of about the same length in all."""
    aim = min(max(len(value), 1), longest)
    words: list[str] = []
    size = 0
    while size < aim:
        words.append(stream.word(2 + stream.below(2)))
        size += len(words[-1]) + 1
    text = " ".join(words)[:aim].strip()
    return text[:1].upper() + text[1:]


def _code(value: str, stream: Stream, longest: int) -> str:
    """A digit for each digit, a letter for each letter, everything else as it is; longer if no other is left."""
    letters = []
    begins = True
    for letter in value:
        if letter.isdigit():
            keeps = begins and letter != "0"
            letters.append(str(1 + stream.below(9) if keeps else stream.below(10) if not begins else 0))
            begins = False
        elif letter.isalpha():
            alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter.isupper() else "abcdefghijklmnopqrstuvwxyz"
            letters.append(alphabet[stream.below(26)])
        else:
            letters.append(letter)
            begins = begins or letter in "+( "
    if stream.attempt >= _LONGER_FROM:
        letters += [str(stream.below(10)) for _ in range(stream.attempt // _LONGER_FROM)]
    return "".join(letters)[:longest]


def _number(value: str, stream: Stream, longest: int) -> str:
    """A number with as many digits before and behind the point."""
    if not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return value if value in ("NaN", "Infinity", "-Infinity") else str(stream.below(1000))
    sign, digits = ("-", value[1:]) if value[0] == "-" else ("", value)
    whole, point, rest = digits.partition(".")
    whole = str(1 + stream.below(9)) + "".join(str(stream.below(10)) for _ in whole[1:]) if whole != "0" else "0"
    if stream.attempt >= _LONGER_FROM:
        whole = str(1 + stream.below(9)) + whole.zfill(len(whole)) if whole != "0" else str(1 + stream.below(9))
    return sign + whole + point + "".join(str(stream.below(10)) for _ in rest)


def _earlier(stream: Stream) -> timedelta:
    return timedelta(days=1 + stream.below(365 + 365 * stream.attempt))


def _date(value: str, stream: Stream, _longest: int) -> str:
    """An earlier day, at most a year before: nobody becomes younger than a check allows, or is born in the future."""
    match = _DATE.fullmatch(value)
    if match is None:
        return value
    try:
        day = date(int(match[1]), int(match[2]), int(match[3])) - _earlier(stream)
    except (ValueError, OverflowError):
        return "1900-01-01"
    return day.isoformat() + match[4]


def _timestamp(value: str, stream: Stream, _longest: int) -> str:
    match = _MOMENT.fullmatch(value)
    if match is None:
        return value
    try:
        moment = datetime.fromisoformat(match[1]) - _earlier(stream) - timedelta(seconds=stream.below(86_400))
    except (ValueError, OverflowError):
        return "1900-01-01 00:00:00" + match[3]
    return moment.isoformat(sep=" ") + match[3]


def _uuid(_value: str, stream: Stream, _longest: int) -> str:
    digits = stream.octets(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _inet(value: str, stream: Stream, _longest: int) -> str:
    """An address that is nobody's: of a private network."""
    address, slash, bits = value.partition("/")
    if ":" in address:
        digits = stream.octets(14).hex()
        return "fd00:" + ":".join(digits[i : i + 4] for i in range(0, 28, 4)) + slash + bits
    return ".".join(("10", *(str(1 + stream.below(254)) for _ in range(3)))) + slash + bits


def _macaddr(_value: str, stream: Stream, _longest: int) -> str:
    return "02:" + ":".join(f"{octet:02x}" for octet in stream.octets(5))


def _bytes(value: str, stream: Stream, _longest: int) -> str:
    """Bytes of the same length, in hexadecimal as the server tells them."""
    count = max(len(value) - 2, 0) // 2
    return "\\x" + stream.octets(count + stream.attempt // _LONGER_FROM).hex()


_FAKES: Final[dict[str, Fake]] = {
    "email": _email,
    "person name": _words,
    "name": _name,
    "login": _login,
    "phone": _phone,
    "street": _street,
    "place": _name,
    "company": _company,
    "url": _url,
    "code": _code,
    "text": _text,
    "date": _date,
    "timestamp": _timestamp,
    "number": _number,
    "uuid": _uuid,
    "inet": _inet,
    "macaddr": _macaddr,
    "bytes": _bytes,
}
