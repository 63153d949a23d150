"""Keys: serial numbers, UUIDs, tokens and codes, distinct by construction."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.providers import moments
from designer_kernel.sample.providers.provider import TEXT, Context, Provider, Rule
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.values import Values, digits, fixed_text, hexadecimal, joined
from designer_kernel.sample.rows.written import Digits, written

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_ROWS = Counter("rows")


@dataclass(frozen=True, slots=True)
class Serial(Provider):
    """``start``, ``start + step``, … in the order of the rows."""

    start: int = 1
    counter: Counter = _ROWS
    step: int = 1

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(frame.counted(self.counter) * self.step + self.start)


@dataclass(frozen=True, slots=True)
class Uuid(Provider):
    """UUIDs of version 4, or of version 7: these begin with a time, that of a column that says when the row came to be.

    Without such a column the time grows with the row. All 64 bits of a bijection of the row number are among the 122 or
    74 free bits, so no two can be equal.
    """

    version: int = 4

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        more = frame.bits(column.name, "low")
        if self.version == 7:
            random = ((more >> np.uint64(52)) & np.uint64(0xFFC)) | (bits >> np.uint64(62))
            high = (_milliseconds(frame) << np.uint64(16)) | np.uint64(0x7000) | random
            low = (bits & np.uint64(0x3FFFFFFFFFFFFFFF)) | np.uint64(1 << 63)
        else:
            nibble = (bits >> np.uint64(12)) & np.uint64(15)
            high = (bits & np.uint64(0xFFFFFFFFFFFF0FFF)) | np.uint64(0x4000)
            low = (more & np.uint64(0x3FFFFFFFFFFFFFF0)) | np.uint64(1 << 63) | nibble
        words = np.empty((len(bits), 2), dtype=">u8")
        words[:, 0], words[:, 1] = high, low
        octets = words.view(np.uint8)
        if column.form.kind == "uuid":
            return Values(octets)
        return Values(_spelled(octets))


def _milliseconds(frame: Frame) -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
    """Return when rows came to be, as their columns say, or else times that grow with the row."""
    if moments.tells_birth(frame):
        return (moments.birth(frame) // 1000).astype(np.uint64)
    counted: np.ndarray[tuple[int, ...], np.dtype[np.uint64]] = frame.numbers.astype(np.uint64)
    return counted + np.uint64(frame.plan.beginning // 1000)


def _spelled(octets: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> object:
    """Return UUIDs as text: 8-4-4-4-12."""
    nibbles = np.stack([octets >> 4, octets & 15], axis=2).reshape(len(octets), 32)
    letters = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)[nibbles]
    dash = np.full((len(octets), 1), ord("-"), dtype=np.uint8)
    parts = (
        letters[:, :8],
        dash,
        letters[:, 8:12],
        dash,
        letters[:, 12:16],
        dash,
        letters[:, 16:20],
        dash,
        letters[:, 20:],
    )
    return fixed_text(np.concatenate(parts, axis=1))


@dataclass(frozen=True, slots=True)
class Token(Provider):
    """Random hexadecimal digits; the first 16 are a bijection of the row number."""

    length: int = 48
    prefix: str = ""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        blocks = -(-self.length // 16)
        streams = [frame.bits(column.name, str(block)) for block in range(blocks)]
        text = pc.utf8_slice_codeunits(hexadecimal(*streams), 0, self.length)
        return Values(joined(self.prefix, text) if self.prefix else text)


@dataclass(frozen=True, slots=True)
class Code(Provider):
    """A prefix and a number with leading zeros: ``ORD-000123``."""

    prefix: str
    width: int
    start: int = 1
    counter: Counter = _ROWS

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(written(self.prefix, Digits(frame.counted(self.counter) + self.start, self.width)))


@dataclass(frozen=True, slots=True)
class Distinct(Provider):
    """Another provider's text, cut to size, with a dash and digits of the row's number behind it."""

    inner: Provider
    counter: Counter
    width: int
    longest: int | None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        suffix = digits(frame.counted(self.counter) + 1, self.width)
        inner = self.inner.draw(frame, column)
        if self.longest is not None and self.longest <= self.width + 1:
            return Values(suffix)
        text = inner.data
        if self.longest is not None:
            text = pc.utf8_slice_codeunits(text, 0, self.longest - self.width - 1)
        return Values(joined(text, "-", suffix))


@dataclass(frozen=True, slots=True)
class Alphabetic(Provider):
    """Short codes of letters, counted in base 26: for columns too short for anything else."""

    length: int
    counter: Counter = _ROWS

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        rank = frame.counted(self.counter)
        places = 26 ** np.arange(min(self.length, 12) - 1, -1, -1, dtype=np.int64)
        return Values(fixed_text(((rank[:, None] // places) % 26 + ord("A")).astype(np.uint8)))


@dataclass(frozen=True, slots=True)
class Member(Provider):
    """A document whose value under one name is the row's number."""

    member: str
    counter: Counter

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        name = json.dumps(self.member)
        return Values(joined("{" + name + ': "', digits(frame.counted(self.counter) + 1), '"}'))


