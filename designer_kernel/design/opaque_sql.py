"""SQL that a design carries along must stay in its place: it comes from a server, or from somebody else's file.

What is carried along may be newer than the grammar that we have, so it cannot always be parsed. What holds in every
version is the level below: text whose brackets and quotes are closed and that has no comment and no semicolon outside
of quotes cannot end the statement that it stands in, nor the brackets around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from functools import lru_cache
from typing import Any, Final

import postgast
from google.protobuf.message import DecodeError

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.objects import CatalogObject
from designer_kernel.catalog.spelling import quoted_parts
from designer_kernel.errors import DesignerError, InvalidSql

_PLAIN: Final = re.compile(r"[\w .=<>:%+&|^!~]*+\Z", re.ASCII)
"""Text without quotes, brackets, commas or anything that could end a statement: most of it."""

_OPEN: Final = {"(": ")", "[": "]"}
_MARKS: Final = {ord(mark): mark for mark in "()[],;"}  # the lexer gives single characters their code
_ROUTINE: Final = re.compile(r"\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b", re.IGNORECASE)


def refuse_breaking_out(fact: CatalogObject, among: Callable[[], Catalog] | None = None) -> None:
    """Refuse a fact whose SQL would end the statement or the brackets that it stands in, or be another statement.

    A fact that holds a secret is refused as well.

    Parameters
    ----------
    among
        Gives the catalog that it is a part of, for facts that cannot be written without those around them.

    Raises
    ------
    InvalidSql
        If it would.
    """
    if not _is_checked(fact) and among is not None:
        _check_written(fact, among())  # what cannot be written there either cannot be rendered


@lru_cache(maxsize=65536)
def _is_checked(fact: CatalogObject) -> bool:
    """Check a fact by itself, and return whether it could be written by itself.

    Raises
    ------
    InvalidSql
        If it would break out.
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
    for text, commas in _texts(fact):
        _check(fact, _readable(text) if isinstance(fact, Function) else text, commas=commas)
    return _check_written(fact, Catalog([fact]))


_UNWRITABLE: Final = (DesignerError, LookupError, TypeError, ValueError, postgast.PgQueryError, DecodeError)


def _check_written(fact: CatalogObject, catalog: Catalog) -> bool:
    """Check a fact as it is written out in a catalog, and as others name it there; return whether it could be."""
    created = _written(lambda: fact.create(catalog, {}))
    clause = _written(lambda: fact.clause({})) if fact.placement == "folds" else ()
    address = _written(lambda: (fact.address(),))
    for text in (*(created or ()), *(address or ())):
        _check(fact, text)
    for text in clause or ():
        _check(fact, text, commas=False)
    return bool(created or clause)


def _written(write: Callable[[], Iterable[str]]) -> tuple[str, ...] | None:
    """Return what is written; nothing if that needs facts that are not there, or cannot be said at all."""
    try:
        return tuple(write())
    except _UNWRITABLE:
        return None


def _check(fact: CatalogObject, text: str, *, commas: bool = True) -> None:
    if not is_closed(text, commas=commas) and not _is_statement(text):
        raise InvalidSql(
            f"{text[:80]!r} would end the statement that it stands in",
            where=str(fact.id),
            mend="correct the opaque entry, or remove it",
        )


def _readable(text: str) -> str:
    """Return a function as a server writes it down with a name for each ``""``, as which it tells a nameless parameter.

    No lexer takes such a name. Another in its place closes and opens the same quotes wherever it stands, so it hides
    nothing of what follows.
    """
    parts, place = [], 0
    for begin, end in quoted_parts(text) if '""' in text else ():
        if text[begin:end] == '""':
            parts += [text[place:begin], '"_"']
            place = end
    return "".join((*parts, text[place:]))


def is_closed(text: str, *, commas: bool = True) -> bool:
    """Whether brackets and quotes are closed and nothing outside of quotes is a comment or ends a statement.

    That is what PostgreSQL's own lexer says. A backslash outside of quotes is refused too: to psql it is a command.

    Parameters
    ----------
    commas
        Whether commas outside of brackets are allowed.
    """
    if _PLAIN.match(text):
        return True
    ending = {";"} if commas else {";", ","}
    depth: list[str] = []
    for token in _tokens(text):
        if token in _OPEN:
            depth.append(_OPEN[token])
        elif token in {")", "]"}:
            if not depth or depth.pop() != token:
                return False
        elif not token or (not depth and token in ending):
            return False
    return not depth


def _tokens(text: str) -> Iterator[str]:
    """Yield the marks of a text that stand alone; an empty one for what no text may hold."""
    try:
        found = postgast.scan(text).tokens if "\x00" not in text else None
    except (postgast.PgQueryError, DecodeError, UnicodeEncodeError):
        found = None
    if found is None:
        yield ""
        return
    raw = text.encode()
    for token in found:
        if token.token in _MARKS:
            yield _MARKS[token.token]
        elif raw.startswith((b"--", b"/*", b"\\"), token.start):
            yield ""


def _texts(fact: CatalogObject) -> Iterator[tuple[str, bool]]:
    """Yield the SQL of a fact, and whether commas may stand in it: not in one item of a list."""
    for field in fields(fact):
        if field.metadata.get("sql"):
            value = getattr(fact, field.name)
            if isinstance(value, str):
                yield value, True
            else:
                yield from ((text, False) for text in _items(value))


def _items(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _items(item)


def _is_statement(text: str) -> bool:
    """Whether a text is one statement, and leaves what follows alone: a comment at its end would hide that."""
    try:
        return [len(postgast.parse(sql).stmts) for sql in (text, f"{text};SELECT")] == [1, 2]
    except (postgast.PgQueryError, DecodeError, UnicodeEncodeError):
        return False
