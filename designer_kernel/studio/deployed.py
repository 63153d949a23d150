"""What a target holds of a design: sample data and questions go to the tables of the design, and to no others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from psycopg import errors, sql

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.lower import lower
from designer_kernel.errors import DesignerError, ServerUnavailable, StatementFailed, UnknownObject
from designer_kernel.postgres import capabilities, target
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import introspect

if TYPE_CHECKING:
    import psycopg

    from designer_kernel.design import Design

Path = tuple[str, str]
"""Schema and name of a table."""

_NO_DATABASE = re.compile(r'database "[^"]*" does not exist')


class NotDeployed(DesignerError):
    """A target that holds nothing of the design, or not all that is needed of it."""

    code = "not_deployed"


def tables_of(design: Design) -> tuple[Path, ...]:
    """Return the tables that a design means, without the partitions of others."""
    return tuple(_path(table) for table in lower(design).of(Table) if table.partition_of is None)


def known(tables: Iterable[Path], names: Iterable[str]) -> tuple[Path, ...]:
    """Return the tables that are named, plainly or with their schema.

    Raises
    ------
    UnknownObject
        If a name is none of theirs, or that of several; the mend says what was probably meant.
    """
    there = tuple(tables)
    found = []
    for name in names:
        meant = [path for path in there if name in (path[1], ".".join(path))]
        if len(meant) != 1:
            what = "there are several tables" if meant else "the design has no table"
            raise UnknownObject(f"{what} {name!r}", where=name, mend=_mend(name, meant or there, is_clear=not meant))
        found.append(meant[0])
    return tuple(found)


def address_of(design: Design, place: str) -> str:
    """Return the URL of a target that holds something of a design. A design without tables is content with any.

    Raises
    ------
    NotDeployed
        If nothing of the design is there.
    ServerUnavailable
        If there is no connection.
    """
    tables = tables_of(design)
    with opened(place) as (address, connection):
        found = connection.execute(
            """
            SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN unnest(%s::text[], %s::text[]) AS wanted (schema, name)
              ON (n.nspname, c.relname) = (wanted.schema, wanted.name)
            """,
            ([schema for schema, _ in tables], [name for _, name in tables]),
        ).fetchone()
        connection.rollback()
    if tables and (found is None or not found[0]):
        raise nothing_in(address)
    return address


def fillable(design: Design, place: str) -> tuple[str, tuple[Path, ...]]:
    """Return the URL of a target and the design's tables there, all of which are as the design means them.

    What the server lacks the means for, and was left out when the design was deployed, is not asked for.

    Raises
    ------
    NotDeployed
        If tables of the design are not there, or are somebody else's of the same name.
    ServerUnavailable
        If there is no connection.
    """
    meant = lower(design)
    tables = tables_of(design)
    with opened(place) as (address, connection):
        found = introspect(connection)
        lacking = _lacking(meant, found, tables)
        if lacking:
            _rest, left_out = capabilities.without_missing(meant, capabilities.check(connection, meant))
            lacking -= set(left_out)
            tables = tuple(path for path in tables if _id(path) in found or _id(path) not in left_out)
        connection.rollback()
    _refuse(lacking, found, tables, address)
    _refuse_strangers(found, tables, address)
    return address, tables


def counted(address: str, tables: Iterable[Path]) -> dict[Path, int]:
    """Return the numbers of rows of some tables, of those that are there.

    Raises
    ------
    StatementFailed
        If this role may not read them, or row-level security would hide rows from it.
    """
    counts: dict[Path, int] = {}
    with connect(address, read_only=True) as connection:
        connection.execute("SET LOCAL row_security = off")  # an error instead of a silent part of the rows
        for path in tables:
            statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*path))
            try:
                row = connection.execute(statement).fetchone()
            except errors.InsufficientPrivilege as error:
                raise StatementFailed(
                    f"its rows cannot be counted: {error.diag.message_primary}",
                    where=".".join(path),
                    mend="fill as the owner of the tables",
                    sqlstate=error.sqlstate or "",
                ) from error
            counts[path] = int(row[0]) if row else 0
        connection.rollback()
    return counts


def shown(path: Path) -> str:
    """Return the name of a table as people say it: with its schema unless that is ``public``."""
    return path[1] if path[0] == "public" else ".".join(path)


@contextmanager
def opened(
    place: str, *, read_only: bool = True, timeout_ms: int | None = None
) -> Iterator[tuple[str, psycopg.Connection[Any]]]:
    """Open a target as it is: looking for something makes no database.

    Parameters
    ----------
    read_only
        Whether the server is to refuse all writing.
    timeout_ms
        How long one statement may take.

    Raises
    ------
    NotDeployed
        If the target's database is not there.
    ServerUnavailable
        If there is no connection.
    """
    address = target.resolve(place, create=False)
    try:
        connection = connect(address, read_only=read_only, statement_timeout_ms=timeout_ms)
    except ServerUnavailable as error:
        if not target.is_url(place) and _NO_DATABASE.search(error.what):
            raise nothing_in(address) from None
        raise
    with connection:
        yield address, connection


def nothing_in(address: str) -> NotDeployed:
    """Return the refusal of a target that holds nothing of the design."""
    where = target.describe(address)
    return NotDeployed(f"nothing of this design is deployed in {where}", where=where, mend="project.deploy()")


def _lacking(meant: Catalog, found: Catalog, tables: Iterable[Path]) -> set[ObjectId]:
    """Return the tables and columns that a design means and a database does not hold."""
    wanted = {_id(path) for path in tables}
    lacking = {key for key in wanted if not isinstance(found.get(key), Table)}
    columns = {column.id for key in wanted - lacking for column in meant.parts(key, Column)}
    return lacking | {key for key in columns if key not in found}


def _refuse(lacking: set[ObjectId], found: Catalog, tables: tuple[Path, ...], address: str) -> None:
    where = target.describe(address)
    absent = [path for path in tables if _id(path) in lacking]
    if absent and len(absent) == len(tables):
        raise nothing_in(address)
    if absent:
        names = ", ".join(map(shown, absent[:20]))
        what = f"the database holds not all of the design's tables; it lacks {names}"
        raise NotDeployed(what, where=where, mend="deploy first: project.deploy()")
    for path in tables:
        columns = [key.path[2] for key in sorted(lacking) if key.path[:2] == path]
        if columns:
            has = ", ".join(column.name for column in found.parts(_id(path), Column)) or "no columns"
            raise NotDeployed(
                f"the table {'.'.join(path)} is not the design's: it has {has}; it lacks {', '.join(columns)}",
                where=where,
                mend="deploy to a new database, or rename that table; deploy first: project.deploy()",
            )


def _refuse_strangers(found: Catalog, tables: tuple[Path, ...], address: str) -> None:
    """Refuse if a table of the design refers to one that is not: filling the one would fill the other."""
    ours = set(tables)
    for key in found.of(ForeignKey):
        child, parent = (key.schema, key.table), (key.referenced_schema, key.referenced_table)
        if child in ours and parent not in ours:
            raise NotDeployed(
                f"{shown(child)} refers to {shown(parent)}, which is no table of the design",
                where=target.describe(address),
                mend=f"drop the foreign key {key.name}, or add the entity {parent[1]} to the design",
            )


def _mend(name: str, paths: Iterable[Path], *, is_clear: bool) -> str:
    names = [shown(path) for path in paths] if is_clear else [".".join(path) for path in paths]
    close = get_close_matches(name, names, n=3, cutoff=0.5) if is_clear else []
    return f"did you mean {', '.join(close)}?" if close else f"there are {', '.join(names[:20]) or 'none yet'}"


def _id(path: Path) -> ObjectId:
    return ObjectId("relation", path)


def _path(table: Table) -> Path:
    return (table.schema, table.name)
