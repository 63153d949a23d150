r"""What psql itself does with a script before the server sees it: variables, and branches that do not depend on data.

Only what the script says by itself is followed: ``\set`` with constants, ``:name``, ``:'name'`` and ``:"name"``, and
``\if`` over constants and variables. What psql would learn from the server, the shell, a person or another file is
unknown here, and so are its own variables; then the statement stays as it is written, and all branches are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.literals import literal
from designer_kernel.errors import DesignerError, InvalidSql
from designer_kernel.exchange.sql.splitting import HOW_PSQL_WORKS, Piece, split

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
_COMMAND: Final = re.compile(r"\\(\S*)\s*(.*)", re.DOTALL)
_PART: Final = re.compile(r"'((?:[^'\\]|\\.|'')*)'|(`[^`]*`)|(\S+)")
_ESCAPE: Final = re.compile(r"\\(.)|''", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "b": "\b", "r": "\r", "f": "\f"}
_MAX_GROWTH: Final = 100_000
"""How many characters variables may add to a statement: values made of values could fill any memory."""

_TRUE: Final = frozenset({"true", "t", "tr", "tru", "yes", "y", "ye", "on", "1"})
_FALSE: Final = frozenset({"false", "f", "fa", "fal", "fals", "no", "n", "off", "of", "0"})

_OWN: Final = frozenset({
    "AUTOCOMMIT", "COMP_KEYWORD_CASE", "DBNAME", "ECHO", "ECHO_HIDDEN", "ENCODING", "ERROR", "FETCH_COUNT",
    "HIDE_TABLEAM", "HIDE_TOAST_COMPRESSION", "HISTCONTROL", "HISTFILE", "HISTSIZE", "HOST", "IGNOREEOF",
    "LAST_ERROR_MESSAGE", "LAST_ERROR_SQLSTATE", "LASTOID", "ON_ERROR_ROLLBACK", "ON_ERROR_STOP",
    "PIPELINE_COMMAND_COUNT", "PIPELINE_RESULT_COUNT", "PIPELINE_SYNC_COUNT", "PORT", "PROMPT1", "PROMPT2", "PROMPT3",
    "QUIET", "ROW_COUNT", "SERVER_VERSION_NAME", "SERVER_VERSION_NUM", "SERVICE", "SERVICEFILE", "SHELL_ERROR",
    "SHELL_EXIT_CODE", "SHOW_ALL_RESULTS", "SHOW_CONTEXT", "SINGLELINE", "SINGLESTEP", "SQLSTATE", "USER", "VERBOSITY",
    "VERSION", "VERSION_NAME", "VERSION_NUM", "WATCH_INTERVAL",
})  # fmt: skip
"""Variables that psql itself sets, or may."""

_INCLUDING: Final = frozenset({"i", "ir", "include", "include_relative"})


class Variables(Mapping[str, str]):
    """What a script has set so far, and which names may be set without our knowing to what.

    Parameters
    ----------
    values
        The values that are known.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = dict(values or {})
        self._unknown = set(_OWN - self._values.keys())
        self._prefixes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def is_unknown(self, name: str) -> bool:
        """Whether nobody here can tell if a variable is set, or to what."""
        return name in self._unknown or (name not in self._values and name.startswith(self._prefixes))

    def set(self, name: str, value: str | None) -> None:
        """Set a variable; without a value it is set to what is unknown here."""
        self._values.pop(name, None)
        self._unknown.discard(name)
        if value is None:
            self._unknown.add(name)
        else:
            self._values[name] = value

    def unset(self, name: str) -> None:
        """Forget a variable; psql gives those of its own another value."""
        self._values.pop(name, None)
        self._unknown.discard(name)
        self._unknown |= _OWN & {name}

    def doubt(self, prefix: str) -> None:
        """Take every name with a prefix that is not known to be set for one that may be."""
        self._prefixes += (prefix,)


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

    variables: Variables = field(default_factory=Variables)
    branches: list[_Branch] = field(default_factory=list)
    last: str = ""

    def piece(self, piece: Piece) -> Piece:
        """Return a statement as psql would send it, or a command, and follow what that does."""
        found = _COMMAND.match(piece.sql) if piece.kind == "meta" else None
        name, rest = (found[1], found[2]) if found is not None else ("", "")
        if name in _BRANCHING:
            is_open = self._branch(name, rest.strip(), piece)
            return piece if is_open else replace(piece, unread=HOW_PSQL_WORKS)
        unread = next((branch for branch in self.branches if not branch.is_read), None)
        if unread is not None:
            return replace(piece, unread=f"psql would leave it out: the condition in line {unread.line} is not met")
        if piece.kind == "meta":
            self._command(name, rest)
            return piece
        self.last = interpolated(piece.sql, self.variables)
        if piece.sends == "gset":
            self._answered(piece.argument)
        return piece if self.last == piece.sql else replace(piece, sql=self.last)

    def _command(self, name: str, rest: str) -> None:
        words = rest.split(maxsplit=1)
        if name == "set" and words:
            self.variables.set(words[0], self._value(words[1]) if len(words) > 1 else "")
        elif name == "unset" and words:
            self.variables.unset(words[0])
        elif name == "getenv" and words:
            self.variables.set(words[0], None)
        elif name == "prompt" and words:
            self.variables.set(rest.rsplit(maxsplit=1)[-1], None)
        elif name == "gset":
            self._answered(rest)
        elif name in _INCLUDING:
            self.variables.doubt("")

    def _answered(self, prefix: str) -> None:
        """Follow that psql makes variables of the columns of an answer."""
        names = _columns(self.last)
        for name in names or ():
            self.variables.set(prefix + name, None)
        if names is None:
            for name in [name for name in self.variables if name.startswith(prefix)]:
                self.variables.set(name, None)
            self.variables.doubt(prefix)

    def _value(self, text: str) -> str | None:
        r"""Return what the arguments of ``\set`` come to; nothing if that is unknown here."""
        found = []
        for quoted, command, plain in _PART.findall(text):
            if command or "`" in plain or self._is_doubtful(plain):
                return None
            found.append(interpolated(plain, self.variables) if plain else _ESCAPE.sub(_unescaped, quoted))
        return "".join(found)

    def _is_doubtful(self, text: str) -> bool:
        names = (one["is_set"] or one["plain"] or one["text"] or one["name"] for one in _TOKEN.finditer(text))
        return any(name is not None and self.variables.is_unknown(name) for name in names)

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
    found = [part for piece in pieces for part in _parts(piece, state.piece(piece))]
    return tuple(replace(piece, number=number) for number, piece in enumerate(found, start=1))


