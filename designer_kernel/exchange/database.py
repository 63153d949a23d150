"""A live database as a source: read as it is, then lifted to a design."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from designer_kernel.design.lift import lift
from designer_kernel.design.losses import LossReport
from designer_kernel.errors import UnknownObject
from designer_kernel.exchange.transfer import Imported, corrected, unclaimed
from designer_kernel.postgres import target
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import Introspection, read

if TYPE_CHECKING:
    import psycopg


def read_database(
    source: str, *, schemas: Sequence[str] | None = None, owners: bool = False, privileges: bool = True
) -> Introspection:
    """Read a database in one snapshot, without changing anything.

    Parameters
    ----------
    source
        Its URL, or its name on the default server.
    schemas
        The schemas to read; all but the system's if not given.
    owners, privileges
        Whether to tell who owns each object, and who may use it.

    Raises
    ------
    ServerUnavailable
        If it cannot be reached, or is older than what we read.
    UnknownObject
        If it has no schema of a name in ``schemas``.
    """
    with connect(target.resolve(source, create=False), read_only=True) as connection:
        check_schemas(connection, schemas or ())
        return read(connection, schemas, owners=owners, privileges=privileges)


def check_schemas(connection: psycopg.Connection[Any], wanted: Sequence[str], whose: str = "the database has") -> None:
    """Refuse a schema that is not there: it would read as one that is empty.

    Raises
    ------
    UnknownObject
        The mend names the schemas that are there.
    """
    if not wanted:
        return
    with connection.transaction():
        names = [name for (name,) in connection.execute("SELECT nspname FROM pg_catalog.pg_namespace ORDER BY 1")]
    if missing := [name for name in wanted if name not in names]:
        own = [name for name in names if not name.startswith("pg_") and name != "information_schema"]
        raise UnknownObject(
            f"{whose} no schema {missing[0]!r}",
            where=missing[0],
            mend=f"the schemas are {', '.join(own)}" if own else "there are no schemas but the server's own",
        )


def import_database(
    source: str,
    *,
    name: str = "",
    schemas: Sequence[str] | None = None,
    owners: bool = False,
    privileges: bool = True,
) -> Imported:
    """Return the design that a database means, and what became of each of its objects.

    Parameters
    ----------
    name
        What to call the design; like the database, if not given.
    source, schemas, owners, privileges
        See `read_database`.

    Raises
    ------
    ServerUnavailable
        If it cannot be reached, or is older than what we read.
    """
    reading = read_database(source, schemas=schemas, owners=owners, privileges=privileges)
    lifted = lift(reading.catalog, name=name or target.database_name(source))
    return Imported(lifted.design, all_losses(lifted.losses, reading))


def all_losses(losses: LossReport, reading: Introspection) -> LossReport:
    """Return what became of everything: of what was lifted, of what no kind speaks of, and of what is the server's."""
    strangers = (unclaimed(str(thing)) for thing in reading.unclaimed)
    return corrected(losses, reading.around) + strangers
