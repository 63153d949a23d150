"""What a server holds, as a catalog: one query per kind, in one snapshot, the server's own spelling.

Everything is read with ``search_path = pg_catalog``, so that names come out qualified whatever the session says; two
catalogs introspected this way from servers of one version can be compared text by text.

The server writes definitions (``pg_get_viewdef`` and its like) from its newest state, not from our snapshot. So what
was read counts only if nothing that it speaks of has changed meanwhile; otherwise it is read again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds import all_kinds
from designer_kernel.catalog.memory import without_collection
from designer_kernel.catalog.objects import CatalogObject
from designer_kernel.design.losses import Loss
from designer_kernel.errors import DesignerError, ServerUnavailable, StatementFailed
from designer_kernel.postgres import surroundings, unmodelled
from designer_kernel.postgres.fetching import companion, rows_of
from designer_kernel.postgres.own_schemas import OWN_SCHEMAS
from designer_kernel.postgres.reading import Reading
from designer_kernel.postgres.unmodelled import Unclaimed

OLDEST: Final = 14
"""Oldest major version whose catalogs we read."""

_SETTINGS: Final = {
    "search_path": "pg_catalog, pg_temp",  # unnamed, temporary tables would come first, and stand for the server's own
    "jit": "off",
    "standard_conforming_strings": "on",
    "quote_all_identifiers": "off",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}
"""What the server's spelling of expressions and constants depends on."""

_LIMITS: Final = (
    "statement_timeout", "lock_timeout", "transaction_timeout", "idle_in_transaction_session_timeout",
)  # fmt: skip
"""What a database, a role or a server may be told to limit for the sake of its applications; ``pg_dump`` lifts it, too.

What the session itself has set stays: somebody wants just that."""

_PLAIN_PLANS: Final = {
    "join_collapse_limit": "1",
    "from_collapse_limit": "1",
    "enable_mergejoin": "off",
    "enable_memoize": "off",
    "enable_material": "off",
}
"""What lets a server look for plans in fewer places: of a small database that takes longer than the queries do."""

_SMALL: Final = 2000
"""Relations, the server's own among them, up to which any plan is as good as the best one."""

_SET: Final = """
    SELECT pg_catalog.set_config(s.name, s.value, true)
    FROM ROWS FROM (pg_catalog.unnest(%(names)s::pg_catalog.text[]), pg_catalog.unnest(%(values)s::pg_catalog.text[]))
      AS s (name, value)
    UNION ALL
    SELECT pg_catalog.set_config(p.name, p.value, true)
    FROM ROWS FROM (pg_catalog.unnest(%(plans)s::pg_catalog.text[]), pg_catalog.unnest(%(how)s::pg_catalog.text[]))
      AS p (name, value)
    WHERE (SELECT count(*) FROM pg_catalog.pg_class) <= %(small)s
    UNION ALL
    SELECT pg_catalog.set_config(l.name, '0', true) FROM pg_catalog.unnest(%(limits)s::pg_catalog.text[]) AS l (name)
    WHERE pg_catalog.current_setting(l.name, true) <> '0'
      AND (SELECT s.source FROM pg_catalog.pg_settings s WHERE s.name = l.name) NOT IN ('client', 'session')
"""

_SCHEMAS: Final = """
    SELECT n.nspname FROM pg_namespace n
    WHERE n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema' AND n.nspname <> ALL(%(own)s)
    ORDER BY n.nspname
"""

_STATE: Final = """
    WITH spaces AS (SELECT oid, xmin FROM pg_namespace WHERE nspname = ANY(%(schemas)s)),
         tables AS (SELECT c.oid, c.xmin, c.relkind FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace)
    SELECT array_agg(ARRAY[n, x] ORDER BY place) FROM (
        SELECT 1, count(*), sum(xmin::text::bigint) FROM spaces
        UNION ALL SELECT 2, count(*), sum(xmin::text::bigint) FROM tables
        UNION ALL SELECT 3, count(*), sum(o.xmin::text::bigint) FROM pg_attribute o JOIN tables t ON t.oid = o.attrelid
                  WHERE o.attnum > 0 AND t.relkind NOT IN ('i', 'I')
        UNION ALL SELECT 4, count(*), sum(o.xmin::text::bigint) FROM pg_index o JOIN tables t ON t.oid = o.indrelid
        UNION ALL SELECT 5, count(*), sum(o.xmin::text::bigint) FROM pg_constraint o
                  JOIN spaces s ON s.oid = o.connamespace
        UNION ALL SELECT 6, count(*), sum(o.xmin::text::bigint) FROM pg_rewrite o JOIN tables t ON t.oid = o.ev_class
        UNION ALL SELECT 7, count(*), sum(o.xmin::text::bigint) FROM pg_trigger o JOIN tables t ON t.oid = o.tgrelid
                  WHERE NOT o.tgisinternal
        UNION ALL SELECT 8, count(*), sum(o.xmin::text::bigint) FROM pg_proc o JOIN spaces s ON s.oid = o.pronamespace
        UNION ALL SELECT 9, count(*), sum(o.xmin::text::bigint) FROM pg_type o JOIN spaces s ON s.oid = o.typnamespace
        UNION ALL SELECT 10, count(*), sum(o.xmin::text::bigint) FROM pg_operator o
                  JOIN spaces s ON s.oid = o.oprnamespace
        UNION ALL SELECT 11, count(*), sum(o.xmin::text::bigint) FROM pg_statistic_ext o
                  JOIN spaces s ON s.oid = o.stxnamespace
    ) AS state (place, n, x)
"""
"""What changes whenever an object changes that a definition speaks of: how many rows there are, and who wrote them."""

