"""The categories that a column's values fall into: its few values, or equal parts of its range; and NULL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows import spelled
from designer_kernel.sample.rows.values import Values

NULL: Final = "NULL"
OTHER: Final = "other"
BINS: Final = 12
MOST_VALUES: Final = 24
LONGEST: Final = 60
NUMBERS: Final = frozenset({"integer", "numeric", "float", "date", "timestamp"})
WORDS: Final = frozenset({"boolean", "enum", "text"})
_DAY: Final = 86_400.0
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Categories:
    """``labels`` of the categories, NULL last if there is any; ``edges`` of the parts of a range, or ``values``."""

    labels: tuple[str, ...]
    edges: tuple[float, ...] = ()
    values: tuple[Any, ...] = ()
    has_null: bool = False

    def counted(self, items: Sequence[Any]) -> list[float]:
        """Return how many items fall into each category."""
        nulls = sum(item is None for item in items)
        known = [item for item in items if item is not None]
        if self.edges:
            inner = np.asarray(self.edges[1:-1])
            index = np.searchsorted(inner, np.asarray(known, dtype=np.float64), side="right")
            counts = np.bincount(index, minlength=len(self.edges) - 1).tolist()
        else:
            place = {value: index for index, value in enumerate(self.values)}
            counts = [0] * (len(self.values) + 1)
            for item in known:
                counts[place.get(item, len(self.values))] += 1
        return [float(c) for c in counts] + ([float(nulls)] if self.has_null else [])


def plain(form: Form, values: Values) -> list[Any]:
    """Return values as numbers (times as seconds since 1970) or as text; ``None`` for NULL."""
    items = spelled.plain(form, values)
    match form.kind:
        case "numeric":
            return [None if i is None else i / 10**form.scale for i in items]
        case "date":
            return [None if i is None else i * _DAY for i in items]
        case "timestamp":
            return [None if i is None else i / 1e6 for i in items]
        case "integer" | "float":
            return [None if i is None else float(i) for i in items]
        case "boolean":
            return [None if i is None else ("true" if i else "false") for i in items]
    return [None if i is None else str(i)[:LONGEST] for i in items]


def of(form: Form, items: Sequence[Any]) -> Categories | None:
    """Return the categories of a column from a large sample; ``None`` if there is nothing to compare."""
    known = [item for item in items if item is not None]
    has_null = len(known) < len(items)
    nulls = (NULL,) if has_null else ()
    distinct = sorted(set(known)) if form.kind in NUMBERS | WORDS else []
    if known and form.kind in NUMBERS and len(distinct) > MOST_VALUES:
        edges = _edges(np.asarray(known, dtype=np.float64))
        if len(edges) > 2:
            labels = tuple(_range(form, low, high) for low, high in pairwise(edges))
            return Categories((*labels, *nulls), edges=edges, has_null=has_null)
    if distinct and len(distinct) <= MOST_VALUES and (len(distinct) > 1 or has_null):
        shown = tuple(_shown(form, value) for value in distinct)
        return Categories((*shown, OTHER, *nulls), values=tuple(distinct), has_null=has_null)
    if has_null and known:
        return Categories(("any", NULL), edges=(float("-inf"), float("inf")), has_null=True) if (
            form.kind in NUMBERS
        ) else Categories((OTHER, NULL), has_null=True)  # fmt: skip
    return None


def _edges(numbers: NDArray[np.float64]) -> tuple[float, ...]:
    """Return the ends of parts that hold about as many values each."""
    cuts = np.unique(np.quantile(numbers, np.linspace(0, 1, BINS + 1), method="lower"))
    return tuple(float(cut) for cut in cuts)


def _range(form: Form, low: float, high: float) -> str:
    return f"{_shown(form, low)} – {_shown(form, high)}"


def _shown(form: Form, value: Any) -> str:
    if form.kind in ("date", "timestamp"):
        return (_EPOCH + timedelta(seconds=value)).strftime("%Y-%m-%d")
    return f"{value:,g}" if isinstance(value, float) else str(value)
