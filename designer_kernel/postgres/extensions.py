"""Extensions in shadows: what an administrator may install there for somebody powerless.

PostgreSQL lets only a superuser install most extensions. Those that are known to be harmless in the hands of somebody
powerless are installed beforehand, while the database is empty, so that nothing that a script or design brings can
stand in the way of an extension's own script, which runs as a superuser. Some reach out of the database, or into its
files; they are installed with that part taken out, which leaves all their definitions usable. Others are not installed
at all: whoever asks for them is told by PostgreSQL that it may not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.postgres.connection import connect

HARMLESS: Final = frozenset({
    "amcheck", "autoinc", "bloom", "btree_gin", "btree_gist", "citext", "cube", "dict_int", "dict_xsyn",
    "earthdistance", "fuzzystrmatch", "hstore", "insert_username", "intagg", "intarray", "isn", "lo", "ltree",
    "moddatetime", "pg_buffercache", "pg_freespacemap", "pg_stat_statements", "pg_trgm", "pg_visibility",
    "pgcrypto", "pgrowlocks", "pgstattuple", "postgis", "refint", "seg", "sslinfo", "tablefunc",
    "tcn", "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp", "vector", "xml2",
})  # fmt: skip
"""Extensions that the administrator installs as they are: they stay inside the database, or check rights."""

REACHING: Final = frozenset({
    "adminpack", "dblink", "file_fdw", "old_snapshot", "pageinspect", "pg_logicalinspect", "pg_prewarm",
    "pg_surgery", "pg_walinspect", "postgres_fdw",
})  # fmt: skip
"""Extensions that read or write files, connect elsewhere or change pages: installed without what does so."""

_THERE: Final = frozenset({"", "public", "pg_catalog"})
_INSTALLED: Final = "SELECT extname FROM pg_extension WHERE oid >= 16384"
_FUNCTIONS: Final = """
    SELECT n.nspname, p.proname,
           ARRAY(SELECT ARRAY[tn.nspname, t.typname]::text[]
                 FROM unnest(p.proargtypes) WITH ORDINALITY AS a (type, place)
                 JOIN pg_type t ON t.oid = a.type JOIN pg_namespace tn ON tn.oid = t.typnamespace ORDER BY place)
    FROM pg_depend d JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
    JOIN pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
    WHERE d.deptype = 'e' AND e.extname = %s
"""
_WRAPPERS: Final = """
    SELECT f.fdwname
    FROM pg_depend d JOIN pg_foreign_data_wrapper f
        ON d.classid = 'pg_foreign_data_wrapper'::regclass AND f.oid = d.objid
    JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
    WHERE d.deptype = 'e' AND e.extname = %s
"""

_ARMED: Final = """
    SELECT fdwname FROM pg_catalog.pg_foreign_data_wrapper
    WHERE fdwhandler OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
"""


def install(admin_url: str, owner: str, wanted: Iterable[tuple[str, str]]) -> frozenset[ObjectId]:
    """Install what a powerless role may not install itself; return what was made: extensions, and schemas for them.

    What cannot be installed is left out: the same statement of the powerless role then fails, and says why.

    Parameters
    ----------
    admin_url
        A database in which nothing has been made yet, as a superuser.
    owner
        The powerless role, to which schemas that are made here then belong.
    wanted
        Names of extensions, and the schemas that they are to be in (empty: ``public``).
    """
    made: set[ObjectId] = set()
    with connect(admin_url, autocommit=True) as admin:
        rows = admin.execute("SELECT name FROM pg_available_extension_versions WHERE NOT trusted").fetchall()
        untrusted = {row[0] for row in rows}
        for name, schema in dict(wanted).items():
            if name in untrusted and name in HARMLESS | REACHING:
                made |= _installed(admin, name, schema, owner)
        made |= {ObjectId("extension", (row[0],)) for row in admin.execute(_INSTALLED)}
    return frozenset(made)


def _installed(admin: psycopg.Connection[Any], name: str, schema: str, owner: str) -> set[ObjectId]:
    """Install one extension, whole or not at all: half disarmed it must not stay. Return the schema made for it."""
    where = sql.Identifier(schema or "public")
    try:
        with admin.transaction():
            if schema not in _THERE:
                statement = sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}")
                admin.execute(statement.format(where, sql.Identifier(owner)))
            statement = sql.SQL("CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {} CASCADE")
            admin.execute(statement.format(sql.Identifier(name), where))
            if name in REACHING:
                _disarm(admin, name, owner)
    except psycopg.Error:
        return set()
    return set() if schema in _THERE else {ObjectId("schema", (schema,))}


def _disarm(admin: psycopg.Connection[Any], name: str, owner: str) -> None:
    """Take out what reaches beyond the database; foreign servers may still be made, and then read nothing."""
    for schema, function, types in admin.execute(_FUNCTIONS, [name]).fetchall():
        arguments = sql.SQL(", ").join(sql.Identifier(*parts) for parts in types)
        statement = sql.SQL("REVOKE EXECUTE ON ROUTINE {}({}) FROM PUBLIC")
        admin.execute(statement.format(sql.Identifier(schema, function), arguments))
    for (wrapper,) in admin.execute(_WRAPPERS, [name]).fetchall():
        there = sql.Identifier(wrapper)
        admin.execute(sql.SQL("ALTER FOREIGN DATA WRAPPER {} NO HANDLER").format(there))
        if name == "file_fdw":  # its validator asks for the right to read files, which nobody has here
            admin.execute(sql.SQL("ALTER FOREIGN DATA WRAPPER {} NO VALIDATOR").format(there))
        admin.execute(sql.SQL("GRANT USAGE ON FOREIGN DATA WRAPPER {} TO {}").format(there, sql.Identifier(owner)))


def disarm_wrappers(connection: psycopg.Connection[Any]) -> None:
    """Take the handlers from all foreign-data wrappers, as a superuser: their foreign tables then read nothing."""
    for (wrapper,) in connection.execute(_ARMED).fetchall():
        statement = sql.SQL("ALTER FOREIGN DATA WRAPPER {} NO HANDLER")
        connection.execute(statement.format(sql.Identifier(wrapper)))
