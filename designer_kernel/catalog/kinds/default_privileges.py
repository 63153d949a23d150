"""``ALTER DEFAULT PRIVILEGES``: who may use what a role will create."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds._acl import OWNER, PUBLIC, grantee, grants, listed, role_ids
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_OBJECTS: Final = """CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                       WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS' END"""


def _query(where: str) -> str:
    return f"""
            WITH lists AS MATERIALIZED (
                SELECT d.oid, pg_get_userbyid(d.defaclrole) AS creator, d.defaclrole, coalesce(n.nspname, '') AS schema,
                       {_OBJECTS} AS objects, d.defaclacl AS acl,
                       CASE d.defaclnamespace WHEN 0 THEN
                           acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's'::"char" ELSE d.defaclobjtype END,
                                      d.defaclrole) END AS base
                FROM pg_default_acl d
                LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
                WHERE {where}
            ), held AS MATERIALIZED (
                SELECT l.oid, a.* FROM lists l CROSS JOIN LATERAL aclexplode(l.acl)
                    WITH ORDINALITY a (grantor, grantee, privilege, is_grantable, place)
            ), given AS MATERIALIZED (
                SELECT l.oid, a.* FROM lists l CROSS JOIN LATERAL aclexplode(l.base)
                    WITH ORDINALITY a (grantor, grantee, privilege, is_grantable, place)
            ), changes AS (
                SELECT h.oid, h.grantee, h.privilege, h.is_grantable, false AS is_revoked, h.place
                FROM held h
                WHERE NOT EXISTS (SELECT FROM given g WHERE g.oid = h.oid AND g.grantee = h.grantee
                                    AND g.privilege = h.privilege AND g.is_grantable = h.is_grantable)
                UNION ALL
                SELECT g.oid, g.grantee, g.privilege, false, true, 0
                FROM given g
                WHERE NOT EXISTS (SELECT FROM held h WHERE h.oid = g.oid AND h.grantee = g.grantee
                                    AND h.privilege = g.privilege)
            )
            SELECT 'pg_default_acl'::regclass::oid, l.oid, 0, l.creator, l.schema, l.objects,
                   CASE c.grantee WHEN 0 THEN '{PUBLIC}' WHEN l.defaclrole THEN '{OWNER}'
                   ELSE pg_get_userbyid(c.grantee) END,
                   coalesce(array_agg(c.privilege ORDER BY c.privilege) FILTER (WHERE NOT c.is_revoked), '{{}}'),
                   coalesce(array_agg(c.privilege ORDER BY c.privilege) FILTER (WHERE c.is_grantable), '{{}}'),
                   coalesce(array_agg(c.privilege ORDER BY c.privilege) FILTER (WHERE c.is_revoked), '{{}}')
            FROM lists l
            JOIN changes c ON c.oid = l.oid
            GROUP BY l.oid, l.creator, l.defaclrole, l.schema, l.objects, c.grantee
            ORDER BY l.creator, l.schema, l.objects, min(c.place), 7
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultPrivileges(CatalogObject):
    """What one role may do with the objects that another, ``creator``, will create in a schema.

    ``objects`` is ``TABLES``, ``SEQUENCES``, ``FUNCTIONS`` or ``TYPES``. An empty ``role`` is the creator. Privileges
    in ``grantable`` may be passed on; ``revoked`` are those that new objects have otherwise.
    """

    kind = "default_privileges"
    presence = "EXISTS (SELECT FROM pg_default_acl)"
    demands = True
    rank = 955
    section = "Default privileges"
    aspect = "privilege"
    ordered = True
    creator: str
    schema: str
    objects: str
    role: str
    privileges: tuple[str, ...] = ()
    grantable: tuple[str, ...] = ()
    revoked: tuple[str, ...] = ()

    @property
    def id(self) -> ObjectId:
        return ObjectId("default_privileges", (self.creator, self.schema, self.objects, self.role))

    @property
    def parent(self) -> ObjectId | None:
        return ObjectId("schema", (self.schema,)) if self.schema else None

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return role_ids([self.creator, self.role])

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        place = f" IN SCHEMA {quote(self.schema)}" if self.schema else ""
        head = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote(self.creator)}{place}\n    "
        role = grantee(self.role, quote(self.creator))
        taken = (f"REVOKE {listed(self.revoked)} ON {self.objects} FROM {role}",) if self.revoked else ()
        return tuple(head + words for words in (*taken, *grants(self.privileges, self.grantable, self.objects, role)))

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        place = f" IN SCHEMA {quote(self.schema)}" if self.schema else ""
        head = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote(self.creator)}{place}\n    "
        role = grantee(self.role, quote(self.creator))
        taken = (f"REVOKE {listed(self.privileges)} ON {self.objects} FROM {role}",) if self.privileges else ()
        return tuple(head + words for words in (*taken, *grants(self.revoked, (), self.objects, role)))

    def goes_with(self, catalog: Catalog) -> Iterable[ObjectId]:
        return ()

    @classmethod
    def introspection(cls, version: int) -> str:
        return _query("n.nspname = ANY(%(schemas)s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalDefaultPrivileges(DefaultPrivileges):
    """What one role may do with the objects that another will create in any schema; also ``SCHEMAS``."""

    kind = "global_default_privileges"
    presence = "EXISTS (SELECT FROM pg_default_acl)"
    scope = "database"
    schema: str = ""

    @classmethod
    def introspection(cls, version: int) -> str:
        return _query("d.defaclnamespace = 0")
