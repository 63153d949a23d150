"""How values and calls are written in a generated module: double quotes, and long calls broken over lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from designer_kernel.catalog.rereading import as_written

_WIDTH: Final = 88
_COLON: Final = re.compile(r"\\:|(?<!:):(?!:)|:::")
"""Where ``text()`` could read a parameter or the escape of one, see SQLAlchemy's ``TextClause``; not in a cast."""

_CALL: Final = re.compile(r"(?:\w+=)?[\w.]*[(\[](?=.*[)\]]\Z)|(?:\w+=)?[\w.]+\((?=.*\)\Z)", re.DOTALL)
_MARKS: Final = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[()\[\]{},]""")


def literal(text: str) -> str:
    """Return text as a constant of Python, in double quotes unless that needs more escapes."""
    plain = repr(text)
    if plain.startswith('"') or text.count('"') > text.count("'"):
        return plain
    inner = plain[1:-1].replace("\\'", "'").replace('"', '\\"')
    return f'"{inner}"'


def sql(text: str) -> str:
    """Return SQL as a call of ``text()``, or of ``literal_column()`` where a colon would begin a parameter."""
    told = _told(text)
    function = "text" if is_plain(told) else "literal_column"
    return f"{function}({literal(told)})"


def is_plain(text: str) -> bool:
    """Whether SQL means to ``text()``, and where SQLAlchemy makes that from a string, what it says."""
    return not _COLON.search(text)


def expression(text: str) -> str:
    """Return SQL for an argument that SQLAlchemy takes for SQL: a constant, where it does not read more in it."""
    return literal(_told(text)) if is_plain(text) else sql(text)


def _told(text: str) -> str:
    """Return an expression so that a server tells it in these words again; it looks at what stands in brackets."""
    return as_written(f"({text})")[1:-1]


def doc(text: str) -> str:
    """Return text for the inside of a docstring."""
    inner = text.replace("\\", "\\\\").replace('"', "'").replace("\x00", "")
    return f"{inner} " if inner.endswith("\\") else inner


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
    if len(line) <= _WIDTH or not given:
        return line
    # As formatters write it: a comma after the last of several, and calls inside are broken likewise.
    comma = "," if len(given) > 1 or "=" in given[0].partition("(")[0] or not given[0].startswith(("'", '"')) else ""
    inner = "".join(f"{_broken(f'{indent}    ', argument)}{comma}\n" for argument in given)
    return f"{indent}{before}\n{inner}{indent}{after}"


def _broken(indent: str, argument: str) -> str:
    found = _CALL.match(argument)
    if len(indent + argument) < _WIDTH or found is None:
        return indent + argument
    return call(indent, found[0], _split(argument[found.end() : -1]), argument[-1])


def _split(text: str) -> list[str]:
    """Return the arguments of a call: what stands between commas that no bracket and no quote holds."""
    parts, depth, begin = [], 0, 0
    for found in _MARKS.finditer(text):
        mark = found[0]
        depth += (mark in "([{") - (mark in ")]}") if len(mark) == 1 else 0
        if mark == "," and depth == 0:
            parts.append(text[begin : found.start()].strip())
            begin = found.end()
    return [*parts, text[begin:].strip()]
