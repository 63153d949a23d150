"""What a check's own words suggest: its constants, and values made of them, as candidates for its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.providers.patterns import drawn_from

_STRING: Final = re.compile(r"([eE]?)'((?:[^']|'')*)'")
_NUMBER: Final = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?(?![\w.'])")
_MOST: Final = 160
"""Candidates of one column."""
_LONGEST: Final = 64
_COMMON_TEXT: Final = (
    "", "a", "A", "x1", "0", "1", "42", "-1", "3.14", "abc", "ABC", "Abc", " a ", "a b", "2024-01-31", "12:30", "en_US",
    "true", "ann@example.com", "https://example.com/a", "/a/b", "+493012345678", "192.0.2.1", "#a1b2c3", "{}", "[]",
    "1.2.3", "00000000-0000-4000-8000-000000000001", "DE89370400440532013000", "9783161484100", "0123456789",
)  # fmt: skip
_COMMON_NUMBERS: Final = (0, 1, 2, 3, 5, 7, 10, 12, 15, 24, 25, 30, 50, 60, 64, 90, 100, 180, 256, 360, 1000, 1024, -1)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The constants of some texts of SQL."""

    strings: tuple[str, ...]
    numbers: tuple[Decimal, ...]


def evidence(texts: Iterable[str], catalog: Catalog | None) -> Evidence:
    """Return the constants of checks, and of the functions that they call as far as the catalog tells these."""
    strings: dict[str, None] = {}
    numbers: dict[Decimal, None] = {}
    for text in _with_functions(list(texts), catalog):
        for escaped, inner in _STRING.findall(text):
            plain = inner.replace("''", "'")
            strings[plain.replace("\\\\", "\\") if escaped else plain] = None
        for number in _NUMBER.findall(_STRING.sub(_unquoted, text)):
            numbers[Decimal(number)] = None
    return Evidence(tuple(strings)[:60], tuple(numbers)[:40])


def _unquoted(found: re.Match[str]) -> str:
    """Return a number that stands in quotes as it is, and other constants as nothing: ``'-5'::integer``."""
    return f" {found[2]} " if re.fullmatch(r"-?\d+(\.\d+)?", found[2]) else " "


def _with_functions(texts: list[str], catalog: Catalog | None) -> list[str]:
    """Return texts and the bodies of the functions that they name, and of those that these name."""
    if catalog is None:
        return texts
    bodies = {f.name: _body(f.definition) for f in catalog.of(Function)}
    seen: set[str] = set()
    result = list(texts)
    for text in result:
        for name in re.findall(r"(\w++)\"?\s*+\(", text):
            if name in bodies and name not in seen and len(seen) < 8:
                seen.add(name)
                result.append(bodies[name])
    return result


def _body(definition: str) -> str:
    """Return what stands between a function's dollar quotes."""
    found = re.search(r"AS (\$\w*\$)(.*)\1", definition, re.DOTALL)
    return found[2] if found else definition.partition("RETURN")[2]


def suggested(form: Form, allowed: Allowed, known: Evidence) -> tuple[Any, ...]:
    """Return values of a column that a check's words suggest, as the form computes with them."""
    match form.kind:
        case "integer" | "numeric":
            items: list[Any] = _numbers(form, known)
        case "float":
            items = [float(n) for n in (*known.numbers, *map(Decimal, _COMMON_NUMBERS))]
            items += [n + 0.5 for n in items[:20]]
        case "boolean":
            items = [True, False]
        case "enum":
            items = list(form.labels)
        case "text":
            items = _texts(form, known)
        case "date" | "timestamp":
            items = _moments(form, known)
        case "time":
            items = [h * 3_600_000_000 for h in (0, 6, 9, 12, 17, 18, 23)]
        case "interval":
            items = [m * 60_000_000 for m in (0, 1, 15, 30, 60, 90, 240, 1440, 10080, 43200)]
            items += [int(n) * unit for n in known.numbers for unit in (60_000_000, 3_600_000_000, 86_400_000_000)]
        case "list":
            items = _lists(form, known)
        case _:
            items = []
    kept = [item for item in dict.fromkeys(_hashable(i) for i in items) if _is_allowed(item, form, allowed)]
    return tuple(kept[:_MOST])


