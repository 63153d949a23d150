"""Text made from a regular expression or a LIKE pattern, for columns whose check asks for a form of its own.

A pattern is read into *shapes*: sequences of sets of characters, one set a position. Alternatives and repetitions are
decided when shapes are made, so drawing a value is picking one character of each set.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.provider import Provider
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.values import Values, fixed_text

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

Shape = tuple[str, ...]
_VARIANTS: Final = 12
_WORD: Final = string.ascii_lowercase + string.digits
_ESCAPES: Final = {"d": string.digits, "w": _WORD, "s": " ", "D": string.ascii_lowercase, "W": "-", "S": _WORD}
_CLASSES: Final = {
    "alpha": string.ascii_letters, "digit": string.digits, "alnum": string.ascii_letters + string.digits, "space": " ",
    "upper": string.ascii_uppercase, "lower": string.ascii_lowercase, "punct": "-", "xdigit": "0123456789abcdef",
}  # fmt: skip
_LOOKING: Final = re.compile(r"\(\?<?[=!](?:\\.|[^()\\])*\)")
_PRINTABLE: Final = "".join(chr(code) for code in range(33, 127))


@dataclass(frozen=True, slots=True)
class Patterned(Provider):
    """One of several shapes for each row; with a ``counter`` the only shape is counted through, so values differ."""

    shapes: tuple[Shape, ...]
    counter: Counter | None = None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        if self.counter is not None:
            size = min(prod(len(letters) for letters in self.shapes[0]), (1 << 31) - 1)
            return Values(_counted(self.shapes[0], hashing.permute(frame.counted(self.counter), size)))
        bits = frame.bits(column.name)
        chosen = hashing.below(bits, len(self.shapes))
        text = pa.nulls(len(frame), pa.string())
        for index, shape in enumerate(self.shapes):
            text = pc.if_else(arrow(chosen == index), _random(shape, bits), text)
        return Values(text)


def _random(shape: Shape, bits: hashing.Bits) -> pa.Array:
    letters = np.empty((len(bits), len(shape)), dtype=np.uint8)
    for position, choices in enumerate(shape):
        bits = hashing.mix(bits + np.uint64(1))
        letters[:, position] = np.frombuffer(choices.encode(), dtype=np.uint8)[hashing.below(bits, len(choices))]
    return fixed_text(letters)


def _counted(shape: Shape, rank: hashing.Rows) -> pa.Array:
    letters = np.empty((len(rank), len(shape)), dtype=np.uint8)
    for position in range(len(shape) - 1, -1, -1):
        choices = shape[position]
        letters[:, position] = np.frombuffer(choices.encode(), dtype=np.uint8)[rank % len(choices)]
        rank = rank // len(choices)
    return fixed_text(letters)


def patterned(allowed: Allowed, length: int | None, counter: Counter | None, rows: int) -> Provider | None:
    """Return a provider for the first pattern that a column must match, or ``None`` if it cannot be taken apart."""
    match = allowed.patterns[0]
    try:
        if match.is_like:
            shapes = {_like(match.pattern, variant) for variant in range(_VARIANTS)}
        else:
            shapes = {_Expression(match.pattern, variant).shape() for variant in range(_VARIANTS)}
    except ValueError:
        return None
    longest = min((n for n in (length, allowed.longest) if n is not None), default=200)
    fitting = sorted(s for s in shapes if allowed.shortest <= len(s) <= longest and s)
    if counter is None:
        return Patterned(tuple(fitting)) if fitting else None
    fitting = [s for s in fitting if prod(len(letters) for letters in s) >= rows]
    return Patterned((min(fitting, key=len),), counter) if fitting else None


def drawn_from(text: str) -> tuple[str, ...]:
    """Return some texts that match a constant, if it reads like a pattern; candidates for a check that holds it."""
    made: list[Shape] = []
    try:
        if re.search(r"[\\^$\[({*+?|]", text):
            plain = _LOOKING.sub("", text)  # what a pattern looks ahead for is left to chance
            made = [_Expression(plain, variant).shape() for variant in range(_VARIANTS)]
        elif "%" in text or "_" in text:
            made = [_like(text, variant) for variant in range(4)]
    except (ValueError, IndexError, RecursionError):
        return ()
    found = ["".join(letters[(7 * n + 3 * variant) % len(letters)] for n, letters in enumerate(shape))
             for variant, shape in enumerate(made)]  # fmt: skip
    return tuple(dict.fromkeys(found))


def _like(pattern: str, variant: int) -> Shape:
    positions: list[str] = []
    escaped = False
    for character in pattern:
        if escaped or character not in "%_\\":
            positions.append(character)
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            positions += [string.ascii_lowercase] * (1 if character == "_" else 2 + variant % 6)
    return tuple(positions)


class _Expression:
    """Reads one regular expression (the part of POSIX's that people write in checks) into one shape."""

    def __init__(self, pattern: str, variant: int) -> None:
        self._text = pattern
        self._at = 0
        self._variant = variant
        self._decisions = 0

    def shape(self) -> Shape:
        """Return the shape; raises ValueError for what is not understood."""
        result = self._alternatives()
        if self._at != len(self._text):
            raise ValueError(self._text)
        return result

    def _decide(self, options: int) -> int:
        self._decisions += 1
        return (self._variant + self._variant // 3 * self._decisions) % options

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        character = self._peek()
        if not character:
            raise ValueError(self._text)
        self._at += 1
        return character

    def _alternatives(self) -> Shape:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._take()
            branches.append(self._sequence())
        return branches[self._decide(len(branches))] if len(branches) > 1 else branches[0]

    def _sequence(self) -> Shape:
        result: Shape = ()
        while self._peek() and self._peek() not in "|)":
            start = self._at
            atom = self._atom()
            end = self._at
            low, high = self._repeats()
            count = low + self._decide(high - low + 1) if high > low else low
            if count == 0:
                continue
            result += atom
            after = self._at
            for _ in range(count - 1):  # a group decides anew each time
                self._at = start
                result += self._atom()
                self._at = end
            self._at = after
        return result

    def _repeats(self) -> tuple[int, int]:
        low, high = 1, 1
        match self._peek():
            case "?":
                low, high = 0, 1
            case "*":
                low, high = 0, 4
            case "+":
                low, high = 1, 6
            case "{":
                close = self._text.index("}", self._at)
                first, comma, second = self._text[self._at + 1 : close].partition(",")
                low = int(first)
                high = (int(second) if second else low + 4) if comma else low
                high = min(high, low + 12)
                self._at = close
            case _:
                return low, high
        self._at += 1
        if self._peek() == "?":
            self._at += 1
        return low, high

    def _atom(self) -> Shape:
        character = self._take()
        match character:
            case "^" | "$":
                return ()
            case ".":
                return (_WORD,)
            case "(":
                if self._text[self._at : self._at + 2] == "?:":
                    self._at += 2
                elif self._peek() == "?":
                    raise ValueError(self._text)
                inner = self._alternatives()
                if self._take() != ")":
                    raise ValueError(self._text)
                return inner
            case "[":
                return (self._set(),)
            case "\\":
                escape = self._take()
                if escape in "AZmMyYb":
                    return ()
                return (_ESCAPES.get(escape, escape),)
            case "*" | "+" | "?" | "{":
                raise ValueError(self._text)
            case _:
                if not character.isascii():
                    raise ValueError(self._text)
                return (character,)

    def _set(self) -> str:
        is_negated = self._peek() == "^"
        if is_negated:
            self._take()
        letters: list[str] = []
        while not letters or self._peek() != "]":
            if self._text[self._at : self._at + 2] == "[:":
                close = self._text.index(":]", self._at)
                letters += _CLASSES.get(self._text[self._at + 2 : close], "")
                self._at = close + 2
                continue
            character = self._take()
            if character == "\\":
                letters += _ESCAPES.get(self._peek(), self._peek())
                self._take()
            elif self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in ("]", ""):
                self._take()
                letters += [chr(code) for code in range(ord(character), ord(self._take()) + 1)]
            else:
                letters.append(character)
        self._take()
        kept = [c for c in _PRINTABLE if c not in letters and c.isalnum()] if is_negated else letters
        result = "".join(dict.fromkeys(c for c in kept if c.isascii()))
        if not result:
            raise ValueError(self._text)
        return result
