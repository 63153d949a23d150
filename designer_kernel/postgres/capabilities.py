"""What a server lacks of what a catalog needs: said before anything runs, with the mend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds.extension import Extension
from designer_kernel.catalog.kinds.policy import Policy
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.postgres import lacking
from designer_kernel.postgres.features import FUNCTIONS

OLDEST: Final = 14
"""Oldest major version that is supported."""

_COLUMN_FIELDS: Final = ("columns", "referenced_columns", "include", "update_columns", "on_delete_columns")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that the server lacks.

    ``id`` is stable (``extension:pgcrypto``); ``affected`` are the facts that need it themselves, see
    `without_missing` for those that need these.
    """

    id: str
    what: str
    mend: str
    affected: tuple[ObjectId, ...]

    def __str__(self) -> str:
        return f"{self.what}; mend: {self.mend}"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {"id": self.id, "what": self.what, "mend": self.mend, "affected": [str(key) for key in self.affected]}


@dataclass(frozen=True, slots=True)
class Rights:
    """Who we are on a server, and what we may do in its database."""

    version: int
    user: str
    database: str
    is_superuser: bool
    may_create_roles: bool
    may_create_databases: bool
    may_create_in_database: bool
    bypasses_row_security: bool
    is_writable: bool


def rights(connection: psycopg.Connection[Any]) -> Rights:
    """Return what the connection's role may do."""
    row = connection.execute(
        """
        SELECT current_setting('server_version_num')::integer / 10000, current_user, current_database(),
               rolsuper, rolsuper OR rolcreaterole, rolsuper OR rolcreatedb,
               has_database_privilege(current_database(), 'CREATE'), rolsuper OR rolbypassrls,
               NOT pg_is_in_recovery() AND current_setting('default_transaction_read_only') = 'off'
        FROM pg_roles WHERE rolname = current_user
        """
    ).fetchone()
    assert row is not None
    return Rights(*row)


def check(connection: psycopg.Connection[Any], catalog: Catalog) -> list[Missing]:
    """Return what the server lacks of what the catalog needs; empty if nothing.

    Looks at the version and the features that came later, extensions, roles, tablespaces, and privileges. Facts that
    the database already has are not looked for: an extension that somebody installed needs no right to install it.
    """
    own = rights(connection)
    everything = tuple(catalog)
    if own.version < OLDEST:
        what = f"the server is PostgreSQL {own.version}; the oldest that is supported is {OLDEST}"
        return [Missing("version", what, "upgrade the server", everything)]
    if not own.is_writable:
        what = "the server takes no writes: it is a standby, or its transactions are read-only by default"
        return [Missing("writable", what, "connect to the primary server", everything)]
    return [
        *_features(own, catalog),
        *_functions(own, catalog),
        *_extensions(connection, own, catalog),
        *_roles(connection, own, catalog),
        *_tablespaces(connection, catalog),
        *_schemas(connection, own, catalog),
        *_ownership(connection, own, catalog),
    ]


def notes(connection: psycopg.Connection[Any], catalog: Catalog) -> tuple[str, ...]:
    """Return what is not missing, but worth knowing."""
    own = rights(connection)
    guarded = [table for table in catalog.of(Table) if table.row_security and table.partition_of is None]
    if not guarded or own.bypasses_row_security:
        return ()
    owner = " even from their owner" if any(table.force_row_security for table in guarded) else ""
    note = f"row-level security guards {len(guarded)} tables{owner}: filling them as {own.user!r} goes through policies"
    return (f"{note}; a role with BYPASSRLS would not",)


def without_missing(catalog: Catalog, missing: Iterable[Missing]) -> tuple[Catalog, tuple[ObjectId, ...]]:
    """Return the catalog without what the server cannot hold, and what was left out.

    Left out are the facts that need something missing, and all facts that depend on those or are parts of them.
    """
    waiting = [key for item in missing for key in item.affected]
    if not waiting:
        return catalog, ()
    needed_by = _needed_by(catalog)
    gone: set[ObjectId] = set()
    while waiting:
        key = waiting.pop()
        if key not in gone:
            gone.add(key)
            waiting.extend(needed_by[key])
    left_out = tuple(key for key in catalog if key in gone)
    return catalog.only(key for key in catalog if key not in gone), left_out


def _needed_by(catalog: Catalog) -> dict[ObjectId, list[ObjectId]]:
    """Return for each fact those that cannot be without it."""
    needed_by: dict[ObjectId, list[ObjectId]] = defaultdict(list)
    for key, fact in catalog.items():
        needs = {*fact.depends, *fact.prefers, *fact.requires(catalog)}
        above = fact.parent
        while above is not None:
            needs.add(above)
            above = catalog[above].parent if above in catalog else None
        relations = [need for need in (*needs, key) if need.kind == "relation"]
        names = _columns_named(fact)
        columns = {ObjectId("column", (*relation.path, name)) for relation in relations for name in names}
        for need in needs | (columns - {key}):
            needed_by[need].append(key)
    return needed_by


def _columns_named(fact: CatalogObject) -> set[str]:
    """Return the names of columns that a fact speaks of; whose they are is left open, so rather too many."""
    names = {name for field in _COLUMN_FIELDS for name in getattr(fact, field, ())}
    for text in fact.sql_fields():
        names |= lacking.named(text).columns
    return names


