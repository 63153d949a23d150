"""What is around the objects of a database and belongs to the server: roles, the database itself, tablespaces.

``pg_dump`` writes none of it, and a catalog holds names alone. It is named in the loss report, so that nobody takes a
design for the whole of what must be there. Passwords and the values of settings are never read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.design.losses import Loss
from designer_kernel.postgres.fetching import rows_of

_ROLES: Final = """
    SELECT r.rolname,
           array_remove(ARRAY[
               CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolcanlogin THEN 'LOGIN' END,
               CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END, CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
               CASE WHEN r.rolreplication THEN 'REPLICATION' END, CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
               CASE WHEN NOT r.rolinherit THEN 'NOINHERIT' END,
               CASE WHEN r.rolconnlimit <> -1 THEN 'CONNECTION LIMIT ' || r.rolconnlimit END,
               CASE WHEN r.rolvaliduntil IS NOT NULL THEN 'VALID UNTIL ' || r.rolvaliduntil END], NULL),
           ARRAY(SELECT DISTINCT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                 WHERE m.member = r.oid ORDER BY 1),
           ARRAY(SELECT DISTINCT split_part(s, '=', 1)
                 FROM pg_db_role_setting o, unnest(o.setconfig) AS s
                 WHERE o.setrole = r.oid
                   AND o.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
                 ORDER BY 1),
           shobj_description(r.oid, 'pg_authid') IS NOT NULL
    FROM pg_roles r WHERE r.rolname = ANY(%(names)s) ORDER BY r.rolname
"""

_DATABASE: Final = """
    SELECT to_jsonb(d), to_jsonb(t), shobj_description(d.oid, 'pg_database') IS NOT NULL,
           ARRAY(SELECT DISTINCT split_part(s, '=', 1) FROM pg_db_role_setting o, unnest(o.setconfig) AS s
                 WHERE o.setdatabase = d.oid AND o.setrole = 0 ORDER BY 1),
           EXISTS (SELECT FROM pg_shseclabel l WHERE l.classoid = 'pg_database'::regclass AND l.objoid = d.oid),
           pg_encoding_to_char(d.encoding), pg_get_userbyid(d.datdba),
           (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = d.dattablespace),
           (SELECT count(*) FROM pg_largeobject_metadata)
    FROM pg_database d LEFT JOIN pg_database t ON t.datname = 'template0'
    WHERE d.datname = current_database()
"""

_TABLESPACES: Final = """
    SELECT DISTINCT s.spcname::text FROM pg_tablespace s JOIN pg_class c ON c.reltablespace = s.oid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY(%(schemas)s) ORDER BY 1
"""

_LOCALE: Final = ("datcollate", "datctype", "datlocprovider", "daticulocale", "datlocale", "daticurules", "encoding")
_PROVIDERS: Final = {"c": "libc", "i": "icu", "b": "builtin"}
_ELSEWHERE: Final = "which belongs to the server's list of databases: pg_dump does not write it either"


def read(
    connection: psycopg.Connection[Any],
    catalog: Catalog,
    schemas: Sequence[str],
    *,
    whole_database: bool,
    owners: bool,
    privileges: bool,
) -> tuple[Loss, ...]:
    """Return what of roles, tablespaces and the database itself is not in a catalog that was read.

    Parameters
    ----------
    whole_database
        Whether to look at the database itself, too.
    owners, privileges
        Whether anybody asked who owns it, and who may use it.
    """
    found = [*_of_roles(connection, catalog), *_of_tablespaces(connection, schemas)]
    if whole_database:
        found += _of_database(connection, owners=owners, privileges=privileges)
    return tuple(found)


def role_loss(name: str, has: Iterable[str], *, is_kept: bool = True) -> Loss:
    """Return the entry of a role that is more than a name; ``is_kept`` tells whether at least that is."""
    what = "; ".join(has)
    if not is_kept:
        return Loss(
            name, "role", "refused", f"a role belongs to the server, and nothing here needs it. Not kept: {what}"
        )
    why = "a role belongs to the server: only its name is kept, and it is made with NOLOGIN where it is missing"
    return Loss(name, "role", "changed", f"{why}. Not kept: {what}; a password is never read")


def _of_roles(connection: psycopg.Connection[Any], catalog: Catalog) -> Iterator[Loss]:
    names = [role.name for role in catalog.of(Role)]
    for name, attributes, groups, settings, has_comment in rows_of(connection, _ROLES, {"names": names}):
        has = [", ".join(attributes)] if attributes else []
        has += [f"member of {', '.join(groups)}"] if groups else []
        has += [f"settings ({', '.join(settings)})"] if settings else []
        has += ["its comment"] if has_comment else []
        if has:
            yield role_loss(name, has)


def _of_tablespaces(connection: psycopg.Connection[Any], schemas: Sequence[str]) -> Iterator[Loss]:
    for (name,) in rows_of(connection, _TABLESPACES, {"schemas": list(schemas)}):
        why = "a tablespace is a place on the server's disk: only its name is kept, and it must be there"
        yield Loss(name, "tablespace", "refused", why)


def _of_database(connection: psycopg.Connection[Any], *, owners: bool, privileges: bool) -> Iterator[Loss]:
    row = next(iter(rows_of(connection, _DATABASE, {})))
    itself, template, has_comment, settings, has_label, encoding, owner, tablespace, large_objects = row
    name = itself["datname"]
    if has_comment:
        yield Loss(name, "database", "refused", f"its comment, {_ELSEWHERE}")
    if settings:
        yield Loss(name, "database", "refused", f"its settings ({', '.join(settings)}): say ALTER DATABASE … SET")
    if has_label:
        yield Loss(name, "database", "refused", f"its security label, {_ELSEWHERE}")
    if privileges and itself.get("datacl") is not None:
        yield Loss(name, "database", "refused", "who may connect to it and use it: say GRANT … ON DATABASE")
    if owners:
        yield Loss(name, "database", "refused", f"its owner {owner}, {_ELSEWHERE}")
    if template is not None and any(itself.get(key) != template.get(key) for key in _LOCALE):
        yield Loss(name, "database", "refused", f"{_locale(itself, encoding)}: say it in CREATE DATABASE")
    if itself["datconnlimit"] != -1:
        yield Loss(name, "database", "refused", f"its limit of {itself['datconnlimit']} connections, {_ELSEWHERE}")
    if tablespace not in {None, "pg_default"}:
        yield Loss(name, "database", "refused", f"its tablespace {tablespace}, {_ELSEWHERE}")
    if large_objects:
        yield Loss(name, "data", "refused", f"{large_objects} large objects were skipped: only definitions are read")


def _locale(database: Mapping[str, Any], encoding: str) -> str:
    parts = [f"encoding {encoding}", f"LC_COLLATE {database['datcollate']}", f"LC_CTYPE {database['datctype']}"]
    provider = _PROVIDERS.get(str(database.get("datlocprovider", "c")), "")
    locale = database.get("datlocale") or database.get("daticulocale")
    parts += [f"locale provider {provider}"] if provider != "libc" else []
    parts += [f"locale {locale}"] if locale and provider != "libc" else []
    return ", ".join(parts)
