"""Odd values among the usual ones: empty, longest, strange letters, ends of types, what legal values people forget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from designer_kernel.sample.loading.nested import EMPTY, LOWER_INCLUDED, LOWER_OPEN, UPPER_OPEN
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import INTEGERS, Form
from designer_kernel.sample.providers.anything import as_element
from designer_kernel.sample.providers.provider import Provider
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import FOREVER, NEVER, Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_DAY: Final = 86_400_000_000
_LONGEST: Final = 1_000
"""Characters of the longest text where nothing limits it."""

_TEXTS: Final = (
    "", " ", "a", "  two spaces  ", "0", "-1", "null", "NULL", "None", "undefined", "true", "NaN", "1e309", "\\N",
    "\\.",
    "O'Brien", 'He said "hello"', "back\\slash", "100%", "under_score%", "semi;colon", "comma, and more", "$1",
    "{}", "[]",
    "line\nbreak", "carriage\r\nreturn", "tab\there", "bell\x07 and escape\x1b[31m", "\x01\x02\x1f\x7f",
    "<script>alert(1)</script>", "<b>bold & <i>more</b>", "&amp;lt;", "Robert'); DROP TABLE students;--", "' OR '1'='1",
    "${jndi:ldap://example.invalid/a}", "../../etc/passwd", "=1+1", "+1", "@SUM(A1:A9)", "-2+3",
    "Zoë", "Zoe\u0308", "ﬁ ﬀ ligature", "İstanbul", "straße", "ＦＵＬＬ ｗｉｄｔｈ", "Ω≈ç√∫",
    "日本語の文字", "汉字 漢字",
    "한국어", "กรุงเทพ", "नमस्ते", "مرحبا بالعالم", "שלום עולם", "\u202eright to left\u202c", "זה English וזה",
    "👩‍👩‍👧‍👦", "🏳️‍🌈",
    "👍🏽", "🇸🇪", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "z\u0351\u0489\u0332a\u0317l\u0322g\u0321o", "zero\u200bwidth", "\ufeffmark",
    "non\u00a0breaking",
    "\ue000", "\ufffd", "\U0010ffff", "soft\u00adhyphen", "line\u2028separator",
    "a" * 63, "é" * 31,
)  # fmt: skip
"""Text that programs stumble over; what has a NUL in it, PostgreSQL does not hold."""

_JSON: Final = (
    "{}", "[]", "null", '""', "0", "-0", "true", '{"": ""}', "[[[[[[[[]]]]]]]]", '{"a": {"b": {"c": {"d": null}}}}',
    '{"number": 12345678901234567890.123456789}', '{"small": 1e-300}',
    '{"quote": "\\"", "slash": "\\\\", "new": "\\n"}',
    '{"emoji": "👩‍👩‍👧‍👦", "rtl": "שלום"}', '{"same": 1, "same": 2}', '[null, true, 1.50, "text", {}, []]',
)  # fmt: skip

_DATES: Final = (
    (1, 1, 1), (9999, 12, 31), (1600, 2, 29), (1900, 3, 1), (1970, 1, 1), (1969, 12, 31), (1999, 12, 31), (2000, 1, 1),
    (2000, 2, 29), (2024, 2, 29), (2024, 12, 31), (2025, 2, 28), (2038, 1, 19), (1582, 10, 15), (1752, 9, 14),
)  # fmt: skip
_TIMES: Final = (
    (1970, 1, 1, 0, 0, 0, 0), (1969, 12, 31, 23, 59, 59, 999_999), (2000, 1, 1, 0, 0, 0, 0), (2024, 2, 29, 23, 59,
    59, 999_999),
    (2025, 3, 30, 0, 59, 59, 999_999), (2025, 3, 30, 1, 0, 0, 0), (2025, 10, 26, 0, 30, 0, 0), (2025, 10, 26, 1,
    30, 0, 0),
    (2025, 3, 9, 7, 0, 0, 0), (2025, 11, 2, 5, 30, 0, 0), (2038, 1, 19, 3, 14, 8, 0), (2024, 12, 31, 23, 59, 59,
    999_999),
    (1, 1, 1, 0, 0, 0, 0), (9999, 12, 31, 23, 59, 59, 999_999), (2016, 12, 31, 23, 59, 59, 0), (2001, 9, 9, 1, 46,
    40, 0),
)  # fmt: skip
"""The epoch, leap days, and the hours in which clocks of Europe and America go forward and back (UTC)."""

_FIRST_DAY: Final = -2_440_588
_LAST_DAY: Final = 2_145_042_905
"""The dates 4714-11-24 BC and 5874897-12-31 as days since 1970."""

_FIRST_MOMENT: Final = _FIRST_DAY * _DAY
_LAST_MOMENT: Final = 9_223_372_000_000_000_000
"""The first moment that there is, and one within an hour of the last that 64 bits since 1970 can tell."""


@dataclass(frozen=True, slots=True)
class Edged(Provider):
    """Another provider's values, in ``share`` thousandths of the rows replaced by one of ``items``.

    With a ``counter`` the column is unique: the first rows of those that must differ get one item each.
    """

    inner: Provider
    share: int
    items: tuple[Any, ...]
    counter: Counter | None = None

    @property
    def name(self) -> str:
        return self.inner.name

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        values = self.inner.draw(frame, column)
        if self.counter is not None:
            which = frame.counted(self.counter)
            chosen = which < len(self.items)
            which = np.minimum(which, len(self.items) - 1)
        else:
            chosen = hashing.below(frame.bits(column.name, "edge"), 1000) < self.share
            which = hashing.below(frame.bits(column.name, "which edge"), len(self.items))
        if values.null is not None:
            chosen = chosen & ~values.null  # what is absent may say something about another column
        if not chosen.any():
            return values
        if isinstance(values.data, np.ndarray) and values.data.dtype == np.uint8 and values.data.ndim == 2:
            values = Values(as_element(column.form, values.data), values.null)
        return values.where(chosen, Values(held(self.items, values.data)).take(which))


def held(items: tuple[Any, ...], like: Any) -> Any:
    """Return items as data of the same sort as other values of the column."""
    if isinstance(like, pa.Array):
        return pa.array([_plain(item) for item in items], type=like.type)
    return np.array(items, dtype=like.dtype)


def _plain(item: Any) -> Any:
    """Return an item as Arrow takes it: ranges as mappings, the rest of tuples as lists."""
    if isinstance(item, Span):
        return {"lower": item.lower, "upper": item.upper, "flags": item.flags}
    return [_plain(part) for part in item] if isinstance(item, tuple) else item


@dataclass(frozen=True, slots=True)
class Span:
    """A range of which an end, or everything, may be missing."""

    lower: Any
    upper: Any
    flags: int


def odd(form: Form, sample: Values, *, mild: bool) -> tuple[Any, ...]:
    """Return odd values of a form, as its values are held; checks are not looked at.

    ``sample`` are usual ones. With ``mild`` nothing is larger than those, or below zero and smaller: others are
    computed from it.
    """
    maker = _MAKERS.get(form.kind)
    if maker is None:
        return ()
    found = maker(form)
    if form.kind in ("range", "multirange", "interval", "geometry") and not _fits(form, sample):
        return ()
    if mild and form.kind in _MEASURED and len(sample) and isinstance(sample.data, np.ndarray):
        low, high = min(sample.data.min(), 0), sample.data.max()
        found = tuple(item for item in found if low <= item <= high)
    return tuple(dict.fromkeys(found)) if form.kind != "float" else found


def _fits(form: Form, sample: Values) -> bool:
    """Whether the odd values of a kind that is held in several ways are held as the sample is."""
    if form.kind == "interval":
        return isinstance(sample.data, np.ndarray) and sample.data.ndim == 2
    if form.kind == "geometry":
        return form.base == "point"
    return isinstance(sample.data, pa.Array) and not pa.types.is_binary(sample.data.type)


_MEASURED: Final = frozenset({"integer", "numeric", "float", "money", "date", "timestamp", "time"})


def _texts(form: Form) -> tuple[str, ...]:
    longest = form.length or _LONGEST
    kept = [t for t in _TEXTS if len(t) <= longest and (form.base != "name" or len(t.encode()) <= 63)]
    if form.base in ("character", "bpchar"):
        kept = [t for t in kept if t == t.rstrip(" ")]  # they are padded: spaces at the end do not count
    wide = "é" if form.base != "name" else "a"
    return (*kept, "x" * longest, wide * longest)


def _integers(form: Form) -> tuple[int, ...]:
    most = 2 ** (INTEGERS.get(form.base, 32) - 1)
    return (0, 1, -1, most - 1, -most, most - 2, *(2**n for n in (7, 8, 15, 16, 31, 53) if 2**n < most))


def _numerics(form: Form) -> tuple[int, ...]:
    most = form.largest or 10**18 - 1
    unit = 10**form.scale
    return tuple(n for n in (0, 1, -1, unit, -unit, most, -most, 123_456_789_012_345_678) if abs(n) <= most)


def _floats(form: Form) -> tuple[float, ...]:
    limits = np.finfo(np.float32 if form.base == "real" else np.float64)
    ends = (
        float(limits.max),
        float(limits.min),
        float(limits.tiny),
        float(limits.smallest_subnormal),
        float(limits.eps),
    )
    return (0.0, -0.0, 1.0, -1.0, 0.1, *ends, float("nan"), float("inf"), float("-inf"))


def _dates(form: Form) -> tuple[int, ...]:
    days = [(datetime(*day, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days for day in _DATES]
    return (*days, _FIRST_DAY, _LAST_DAY, FOREVER, NEVER)


def _moments(form: Form) -> tuple[int, ...]:
    since = [datetime(*time, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC) for time in _TIMES]
    found = [s.days * _DAY + s.seconds * 1_000_000 + s.microseconds for s in since]
    return (*found, _FIRST_MOMENT, _LAST_MOMENT, FOREVER, NEVER)


def _ranges(form: Form) -> tuple[Span, ...]:
    low: Any = 1
    if form.element is None or form.element.kind not in _MEASURED:
        return (Span(None, None, EMPTY), Span(None, None, LOWER_OPEN | UPPER_OPEN))
    if form.element.kind == "float":
        low = 1.0
    return (
        Span(None, None, EMPTY), Span(None, None, LOWER_OPEN | UPPER_OPEN),
        Span(low, None, LOWER_INCLUDED | UPPER_OPEN),
        Span(None, low, LOWER_OPEN), Span(low, low + 1, LOWER_INCLUDED),
    )  # fmt: skip


def _addresses(form: Form) -> tuple[bytes, ...]:
    """Return everything, nothing and this machine, of both families."""
    is_net = int(form.base == "cidr")
    found = [(2, 32, bytes(4)), (2, 0, bytes(4)), (2, 32, b"\xff" * 4), (2, 32, bytes([127, 0, 0, 1])),
             (3, 128, bytes(15) + b"\x01"), (3, 0, bytes(16)), (3, 128, b"\x20\x01\x0d\xb8" + bytes(12))]  # fmt: skip
    return tuple(bytes([family, bits, is_net, len(octets)]) + octets for family, bits, octets in found)


def _lists(form: Form) -> tuple[Any, ...]:
    return ((), (None,), (None, None)) if form.element is not None else ()


def _width(form: Form) -> int:
    return 8 if form.base == "macaddr8" else 6


_MAKERS: Final[Mapping[str, Any]] = {
    "text": _texts, "integer": _integers, "numeric": _numerics, "float": _floats, "date": _dates, "timestamp": _moments,
    "json": lambda form: _JSON,
    "time": lambda form: (0, 1, _DAY // 2, _DAY - 1, _DAY),
    "interval": lambda form: ((0, 0, 0), (0, 0, 1), (0, -1, 0), (1, -1, 0), (-1, 1, -1), (1_200, 0, 0),
                              (0, 0, _DAY * 40)),
    "money": lambda form: (0, 1, -1, 2**63 - 1, -(2**63) + 1),
    "enum": lambda form: (form.labels[0], form.labels[-1]) if form.labels else (),
    "uuid": lambda form: (bytes(16), b"\xff" * 16),
    "bytes": lambda form: (b"", b"\x00", b"\xff" * 4, b"\\x00", bytes(range(256))),
    "macaddr": lambda form: (bytes(_width(form)), b"\xff" * _width(form)),
    "inet": _addresses,
    "bits": lambda form: ("0" * (form.length or 1), "1" * (form.length or 1)) if form.base == "bit" else
            ("", "0", "1" * (form.length or 64)),
    "list": _lists, "range": _ranges, "multirange": lambda form: ((),), "hstore": lambda form: ((),),
    "ltree": lambda form: ("a", ".".join("x" * 100)),
    "tsvector": lambda form: ("", "one", "one one one"),
    "geometry": lambda form: ((0.0, 0.0), (-0.0, -0.0), (1e300, -1e300), (1e-300, 1e-300), (180.0, 90.0)),
    "xml": lambda form: ("<a/>", "<a b=\"'\">&lt;&amp;&#x1F600;</a>", "<!-- only --><a/>", "<a><![CDATA[<b>]]></a>"),
    "position": lambda form: (0, 2**63 - 1),
}  # fmt: skip
