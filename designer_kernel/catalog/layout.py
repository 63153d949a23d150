"""How SQL is laid out for reading: aligned columns, clauses on lines of their own. White space only, never meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import postgast

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.spelling import UNPARSED, dollar_quote, outside_brackets, split_list
from designer_kernel.errors import InvalidSql

LINE: Final = 80
"""Longest list, in characters, that stays on one line."""

_CLAUSES: Final = (
    " FROM ", " WHERE ", " GROUP BY ", " HAVING ", " WINDOW ", " UNION ALL ", " UNION ", " INTERSECT ", " EXCEPT ",
    " ORDER BY ", " LIMIT ", " OFFSET ", " LEFT JOIN ", " RIGHT JOIN ", " FULL JOIN ", " CROSS JOIN ", " JOIN ",
    " SELECT ",
)  # fmt: skip
_INDENT: Final = re.compile(r"^ +", re.MULTILINE)
_NAME: Final = re.compile(r'[^\W\d][\w$]*+|"(?:[^"]|""){1,256}+"')
_NAMES: Final = re.compile(
    rf"((?:{_NAME.pattern})(?:\s*+\.\s*+(?:{_NAME.pattern}))*+)(?:\s*+%\s*+(type|rowtype)\b)?", re.IGNORECASE
)
"""Names joined by dots, and what of their type is copied, if anything.

