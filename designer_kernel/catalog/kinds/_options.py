"""How options are written: storage parameters and options of views as assignments, those of foreign data as pairs."""

from __future__ import annotations

from collections.abc import Iterable
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
