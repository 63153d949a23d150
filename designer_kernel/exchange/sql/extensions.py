"""Extensions in a shadow: what may be installed there for a script, and which extension makes what.

PostgreSQL lets only a superuser install most extensions. Those that are known to be harmless in the hands of somebody
powerless are installed beforehand by the administrator. Some reach out of the database; they are installed with that
part taken out, which leaves all their definitions usable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.postgres.connection import connect

HARMLESS: Final = frozenset({
    "amcheck", "autoinc", "bloom", "btree_gin", "btree_gist", "citext", "cube", "dict_int", "dict_xsyn",
    "earthdistance", "fuzzystrmatch", "hstore", "insert_username", "intagg", "intarray", "isn", "lo", "ltree",
    "moddatetime", "pg_buffercache", "pg_freespacemap", "pg_prewarm", "pg_stat_statements", "pg_trgm",
    "pg_visibility", "pgcrypto", "pgrowlocks", "pgstattuple", "postgis", "refint", "seg", "sslinfo", "tablefunc",
    "tcn", "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp", "vector", "xml2",
})  # fmt: skip
"""Extensions that the administrator installs as they are: they stay inside the database, or check rights."""

REACHING: Final = frozenset({"dblink", "file_fdw", "postgres_fdw"})
"""Extensions that read files or connect elsewhere: installed without the functions and handlers that do so."""

_INSTALLED: Final = "SELECT extname FROM pg_extension WHERE oid >= 16384"
_DISARM_FUNCTIONS: Final = """
    SELECT n.nspname, p.proname,
           ARRAY(SELECT ARRAY[tn.nspname, t.typname]::text[]
                 FROM unnest(p.proargtypes) WITH ORDINALITY AS a (type, place)
                 JOIN pg_type t ON t.oid = a.type JOIN pg_namespace tn ON tn.oid = t.typnamespace ORDER BY place)
    FROM pg_depend d JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
    JOIN pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
    WHERE d.deptype = 'e' AND e.extname = %s
"""
_DISARM_WRAPPERS: Final = """
    SELECT f.fdwname
    FROM pg_depend d JOIN pg_foreign_data_wrapper f
        ON d.classid = 'pg_foreign_data_wrapper'::regclass AND f.oid = d.objid
    JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
    WHERE d.deptype = 'e' AND e.extname = %s