Names that copy nothing are passed over whole, and none is looked for longer than names are, so that the time grows with
the length of a text and no faster.
"""

_OR_REPLACE: Final = re.compile(r"\ACREATE OR REPLACE\b", re.IGNORECASE)


def aligned(clauses: Sequence[tuple[str, ...]]) -> str:
    """Return the clauses of a statement, one a line; those of several cells are aligned in columns."""
    rows = [cells for cells in clauses if len(cells) > 1]
    widths = [max((len(cell) for cell in column), default=0) for column in zip(*rows, strict=True)]
    widths = [min(width, LINE // 2) for width in widths]  # one very long name must not push all others away
    lines = []
    for cells in clauses:
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=False)] if len(cells) > 1 else cells
        lines.append("    " + " ".join(padded).rstrip())
    return ",\n".join(lines)


@lru_cache(maxsize=4096)
def query(sql: str) -> str:
    """Return a query with its clauses on lines of their own.

    A text that already has lines (the server's own, say) stays as it is; one that the formatter would change in
    meaning is broken before its clauses only.
    """
    text = sql.strip().rstrip(";")
    if "\n" in text:
        return text
    try:
        return _pretty(text)
    except UNPARSED:
        return text


def _pretty(text: str) -> str:
    tree = postgast.parse(text)
    try:
        pretty: str = postgast.format_sql(text).rstrip().rstrip(";")
        if sqltext.same_tree(postgast.parse(pretty), tree):
            return _INDENT.sub(lambda spaces: spaces[0] * 2, pretty)  # it has lines only where the formatter broke it
    except UNPARSED:
        pass  # the formatter knows less of the grammar than the parser does
    broken = _broken_before_clauses(text)
    return broken if sqltext.same_tree(postgast.parse(broken), tree) else text


def _broken_before_clauses(text: str) -> str:
    for word in _CLAUSES:
        at = outside_brackets(text, word)
        while at >= 0:
            text = f"{text[:at]}\n{text[at + 1 :]}"
            at = outside_brackets(text, word, at + 1)
    return "\n".join(_broken_line(line) for line in text.split("\n"))


def _broken_line(line: str) -> str:
    """Break a long clause of a query: a list after its commas, a condition before its ANDs."""
    word, _, rest = line.partition(" ")
    if len(line) <= LINE or word not in {"SELECT", "WHERE"}:
        return line
    if word == "SELECT":
        return "SELECT\n    " + ",\n    ".join(split_list(rest))
    at = outside_brackets(rest, " AND ")
    while at >= 0:
        rest = f"{rest[:at]}\n    {rest[at + 1 :]}"
        at = outside_brackets(rest, " AND ", at + 5)
    return f"WHERE\n    {rest}"


@lru_cache(maxsize=4096)
def function(definition: str) -> str:
    """Return a CREATE FUNCTION statement with its options on lines of their own and its body as the author wrote it.

    ``OR REPLACE`` is left out, so that creating never overwrites what is there.
    """
    text = definition.strip().rstrip(";")
    try:
        return _laid_out(text)
    except (*UNPARSED, InvalidSql):
        return _OR_REPLACE.sub("CREATE", text)  # newer grammar than ours, or nothing that can be written otherwise


def _laid_out(text: str) -> str:
    tree = postgast.parse(text)
    options = tree.stmts[0].stmt.create_function_stmt.options
    body = next((o for o in options if o.def_elem.defname == "as"), None)
    items = list(body.def_elem.arg.list.items) if body is not None else []
    is_of_server = tree.stmts[0].stmt.create_function_stmt.replace  # what people write is theirs
    is_renamed = is_of_server and _name_casts(tree)
    if body is None or len(items) != 1:  # a BEGIN ATOMIC body, or a C function
        return _OR_REPLACE.sub("CREATE", sqltext.deparse(tree) if is_renamed else text)
    source = items[0].string.sval
    tree.stmts[0].stmt.create_function_stmt.replace = False
    options.remove(body)
    head = sqltext.deparse(tree)
    for word in (" RETURNS ", " LANGUAGE "):
        at = outside_brackets(head, word)
        head = f"{head[:at]}\n    {head[at + 1 :]}" if at >= 0 else head
    options.append(body)
    laid_out = f"{head}\nAS {dollar_quote(source)}"
    return laid_out if sqltext.same_tree(postgast.parse(laid_out), tree) else _OR_REPLACE.sub("CREATE", text)


def _name_casts(tree: Any) -> bool:
    """Give casts without a name the one that the server means, and return whether there were any.

    The server shows ``SELECT 'a'`` as ``SELECT 'a'::text`` and would call that column ``text`` when it reads it again.
    """
    casts = [
        node
        for node in sqltext.walk(tree)
        if type(node).__name__ == "ResTarget" and not node.name and node.val.WhichOneof("node") == "type_cast"
    ]
    for node in casts:
        node.name = "?column?"
    return bool(casts)


@lru_cache(maxsize=4096)
def sql_body(definition: str) -> tuple[str, ...]:
    """Return the statements that a server looks at when it checks the body of a function.

    That is all of a SQL function. What PL/pgSQL names is looked up when it runs, but for the types of its variables;
    nothing is known of other languages.
    """
    try:
        tree = postgast.parse(definition)
    except UNPARSED:
        return ()  # newer grammar than ours: the server wrote it
    options = tree.stmts[0].stmt.create_function_stmt.options
    found: dict[str, Any] = {o.def_elem.defname: o.def_elem.arg for o in options}
    if "language" not in found or "as" not in found:
        return ()
    source = found["as"].list.items[0].string.sval
    language = found["language"].string.sval.lower()
    if language == "plpgsql":
        return tuple(f"SELECT FROM {name}" for name in _tables_of_types(source))
    try:
        return tuple(postgast.split(source)) if language == "sql" else ()
    except UNPARSED:
        return ()  # the server will say what is wrong with it


def _tables_of_types(source: str) -> list[str]:
    """Return the tables after which a body in PL/pgSQL types its variables: ``orders%ROWTYPE``, ``orders.id%TYPE``."""
    found = []
    for name, what in (match.group(1, 2) for match in _NAMES.finditer(source) if match[2]):
        parts = _NAME.findall(name)
        table = parts if what.lower() == "rowtype" else parts[:-1]  # without a table it is the type of a variable
        if table:
            found.append(".".join(table))
    return found
