"""``CREATE SERVER`` and ``CREATE USER MAPPING``: where foreign tables are, and as whom each role goes there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds._options import Pair, altered, generic, public_options, secret_options
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds.grant import PUBLIC
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId
from designer_kernel.catalog.secrets import open_secrets, secret_names

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

UNSEEN: Final = "every option (the server shows them only to the role itself and to superusers)"
"""What a mapping names among its secrets if whoever read it was not shown its options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignServer(CatalogObject):
    """A foreign server. ``secrets`` are the names of options whose values are not read."""

    kind = "foreign_server"
    presence = "EXISTS (SELECT FROM pg_foreign_server WHERE oid >= 16384)"
    rank = 91
    section = "Foreign data"
    scope = "database"
    takes_parts = False
    name: str
    wrapper: str
    type: str = ""
    version: str = ""
    options: tuple[Pair, ...] = ()
    secrets: tuple[str, ...] = secret_names()

    @property
    def id(self) -> ObjectId:
        return server_id(self.name)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (ObjectId("foreign_data_wrapper", (self.wrapper,)),)

    def open_secrets(self) -> Iterable[str]:
        return open_secrets(self.options)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        text = f"CREATE SERVER {quote(self.name)}"
        text += f" TYPE {literal(self.type)}" if self.type else ""
        text += f" VERSION {literal(self.version)}" if self.version else ""
        return (f"{text} FOREIGN DATA WRAPPER {quote(self.wrapper)}{generic(self.options)}",)

    def address(self) -> str:
        return f"SERVER {quote(self.name)}"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if (self.wrapper, self.type) != (old.wrapper, old.type) or (old.version and not self.version):
            return None
        text = f"ALTER {self.address()}"
        text += f" VERSION {literal(self.version)}" if self.version != old.version else ""
        return Alteration((text + altered(old.options, self.options),))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_foreign_server'::regclass::oid, s.oid, 0, s.srvname, w.fdwname, coalesce(s.srvtype, ''),
                   coalesce(s.srvversion, ''),
                   {public_options("s.srvoptions")},
                   {secret_options("s.srvoptions")}
            FROM pg_foreign_server s
            JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
            WHERE {not_of_extension("pg_foreign_server", "s.oid")}
            ORDER BY s.srvname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMapping(CatalogObject):
    """As whom a role goes to a foreign server; ``role`` is ``public`` for everybody.

    Passwords are never read: ``secrets`` are the names of the options whose values are left out, and whoever creates
    the mapping has to add them (``ALTER USER MAPPING … OPTIONS (ADD password '…')``).
    """

    kind = "user_mapping"
    presence = "EXISTS (SELECT FROM pg_foreign_server WHERE oid >= 16384)"
    demands = True
    rank = 92
    section = "Foreign data"
    scope = "database"
    server: str
    role: str
    options: tuple[Pair, ...] = ()
    secrets: tuple[str, ...] = secret_names()

    @property
    def id(self) -> ObjectId:
        return ObjectId("user_mapping", (self.server, self.role))

    @property
    def parent(self) -> ObjectId:
        return server_id(self.server)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return () if self.role == PUBLIC else (ObjectId("role", (self.role,)),)

    def open_secrets(self) -> Iterable[str]:
        return open_secrets(self.options)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        role = "PUBLIC" if self.role == PUBLIC else quote(self.role)
        return (f"CREATE USER MAPPING FOR {role} SERVER {quote(self.server)}{generic(self.options)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        role = "PUBLIC" if self.role == PUBLIC else quote(self.role)
        return (f"DROP USER MAPPING FOR {role} SERVER {quote(self.server)}",)

    def goes_with(self, catalog: Catalog) -> Iterable[ObjectId]:
        return ()

    def alter(self, old: Self, change: Change) -> Alteration | None:
        role = "PUBLIC" if self.role == PUBLIC else quote(self.role)
        text = f"ALTER USER MAPPING FOR {role} SERVER {quote(self.server)}"
        return Alteration((text + altered(old.options, self.options),))

    @classmethod
    def introspection(cls, version: int) -> str:
        # The view shows options only to those who may see them; the table itself is the superuser's alone. Where it
        # shows none, they may be none or hidden: the view's own condition tells which.
        return f"""
            SELECT 'pg_user_mapping'::regclass::oid, m.umid, 0, m.srvname,
                   CASE WHEN m.umuser = 0 THEN 'public' ELSE m.usename END,
                   {public_options("m.umoptions")},
                   CASE WHEN m.umoptions IS NULL
                             AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
                             AND NOT CASE WHEN m.umuser = 0 THEN pg_has_role(s.srvowner, 'USAGE')
                                          ELSE m.usename = current_user
                                               AND (pg_has_role(s.srvowner, 'USAGE')
                                                    OR has_server_privilege(s.oid, 'USAGE')) END
                        THEN ARRAY[{literal(UNSEEN)}]
                        ELSE {secret_options("m.umoptions")} END
            FROM pg_user_mappings m
            JOIN pg_foreign_server s ON s.oid = m.srvid
            WHERE m.umuser = 0 OR m.usename IS NOT NULL
            ORDER BY m.srvname, 5
            """


def server_id(name: str) -> ObjectId:
    """Return the identity of a foreign server."""
    return ObjectId("foreign_server", (name,))
