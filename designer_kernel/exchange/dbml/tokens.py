"""The words of DBML, each with its place, so that an error can say where it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from designer_kernel.errors import DocumentError

TokenKind: TypeAlias = Literal["word", "name", "text", "expression", "number", "colour", "mark", "end"]

_TOKEN: Final = re.compile(
    r"""(?P<space>[^\S\n]+)|(?P<line>\n)|(?P<comment>//[^\n]*|/\*.*?\*/)
    |'''(?P<long>(?:\\.|(?!''')[^\\])*+)'''|'(?P<text>(?:\\.|[^'\\\n])*+)'|"(?P<name>(?:\\.|[^"\\\n])*+)"
    |`(?P<expression>[^`]*)`|(?P<colour>\#[0-9a-fA-F]{6}\b|\#[0-9a-fA-F]{3}\b)
    |(?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w))|(?P<word>[^\W]\w*)|(?P<mark><>|[{}\[\]().,:<>~*?-])""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}


@dataclass(frozen=True, slots=True)
class Token:
    """One word: what it is, what it says, where it stands (from 1), and whether a line begins before it."""

    kind: TokenKind
    text: str
    line: int
    column: int
    is_first: bool
    is_glued: bool

    def __str__(self) -> str:
        return "the end of the text" if self.kind == "end" else repr(self.text)


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of a text, then one of kind ``end``.

    Raises
    ------
    DocumentError
        At a character that begins no word.
    """
    position, line, begin = 0, 1, 0
    is_first, is_glued = True, False
    while position < len(text):
        found = _TOKEN.match(text, position)
        column = position - begin + 1
        if found is None:
            raise DocumentError(
                f"{text[position]!r} cannot stand here", where=f"{line}:{column}", mend="quote it, or remove it"
            )
        kind = str(found.lastgroup)
        if kind not in {"space", "line", "comment"}:
            yield Token(*_meaning(kind, found[kind]), line, column, is_first, is_glued)
            is_first = False
        is_glued = kind not in {"space", "line", "comment"}
        is_first = is_first or kind == "line"
        newlines = found[0].count("\n")
        if newlines:
            line, begin = line + newlines, position + found[0].rindex("\n") + 1
        position = found.end()
    yield Token("end", "", line, position - begin + 1, True, False)


def _meaning(kind: str, text: str) -> tuple[TokenKind, str]:
    if kind == "long":
        return "text", _dedented(_unescaped(text))
    if kind in {"text", "name"}:
        return ("text" if kind == "text" else "name"), _unescaped(text)
    kinds: dict[str, TokenKind] = {"expression": "expression", "colour": "colour", "number": "number", "word": "word"}
    return kinds.get(kind, "mark"), text


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), text)


def _dedented(text: str) -> str:
    """Return a text of several lines without the indentation that its least indented line has."""
    lines = text.split("\n")
    depth = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[depth:] for line in lines).strip("\n").rstrip()
