r"""What psql itself does with a script before the server sees it: variables, and branches that do not depend on data.

Only what the script says by itself is followed: ``\set`` with constants, ``:name``, ``:'name'`` and ``:"name"``, and
``\if`` over constants and variables. What psql would learn from the server or the shell is unknown here; then the
statement stays as it is written, and all branches are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.literals import literal
from designer_kernel.errors import DesignerError
from designer_kernel.exchange.sql.splitting import HOW_PSQL_WORKS, Piece

_TOKEN: Final = re.compile(
    r"""
      (?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<dollar>\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z))
    | (?P<variable>(?<!:):(?:(?P<plain>\w+)|'(?P<text>\w+)'|"(?P<name>\w+)"|\{\?(?P<is_set>\w+)\}))
    | (?P<quoted>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*")
    | (?P<word>[^\W\d][\w$]*)
    | ::
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_PART: Final = re.compile(r"'((?:[^'\\]|\\.|'')*)'|(`[^`]*`)|(\S+)")
_ESCAPE: Final = re.compile(r"\\(.)|''", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "b": "\b", "r": "\r", "f": "\f"}
_MAX_GROWTH: Final = 100_000
"""How many characters variables may add to a statement: values made of values could fill any memory."""

_TRUE: Final = frozenset({"true", "t", "tr", "tru", "yes", "y", "ye", "on", "1"})
_FALSE: Final = frozenset({"false", "f", "fa", "fal", "fals", "no", "n", "off", "of", "0"})


@dataclass(slots=True)
class _Branch:
    r"""One ``\if``: whether what stands here is read, was read in an earlier branch, or cannot be told."""

    line: int
    is_read: bool
    is_done: bool
    is_open: bool = False


@dataclass(slots=True)
class _Psql:
    """The state of psql at one place of a script."""

    variables: dict[str, str] = field(default_factory=dict)
    branches: list[_Branch] = field(default_factory=list)

    def piece(self, piece: Piece) -> Piece:
        """Return a statement as psql would send it, or a command, and follow what that does."""
        name, _, rest = piece.sql[1:].partition(" ") if piece.kind == "meta" else ("", "", "")
        if name in _BRANCHING:
            is_open = self._branch(name, rest.strip(), piece)
            return piece if is_open else replace(piece, unread=HOW_PSQL_WORKS)
        unread = next((branch for branch in self.branches if not branch.is_read), None)
        if unread is not None:
            return replace(piece, unread=f"psql would leave it out: the condition in line {unread.line} is not met")
        if piece.kind == "meta":
            self._command(name, rest)
            return piece
        sql = interpolated(piece.sql, self.variables)
        return piece if sql == piece.sql else replace(piece, sql=sql)

    def _command(self, name: str, rest: str) -> None:
        words = rest.split(maxsplit=1)
        if name == "set" and words:
            value = self._value(words[1]) if len(words) > 1 else ""
            if value is None:
                self.variables.pop(words[0], None)
            else:
                self.variables[words[0]] = value
        elif name == "unset" and words:
            self.variables.pop(words[0], None)

    def _value(self, text: str) -> str | None:
        r"""Return what the arguments of ``\set`` come to; nothing if the shell would have to be asked."""
        found = []
        for quoted, command, plain in _PART.findall(text):
            if command or "`" in plain:
                return None
            found.append(interpolated(plain, self.variables) if plain else _ESCAPE.sub(_unescaped, quoted))
        return "".join(found)

    def _branch(self, name: str, condition: str, piece: Piece) -> bool:
        """Follow a branching, and say whether it cannot be told which branch psql would take."""
        was_open = bool(self.branches) and self.branches[-1].is_open
        if name == "if":
            met = self._is_met(condition)
            self.branches.append(_Branch(piece.line, met is not False, met is True, is_open=met is None))
        elif not self.branches:
            return False
        elif name == "endif":
            self.branches.pop()
        elif not self.branches[-1].is_open:
            last = self.branches[-1]
            met = True if name == "else" else self._is_met(condition)
            last.line, last.is_open = piece.line, met is None and not last.is_done
            last.is_read = last.is_open or (bool(met) and not last.is_done)
            last.is_done = last.is_done or bool(met)
        return was_open or (bool(self.branches) and self.branches[-1].is_open)

    def _is_met(self, condition: str) -> bool | None:
        word = interpolated(condition, self.variables).strip("'").lower()
        return True if word in _TRUE else False if word in _FALSE else None


_BRANCHING: Final = frozenset({"if", "elif", "else", "endif"})


def sent(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the pieces of a script as psql would send them to the server."""
    state = _Psql()
    return tuple(state.piece(piece) for piece in pieces)


def interpolated(sql: str, variables: Mapping[str, str]) -> str:
    """Return SQL with psql's variables in place; what is in quotes or comments, or is not set, stays."""
    if ":" not in sql:
        return sql
    parts, room = list[str](), _MAX_GROWTH
    for found in _TOKEN.finditer(sql):
        part = _put(found, variables) if found["variable"] else found[0]
        room -= len(part) - len(found[0])
        if room < 0:
            return sql
        parts.append(part)
    return "".join(parts)


def _put(found: re.Match[str], variables: Mapping[str, str]) -> str:
    if found["is_set"]:
        return "TRUE" if found["is_set"] in variables else "FALSE"
    name = found["plain"] or found["text"] or found["name"]
    if name not in variables:
        return found[0]
    value = variables[name]
    try:
        return value if found["plain"] else literal(value) if found["text"] else quote(value)
    except DesignerError:  # no name that the server could keep
        return found[0]


def _unescaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[1], found[1]) if found[1] else "'"
