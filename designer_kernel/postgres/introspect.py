"""What a server holds, as a catalog: one query per kind, in one snapshot, the server's own spelling.

Everything is read with ``search_path = pg_catalog``, so that names come out qualified whatever the session says; two
catalogs introspected this way from servers of one version can be compared text by text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, Final, TypeAlias

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.dependencies import resolve
from designer_kernel.catalog.kinds import all_kinds
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.errors import ServerUnavailable

OLDEST: Final = 14
"""Oldest major version whose catalogs we read."""

Address: TypeAlias = tuple[int, int, int]
"""How ``pg_depend`` names an object: its catalog, its row there, its column number or 0."""

_SETTINGS: Final = (
    "SET LOCAL search_path = pg_catalog",
    "SET LOCAL jit = off",
    "SET LOCAL standard_conforming_strings = on",
    "SET LOCAL quote_all_identifiers = off",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL bytea_output = 'hex'",
)
"""What the server's spelling of expressions and constants depends on."""

_SCHEMAS: Final = """
    SELECT n.nspname FROM pg_namespace n
    WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""
_DEPENDENCIES: Final = """
    SELECT CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_class'::regclass::oid END,
           coalesce(r.ev_class, d.objid), d.objsubid,
           CASE WHEN t.typtype = 'c' THEN 'pg_class'::regclass::oid ELSE d.refclassid END,
           CASE WHEN t.typtype = 'c' THEN t.typrelid ELSE coalesce(e.oid, d.refobjid) END, d.refobjsubid
    FROM pg_depend d
    LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    LEFT JOIN pg_type e ON d.refclassid = 'pg_type'::regclass AND e.typarray = d.refobjid
    LEFT JOIN pg_type t ON d.refclassid = 'pg_type'::regclass AND t.oid = coalesce(e.oid, d.refobjid)
    WHERE d.deptype IN ('n', 'a') AND d.objid >= 16384 AND d.refobjid >= 16384
      AND NOT (d.refclassid = 'pg_class'::regclass
               AND d.classid IN ('pg_constraint'::regclass, 'pg_class'::regclass, 'pg_trigger'::regclass)
               AND d.deptype = 'a')
"""
"""Dependencies between users' objects: those of a view's rule are the view's, those on an array are on its element
type, those on a row type on its table. What a part of a table needs of its own table is known without being told."""


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
    only if a policy or a privilege names them.

    Reads in one snapshot: in a transaction of its own, or in the one that is open.

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
        If the server is older than version 14.
    """
    version = connection.info.server_version // 10000
    if version < OLDEST:
        raise ServerUnavailable(
            f"the server has PostgreSQL {version}, and its catalogs differ too much",
            mend=f"use PostgreSQL {OLDEST} or newer",
        )
    wanted = all_kinds() if kinds is None else sorted(set(kinds), key=all_kinds().index)
    left_out = {"owner": not owners, "privilege": not privileges, "label": not labels}
    wanted = [kind for kind in wanted if not left_out.get(kind.aspect)]
    if schemas is not None:
        wanted = [kind for kind in wanted if kind.scope == "schema"]
    is_idle = connection.info.transaction_status == TransactionStatus.IDLE
    # Rolling back to a savepoint, or rolling back our own transaction, also takes our settings back.
    with connection.transaction(force_rollback=True), connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        if is_idle:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for setting in _SETTINGS:
            cursor.execute(setting)
        return _Reading(cursor, version).run(wanted, schemas)


@dataclass(slots=True)
class _Reading:
    """One run of `introspect`: the facts found so far, and the identities of the addresses found so far."""

    cursor: psycopg.Cursor[tuple[Any, ...]]
    version: int
    facts: dict[ObjectId, CatalogObject] = field(default_factory=dict)
    ids: dict[Address, ObjectId] = field(default_factory=dict)

    def run(self, kinds: Iterable[type[CatalogObject]], schemas: Sequence[str] | None) -> Catalog:
        if schemas is None:
            schemas = [name for (name,) in self.cursor.execute(_SCHEMAS)]
        for kind in kinds:
            query = kind.introspection(self.version)
            if query:
                self._read(kind, query, list(schemas))
        needs = self._dependencies()
        found = (replace(f, depends=needs[key]) if key in needs else f for key, f in self.facts.items())
        return resolve(Catalog(found), late_bound_only=True)

    def _read(self, kind: type[CatalogObject], query: str, schemas: list[str]) -> None:
        rows = self.cursor.execute(query, {"schemas": schemas})
        if kind.by_address:
            owners = ((self._at((row[0], row[1], row[2])), row) for row in rows)
            # Addresses are numbers of this one server; the order of facts must not depend on them.
            facts = (kind.from_row((owner, *row[3:])) for owner, row in owners if owner is not None)
            self.facts.update(sorted(((fact.id, fact) for fact in facts), key=itemgetter(0)))
            return
        for row in rows:
            fact = kind.from_row(row[3:])
            key = fact.id
            self.facts[key] = fact
            self.ids[row[0], row[1], row[2]] = key

    def _at(self, address: Address) -> ObjectId | None:
        """Return the identity at an address, or of the whole object if its part is no fact of its own."""
        return self.ids.get(address) or self.ids.get((address[0], address[1], 0))

    def _dependencies(self) -> dict[ObjectId, frozenset[ObjectId]]:
        needs: dict[ObjectId, set[ObjectId]] = defaultdict(set)
        for row in self.cursor.execute(_DEPENDENCIES):
            dependent, needed = self._at(row[:3]), self._at(row[3:])
            if dependent is None or needed is None or dependent == needed:
                continue
            fact = self.facts[dependent]
            if needed != fact.parent and needed not in needs[dependent]:
                needs[dependent].add(needed)
        return {key: frozenset(found) for key, found in needs.items() if found}
