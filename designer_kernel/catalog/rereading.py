"""SQL that a server writes down and would itself read as something else, written so that it reads it as it was.

A server's text for an expression is right, but not always a fixed point. A database built from such a text means the
same and tells it in other words, so nobody can see any more that the two are equal. Two rules are known:

- ``code IN ('a', 'b')`` of a ``varchar`` is told with a cast of the whole array, and read with casts of its elements.
- The grammar takes away the brackets of conditions that stand first among others of their sort: ``(a AND b) AND c`` is
  read as ``a AND b AND c``. The server itself makes such brackets of a range, of rows that are compared, and of a list
  of columns: ``x BETWEEN 1 AND 5 AND c``, ``(a, b) = (1, 2) AND c``, ``a IN (b, c) OR d``. Cast to what they are, which
  the server forgets at once, they stay together.

Source: PostgreSQL's ``gram.y``, ``makeAndExpr`` and ``makeOrExpr``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from designer_kernel.catalog.spelling import QUOTED

_CASTS: Final = {")::text[])": "::character varying", ")::inet[])": "::cidr"}
"""Types without operators of their own, by the cast of a whole list to the type whose operators they use."""

_TOKEN: Final = re.compile(
    rf"{QUOTED}|(?P<open>[(\[])|(?P<close>[)\]])|(?P<comma>,)|\b(?P<word>AND|OR|BETWEEN)\b", re.DOTALL
)
_LIST: Final = re.compile(r"\b(?:ANY|ALL) \(\(ARRAY\Z")
_FIRST: Final = re.compile(r"(?:\(|\b(?:WHERE|ON|HAVING|WHEN|SELECT|RETURN))\s*\Z")
"""What stands before the first of several conditions. Where it stands before brackets, they hold an operand."""

_JOINED: Final = re.compile(r"\s+(AND|OR)\b")
_SUSPECT: Final = re.compile(r"\)\s+(?:AND|OR)\b")
_BEHIND: Final = 40
"""How much of the text before brackets is looked at."""


@dataclass(slots=True)
class _Brackets:
    """A pair of brackets: where it begins and ends, and what stands in it outside of brackets within."""

    begin: int
    end: int = -1
    commas: list[int] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    ranges: int = 0

    def meet(self, word: str) -> None:
        """Note a word that joins conditions; the AND of a range joins none."""
        if word == "BETWEEN":
            self.ranges += 1
        elif word == "AND" and self.ranges:
            self.ranges -= 1
        else:
            self.words.add(word)

    @property
    def joined_by(self) -> str:
        """The word that joins what stands in these brackets: AND binds more tightly."""
        return "OR" if "OR" in self.words else "AND" if self.words else ""


def as_written(sql: str) -> str:
    """Return a statement whose expressions the server will tell in the very words that they have here."""
    if not _SUSPECT.search(sql) and not any(cast in sql for cast in _CASTS):
        return sql
    changes: list[tuple[int, int, str]] = []
    for pair in _brackets(sql):
        changes += _without_list_cast(sql, pair)
        changes += _kept_together(sql, pair)
    return _changed(sql, changes)


def _brackets(sql: str) -> Iterator[_Brackets]:
    """Yield all pairs of brackets that are SQL, and not in a text or a name, each when it closes."""
    around: list[_Brackets] = []
    for token in _TOKEN.finditer(sql):
        if token["open"]:
            around.append(_Brackets(token.start()))
        elif not around:
            continue
        elif token["close"]:
            pair = around.pop()
            pair.end = token.start()
            yield pair
        elif token["comma"]:
            around[-1].commas.append(token.start())
        elif token["word"]:
            around[-1].meet(token["word"])


def _without_list_cast(sql: str, pair: _Brackets) -> Iterator[tuple[int, int, str]]:
    """Take away the cast that the server put around a whole list: it will do so again."""
    begin, end = pair.begin, pair.end + 1
    is_list = _LIST.search(sql, max(0, begin - _BEHIND), begin)
    for cast, of_type in _CASTS.items() if is_list else ():
        ends = (*pair.commas, pair.end)
        if sql.startswith(cast, end) and all(sql.endswith(of_type, begin, place) for place in ends):
            bracket = begin - len("(ARRAY")
            yield bracket, bracket + 1, ""
            yield end, end + len(cast), ")"


def _kept_together(sql: str, pair: _Brackets) -> Iterator[tuple[int, int, str]]:
    """Cast conditions that stand first among others of their sort: brackets alone would not keep them together."""
    follows = _JOINED.match(sql, pair.end + 1)
    if follows and follows[1] == pair.joined_by and _FIRST.search(sql, max(0, pair.begin - _BEHIND), pair.begin):
        yield pair.end + 1, pair.end + 1, "::boolean"


def _changed(sql: str, changes: list[tuple[int, int, str]]) -> str:
    parts, place = [], 0
    for begin, end, new in sorted(changes):
        parts += [sql[place:begin], new]
        place = end
    return "".join((*parts, sql[place:]))
