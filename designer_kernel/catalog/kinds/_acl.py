"""Who may do what with an object, compared with what everybody may do with a new one.

Every object with an access list has a *base*: what PostgreSQL gives to a new object of its kind, or what an extension
or ``initdb`` gave to this one. Facts are what differs from the base: what was granted, and what was revoked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.objects import ObjectId

PUBLIC: Final = "public"
"""The role that stands for everybody; PostgreSQL reserves this name."""

OWNER: Final = ""
"""Stands for the owner of the object, whoever that is."""

HABIT: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")
"""The order in which people name the privileges on a table."""


def role_ids(roles: Iterable[str]) -> Iterable[ObjectId]:
    """Return the identities of the roles that are named, and neither everybody nor the owner."""
    return (ObjectId("role", (role,)) for role in roles if role not in (PUBLIC, OWNER))


def listed(privileges: Iterable[str], column: str = "") -> str:
    """Return privileges as GRANT lists them, in the order that people are used to, perhaps of one column."""
    columns = f" ({quote(column)})" if column else ""
    habit = sorted(privileges, key=lambda p: (HABIT.index(p) if p in HABIT else len(HABIT), p))
    return ", ".join(f"{privilege}{columns}" for privilege in habit)


def grantee(role: str, owner: str = "CURRENT_USER") -> str:
    """Return a role as GRANT and REVOKE name it; ``owner`` is the SQL for the owner of the object."""
    if role == PUBLIC:
        return "PUBLIC"
    return owner if role == OWNER else quote(role)


def grants(privileges: Iterable[str], grantable: Iterable[str], on: str, to: str, column: str = "") -> tuple[str, ...]:
    """Return the statements that grant privileges: those without the right to pass them on, then those with it."""
    with_option = tuple(grantable)
    plain = [privilege for privilege in privileges if privilege not in with_option]
    statements = [f"GRANT {listed(plain, column)} ON {on} TO {to}"] if plain else []
    if with_option:
        statements.append(f"GRANT {listed(with_option, column)} ON {on} TO {to} WITH GRANT OPTION")
    return tuple(statements)


def acting_as(role: str, statements: tuple[str, ...]) -> tuple[str, ...]:
    """Return statements that another role runs: the one that is remembered as who granted."""
    return (f"SET LOCAL ROLE {quote(role)}", *statements, "RESET ROLE") if role else statements


_NO_ROW_TYPE: Final = "t.typtype <> 'c' OR EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')"

_SOURCES: Final = (
    # catalog, alias, owner, access list, schema, kind of object as acldefault() has it, which rows
    ("pg_class", "c", "relowner", "relacl", "c.relnamespace", "CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END",
     "c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"),
    ("pg_namespace", "n", "nspowner", "nspacl", "n.oid", "'n'", "true"),
    ("pg_proc", "p", "proowner", "proacl", "p.pronamespace", "'f'", "true"),
    ("pg_type", "t", "typowner", "typacl", "t.typnamespace", "'T'", _NO_ROW_TYPE),
    ("pg_language", "l", "lanowner", "lanacl", "NULL", "'l'", "true"),
    ("pg_foreign_data_wrapper", "w", "fdwowner", "fdwacl", "NULL", "'F'", "true"),
    ("pg_foreign_server", "s", "srvowner", "srvacl", "NULL", "'S'", "true"),
)  # fmt: skip

_CHOSEN_SCHEMAS: Final = "(SELECT oid FROM pg_namespace WHERE nspname = ANY(%(schemas)s))"

_PUBLIC_BASE: Final = """ARRAY[makeaclitem(n.nspowner, n.nspowner, 'CREATE', false),
                               makeaclitem(n.nspowner, n.nspowner, 'USAGE', false),
                               makeaclitem(0, n.nspowner, 'USAGE', false)]"""
"""What may be done with the schema ``public`` from PostgreSQL 15 on; an older server's gives more, and says so."""

