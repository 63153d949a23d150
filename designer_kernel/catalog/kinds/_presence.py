"""Whether a database can hold facts of a kind, as SQL: what it cannot hold it is not asked for, which takes longer.

Objects of users have numbers from 16384 on. What is here only has to be true wherever there is such a fact.
"""

from __future__ import annotations

from typing import Final


def relations(*kinds: str) -> str:
    """Return SQL for whether users have relations of some kinds, named as ``pg_class.relkind`` has them."""
    return _relation(f"relkind IN ({', '.join(map(repr, kinds))})")


def constraints(kind: str) -> str:
    """Return SQL for whether users have constraints of a kind, named as ``pg_constraint.contype`` has it."""
    return f"EXISTS (SELECT FROM pg_constraint WHERE oid >= 16384 AND contype = '{kind}')"


def types(condition: str) -> str:
    """Return SQL for whether users have types of which something is true."""
    return f"EXISTS (SELECT FROM pg_type WHERE oid >= 16384 AND {condition})"


def _relation(condition: str) -> str:
    return f"EXISTS (SELECT FROM pg_class WHERE oid >= 16384 AND {condition})"


TABLES: Final = relations("r", "p", "m", "f")
"""Tables and materialized views: what can have columns with settings, constraints or indexes."""

VIEWS: Final = relations("v")
PARTITIONED_INDEXES: Final = relations("I")
STORAGE_PARAMETERS: Final = _relation("reloptions IS NOT NULL")
TABLESPACES: Final = _relation("reltablespace <> 0")
REPLICA_IDENTITIES: Final = _relation("relkind IN ('r', 'p', 'm') AND relreplident <> 'd'")
CLUSTER_MARKS: Final = "EXISTS (SELECT FROM pg_index WHERE indexrelid >= 16384 AND indisclustered)"
TRIGGERS: Final = "EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal OR tgparentid <> 0)"
RULES: Final = "EXISTS (SELECT FROM pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN')"
FUNCTIONS: Final = "EXISTS (SELECT FROM pg_proc WHERE oid >= 16384)"
AGGREGATES: Final = "EXISTS (SELECT FROM pg_proc WHERE oid >= 16384 AND prokind = 'a')"

PRIVILEGES: Final = " OR ".join(
    (
        _relation("relacl IS NOT NULL"),
        "EXISTS (SELECT FROM pg_proc WHERE oid >= 16384 AND proacl IS NOT NULL)",
        types("typacl IS NOT NULL"),
        "EXISTS (SELECT FROM pg_language WHERE lanacl IS NOT NULL)",
        "EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwacl IS NOT NULL)",
        "EXISTS (SELECT FROM pg_foreign_server WHERE srvacl IS NOT NULL)",
        "EXISTS (SELECT FROM pg_attribute WHERE attrelid >= 16384 AND attacl IS NOT NULL)",
        """EXISTS (SELECT FROM pg_namespace WHERE nspacl IS NOT NULL AND oid >= 16384 OR nspname = 'public'
              AND (nspacl::text, pg_get_userbyid(nspowner)) IS DISTINCT FROM
                  ('{pg_database_owner=UC/pg_database_owner,=U/pg_database_owner}', 'pg_database_owner'))""",
    )
)
"""Access lists, and a schema ``public`` that has another one than in a new database of PostgreSQL 15 and newer."""

_OF_SYSTEM: Final = "\n               UNION ALL ".join(
    f"SELECT {address}, {acl} FROM {rows} AND {acl} IS NOT NULL"
    for address, acl, rows in (
        ("'pg_class'::regclass::oid, oid, 0", "relacl", "pg_class WHERE relnamespace = 'pg_catalog'::regnamespace"),
        ("'pg_class'::regclass, attrelid, attnum", "attacl", "pg_attribute WHERE attrelid < 16384"),
        ("'pg_namespace'::regclass, oid, 0", "nspacl", "pg_namespace WHERE oid = 'pg_catalog'::regnamespace"),
        ("'pg_proc'::regclass, oid, 0", "proacl", "pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"),
        ("'pg_type'::regclass, oid, 0", "typacl", "pg_type WHERE typnamespace = 'pg_catalog'::regnamespace"),
        ("'pg_language'::regclass, oid, 0", "lanacl", "pg_language WHERE oid < 16384"),
    )
)
MEMBER_PRIVILEGES: Final = f"""EXISTS (SELECT FROM pg_extension WHERE oid >= 16384)
    OR EXISTS (SELECT FROM ({_OF_SYSTEM}) o (classid, objid, objsubid, acl)
               FULL JOIN (SELECT * FROM pg_init_privs WHERE objoid < 16384
                            AND (classoid <> 'pg_namespace'::regclass OR objoid = 'pg_catalog'::regnamespace)) i
                 ON i.classoid = o.classid AND i.objoid = o.objid AND i.objsubid = o.objsubid
               WHERE o.acl IS DISTINCT FROM i.initprivs)"""
"""Extensions, and things of the system that have another access list than in a new database."""

COMMENTS: Final = """EXISTS (SELECT FROM pg_description WHERE objoid >= 16384)
    OR EXISTS (SELECT FROM pg_namespace n
               LEFT JOIN pg_description d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid
               WHERE n.nspname = 'public' AND d.description IS DISTINCT FROM 'standard public schema')
    OR EXISTS (SELECT FROM pg_extension WHERE oid >= 16384)"""
"""Comments; none on the schema ``public``, which a new database has; and extensions, which have one from birth."""