_ATTEMPTS: Final = 5
_PAUSE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Introspection:
    """What a server holds, and what of it the catalog does not hold.

    ``unclaimed`` are the objects in the chosen schemas that no kind speaks of; ``members`` what each extension owns,
    by its name, as ``function public.similarity(text, text)``; ``around`` what belongs to the server and is not kept.
    """

    catalog: Catalog
    unclaimed: tuple[Unclaimed, ...] = ()
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    around: tuple[Loss, ...] = ()


def introspect(
    connection: psycopg.Connection[Any],
    schemas: Sequence[str] | None = None,
    kinds: Iterable[type[CatalogObject]] | None = None,
    *,
    owners: bool = False,
    privileges: bool = True,
    labels: bool = True,
) -> Catalog:
    """Return what the server holds.

    Objects that an extension owns are left out, and so is what belongs to another object: indexes of constraints,
    internal triggers, what a partition has from its parent. Extensions are listed wherever they are installed; roles
    only if a policy or a privilege names them. What uses an object of an extension needs the extension.

    Reads in one snapshot: in a transaction of its own, or in the one that is open. What others change meanwhile is
    detected in a transaction of its own only, and it is read again then.

    Parameters
    ----------
    schemas
        The schemas to read; all but the system's if not given.
    kinds
        The kinds to read; all if not given.
    owners
        Whether to tell who owns each object.
    privileges
        Whether to tell who may use each object, and the default privileges.
    labels
        Whether to tell security labels.

    Raises
    ------
    ServerUnavailable
        If the server is older than version 14, is gone, or others change the schemas all the time.
    StatementFailed
        If the server refuses a query of a reading that has a transaction of its own.
    """
    chosen = _Choice.of(connection, schemas, kinds, owners=owners, privileges=privileges, labels=labels)
    return _settled(connection, chosen, closely=False).catalog


def read(
    connection: psycopg.Connection[Any],
    schemas: Sequence[str] | None = None,
    kinds: Iterable[type[CatalogObject]] | None = None,
    *,
    owners: bool = False,
    privileges: bool = True,
    labels: bool = True,
) -> Introspection:
    """Return what the server holds, what no kind speaks of, and what extensions own; see `introspect`."""
    chosen = _Choice.of(connection, schemas, kinds, owners=owners, privileges=privileges, labels=labels)
    return _settled(connection, chosen, closely=True)


@dataclass(frozen=True, slots=True)
class _Choice:
    """What to read."""

    kinds: tuple[type[CatalogObject], ...]
    schemas: tuple[str, ...] | None
    owners: bool
    privileges: bool

    @classmethod
    def of(
        cls,
        connection: psycopg.Connection[Any],
        schemas: Sequence[str] | None,
        kinds: Iterable[type[CatalogObject]] | None,
        *,
        owners: bool,
        privileges: bool,
        labels: bool,
    ) -> _Choice:
        version = connection.info.server_version // 10000
        if version < OLDEST:
            raise ServerUnavailable(
                f"the server has PostgreSQL {version}, and its catalogs differ too much",
                mend=f"use PostgreSQL {OLDEST} or newer",
            )
        wanted = all_kinds() if kinds is None else sorted(set(kinds), key=all_kinds().index)
        left_out = {"owner": not owners, "privilege": not privileges, "label": not labels}
        return cls(
            tuple(
                kind for kind in wanted if not left_out.get(kind.aspect) and (schemas is None or kind.scope == "schema")
            ),
            None if schemas is None else tuple(schemas),
            owners,
            privileges,
        )