def _parts(written: Piece, piece: Piece) -> list[Piece]:
    """Return the statements that a variable has made of one; all but the first stand at its end."""
    texts = [part.sql for part in split(piece.sql)] if piece.sql != written.sql else []
    if len(texts) < 2:
        return [replace(piece, sql=texts[0])] if texts else [piece]
    first = replace(piece, sql=texts[0], data_lines=0, sends="")
    rest = [replace(first, sql=text, start=piece.end) for text in texts[1:]]
    rest[-1] = replace(piece, sql=texts[-1], start=piece.end)
    return [first, *rest]


def _columns(sql: str) -> list[str] | None:
    """Return the names of the columns of a query; nothing if its text does not tell them all."""
    try:
        tree = sqltext.parsed(sql)
    except InvalidSql:
        return None
    names = []
    for item in tree.select_stmt.target_list:
        target = item.res_target
        value = getattr(target.val, target.val.WhichOneof("node") or "", None)
        fields = {"ColumnRef": "fields", "FuncCall": "funcname"}.get(type(value).__name__, "")
        last = list(getattr(value, fields))[-1] if fields else None
        name = target.name or (last.string.sval if last is not None else "")
        if not name:
            return None
        names.append(name)
    return names or None


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
        if isinstance(variables, Variables) and variables.is_unknown(found["is_set"]):
            return found[0]
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
