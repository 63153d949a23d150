"""Options of user mappings, which the server shows only to the role that is mapped: read as that role."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds._options import public_options, secret_options
from designer_kernel.catalog.kinds.foreign_server import UNSEEN, UserMapping

_OPTIONS: Final = f"""
    SELECT {public_options("m.umoptions")}, {secret_options("m.umoptions")}
    FROM pg_user_mappings m
    WHERE m.srvname = %(server)s AND m.usename = %(role)s
"""


def seen(connection: psycopg.Connection[Any], catalog: Catalog) -> Catalog:
    """Return a catalog with the options of mappings that whoever read it was not shown.

    Parameters
    ----------
    connection
        One in a transaction, of a role that may become each role that is mapped. Nothing stays changed.
    """
    unseen = [fact for fact in catalog.values() if isinstance(fact, UserMapping) and UNSEEN in fact.secrets]
    if not unseen:
        return catalog
    found = {mapping.id: _seen(connection, mapping) for mapping in unseen}
    return Catalog(found.get(key, fact) for key, fact in catalog.items())


def _seen(connection: psycopg.Connection[Any], mapping: UserMapping) -> UserMapping:
    """Return a mapping with its options; as it is, where they cannot be seen even so."""
    names = {"server": mapping.server, "role": mapping.role}
    server, role = sql.Identifier(mapping.server), sql.Identifier(mapping.role)
    row = None
    try:
        with connection.transaction(force_rollback=True):
            # First: what the script defines must not answer instead of the server.
            connection.execute("SET LOCAL search_path = pg_catalog")
            connection.execute(sql.SQL("GRANT USAGE ON FOREIGN SERVER {} TO {}").format(server, role))
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(role))
            row = connection.execute(_OPTIONS.encode(), names).fetchone()
    except psycopg.errors.InsufficientPrivilege:  # the report says that they were not seen
        return mapping
    if row is None:
        return mapping
    options, secrets = row
    return replace(mapping, options=tuple((name, value) for name, value in options), secrets=tuple(secrets))
