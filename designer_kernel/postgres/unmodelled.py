"""Objects of a database that no kind of the catalog speaks of: found, so that none is made or lost in silence.

Every system catalog that can hold a user's object is looked through. What a kind has made a fact of, what is a part of
such an object, and what an extension owns is known; all else is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from designer_kernel.postgres.fetching import rows_of
from designer_kernel.postgres.reading import Reading

_COMES_WITH_OTHERS: Final = """EXISTS (
                SELECT FROM pg_inherits h
                JOIN pg_class p ON p.oid = h.inhparent
                JOIN pg_namespace pn ON pn.oid = p.relnamespace
                WHERE h.inhrelid = o.oid AND o.relkind IN ('i', 'I') AND pn.nspname <> ALL(%(schemas)s))"""
"""Whether an index comes with that of a partitioned table that lives in a schema which is not read."""

_IN_SCHEMAS: Final = {
    "pg_class": ("relnamespace", f"relkind <> 'c' AND NOT {_COMES_WITH_OTHERS}"),
    "pg_type": ("typnamespace", "typrelid = 0 OR (SELECT r.relkind FROM pg_class r WHERE r.oid = o.typrelid) = 'c'"),
    "pg_proc": ("pronamespace", ""),
    "pg_operator": ("oprnamespace", "oprcode <> 0"),
    "pg_opclass": ("opcnamespace", ""),
    "pg_opfamily": ("opfnamespace", ""),
    "pg_collation": ("collnamespace", ""),
    "pg_conversion": ("connamespace", ""),
    "pg_statistic_ext": ("stxnamespace", ""),
    "pg_ts_config": ("cfgnamespace", ""),
    "pg_ts_dict": ("dictnamespace", ""),
    "pg_ts_parser": ("prsnamespace", ""),
    "pg_ts_template": ("tmplnamespace", ""),
}  # fmt: skip
"""The catalogs whose objects live in a schema: the column that names it, and which rows are objects."""

_ON_TABLES: Final = {
    # A check of a domain is a part of it, NOT NULL of its column; what is inherited comes with the parent.
    "pg_constraint": ("conrelid", "contype <> 'n' AND (conislocal OR coninhcount = 0)"),
    "pg_trigger": ("tgrelid", "NOT tgisinternal AND tgparentid = 0"),
    "pg_policy": ("polrelid", ""),
    "pg_rewrite": ("ev_class", "rulename <> '_RETURN'"),
}
"""The catalogs of parts of tables: the column that names the table, and which rows are objects."""

_OF_DATABASE: Final = {
    "pg_am": "", "pg_cast": "", "pg_event_trigger": "", "pg_extension": "", "pg_foreign_data_wrapper": "",
    "pg_foreign_server": "", "pg_language": "", "pg_publication": "", "pg_transform": "",
    "pg_subscription": "subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())",
    "pg_user_mapping": "",
}  # fmt: skip
"""The catalogs whose objects belong to the database as a whole, and which rows are objects."""

_PRIVILEGES: Final = {"pg_default_acl": ""}

_SOURCES: Final = {"pg_user_mapping": "(SELECT umid AS oid FROM pg_user_mappings)"}
"""What is read instead of a catalog that only a superuser may read."""

_NAMES: Final = """
    SELECT f.classid, f.objid, i.type, coalesce(i.schema, ''), coalesce(i.identity, f.objid::text),
           coalesce(pg_describe_object(f.classid, f.objid, 0), '')
    FROM unnest(%(classes)s::oid[], %(objects)s::oid[]) AS f (classid, objid),
         pg_identify_object(f.classid, f.objid, 0) AS i
    ORDER BY i.type COLLATE "C", i.identity COLLATE "C"
