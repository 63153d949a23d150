"""How the parts of SQL text are written: dollar quotes, brackets, lists of names.

Source: PostgreSQL manual, "Lexical Structure".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

import postgast
from google.protobuf.message import DecodeError

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.literals import literal

UNPARSED: Final = (postgast.PgQueryError, DecodeError, RecursionError)
"""What comes of SQL that a server wrote and our parser cannot read: newer grammar, or hundreds of chained operators.

Such SQL is emitted as the server wrote it.
"""

QUOTED: Final = (
    r"""(?P<quoted>(?<!\w)[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*["]"""
    r"""|\$(?P<tag>[^\W\d]\w*|)\$.*?\$(?P=tag)\$)"""
)
"""A regular expression for a text or a name in quotes; a dot is to match the end of a line too."""

_TOKEN: Final = re.compile(rf"{QUOTED}|(?P<open>[(\[])|(?P<close>[)\]])|(?P<comma>,)", re.DOTALL)
_NEEDS_BRACKETS: Final = re.compile(r"\(\s*(?:SELECT|WITH|VALUES|TABLE)\b", re.IGNORECASE)


def dollar_quote(text: str) -> str:
    """Return text between dollar quotes whose tag does not occur in it: ``$$ … $$``.

    Raises
    ------
    InvalidSql
        If the text holds a NUL or a lone surrogate.
    """
    literal(text)  # refuses what cannot be stored
    tag, number = "$$", 0
    # A text that ends with a dollar sign would close the quote one character early.
    while tag in text or text.endswith(tag[:-1]):
        number += 1
        tag = f"$body{number}$" if number > 1 else "$body$"
    return f"{tag}{text}{tag}"


def names(columns: Iterable[str]) -> str:
    """Return names as a bracketed list: ``(a, "B")``."""
    return "(" + ", ".join(quote(name) for name in columns) + ")"


def closing(text: str, start: int) -> int:
    """Return the position of the bracket that closes the one at ``start``, or -1; quoted text is passed over."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
            if depth == 0:
                return token.start()
    return -1


def quoted_parts(text: str) -> Iterator[tuple[int, int]]:
    """Yield where quoted texts and names begin and end."""
    return (token.span() for token in _TOKEN.finditer(text) if token["quoted"])


def split_list(text: str) -> tuple[str, ...]:
    """Return the items of a comma-separated list of SQL, brackets and quotes respected."""
    items, depth, begin = [], 0, 0
    for token in _TOKEN.finditer(text):
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        elif token["comma"] and depth == 0:
            items.append(text[begin : token.start()].strip())
            begin = token.end()
    last = text[begin:].strip()
    return (*items, last) if last else tuple(items)


def bracketed(text: str, start: int) -> tuple[str, ...]:
    """Return the items of the comma-separated list in the bracket at ``start``, without looking at what follows it."""
    end = closing(text, start)
    return split_list(text[start + 1 : end if end >= 0 else len(text)])


def outside_brackets(text: str, word: str, start: int = 0) -> int:
    """Return the position of ``word`` outside all brackets and quotes, or -1."""
    depth, begin = 0, start
    for token in _TOKEN.finditer(text, start):
        if depth == 0:
            # A word may end with the bracket that opens here: `` WHEN (``.
            found = text.find(word, begin, token.end() if token["open"] else token.start())
            if found >= 0:
                return found
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        begin = token.end()
    return text.find(word, begin) if depth == 0 else -1


def in_parentheses(expression: str) -> str:
    """Return an expression in brackets, keeping those that already enclose the whole of it.

    Brackets of a subquery or of a row are part of the expression and get a pair around them.
    """
    text = expression.strip()
    encloses = text.startswith("(") and closing(text, 0) == len(text) - 1
    if encloses and not _NEEDS_BRACKETS.match(text) and len(split_list(text[1:-1])) == 1:
        return text
    return f"({text})"


@lru_cache(maxsize=4096)
def index_element(text: str) -> str:
    """Return an element of an index or exclusion constraint, in brackets if it is an expression that needs them."""
    try:
        postgast.parse(f"CREATE INDEX ON any_table ({text})")
    except UNPARSED:
        return f"({text})"
    return text


@lru_cache(maxsize=4096)
def default_value(expression: str) -> str:
    """Return an expression as it may follow DEFAULT, in brackets if it is one that DEFAULT does not take bare.

    The grammar takes a ``b_expr`` there: after ``'a' COLLATE "C"`` or ``x IS NOT NULL`` it would read on as a clause of
    the column.
    """
    try:
        tree = postgast.parse(f"CREATE TABLE any_table (a integer DEFAULT {expression})")
    except UNPARSED:
        return f"({expression})"
    (column,) = tree.stmts[0].stmt.create_stmt.table_elts
    is_whole = len(column.column_def.constraints) == 1 and not column.column_def.HasField("coll_clause")
    return expression if is_whole else f"({expression})"


def expressions(*texts: str) -> tuple[str, ...]:
    """Return the expressions that are not empty as queries, for the parser: ``SELECT expression``."""
    return tuple(f"SELECT {text}" for text in texts if text)


def index_values(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the columns and expressions of an index's keys, without their orders and operator classes.

    Keys that our grammar cannot read give none.
    """
    try:
        statements = [postgast.parse(sql).stmts[0].stmt.index_stmt for sql in index_expressions(keys)]
    except UNPARSED:
        return ()
    return tuple(_index_value(item.index_elem) for statement in statements for item in statement.index_params)


def _index_value(element: Any) -> str:
    if element.name:
        return quote(element.name)
    tree = postgast.parse("SELECT NULL")
    tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.CopyFrom(element.expr)
    return f"({postgast.deparse(tree).removeprefix('SELECT ')})"


def index_expressions(keys: Iterable[str]) -> tuple[str, ...]:
    """Return keys of an index as statements for the parser, with their orders and operator classes."""
    inside = ", ".join(keys)
    return (f"CREATE INDEX ON any_table ({inside})",) if inside else ()
