"""What a query can say: functions of a column, operators of a filter, and which of them suit a type."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

from designer_kernel.catalog import types
from designer_kernel.errors import InvalidSql

Family = Literal["number", "text", "boolean", "time", "json", "array", "other"]

AGGREGATES: Final = ("count", "sum", "avg", "min", "max", "bool_and", "bool_or", "array_agg")
"""Functions of many rows that are called by their own name."""

PERIODS: Final = ("hour", "day", "week", "month", "quarter", "year")
"""What ``date_trunc`` cuts a moment to."""

Function = Literal[
    "", "count", "count distinct", "sum", "avg", "min", "max", "bool_and", "bool_or", "array_agg",
    "hour", "day", "week", "month", "quarter", "year",
]  # fmt: skip

COMPARISONS: Final = {
    "=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
    "is distinct from": "IS DISTINCT FROM", "is not distinct from": "IS NOT DISTINCT FROM",
    "like": "LIKE", "not like": "NOT LIKE", "ilike": "ILIKE", "not ilike": "NOT ILIKE",
    "~": "~", "~*": "~*", "!~": "!~", "!~*": "!~*", "@>": "@>", "<@": "<@", "&&": "&&",
}  # fmt: skip
"""Operators between two sides, and how they are written."""

BETWEEN: Final = {"between": "BETWEEN", "not between": "NOT BETWEEN"}
"""Operators that take two values."""

LISTS: Final = {"in": "IN", "not in": "NOT IN"}
"""Operators that take any number of values."""

TESTS: Final = {
    "is null": "IS NULL", "is not null": "IS NOT NULL", "is true": "IS TRUE", "is not true": "IS NOT TRUE",
    "is false": "IS FALSE", "is not false": "IS NOT FALSE",
}  # fmt: skip
"""Operators that take no value."""

HOLDS: Final = "holds"
"""The operator of a condition that is written as SQL."""

Operator = Literal[
    "=", "<>", "<", "<=", ">", ">=", "is distinct from", "is not distinct from", "like", "not like", "ilike",
    "not ilike", "~", "~*", "!~", "!~*", "@>", "<@", "&&", "between", "not between", "in", "not in", "is null",
    "is not null", "is true", "is not true", "is false", "is not false", "holds",
]  # fmt: skip

_ORDERED: Final = ("=", "<>", "<", "<=", ">", ">=", "between", "in", "not in")
_NULLS: Final = ("is null", "is not null")

OPERATORS: Final[dict[Family, tuple[str, ...]]] = {
    "number": (*_ORDERED, *_NULLS),
    "time": (*_ORDERED, *_NULLS),
    "text": ("=", "<>", "ilike", "not ilike", "like", "not like", "~", "in", "not in", "<", ">", *_NULLS),
    "boolean": ("is true", "is false", *_NULLS),
    "json": ("@>", "<@", *_NULLS),
    "array": ("@>", "<@", "&&", "=", "<>", *_NULLS),
    "other": ("=", "<>", "in", "not in", "<", ">", *_NULLS),
}
"""The operators to offer for a type, the usual one first."""

FUNCTIONS: Final[dict[Family, tuple[str, ...]]] = {
    "number": ("sum", "avg", "min", "max", "count", "count distinct", "array_agg"),
    "time": (*reversed(PERIODS), "min", "max", "count", "count distinct", "array_agg"),
    "text": ("count", "count distinct", "min", "max", "array_agg"),
    "boolean": ("bool_and", "bool_or", "count", "array_agg"),
    "json": ("count",),
    "array": ("count", "count distinct"),
    "other": ("count", "count distinct", "array_agg"),
}
"""The functions to offer for a type."""

_NUMBERS: Final = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision", "money"})
_TEXTS: Final = frozenset({"text", "character varying", "character", "bpchar", "name", "citext"})
_TIMES: Final = frozenset({"date", "timestamp with time zone", "timestamp without time zone"})


@lru_cache(maxsize=4096)
def family_of(type_text: str) -> Family:
    """Return which operators and functions suit a type."""
    try:
        parsed = types.parse(type_text)
    except InvalidSql:
        return "other"
    if parsed.dimensions:
        return "array"
    if parsed.name in _NUMBERS:
        return "number"
    if parsed.name in _TEXTS:
        return "text"
    if parsed.name in _TIMES:
        return "time"
    if parsed.name == "boolean":
        return "boolean"
    return "json" if parsed.name == "jsonb" else "other"