def _hashable(item: Any) -> Any:
    return tuple(item) if isinstance(item, list) else item


def _is_allowed(item: Any, form: Form, allowed: Allowed) -> bool:
    if allowed.values is not None and item not in allowed.values:
        return False
    if form.kind == "text":
        limit = min((n for n in (form.length, allowed.longest) if n is not None), default=None)
        return (limit is None or len(item) <= limit) and len(item) >= allowed.shortest
    if isinstance(item, int) and not isinstance(item, bool):
        if form.largest is not None and abs(item) > form.largest:
            return False
        return (allowed.low is None or item >= allowed.low) and (allowed.high is None or item <= allowed.high)
    return item not in allowed.excluded if not isinstance(item, tuple) else True


def _numbers(form: Form, known: Evidence) -> list[Any]:
    unit = 10**form.scale
    items: list[int] = []
    for number in known.numbers:
        exact = int(number * unit)
        items += [exact, exact + 1, exact - 1, exact + unit, exact - unit]
    items += [int(s) * unit for s in known.strings if re.fullmatch(r"-?\d{1,15}", s)]
    items += [n * unit for n in _COMMON_NUMBERS]
    items += [int(a * b * unit) for a in known.numbers[:6] for b in known.numbers[:6]]
    items += [(y * 100 + m) * 100 * unit + unit for y in (2024,) for m in (1, 12)]
    return items


def _texts(form: Form, known: Evidence) -> list[Any]:
    items: list[str] = []
    for text in known.strings:
        items += [text, *drawn_from(text)]
    items += list(_COMMON_TEXT)
    lengths = sorted({int(n) + d for n in known.numbers if 0 <= n <= _LONGEST for d in (-1, 0, 1)} | {2, 3, 5, 8, 13})
    for length in lengths:
        if length > 0:
            items += [_ruled(line, length) for line in ("4539578763621486", "quietmaple", "QUIETMAPLE", "a7k2m9x4")]
    items += [str(n) for n in known.numbers]
    short = [s for s in known.strings if len(s) <= 12][:8]
    items += [s.upper() for s in short] + [s.lower() for s in short]
    items += [a + b for a in short for b in (*short, "a", "1", "abc", "123") if a != b]
    items += [b + a for a in short for b in ("a", "1", "abc", "123")]
    items += ["a" + a + "b" for a in short] + ["1" + a + "2" for a in short]
    return items


def _ruled(line: str, length: int) -> str:
    """Return as many characters of a line, over and over."""
    return (line * (length // len(line) + 1))[:length]


def _moments(form: Form, known: Evidence) -> list[Any]:
    items: list[int] = []
    for text in (*known.strings, "2024-01-01", "2024-02-29", "2024-06-15", "2024-12-31", "2025-03-31", "2000-01-01"):
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            continue
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        days = moment.date().toordinal() - date(1970, 1, 1).toordinal()
        if form.kind == "date":
            items += [days, days + 1, days - 1, days + 30]
        else:
            exact = int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000
            items += [exact, exact + 1, exact - 1, exact + 86_400_000_000, exact + 3_600_000_000]
    return items


def _lists(form: Form, known: Evidence) -> list[Any]:
    assert form.element is not None
    if form.element.kind not in ("text", "enum", "integer"):
        return []
    inner = suggested(form.element, Allowed(), known)[:24]
    items: list[list[Any]] = [[]] + [[i] for i in inner]
    for size in sorted({2, 3} | {int(n) for n in known.numbers if 0 < n <= 20}):
        items += [[inner[(k + j) % len(inner)] for j in range(size)] for k in range(min(4, len(inner)))]
    return items