"""


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """An object that no kind speaks of: its type as the server calls it, its identity, and the server's description.

    ``schema`` is empty for objects that belong to none.
    """

    type: str
    schema: str
    identity: str
    description: str

    def __str__(self) -> str:
        return f"{self.type} {self.identity}"


def find(
    connection: psycopg.Connection[Any],
    reading: Reading,
    schemas: Sequence[str],
    *,
    whole_database: bool,
    privileges: bool = True,
) -> tuple[Unclaimed, ...]:
    """Return the users' objects that a reading knows nothing of, sorted by type and identity.

    Parameters
    ----------
    schemas
        The schemas to look in.
    whole_database
        Whether to look at what lives in no schema, too.
    privileges
        Whether default privileges were read.
    """
    query = _query(whole_database=whole_database, privileges=privileges)
    table = "pg_class"
    found, oids = [], _class_oids(connection)
    for catalog, oid, relation in rows_of(connection, query, {"schemas": list(schemas)}):
        is_of_extension = relation is not None and (oids[table], relation, 0) in reading.members
        if not is_of_extension and not reading.is_known((oids[catalog], oid, 0)):
            found.append((oids[catalog], oid))
    strangers = set(found)
    whole = [one for one in found if not any(outer[:2] in strangers for outer in reading.around((*one, 0)))]
    return tuple(name for _, name in _named(connection, whole))


def members(connection: psycopg.Connection[Any], reading: Reading) -> dict[str, tuple[str, ...]]:
    """Return what each extension owns, as ``function public.similarity(text,text)``, by the extension's name."""
    extensions = {(classid, oid): extension for (classid, oid, _), extension in reading.members.items()}
    found: dict[str, list[str]] = {extension.path[0]: [] for extension in extensions.values()}
    for address, name in _named(connection, list(extensions)):
        found[extensions[address].path[0]].append(str(name))
    return {extension: tuple(names) for extension, names in sorted(found.items())}


def _query(*, whole_database: bool, privileges: bool) -> str:
    parts = [
        f"""SELECT '{catalog}', o.oid, NULL::oid FROM {catalog} o JOIN pg_namespace n ON n.oid = o.{schema}
            WHERE o.oid >= 16384 AND n.nspname = ANY(%(schemas)s) AND ({condition or "true"})"""
        for catalog, (schema, condition) in _IN_SCHEMAS.items()
    ]
    parts += [
        f"""SELECT '{catalog}', o.oid, o.{table} FROM {catalog} o JOIN pg_class c ON c.oid = o.{table}
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE o.oid >= 16384 AND n.nspname = ANY(%(schemas)s) AND ({condition or "true"})"""
        for catalog, (table, condition) in _ON_TABLES.items()
    ]
    parts.append("SELECT 'pg_namespace', oid, NULL FROM pg_namespace WHERE oid >= 16384 AND nspname = ANY(%(schemas)s)")
    wanted = (_OF_DATABASE if whole_database else {}) | (_PRIVILEGES if whole_database and privileges else {})
    parts += [
        f"""SELECT '{catalog}', o.oid, NULL FROM {_SOURCES.get(catalog, catalog)} o
            WHERE o.oid >= 16384 AND ({condition or "true"})"""
        for catalog, condition in wanted.items()
    ]
    return "\nUNION ALL\n".join(parts)


def _class_oids(connection: psycopg.Connection[Any]) -> dict[str, int]:
    names = [*_IN_SCHEMAS, *_ON_TABLES, *_OF_DATABASE, *_PRIVILEGES, "pg_namespace"]
    query = "SELECT name, name::regclass::oid FROM unnest(%(names)s::text[]) AS name"
    return dict(rows_of(connection, query, {"names": names}))


def _named(
    connection: psycopg.Connection[Any], objects: Sequence[tuple[int, int]]
) -> list[tuple[tuple[int, int], Unclaimed]]:
    """Return objects with their names, sorted by those."""
    if not objects:
        return []
    parameters = {"classes": [classid for classid, _ in objects], "objects": [oid for _, oid in objects]}
    return [((row[0], row[1]), Unclaimed(*row[2:])) for row in rows_of(connection, _NAMES, parameters)]
