"""What machines write: file names with their types, versions, hardware addresses, colours, ports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.provider import TEXT, Context, Provider, Rule, keeps_apart, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Values, digits, hexadecimal, joined, picked
from designer_kernel.sample.vocabulary.words import FILE_NAMES, FILE_TYPES

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_INTEGER = frozenset({"integer"})


def file_of(frame: Frame) -> tuple[Rows, Rows]:
    """Return the name and the type of each row's file, as indices into the vocabulary."""

    def make() -> tuple[Rows, Rows]:
        bits = frame.bits("file")
        return hashing.below(bits, len(FILE_NAMES)), hashing.below(hashing.mix(bits), len(FILE_TYPES))

    return frame.shared("file", make)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class FileName(Provider):
    """A file's name, with an extension that agrees with the row's file type; behind ``folder``."""

    folder: str = ""
    counter: Counter | None = None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        name, kind = file_of(frame)
        number = frame.counted(self.counter) if self.counter else hashing.below(frame.bits("file", "number"), 900)
        ending = picked(_types(0), kind)
        return Values(joined(self.folder, picked(words(FILE_NAMES), name), "-", digits(number + 1, 3), ".", ending))


@dataclass(frozen=True, slots=True)
class FileType(Provider):
    """The extension (0) or the MIME type (1) of the row's file."""

    part: int

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(picked(_types(self.part), file_of(frame)[1]))


@lru_cache(maxsize=2)
def _types(part: int) -> pa.Array:
    return words(tuple(item[part] for item in FILE_TYPES))


@dataclass(frozen=True, slots=True)
class Version(Provider):
    """A version by the rules of semantic versioning; few are before 1.0 or of a preview."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        other, more = hashing.mix(bits), hashing.mix(hashing.mix(bits))
        minor = hashing.below(other, hashing.below(more, 14) + 1)
        tail = picked(words(("-rc.1", "-beta.2", *[""] * 18)), hashing.below(hashing.mix(more), 20))
        return Values(
            joined(digits(hashing.below(bits, 6)), ".", digits(minor + 1), ".", digits(hashing.below(more, 10)), tail)
        )


@dataclass(frozen=True, slots=True)
class MacText(Provider):
    """A hardware address whose first byte says that it was set by hand, so no maker gave it to a device."""

    counter: Counter | None = None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        if self.counter is not None:
            bits = hashing.permute(frame.counted(self.counter), 1 << 30).astype("uint64")
        text = hexadecimal(bits)
        parts = [pc.utf8_slice_codeunits(text, i, i + 2) for i in range(6, 16, 2)]
        return Values(joined("02", *(part for p in parts for part in (":", p))))


@dataclass(frozen=True, slots=True)
class Colour(Provider):
    """A colour as six hexadecimal digits behind #."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(joined("#", pc.utf8_slice_codeunits(hexadecimal(frame.bits(column.name)), 10, 16)))


@dataclass(frozen=True, slots=True)
class Port(Provider):
    """A port of those that are free for all (49152 to 65535), or one that everybody knows."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        import numpy as np

        bits = frame.bits(column.name)
        known = np.array([80, 443, 5432, 8080, 22, 6379])[hashing.below(hashing.mix(bits), 6)]
        return Values(np.where(hashing.below(bits, 2) == 0, known, 49_152 + hashing.below(bits, 16_384)))


@dataclass(frozen=True, slots=True)
class Digest(Provider):
    """A hash's hexadecimal digits, as many as ``length``; distinct for all rows from 16 digits on."""

    length: int = 64

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        parts: list[Any] = []
        for _ in range(-(-self.length // 16)):
            parts.append(bits)
            bits = hashing.mix(bits)
        return Values(pc.utf8_slice_codeunits(hexadecimal(*parts), 0, self.length))


_ALGORITHMS: Mapping[str, int] = {"md5": 32, "sha1": 40, "sha256": 64, "sha384": 96, "sha512": 128, "crc32": 8}


def _digest(context: Context) -> Provider | None:
    """Return a hash as long as the algorithm's name or the column says."""
    limit = context.column.form.length
    named = next((n for a, n in _ALGORITHMS.items() if a in context.column.name.replace("_", "")), None)
    length = named or (limit if limit in (32, 40, 64, 128) else 64)
    if (limit is not None and limit < length) or (context.unique is not None and length < 16):
        return None
    return Digest(length)


def _file_name(context: Context) -> Provider | None:
    folder = "uploads/" if context.column.name.endswith("path") else ""
    longest = max(map(len, FILE_NAMES)) + len(folder) + 6 + max(3, len(str(context.rows)))
    limit = context.column.form.length
    return FileName(folder, context.unique) if limit is None or limit >= longest else None


def _mac(context: Context) -> Provider | None:
    limit = context.column.form.length
    return MacText(context.unique) if limit is None or limit >= 17 else None


RULES = (
    Rule(
        r"(\w+_)?(file_?name|file_?path|attachment|document_name|original_name|storage_path|object_key)",
        TEXT,
        _file_name,
        "its name says file",
        distinct=True,
    ),
    Rule(
        r"(file_)?ext(ension)?|file_format",
        TEXT,
        lambda c: FileType(0),
        "its name says extension; agrees with the file",
    ),
    Rule(
        r"mime(_?type)?|content_type|media_type",
        TEXT,
        lambda c: FileType(1) if c.column.form.length is None or c.column.form.length >= 24 else None,
        "its name says file type; agrees with the file's name",
    ),
    Rule(
        r"(\w+_)?(version|release)(_(number|name|string|no))?|semver",
        TEXT,
        lambda c: Version() if c.unique is None else None,
        "its name says version",
    ),
    Rule(r"(\w+_)?mac(_?addr(ess)?)?", TEXT, _mac, "its name says hardware address", distinct=True),
    Rule(
        r"(\w+_)?colou?r(_(code|hex))?",
        TEXT,
        lambda c: (
            Colour() if c.column.form.length in (None, 7) and ("hex" in c.column.name or c.column.form.length) else None
        ),
        "its name says colour",
    ),
    Rule(r"(\w+_)?port(_number)?", _INTEGER, lambda c: Port() if c.unique is None else None, "its name says port"),
    Rule(
        r"(\w+_)?(checksum|md5|sha_?1|sha_?256|sha_?512|crc32|etag|content_hash|file_hash|digest|commit(_hash|_sha)?)",
        TEXT,
        _digest,
        "its name says hash",
        distinct=True,
    ),
)


@keeps_apart
def _file_named(context: Context, folder: str = "") -> Provider:
    """A file's name that agrees with the extension and the MIME type in its row."""
    return FileName(folder, context.unique)


def _hash_named(context: Context, length: int = 64) -> Provider:
    """A hash of so many hexadecimal digits."""
    return Digest(length)


@keeps_apart
def _mac_named(context: Context) -> Provider:
    """A hardware address that no maker gave to a device."""
    return MacText(context.unique)


def _simple(make: Callable[[], Provider], summary: str) -> Callable[[Context], Provider]:
    def factory(context: Context) -> Provider:
        return make()

    factory.__doc__ = summary
    return factory


NAMED: Mapping[str, Callable[..., Provider]] = {
    "file name": _file_named,
    "hash": _hash_named,
    "mac address": _mac_named,
    "file extension": _simple(lambda: FileType(0), "A file's extension that agrees with its name."),
    "mime type": _simple(lambda: FileType(1), "A MIME type that agrees with the file's name."),
    "version": _simple(Version, "A version by the rules of semantic versioning."),
    "hex colour": _simple(Colour, "A colour as six hexadecimal digits."),
}