def _features(own: Rights, catalog: Catalog) -> Iterator[Missing]:
    for feature, affected in lacking.lacking_features(own.version, catalog):
        otherwise = "upgrade the server, or " if own.version < feature.since else ""
        yield Missing(f"feature:{feature.what}", feature.told(own.version), f"{otherwise}{feature.mend}", affected)


def _functions(own: Rights, catalog: Catalog) -> Iterator[Missing]:
    for name, affected in lacking.newer_functions(own.version, catalog).items():
        version, mend = FUNCTIONS[name]
        what = f"the function {name}() came with PostgreSQL {version}, and the server is {own.version}"
        yield Missing(f"function:{name}", what, f"upgrade the server, or {mend}", tuple(affected))


def _extensions(connection: psycopg.Connection[Any], own: Rights, catalog: Catalog) -> Iterator[Missing]:
    wanted = {extension.name: extension for extension in catalog.of(Extension)}
    rows = connection.execute(
        """
        SELECT a.name, a.installed_version IS NOT NULL,
               coalesce((SELECT v.trusted FROM pg_available_extension_versions v
                         WHERE v.name = a.name AND v.version = a.default_version), false)
        FROM pg_available_extensions a WHERE a.name = ANY(%s)
        """,
        [list(wanted)],
    ).fetchall()
    available = {name: (installed, trusted) for name, installed, trusted in rows}
    for name, extension in wanted.items():
        if name not in available:
            what = f"the extension {name!r} is not available on the server"
            mend = "install it on the server's machine, or use a server that has it"
            yield Missing(f"extension:{name}", what, mend, (extension.id,))
            continue
        installed, trusted = available[name]
        if installed or own.is_superuser or (trusted and own.may_create_in_database):
            continue
        what = f"the role {own.user!r} may not install the extension {name!r}"
        mend = f"let an administrator run: CREATE EXTENSION {quote(name)} WITH SCHEMA {quote(extension.schema)};"
        yield Missing(f"extension:{name}", what, mend, (extension.id,))


def _roles(connection: psycopg.Connection[Any], own: Rights, catalog: Catalog) -> Iterator[Missing]:
    if own.may_create_roles:
        return
    named: dict[str, list[ObjectId]] = defaultdict(list)
    for role in catalog.of(Role):
        named[role.name].append(role.id)
    for policy in catalog.of(Policy):
        for name in policy.roles:
            named[name].append(policy.id)
    named.pop("public", None)
    rows = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(named)]).fetchall()
    for name in sorted(set(named) - {row[0] for row in rows}):
        what = f"the role {name!r} does not exist, and {own.user!r} may not create roles"
        mend = f"let an administrator run: CREATE ROLE {quote(name)} NOLOGIN;"
        yield Missing(f"role:{name}", what, mend, tuple(named[name]))


def _tablespaces(connection: psycopg.Connection[Any], catalog: Catalog) -> Iterator[Missing]:
    users: dict[str, list[ObjectId]] = defaultdict(list)
    for key, fact in catalog.items():
        if name := getattr(fact, "tablespace", ""):
            users[name].append(key)
    rows = connection.execute("SELECT spcname FROM pg_tablespace WHERE spcname = ANY(%s)", [list(users)]).fetchall()
    for name in sorted(set(users) - {row[0] for row in rows}):
        mend = f"let an administrator run: CREATE TABLESPACE {quote(name)} LOCATION '…';"
        yield Missing(f"tablespace:{name}", f"the server has no tablespace {name!r}", mend, tuple(users[name]))


def _schemas(connection: psycopg.Connection[Any], own: Rights, catalog: Catalog) -> Iterator[Missing]:
    names = [schema.name for schema in catalog.of(Schema)]
    rows = connection.execute(
        "SELECT nspname, has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = ANY(%s)", [names]
    ).fetchall()
    existing = dict(rows)
    used = {fact.parent for fact in catalog.values()}
    for schema in catalog.of(Schema):
        if schema.id not in used:
            continue
        if schema.name not in existing and not own.may_create_in_database:
            what = f"the role {own.user!r} may not create the schema {schema.name!r}"
            mend = f"let the owner run: GRANT CREATE ON DATABASE {quote(own.database)} TO {quote(own.user)};"
            yield Missing(f"schema:{schema.name}", what, mend, (schema.id,))
        elif not existing.get(schema.name, True):
            what = f"the role {own.user!r} may not create objects in the schema {schema.name!r}"
            mend = f"let the owner run: GRANT CREATE ON SCHEMA {quote(schema.name)} TO {quote(own.user)};"
            yield Missing(f"schema:{schema.name}", what, mend, (schema.id,))


def _ownership(connection: psycopg.Connection[Any], own: Rights, catalog: Catalog) -> Iterator[Missing]:
    if own.is_superuser:
        return
    tables = catalog.of(Table)
    rows = connection.execute(
        """
        SELECT n.nspname, c.relname, pg_get_userbyid(c.relowner)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN unnest(%s::text[], %s::text[]) AS wanted(schema, name) ON (n.nspname, c.relname) = (schema, name)
        WHERE NOT pg_has_role(c.relowner, 'USAGE')
        """,
        [[table.schema for table in tables], [table.name for table in tables]],
    ).fetchall()
    for schema, name, owner in rows:
        what = f"the table {schema}.{name} exists and belongs to the role {owner!r}"
        mend = f"let an administrator run: GRANT {quote(owner)} TO {quote(own.user)}; or connect as {owner!r}"
        yield Missing(f"owner:{schema}.{name}", what, mend, (ObjectId("relation", (schema, name)),))
