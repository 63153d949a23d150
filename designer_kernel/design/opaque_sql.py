"""SQL that a design carries along must stay in its place: it comes from a server, or from somebody else's file.

What is carried along may be newer than the grammar that we have, so it cannot always be parsed. What holds in every
version is the level below: text whose brackets and quotes are closed and that has no comment and no semicolon outside
of quotes cannot end the statement that it stands in, nor the brackets around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache
from typing import Final

import postgast
from google.protobuf.message import DecodeError

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.objects import CatalogObject
from designer_kernel.errors import DesignerError, InvalidSql

_TOKEN: Final = re.compile(
    r"""(?P<quoted>(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![\w$])\$(?P<tag>[^\W\d]\w*|)\$.*?\$(?P=tag)\$)"""
    r"""|(?P<open>[(\[])|(?P<close>[)\]])|(?P<comma>,)|(?P<wrong>--|/\*|;|'|")""",
    re.DOTALL,
)
_PAIRS: Final = {")": "(", "]": "["}
_ROUTINE: Final = re.compile(r"\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b", re.IGNORECASE)


@lru_cache(maxsize=65536)
def refuse_breaking_out(fact: CatalogObject) -> None:
    """Refuse a fact whose SQL would end the statement or the brackets that it stands in, or be another statement.

    A fact that holds a secret is refused as well.

    Raises
    ------
    InvalidSql
        If it would.
    """
    if isinstance(fact, Function) and not _ROUTINE.match(fact.definition):
        raise InvalidSql(
            f"{fact.definition[:80]!r} makes no function",
            where=str(fact.id),
            mend="correct the opaque entry, or remove it",
        )
    for name in fact.open_secrets():
        raise InvalidSql(
            f"the option {name!r} is a secret, and a design holds none",
            where=str(fact.id),
            mend="take it out of the opaque entry, and set it after deploying: ALTER …",
        )
    for text in _texts(fact):
        if not is_closed(text) and not _is_statement(text):
            raise _refused(fact, text)
    try:
        if fact.placement == "folds":
            texts, commas = list(fact.clause({})), False
        else:
            texts, commas = list(fact.create(Catalog([fact]), {})), True
    except (DesignerError, LookupError, TypeError, ValueError, postgast.PgQueryError, DecodeError):
        return  # it cannot be written without the facts around it, which stand in the same statement
    for text in texts:
        if not is_closed(text, commas=commas) and not _is_statement(text):
            raise _refused(fact, text)


def is_closed(text: str, *, commas: bool = True) -> bool:
    """Whether brackets and quotes are closed and nothing outside of quotes is a comment or ends a statement.

    Parameters
    ----------
    commas
        Whether commas outside of brackets are allowed.
    """
    depth: list[str] = []
    for token in _TOKEN.finditer(text):
        if token["open"]:
            depth.append(token["open"])
        elif token["close"]:
            if not depth or depth.pop() != _PAIRS[token["close"]]:
                return False
        elif token["comma"]:
            if not commas and not depth:
                return False
        elif token["wrong"] and not (token["wrong"] == ";" and depth):
            return False
    return not depth


def _texts(fact: CatalogObject) -> Iterator[str]:
    """Yield the SQL of a fact; lists of it may hold names as well, and are looked at as they are written out."""
    for field in fields(fact):
        value = getattr(fact, field.name)
        if field.metadata.get("sql") and isinstance(value, str):
            yield value


def _is_statement(text: str) -> bool:
    """Whether a text is one statement, and leaves what follows alone: a comment at its end would hide that."""
    try:
        return [len(postgast.parse(sql).stmts) for sql in (text, f"{text};SELECT")] == [1, 2]
    except (postgast.PgQueryError, DecodeError):
        return False


def _refused(fact: CatalogObject, text: str) -> InvalidSql:
    return InvalidSql(
        f"{text[:80]!r} would end the statement that it stands in",
        where=str(fact.id),
        mend="correct the opaque entry, or remove it",
    )
