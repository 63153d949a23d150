"""Scripts that are about several databases, as those of ``pg_dumpall``: one of them is read, the others are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from designer_kernel.errors import UnknownObject
from designer_kernel.exchange.sql.splitting import HOW_PSQL_WORKS
from designer_kernel.exchange.sql.statements import OWNERS, Statement

_CONNECT: Final = re.compile(r"\\(?:connect|c)\b\s*(.*)", re.DOTALL)
_OPTION: Final = re.compile(r"-reuse-previous=\w+\s+")
_WORD: Final = re.compile(r"\"((?:[^\"]|\"\")*)\"|'((?:[^']|'')*)'|(\S+)")

_OF_THE_SERVER: Final = frozenset({"create_role_stmt"})
_USUAL: Final = ("template1", "postgres")
"""Databases that every server has: read only if the script has no other."""


def choose(statements: Sequence[Statement], wanted: str = "") -> str:
    """Leave out what belongs to other databases than one, and return what is to be said of that; empty if nothing.

    Parameters
    ----------
    statements
        Those of a script; the ones that are left out say why.
    wanted
        The database to read. Else the first one in which the script makes something.

    Raises
    ------
    UnknownObject
        If the script makes nothing in the database that is wanted.
    """
    places = _places(statements)
    found = dict.fromkeys(place for place, one in zip(places, statements, strict=True) if _makes_something(one))
    if wanted and wanted not in found:
        named = ", ".join(filter(None, found))
        raise UnknownObject(
            f"the script makes nothing in a database {wanted!r}",
            where=wanted,
            mend=f"the databases in which it does are {named}" if named else "leave the database's name out",
        )
    if len(found) < 2:
        return ""
    chosen = wanted or next((name for name in found if name not in _USUAL), next(iter(found)))
    others = [name for name in found if name != chosen]
    for place, statement in zip(places, statements, strict=True):
        # What comes before the first \connect is about the server: roles, and the databases themselves.
        is_read = place == chosen or (not place and "" not in found)
        if statement.piece.kind == "meta" and _CONNECT.match(statement.piece.sql):
            statement.skip = HOW_PSQL_WORKS if is_read else f"the database {place} is not read"
        elif not is_read and (statement.data is not None or not statement.skip or statement.skip == OWNERS):
            statement.data, statement.owner = None, ""
            statement.skip = f"it is of {_shown(place)}, and {_shown(chosen)} is read: import the script once for each"
    return f"the script is about several databases: {_shown(chosen)} is read, not {', '.join(map(_shown, others))}"


def _places(statements: Iterable[Statement]) -> list[str]:
    """Return for each statement the database to which psql would be connected; empty for the one it began with."""
    current, places = "", []
    for statement in statements:
        found = _CONNECT.match(statement.piece.sql) if statement.piece.kind == "meta" else None
        current = (_named(found[1]) or current) if found is not None else current
        places.append(current)
    return places


def _named(rest: str) -> str:
    """Return the database that psql is told to connect to; empty if it stays with the one before."""
    word = _WORD.match(_OPTION.sub("", rest).strip())
    if word is None or word[0] == "-":
        return ""
    text = word[3]
    if word[1] is not None:
        text = word[1].replace('""', '"')
    elif word[2] is not None:
        text = word[2].replace("''", "'")
    if "=" not in text and "://" not in text:
        return text
    try:
        return str(conninfo_to_dict(text).get("dbname") or "")
    except ProgrammingError:  # libpq cannot read it either; it may hold a password
        return ""


def _makes_something(statement: Statement) -> bool:
    is_idle = statement.skip or statement.setting or statement.reads or statement.owner
    return not is_idle and statement.kind not in _OF_THE_SERVER


def _shown(name: str) -> str:
    return f"the database {name}" if name else "the database in which it begins"
