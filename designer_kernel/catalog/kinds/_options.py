"""How options are written: storage parameters and options of views as assignments, those of foreign data as pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.secrets import HIDDEN

Pair: TypeAlias = tuple[str, str]
"""An option of foreign data: its name and its value."""


def assignments(options: Iterable[str]) -> str:
    """Return options as ``pg_class.reloptions`` keeps them, ``name=value``, for between the brackets of WITH."""
    return ", ".join(map(_assignment, options))


def _assignment(option: str) -> str:
    name, _, value = option.partition("=")
    written = quote_path(*name.split(".", 1))
    return written if value == "true" else f"{written}={literal(value)}"


def generic(options: Iterable[Pair]) -> str:
    """Return options of foreign data, (name, value), as a clause with the space before it."""
    written = ", ".join(f"{quote(name)} {literal(value)}" for name, value in options)
    return f" OPTIONS ({written})" if written else ""


def altered(old: Sequence[Pair], new: Sequence[Pair]) -> str:
    """Return the clause that turns options of foreign data into others, with the space before it; secrets stay.

    Their order is part of them: a clause is carried out from left to right, and what is added stands last.
    """
    had, names = dict(old), [name for name, _ in new]
    gone = [name for name, _ in old if name not in names]
    kept = [name for name, _ in old if name in names]
    if kept != names[: len(kept)]:
        gone, kept = [name for name, _ in old], []
    words = [f"DROP {quote(name)}" for name in gone]
    for name, value in new:
        if name not in kept:
            words.append(f"ADD {quote(name)} {literal(value)}")
        elif had[name] != value:
            words.append(f"SET {quote(name)} {literal(value)}")
    return f" OPTIONS ({', '.join(words)})" if words else ""


def public_options(array: str) -> str:
    """Return SQL for the options of foreign data that are no secrets, as an array of (name, value) in their order."""
    return _options(array, "ARRAY[o.name, o.value]", "!~*")


def secret_options(array: str) -> str:
    """Return SQL for the names of the options whose values are secrets; the values never leave the server."""
    return _options(array, "o.name", "~*")


def _options(array: str, wanted: str, matches: str) -> str:
    return f"""coalesce((
                       SELECT array_agg({wanted} ORDER BY o.place)
                       FROM (SELECT split_part(u.text, '=', 1) AS name,
                                    substr(u.text, strpos(u.text, '=') + 1) AS value, u.place
                             FROM unnest({array}) WITH ORDINALITY u (text, place)) o
                       WHERE o.name {matches} '{HIDDEN}'), '{{}}')"""
