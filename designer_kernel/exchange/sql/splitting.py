"""Scripts split into statements, as psql does it: by a lexer that never loses its place.

A parser cannot split what it cannot parse, and one slip must not lose the statements behind it. So quotes, comments,
dollar quotes, brackets and bodies of ``BEGIN ATOMIC`` are followed here; what each statement means is the parser's
business.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from designer_kernel.catalog import sqltext
from designer_kernel.errors import InvalidSql

PieceKind: TypeAlias = Literal["statement", "meta"]

HOW_PSQL_WORKS: Final = "it tells psql how to work"
"""Why most of psql's own commands are skipped."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A statement without its semicolon, or a psql meta-command, and where it stands: ``text[start:end]``.

    ``number`` counts from 1. ``data_lines`` is how many rows follow a ``COPY … FROM stdin``, and ``data_end`` where
    they end. ``sends`` is the meta-command that ended the statement instead of a semicolon (``gexec``), and
    ``argument`` what follows it. ``unread`` says why psql would not send it.
    """

    number: int
    kind: PieceKind
    sql: str
    start: int
    end: int
    line: int
    column: int
    data_lines: int = 0
    data_end: int = 0
    sends: str = ""
    unread: str = ""
    argument: str = ""


_TOKEN: Final = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<line_comment>--[^\n]*)
    | (?P<comment>/\*)
    | (?P<escaped>\b[eE]'(?:[^'\\]|\\.|'')*')
    | (?P<string>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*"|`[^`\n]*`)
    | (?P<dollar>\$(?:[^\W\d]\w*)?\$)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<number>\d[\w.]*)
    | (?P<end>;)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<meta>\\)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE: Final = re.compile(r"/\*|\*/")
_BREAK: Final = re.compile(
    r"""
    ;[ \t]*(?:--[^\n]*)?\n(?:\s|--[^\n]*\n)*
    (?=(?:CREATE|ALTER|INSERT|UPDATE|DELETE|MERGE|TRUNCATE|DROP|COMMENT|GRANT|REVOKE|SECURITY\s+LABEL|SELECT|WITH|SET|RESET
        |COPY|BEGIN|COMMIT|ROLLBACK|DO|CALL|ANALYZE|VACUUM|REFRESH|REINDEX|CLUSTER|IMPORT|REASSIGN)\b
      |\\[a-z]+\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Where a statement seems to end inside a quote or bracket that was never closed."""

_COPY: Final = re.compile(r"\\?COPY\b.*\bFROM\s+(?:STDIN|PSTDIN)\b", re.IGNORECASE | re.DOTALL)
_DATA_END: Final = re.compile(r"^\\\.[ \t]*(?:\n|\Z)", re.MULTILINE)
_SENDING: Final = frozenset({"g", "gx", "gset", "gexec", "gdesc", "crosstabview", "watch", "bind", ";"})
"""Meta-commands that send what was typed so far."""


def split(text: str) -> tuple[Piece, ...]:
    """Return the statements and meta-commands of a script in their order; comments and empty statements are none."""
    return tuple(_Splitter(text).pieces())


class Lines:
    """Lines and columns, from 1, of the positions in a text."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer(r"\n", text))]

    def at(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset from 0."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


@dataclass(slots=True)
class _Nesting:
    """How deep a statement is inside brackets and ``BEGIN ATOMIC``, followed as psql does."""

    brackets: int = 0
    begins: int = 0
    words: tuple[str, ...] = ()

    @property
    def is_flat(self) -> bool:
        return self.brackets == 0 and self.begins == 0

    def add(self, word: str) -> None:
        word = word.lower()
        if len(self.words) < 4:
            self.words += (word,)
        if self.brackets or not self._makes_routine():
            return
        if word == "begin" or (word == "case" and self.begins):
            self.begins += 1
        elif word == "end" and self.begins:
            self.begins -= 1

    def _makes_routine(self) -> bool:
        rest = self.words[1:] if self.words[:1] == ("create",) else ()
        rest = rest[2:] if rest[:2] == ("or", "replace") else rest
        return rest[:1] in {("function",), ("procedure",)}


class _Splitter:
    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = Lines(text)
        self._number = 0

    def pieces(self) -> Iterator[Piece]:
        position = 0
        while position < len(self._text):
            found, position = self._next(position)
            if found is not None:
                yield found

    def _next(self, position: int) -> tuple[Piece | None, int]:
        """Return the next statement or meta-command, if one begins here, and where to go on."""
        start, nesting = -1, _Nesting()
        while position < len(self._text):
            found = _TOKEN.match(self._text, position)
            assert found is not None
            kind = found.lastgroup or ""
            after = self._after(kind, found)
            if kind in {"space", "line_comment", "comment"}:
                position = after
                continue
            if start < 0 and kind == "other" and found[0] == "#":  # a comment of MySQL; no statement begins so
                return None, self._line_end(position)
            if start < 0 and kind == "meta":
                return self._meta(position)
            if kind == "end" and (nesting.is_flat or start < 0):
                return self._statement(start, position, after) if start >= 0 else (None, after)
            start = position if start < 0 else start
            if kind == "word":
                nesting.add(found[0])
            elif kind == "open":
                nesting.brackets += 1
            elif kind == "close":
                nesting.brackets = max(0, nesting.brackets - 1)
            elif kind == "meta":
                name, end = self._meta_name(position), self._line_end(position)
                if name in _SENDING:
                    sent, after = self._statement(start, position, end, name)
                    argument = self._text[position + 1 + len(name) : end].strip()
                    return (replace(sent, argument=argument) if sent is not None and sent.sends else sent), after
                return self._meta(position) if name else (None, end)
            position = after
        if start < 0:
            return None, len(self._text)
        return self._statement(start, len(self._text), len(self._text))

    def _after(self, kind: str, found: re.Match[str]) -> int:
        """Return where a token ends; one that is never closed ends with the text."""
        if kind == "comment":
            depth = 1
            for edge in _COMMENT_EDGE.finditer(self._text, found.end()):
                depth += 1 if edge[0] == "/*" else -1
                if depth == 0:
                    return edge.end()
            return len(self._text)
        if kind == "dollar":
            close = self._text.find(found[0], found.end())
            return close + len(found[0]) if close >= 0 else len(self._text)
        if kind == "other" and found[0] in "'\"":
            return len(self._text)
        return found.end()

    def _statement(self, start: int, end: int, after: int, sends: str = "") -> tuple[Piece | None, int]:
        sql = self._text[start:end].rstrip()
        cut = _BREAK.search(sql)
        if cut is not None and not _parses(sql):
            # A quote or bracket was never closed, and has swallowed what follows.
            sql, after, sends = sql[: cut.start()].rstrip(), start + cut.end(), ""
        rows, data_end = 0, after
        if sql[:4].upper() == "COPY" and _COPY.match(sql):
            rows, data_end = self._data(after)
        return self._piece("statement", sql, start, start + len(sql), rows, data_end, sends), data_end

    def _data(self, position: int) -> tuple[int, int]:
        """Return how many rows of COPY follow, and where they end."""
        begin = self._line_end(position)
        close = _DATA_END.search(self._text, begin)
        if close is None:
            return 0, position
        return self._text.count("\n", begin, close.start()), close.end()

    def _meta(self, position: int) -> tuple[Piece | None, int]:
        end = self._line_end(position)
        sql = self._text[position:end].strip()
        rows, data_end = self._data(end - 1) if _COPY.match(sql) else (0, end)
        return self._piece("meta", sql, position, position + len(sql), rows, data_end, ""), data_end

    def _meta_name(self, position: int) -> str:
        found = re.compile(r"\\(\w+|.)").match(self._text, position)
        return found[1] if found else ""

    def _line_end(self, position: int) -> int:
        end = self._text.find("\n", position)
        return len(self._text) if end < 0 else end + 1

    def _piece(
        self, kind: PieceKind, sql: str, start: int, end: int, rows: int, data_end: int, sends: str
    ) -> Piece | None:
        if not sql:
            return None
        self._number += 1
        line, column = self._lines.at(start)
        return Piece(self._number, kind, sql, start, end, line, column, rows, data_end, sends)


def row_count(sql: str) -> int:
    """Return how many rows the VALUES of an INSERT hold; 0 if they come from elsewhere."""
    rows = depth = 0
    is_after_values = False
    for found in _TOKEN.finditer(sql):
        if found.lastgroup == "open":
            rows += is_after_values and depth == 0
            depth += 1
        elif found.lastgroup == "close":
            depth -= 1
        elif found.lastgroup == "word" and depth == 0:
            word = found[0].upper()
            is_after_values = word == "VALUES" or (is_after_values and word not in {"ON", "RETURNING"})
    return rows


def _parses(sql: str) -> bool:
    try:
        sqltext.parsed(sql)
    except InvalidSql:
        return False
    return True
