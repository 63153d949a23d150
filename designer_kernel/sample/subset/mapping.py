"""Which fake stands for which value, for all values of a sort at once: nowhere two for one, nowhere one for two."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote_plus

import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.subset.fakes import Stream, fake_of

_MOST_ATTEMPTS: Final = 256
_TOKEN: Final = re.compile(r"[^\s,;:\"'<>()\[\]{}|=\\“”„‚‘’«»‹›…–—]+")
_PIECES: Final = (re.compile(r"[^/&?#!*~$^]+"), re.compile(r"[^/&?#!*~$^@]+"))
"""Parts of what stands without a blank: of URLs, and of mentions such as ``@somebody``."""
_SIGNS: Final = ".!?-_/*#&"
_SHORTEST: Final = 4
_DIGITS: Final = 6
_MOST_WORDS: Final = 8
_UNTOLD: Final = frozenset({"choice"})
"""Sorts whose values say nothing of a person where they stand alone."""


@dataclass(slots=True)
class Limits:
    """What the columns of one sort can hold."""

    longest: int = 1 << 20
    largest: int | None = None
    choices: tuple[str, ...] = ()

    def room(self, value: str) -> int:
        """Return how long a fake may be: as the shortest column takes it, or as the value is itself."""
        return max(self.longest, len(value))

    def accepts(self, kind: str, value: str, fake: str) -> bool:
        """Whether a fake fits wherever the value does."""
        if kind in _TEXTUAL:
            return len(fake) <= self.room(value)
        if kind != "number" or self.largest is None:
            return True
        try:
            return abs(float(fake)) <= max(self.largest, abs(float(value)))
        except ValueError:
            return True


_TEXTUAL: Final = frozenset(
    {"email", "person name", "name", "login", "phone", "street", "place", "company", "url", "code", "text"}
)


@dataclass(slots=True)
class Mapping:
    """The fakes of one sort of values."""

    kind: str
    fakes: dict[str, str] = field(default_factory=dict)
    _values: pa.Array | None = None
    _given: pa.Array | None = None

    def array(self, texts: pa.Array) -> pa.Array:
        """Return the fakes of a column; NULL stays NULL."""
        if self._values is None:
            self._values = pa.array(list(self.fakes), pa.large_string())
            self._given = pa.array(list(self.fakes.values()), pa.large_string())
        return self._given.take(pc.index_in(texts, value_set=self._values))  # type: ignore[union-attr]


def mapped(
    kind: str, values: Collection[str], key: bytes, limits: Limits, forbidden: Collection[str], where: str
) -> Mapping:
    """Return a fake for each value of a sort.

    A fake is the first of the value's own attempts that fits, is no value that is to be hidden, and stands for no other
    value; so it is the same in every run with the key, but where two values meet on one fake, which is rare.

    Raises
    ------
    SamplePlanError
        If there are too few different fakes; it tells no value.
    """
    found = Mapping(kind)
    if kind == "choice":
        return _chosen(found, values, key, limits)
    used: set[str] = set()
    for value in sorted(values):
        for attempt in range(_MOST_ATTEMPTS):
            fake = fake_of(kind, value, Stream(key, kind, value, attempt), limits.room(value))
            folded = fake.casefold()
            if folded not in used and limits.accepts(kind, value, fake) and not _tells(kind, folded, forbidden):
                break
        else:
            if value == "" or kind in ("date", "timestamp"):
                fake = value if value == "" else fake_of(kind, value, Stream(key, kind, value, 0), limits.room(value))
            else:
                raise SamplePlanError(
                    f"{len(values):,} values of the sort {kind!r} leave no room for as many different fakes",
                    where=where,
                    mend="widen the column, or mark the column that it follows from",
                )
        used.add(fake.casefold())
        found.fakes[value] = fake
    return found


def _tells(kind: str, folded: str, forbidden: Collection[str]) -> bool:
    if folded in forbidden:
        return True
    return kind in _TEXTUAL and any(len(w) > 2 and w in forbidden for w in _TOKEN.findall(folded))


def _chosen(found: Mapping, values: Collection[str], key: bytes, limits: Limits) -> Mapping:
    """Return a permutation of the few values that a column may hold."""
    labels = sorted(set(limits.choices) | set(values))
    order = sorted(labels, key=lambda label: Stream(key, "choice", label, 0).below(1 << 60))
    found.fakes = {label: order[(order.index(label) + 1) % len(order)] for label in labels}
    return found


class Scrubber:
    """Finds values that were replaced where they stand in other text, and replaces them there as well.

    Values of fewer than four characters, and numbers of fewer than six digits, are not looked for: they would be found
    everywhere.
    """

    def __init__(self, mappings: Iterable[Mapping], found: Callable[[str], None]) -> None:
        self._whole: dict[str, tuple[str, str]] = {}
        self._fakes: dict[str, tuple[str, str]] = {}
        self._words: dict[str, tuple[str, str]] = {}
        self._first: dict[str, int] = {}
        self._found = found
        for mapping in mappings:
            if mapping.kind in _UNTOLD:
                continue
            for value, fake in mapping.fakes.items():
                self._add(value.removeprefix("\\x") if mapping.kind == "bytes" else value, fake, mapping.kind)

    def __bool__(self) -> bool:
        return bool(self._fakes)

    def _add(self, value: str, fake: str, kind: str) -> None:
        words = _TOKEN.findall(value.casefold())
        if not words or len(value) < _SHORTEST or (value.isdigit() and len(value) < _DIGITS):
            return
        fake = fake.removeprefix("\\x") if kind == "bytes" else fake
        self._whole[value.casefold()] = (fake, kind)
        if len(words) > _MOST_WORDS:
            return
        self._fakes[" ".join(words)] = (fake, kind)
        for first in _trimmed(words[0]):
            self._first[first] = max(self._first.get(first, 0), len(words))
        if kind in ("person name", "name", "login"):
            for word, other in zip(words, fake.split(), strict=False):
                if len(word) >= _SHORTEST:
                    self._words.setdefault(word, (other.casefold(), kind))

    def text(self, text: str, *, words: bool = False) -> str:
        """Return a text without the values; ``words`` looks for single words of names, too."""
        whole = self._whole.get(text.casefold())
        if whole is not None:
            self._found(whole[1])
            return whole[0]
        spans = [(m.start(), m.end(), m.group().casefold()) for m in _TOKEN.finditer(text)]
        parts: list[str] = []
        done = index = 0
        while index < len(spans):
            hit = self._at(spans, index, words=words)
            if hit is None:
                for start, end, fake, kind in self._inside(text, *spans[index][:2]):
                    self._found(kind)
                    parts += [text[done:start], fake]
                    done = end
                index += 1
                continue
            count, start, end, fake, kind = hit
            self._found(kind)
            parts += [text[done:start], fake]
            done = end
            index += count
        return "".join([*parts, text[done:]]) if parts else text

    def _at(
        self, spans: list[tuple[int, int, str]], index: int, *, words: bool
    ) -> tuple[int, int, int, str, str] | None:
        start, _, first = spans[index]
        longest = max((self._first.get(form, 0) for form in _trimmed(first)), default=0)
        for count in range(min(longest, len(spans) - index), 0, -1):
            joined = " ".join(word for _, _, word in spans[index : index + count])
            for candidate in _trimmed(joined):
                found = self._fakes.get(candidate)
                if found is not None:
                    return count, start, spans[index + count - 1][1] - (len(joined) - len(candidate)), *found
        for candidate in _trimmed(first) if words else ():
            found = self._words.get(candidate)
            if found is not None:
                return 1, start, start + len(candidate), *found
        return None

    def _inside(self, text: str, start: int, end: int, depth: int = 0) -> Iterator[tuple[int, int, str, str]]:
        """Yield values inside of one word: in the query of a URL, percent-encoded too, or behind a sign."""
        for match in _PIECES[depth].finditer(text, start, end):
            piece = match.group()
            bare = piece.strip(_SIGNS)
            begin = match.start() + piece.find(bare)
            plain = " ".join(_TOKEN.findall(unquote_plus(bare).casefold()))
            found = self._fakes.get(bare.casefold())
            if found is None and plain != bare.casefold() and plain in self._fakes:
                found = quote(self._fakes[plain][0], safe=""), self._fakes[plain][1]
            if found is not None:
                yield begin, begin + len(bare), *found
            elif depth + 1 < len(_PIECES):
                yield from self._inside(text, match.start(), match.end(), depth + 1)


def _trimmed(word: str) -> Iterator[str]:
    """Yield a word, and the word without the signs that end a sentence."""
    yield word
    bare = word.rstrip(_SIGNS)
    if bare != word:
        yield bare