@dataclass(frozen=True, slots=True)
class Evenly(Provider):
    """Distinct fractions between two bounds, the same distance apart."""

    low: float
    high: float
    steps: int
    counter: Counter
    decided: ClassVar[bool] = True

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(self.low + (frame.counted(self.counter) + 1) * (self.high - self.low) / self.steps)


@dataclass(frozen=True, slots=True)
class Counted(Provider):
    """The row's number as a value of one of the rarer types."""

    counter: Counter

    @staticmethod
    def knows(form: Form) -> bool:
        """Whether there are values of a form that count."""
        element = form.element
        return form.kind != "list" or (element is not None and element.kind in ("integer", "text", "numeric"))

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        number = frame.counted(self.counter) + 1
        match column.form.kind:
            case "time":
                return Values(number * 1_000_000 % 86_400_000_000 + number // 86_400)
            case "timetz":
                return Values(np.stack([number * 1_000_000 % 86_400_000_000 + number // 86_400, number * 0], axis=1))
            case "bits":
                width = column.form.length or (1 if column.form.base == "bit" else 24)
                places = np.arange(width - 1, -1, -1, dtype=np.int64)
                bits = (number[:, None] - 1 >> np.minimum(places, 62)) & (places < 62)
                return Values(fixed_text((bits + ord("0")).astype(np.uint8)))
            case "list":
                assert column.form.element is not None
                inner = digits(number) if column.form.element.kind == "text" else arrow(number)
                return Values(pa.ListArray.from_arrays(arrow(np.arange(len(frame) + 1, dtype=np.int32)), inner))
            case "xml":
                return Values(joined("<row>", digits(number), "</row>"))
            case _:
                return Values(joined("row", digits(number)))


@dataclass(frozen=True, slots=True)
class PasswordHash(Provider):
    """Text in the shape of an argon2 hash that no password belongs to: it says that it is a sample."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        digest = hexadecimal(frame.bits(column.name), frame.bits(column.name, "more"))
        return Values(joined("$argon2id$v=19$m=65536,t=3,p=4$c2FtcGxlLWRhdGE$sample", digest))


def number_width(rows: int) -> int:
    """Return how many digits the numbers up to ``rows`` need, at least six."""
    return max(6, len(str(rows + 1)))


def _token(context: Context) -> Provider | None:
    limit = context.column.form.length
    if limit is None:
        return Token()
    return Token(min(48, limit)) if limit >= 16 else None


def _code(prefix: str) -> Rule:
    def make(context: Context) -> Provider | None:
        width = number_width(context.rows)
        limit = context.column.form.length
        counter = context.unique or _ROWS
        return Code(prefix, width, counter=counter) if limit is None or limit >= len(prefix) + width else None

    stem = {
        "ORD-": "order",
        "INV-": "invoice",
        "TCK-": "ticket",
        "CUS-": "customer",
        "EMP-": "employee",
        "SHP-": "shipment",
    }
    return Rule(
        f"({stem[prefix]}_)?(number|no|num|code|ref|reference)",
        TEXT,
        make,
        f"its name says {stem[prefix]} number",
        tables=stem[prefix],
        distinct=True,
    )


def _external(prefix: str) -> Callable[[Context], Provider | None]:
    def make(context: Context) -> Provider | None:
        limit = context.column.form.length
        return Token(24, prefix) if limit is None or limit >= 24 + len(prefix) else None

    return make


def _password(context: Context) -> Provider | None:
    limit = context.column.form.length
    return PasswordHash() if limit is None or limit >= 90 else Token(min(32, limit))


def _tracking(context: Context) -> Provider | None:
    limit = context.column.form.length
    return Code("1Z", 14, start=10_000_000_000_000) if limit is None or limit >= 16 else None


RULES = (
    Rule(r"password(_hash|_digest)?|passwd|pwd(_hash)?|hashed_password", TEXT, _password, "its name says password"),
    Rule(
        r"(\w+_)?(token|secret|api_key|key_hash|nonce|fingerprint|checksum|hash|signature)",
        TEXT,
        _token,
        "its name says token",
        distinct=True,
    ),
    Rule(
        r"(external|provider|gateway)_(payment|charge)_?id|payment_intent(_id)?",
        TEXT,
        _external("pay_"),
        "its name says the provider's payment",
        distinct=True,
    ),
    Rule(
        r"(external|provider|gateway)_(transaction|refund)_?id|transaction_(id|ref|reference)",
        TEXT,
        _external("txn_"),
        "its name says the provider's transaction",
        distinct=True,
    ),
    Rule(
        r"(external|stripe|remote|provider|gateway|message|correlation|request|trace)_(\w+_)?id",
        TEXT,
        _external("ext_"),
        "its name says another system's key",
        distinct=True,
    ),
    Rule(r"tracking_(number|code)|awb", TEXT, _tracking, "its name says tracking number", distinct=True),
    *(_code(prefix) for prefix in ("ORD-", "INV-", "TCK-", "CUS-", "EMP-", "SHP-")),
)
