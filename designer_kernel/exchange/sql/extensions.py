"""Extensions of a script: which makes what the script misses, and those that its role may not install itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import psycopg

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.exchange.sql.session import Shadow
from designer_kernel.exchange.sql.statements import Statement
from designer_kernel.postgres.connection import parse
from designer_kernel.postgres.extensions import install

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


def installed(shadow: Shadow, statements: Iterable[Statement]) -> frozenset[ObjectId]:
    """Install what a script's powerless role may not, without what reaches beyond the database.

    Returns what was made.
    """
    wanted = [_named(s) for s in statements if s.kind == "create_extension_stmt" and not s.skip]
    return install(shadow.admin_url, str(parse(shadow.url).get("user", "")), wanted)


def _named(statement: Statement) -> tuple[str, str]:
    options = {o.def_elem.defname: o.def_elem.arg.string.sval for o in statement.node.options}
    return statement.node.extname, options.get("schema", "")
