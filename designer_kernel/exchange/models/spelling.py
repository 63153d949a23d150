"""How values and calls are written in a generated module: double quotes, and long calls broken over lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_WIDTH: Final = 110
_COLON: Final = re.compile(r"(?<![:\w]):(?=\w)")
"""Where ``text()`` would read a parameter, see SQLAlchemy's ``TextClause``."""


def literal(text: str) -> str:
    """Return text as a constant of Python, in double quotes where that needs no escapes."""
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain.startswith("'") and '"' not in plain else plain


def sql(text: str) -> str:
    """Return SQL as a call of ``text()``; a colon that would begin a parameter is escaped."""
    escaped = _COLON.sub(r"\\:", text)
    return f"text({literal(escaped)})"


def listed(names: Iterable[str]) -> str:
    """Return names as constants with commas between."""
    return ", ".join(map(literal, names))


def call(indent: str, before: str, arguments: Iterable[str], after: str = ")") -> str:
    """Return a call in one line, or with its arguments on lines of their own if that were too long.

    Parameters
    ----------
    before
        What stands before the arguments, with the opening bracket.
    after
        What stands after them.
    """
    given = list(arguments)
    line = f"{indent}{before}{', '.join(given)}{after}"
    if len(line) <= _WIDTH:
        return line
    inner = "".join(f"{indent}    {argument},\n" for argument in given)
    return f"{indent}{before}\n{inner}{indent}{after}"