_PUBLIC_BEFORE_15: Final = f"{_PUBLIC_BASE} || makeaclitem(0, n.nspowner, 'CREATE', false)"
"""What a new database of an older server gives: if it was taken away, that must be told."""


def _objects(*, of_extensions: bool, public_base: str) -> str:
    """Return the query for all objects with an access list that may differ from its base, and their columns."""
    queries = []
    for catalog, alias, owner, acl, schema, letter, rows in _SOURCES:
        default = f'acldefault(({letter})::"char", {alias}.{owner})'
        current, base = f"{alias}.{acl}", default
        chosen = [rows]
        if of_extensions:
            current, base = f"coalesce({alias}.{acl}, {default})", f"coalesce(i.initprivs, {default})"
            chosen.append(f"{alias}.{acl} IS DISTINCT FROM i.initprivs")
            of_system = "" if schema == "NULL" else f" AND {schema} = 'pg_catalog'::regnamespace"
            chosen.append(f"({alias}.oid < 16384{of_system}) OR {_owned(catalog, alias)}")
        else:
            chosen.append(f"{alias}.{acl} IS NOT NULL")
            chosen.append(f"NOT {_owned(catalog, alias)}")
            if catalog == "pg_namespace":
                current = f"coalesce(n.nspacl, {default})"
                base = f"CASE n.nspname WHEN 'public' THEN {public_base} ELSE {default} END"
                chosen[-2] = "(n.nspacl IS NOT NULL OR n.nspname = 'public')"
            if schema != "NULL":
                chosen.append(f"{schema} IN {_CHOSEN_SCHEMAS}")
        queries.append(_select(catalog, alias, f"{alias}.{owner}", current, base, chosen, of_extensions))
    queries.append(_columns(of_extensions=of_extensions))
    return "\n                UNION ALL\n".join(queries)


def _select(
    catalog: str, alias: str, owner: str, current: str, base: str, chosen: list[str], of_extensions: bool
) -> str:
    initial = (
        f"LEFT JOIN pg_init_privs i ON i.classoid = '{catalog}'::regclass AND i.objoid = {alias}.oid AND i.objsubid = 0"
        if of_extensions
        else ""
    )
    address = f"'{catalog}'::regclass::oid AS classid, {alias}.oid AS objid, 0"
    if catalog == "pg_type" and not of_extensions:  # a composite type is found where its attributes are
        address = """CASE t.typtype WHEN 'c' THEN 'pg_class'::regclass ELSE 'pg_type'::regclass END::oid AS classid,
                       CASE t.typtype WHEN 'c' THEN t.typrelid ELSE t.oid END AS objid, 0"""
    return f"""
                SELECT {address} AS objsubid,
                       ''::text AS column_name, {owner} AS owner, {current} AS acl,
                       {base} AS base
                FROM {catalog} {alias} {initial}
                WHERE {" AND ".join(f"({condition})" for condition in chosen)}"""


def _columns(*, of_extensions: bool) -> str:
    owned = f"NOT {_owned('pg_class', 'c')}"
    if of_extensions:
        owned = f"(c.relnamespace = 'pg_catalog'::regnamespace OR {_owned('pg_class', 'c')})"
    rows = (
        "a.attacl IS DISTINCT FROM i.initprivs"
        if of_extensions
        else f"c.relnamespace IN {_CHOSEN_SCHEMAS} AND a.attacl IS NOT NULL"
    )
    of_some = "c.oid = ANY(%(set_relations)s::oid[])"
    if of_extensions:
        of_some = f"({of_some} OR c.oid IN (SELECT objoid FROM pg_init_privs WHERE objsubid <> 0))"
    base = "i.initprivs" if of_extensions else "NULL"
    initial = (
        "LEFT JOIN pg_init_privs i ON i.classoid = 'pg_class'::regclass AND i.objoid = c.oid AND i.objsubid = a.attnum"
        if of_extensions
        else ""
    )
    return f"""
                SELECT 'pg_class'::regclass, c.oid, a.attnum, a.attname, c.relowner, a.attacl, {base}
                FROM pg_class c
                JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped {initial}
                WHERE {of_some} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {rows} AND {owned}"""