def _settled(connection: psycopg.Connection[Any], chosen: _Choice, *, closely: bool) -> Introspection:
    """Read until nothing changes meanwhile, where that can be seen; a few times at most."""
    if connection.info.transaction_status != TransactionStatus.IDLE:
        return _Look(connection, chosen).take(closely=closely)
    reason: Exception | None = None
    for attempt in range(_ATTEMPTS):
        look = _Look(connection, chosen, is_own=True)
        try:
            found = look.take(closely=closely)
        except ServerUnavailable:
            raise
        except psycopg.OperationalError as error:
            raise _refused(error) from error
        except Exception as error:  # a definition of what is gone is an error, or nothing where a text should be
            if look.is_still_so():
                if isinstance(error, psycopg.Error):
                    raise _refused(error) from error
                raise
            reason = error
        else:
            if look.is_still_so():
                return found
            reason = None
        if attempt + 1 < _ATTEMPTS:
            time.sleep(_PAUSE * 2**attempt)
    raise ServerUnavailable(
        "the database is being changed while it is read, again and again",
        mend="read it when nobody changes tables, or only the schemas that nobody changes",
    ) from reason


def _refused(error: psycopg.Error) -> DesignerError:
    """Return what to say of a server that does not let itself be read to the end."""
    why = " ".join((error.diag.message_primary or str(error)).split())
    if error.sqlstate is None or error.sqlstate.startswith(("08", "57P")):
        return ServerUnavailable(
            f"the connection was lost while the database was read: {why}", mend="check that the server runs, and retry"
        )
    limited = "raise the limit that the session has set, or read fewer schemas"
    mend = limited if isinstance(error, psycopg.OperationalError) else "read it as a role that may, or other schemas"
    return StatementFailed(f"the database cannot be read: {why}", mend=mend, sqlstate=error.sqlstate)


def _set(connection: psycopg.Connection[Any]) -> None:
    """Give a transaction the settings that the server's spelling depends on."""
    parameters = {
        "names": list(_SETTINGS), "values": list(_SETTINGS.values()), "limits": list(_LIMITS), "small": _SMALL,
        "plans": list(_PLAIN_PLANS), "how": list(_PLAIN_PLANS.values()),
    }  # fmt: skip
    list(rows_of(connection, _SET, parameters))


class _Look:
    """One look at the server, and whether that is still what it holds."""

    def __init__(self, connection: psycopg.Connection[Any], chosen: _Choice, *, is_own: bool = False) -> None:
        self._connection = connection
        self._chosen = chosen
        self._is_own = is_own
        self._schemas: list[str] = []
        self._state: object = None
        self._snapshot: object = None

    def take(self, *, closely: bool) -> Introspection:
        """Read everything in one snapshot."""
        connection, chosen = self._connection, self._chosen
        # Rolling back to a savepoint, or rolling back our own transaction, also takes our settings back.
        with connection.transaction(force_rollback=True):
            if self._is_own:
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            _set(connection)
            self._schemas = self._chosen_schemas()
            if self._is_own:
                self._snapshot = self._current_snapshot()
            reading = Reading()
            with companion(connection) if self._is_own else nullcontext() as second, without_collection():
                if second is not None:
                    _set(second)
                connections = [connection] if second is None else [connection, second]
                # First of all queries, since those after it may fail because of what has changed.
                first = [(self._note_state, _STATE)] if self._is_own else []
                reading.run(connections, chosen.kinds, self._schemas, first)
                catalog = reading.catalog()
            if not closely:
                return Introspection(catalog)
            unclaimed = unmodelled.find(
                connection,
                reading,
                self._schemas,
                whole_database=chosen.schemas is None,
                privileges=chosen.privileges,
            )
            around = surroundings.read(
                connection,
                catalog,
                self._schemas,
                whole_database=chosen.schemas is None,
                owners=chosen.owners,
                privileges=chosen.privileges,
            )
            return Introspection(catalog, unclaimed, unmodelled.members(connection, reading), around)

    def is_still_so(self) -> bool:
        """Whether nothing has changed since that the definitions speak of."""
        connection = self._connection
        if connection.info.transaction_status != TransactionStatus.IDLE:
            return False
        with connection.transaction(force_rollback=True):
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            if self._current_snapshot() == self._snapshot:
                return True  # nobody has written anything
            _set(connection)
            return self._chosen_schemas() == self._schemas and self._current_state() == self._state

    def _note_state(self, rows: Iterable[tuple[Any, ...]]) -> None:
        (self._state,) = rows

    def _chosen_schemas(self) -> list[str]:
        if self._chosen.schemas is not None:
            return list(self._chosen.schemas)
        return [name for (name,) in rows_of(self._connection, _SCHEMAS, {"own": list(OWN_SCHEMAS)})]

    def _current_snapshot(self) -> object:
        return next(rows_of(self._connection, "SELECT pg_catalog.pg_current_snapshot()::text"))

    def _current_state(self) -> object:
        return next(rows_of(self._connection, _STATE, {"schemas": self._schemas}))