"""

MAKES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v3", "uuid_generate_v4",
                     "uuid_generate_v5", "uuid_nil", "uuid_ns_dns", "uuid_ns_url"), "uuid-ossp"),
    **dict.fromkeys(("crypt", "gen_salt", "digest", "hmac", "encrypt", "decrypt", "pgp_sym_encrypt", "pgp_sym_decrypt",
                     "pgp_pub_encrypt", "pgp_pub_decrypt", "gen_random_bytes", "armor", "dearmor"), "pgcrypto"),
    "citext": "citext", "hstore": "hstore",
    **dict.fromkeys(("ltree", "lquery", "ltxtquery", "gist_ltree_ops"), "ltree"),
    **dict.fromkeys(("similarity", "word_similarity", "show_trgm", "gin_trgm_ops", "gist_trgm_ops"), "pg_trgm"),
    "unaccent": "unaccent",
    **dict.fromkeys(("levenshtein", "soundex", "metaphone", "dmetaphone", "difference"), "fuzzystrmatch"),
    **dict.fromkeys(("cube", "gist_cube_ops"), "cube"),
    **dict.fromkeys(("earth", "earth_distance", "ll_to_earth", "earth_box"), "earthdistance"),
    **dict.fromkeys(("gin__int_ops", "gist__int_ops", "gist__intbig_ops", "query_int"), "intarray"),
    **dict.fromkeys(("crosstab", "connectby", "normal_rand"), "tablefunc"),
    **dict.fromkeys(("isbn", "isbn13", "issn", "ean13", "upc"), "isn"), "seg": "seg",
    **dict.fromkeys(("lo_manage",), "lo"), "moddatetime": "moddatetime",
    **dict.fromkeys(("dblink", "dblink_connect", "dblink_exec"), "dblink"),
    **dict.fromkeys(("vector", "halfvec", "sparsevec", "vector_cosine_ops", "vector_l2_ops", "vector_ip_ops", "hnsw",
                     "ivfflat"), "vector"),
    "pg_stat_statements": "pg_stat_statements", "pg_stat_statements_reset": "pg_stat_statements",
    **dict.fromkeys(("geometry", "geography", "box2d", "raster", "st_makepoint", "st_setsrid", "addgeometrycolumn"),
                    "postgis"),
    "xpath_table": "xml2", "postgres_fdw": "postgres_fdw", "file_fdw": "file_fdw",
}  # fmt: skip
"""Names of functions, types, operator classes, views and access methods by the extension that makes them."""

_NAME: Final = re.compile(r'"([^"]+)"|(?:function|operator class|type) ([\w.]+)', re.IGNORECASE)


def maker(message: str) -> str:
    """Return the extension that makes what a message of PostgreSQL misses; empty if none is known."""
    for found in _NAME.finditer(message):
        name = (found[1] or found[2]).rsplit(".", 1)[-1].lower()
        if name in MAKES:
            return MAKES[name]
    if "no default operator class for access method" in message:
        return "btree_gist" if '"gist"' in message else "btree_gin" if '"gin"' in message else ""
    return ""


def available(connection: psycopg.Connection[Any]) -> frozenset[str]:
    """Return the names of the extensions that the server has."""
    return frozenset(row[0] for row in connection.execute("SELECT name FROM pg_catalog.pg_available_extensions"))


def install(admin_url: str, owner: str, wanted: Iterable[tuple[str, str]]) -> frozenset[ObjectId]:
    """Install what a powerless role may not install itself; return what was made: extensions, and schemas for them.

    Parameters
    ----------
    owner
        The role to which such schemas then belong.
    wanted
        Names of extensions, and the schemas that they are to be in (empty: ``public``).
    """
    made: set[ObjectId] = set()
    with connect(admin_url, autocommit=True) as admin:
        rows = admin.execute("SELECT name FROM pg_available_extension_versions WHERE NOT trusted").fetchall()
        untrusted = {row[0] for row in rows}
        for name, schema in dict(wanted).items():
            if name not in untrusted or name not in HARMLESS | REACHING:
                continue
            if schema and schema not in {"public", "pg_catalog"}:
                statement = sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}")
                admin.execute(statement.format(sql.Identifier(schema), sql.Identifier(owner)))
                made.add(ObjectId("schema", (schema,)))
            where = sql.Identifier(schema or "public")
            statement = sql.SQL("CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {} CASCADE")
            try:
                admin.execute(statement.format(sql.Identifier(name), where))
            except psycopg.Error:
                continue  # the script's own statement fails in the same way, and says why
            if name in REACHING:
                _disarm(admin, name)
                _lend_wrappers(admin, name, owner)
        made |= {ObjectId("extension", (row[0],)) for row in admin.execute(_INSTALLED)}
    return frozenset(made)


def _disarm(admin: psycopg.Connection[Any], name: str) -> None:
    for schema, function, types in admin.execute(_DISARM_FUNCTIONS, [name]).fetchall():
        arguments = sql.SQL(", ").join(sql.Identifier(*parts) for parts in types)
        statement = sql.SQL("REVOKE EXECUTE ON FUNCTION {}({}) FROM PUBLIC")
        admin.execute(statement.format(sql.Identifier(schema, function), arguments))
    for (wrapper,) in admin.execute(_DISARM_WRAPPERS, [name]).fetchall():
        admin.execute(sql.SQL("ALTER FOREIGN DATA WRAPPER {} NO HANDLER").format(sql.Identifier(wrapper)))
        if name == "file_fdw":  # its validator asks for the right to read files, which nobody has here
            admin.execute(sql.SQL("ALTER FOREIGN DATA WRAPPER {} NO VALIDATOR").format(sql.Identifier(wrapper)))


def _lend_wrappers(admin: psycopg.Connection[Any], name: str, owner: str) -> None:
    """Let the script's role make foreign servers; without a handler nothing can be read through them."""
    for (wrapper,) in admin.execute(_DISARM_WRAPPERS, [name]).fetchall():
        statement = sql.SQL("GRANT USAGE ON FOREIGN DATA WRAPPER {} TO {}")
        admin.execute(statement.format(sql.Identifier(wrapper), sql.Identifier(owner)))
