"""SQL that a server writes down and would itself read as something else, written so that it reads it as it was.

A server's text for an expression is right, but not always a fixed point. ``code IN ('a', 'b')`` of a ``varchar`` is
told with a cast of the whole array, and read with casts of its elements; ``a BETWEEN 1 AND 5 AND b`` is told with
brackets that the grammar takes away. A database built from such a text means the same and tells it in other words, so
nobody can see any more that the two are equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from designer_kernel.catalog.spelling import closing, outside_brackets, quoted_parts, split_list

_LIST: Final = re.compile(r"\b(ANY|ALL) \(\(ARRAY\[")
_CASTS: Final = {")::text[])": "::character varying", ")::inet[])": "::cidr"}
"""Types without operators of their own, by the cast of a whole list to the type whose operators they use."""

_RANGE: Final = re.compile(r"(?:\(|WHERE |ON )(?=\(\()")
_BOUNDS: Final = (("AND", " >= ", " <= ", "BETWEEN"), ("OR", " < ", " > ", "NOT BETWEEN"))


def as_written(sql: str) -> str:
    """Return a statement whose expressions the server will tell in the very words that they have here."""
    if any(cast in sql for cast in _CASTS):
        sql = _without_list_casts(sql)
    if ") AND " in sql or ") OR " in sql:
        sql = _with_ranges(sql)
    return sql


def _without_list_casts(sql: str) -> str:
    """Take away the cast that the server put around a whole list: it will do so again."""
    for found in reversed(list(_outside_quotes(_LIST, sql))):
        begin = found.end() - len("ARRAY[")
        end = closing(sql, begin + len("ARRAY"))
        elements = split_list(sql[found.end() : end])
        for cast, of_type in _CASTS.items():
            if sql.startswith(cast, end + 1) and all(element.endswith(of_type) for element in elements):
                sql = f"{sql[: begin - 1]}{sql[begin : end + 1]}){sql[end + 1 + len(cast) :]}"
    return sql


def _with_ranges(sql: str) -> str:
    """Write a range that stands first among other conditions as one: brackets alone would not keep it together."""
    for found in reversed(list(_outside_quotes(_RANGE, sql))):
        begin = found.end()
        end = closing(sql, begin)
        for word, low, high, between in _BOUNDS:
            if sql[end + 1 :].lstrip().startswith(f"{word} "):
                text = _range(sql[begin + 1 : end], word, low, high, between)
                sql = f"{sql[:begin]}({text}){sql[end + 1 :]}" if text else sql
    return sql


def _range(inside: str, word: str, low: str, high: str, between: str) -> str:
    """Return ``(e >= a) AND (e <= b)`` as ``e BETWEEN a AND b``, or nothing if it is no such thing."""
    middle = closing(inside, 0)
    join = f" {word} ("
    if not inside.startswith(join, middle + 1) or closing(inside, middle + len(join)) != len(inside) - 1:
        return ""
    first, second = inside[1:middle], inside[middle + 1 + len(join) : -1]
    lower, upper = outside_brackets(first, low), outside_brackets(second, high)
    if lower < 0 or upper < 0 or first[:lower] != second[:upper]:
        return ""
    return f"{first[:lower]} {between} {first[lower + len(low) :]} AND {second[upper + len(high) :]}"


def _outside_quotes(pattern: re.Pattern[str], sql: str) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern that are SQL, and not in a text or a name."""
    quoted = list(quoted_parts(sql))
    place = 0
    for found in pattern.finditer(sql):
        while place < len(quoted) and quoted[place][1] <= found.start():
            place += 1
        if place == len(quoted) or found.start() < quoted[place][0]:
            yield found