def _owned(catalog: str, alias: str) -> str:
    return f"""EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{catalog}'::regclass AND e.objid = {alias}.oid
                               AND e.deptype = 'e')"""


def access_lists(*, of_extensions: bool, all_may_create: bool = False) -> str:
    """Return the CTEs ``granted`` and ``revoked``: what differs from the base, a row per object, role and grantor.

    Both have classid, objid, objsubid, column_name, role and privileges; ``granted`` also has grantable, grantor (empty
    for the owner), and place, which keeps the order in which roles were granted something.

    Parameters
    ----------
    of_extensions
        Whether to look at what belongs to extensions or to the system, instead of at users' own objects.
    all_may_create
        Whether everybody may create objects in the schema ``public`` of a new database, as before PostgreSQL 15.
    """
    public_base = _PUBLIC_BEFORE_15 if all_may_create else _PUBLIC_BASE
    return f"""
            WITH objects AS MATERIALIZED ({_objects(of_extensions=of_extensions, public_base=public_base)}
            ), held AS MATERIALIZED (
                SELECT o.*, a.*, a.grantor = o.owner AS by_owner
                FROM objects o CROSS JOIN LATERAL aclexplode(o.acl)
                    WITH ORDINALITY a (grantor, grantee, privilege, is_grantable, place)
            ), given AS MATERIALIZED (
                SELECT o.*, a.*
                FROM objects o CROSS JOIN LATERAL aclexplode(o.base)
                    WITH ORDINALITY a (grantor, grantee, privilege, is_grantable, place)
            ), granted AS (
                SELECT h.classid, h.objid, h.objsubid, h.column_name, {role_name("h")} AS role,
                       array_agg(h.privilege ORDER BY h.privilege) AS privileges,
                       coalesce(array_agg(h.privilege ORDER BY h.privilege) FILTER (WHERE h.is_grantable),
                                '{{}}') AS grantable,
                       CASE WHEN h.by_owner THEN '' ELSE pg_get_userbyid(h.grantor) END AS grantor,
                       min(h.place) AS place
                FROM held h
                WHERE NOT EXISTS (
                    SELECT FROM given g
                    WHERE g.classid = h.classid AND g.objid = h.objid AND g.objsubid = h.objsubid
                      AND g.grantee = h.grantee AND g.privilege = h.privilege
                      AND g.is_grantable = h.is_grantable AND h.by_owner)
                GROUP BY h.classid, h.objid, h.objsubid, h.column_name, h.owner, h.grantee, h.grantor, h.by_owner
            ), revoked AS (
                SELECT g.classid, g.objid, g.objsubid, g.column_name, {_given_to("g")} AS role,
                       array_agg(g.privilege ORDER BY g.privilege) AS privileges
                FROM given g
                WHERE NOT EXISTS (
                    SELECT FROM held h
                    WHERE h.classid = g.classid AND h.objid = g.objid AND h.objsubid = g.objsubid
                      AND h.grantee = g.grantee AND h.privilege = g.privilege
                      AND (h.is_grantable OR NOT g.is_grantable) AND h.by_owner)
                GROUP BY g.classid, g.objid, g.objsubid, g.column_name, g.owner, g.grantee, g.grantor = g.grantee
            )"""


def role_name(row: str) -> str:
    """Return SQL for the name of the grantee of a row, as facts have it."""
    return f"""CASE {row}.grantee WHEN 0 THEN '{PUBLIC}' WHEN {row}.owner THEN '{OWNER}'
                       ELSE pg_get_userbyid({row}.grantee) END"""


def _given_to(row: str) -> str:
    """Return SQL for the grantee of a row of a base: its first owner gave to itself, whoever owns the object now."""
    return f"CASE WHEN {row}.grantor = {row}.grantee THEN '{OWNER}' ELSE {role_name(row)} END"
