"""``GRANT`` and ``REVOKE`` on objects that are no facts: those of extensions and of the system itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog.kinds._acl import access_lists, acting_as, grantee, grants, listed, role_ids
from designer_kernel.catalog.kinds._presence import MEMBER_PRIVILEGES
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_WORDS: Final = """CASE o.type WHEN 'sequence' THEN 'SEQUENCE' WHEN 'schema' THEN 'SCHEMA' WHEN 'type' THEN 'TYPE'
                       WHEN 'language' THEN 'LANGUAGE' WHEN 'server' THEN 'FOREIGN SERVER'
                       WHEN 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER'
                       WHEN 'function' THEN 'ROUTINE' WHEN 'procedure' THEN 'ROUTINE' WHEN 'aggregate' THEN 'ROUTINE'
                       ELSE 'TABLE' END"""

_TYPE: Final = """(SELECT format('%%I.%%I', n.nspname, t.typname)
                                FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                                WHERE c.classid = 'pg_type'::regclass AND t.oid = c.objid)"""
"""The name of a type as GRANT takes it: it does not know those that are words of the grammar, such as ``integer``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPrivilege(CatalogObject):
    """What a role may do with an object of an extension, more or less than the extension gives.

    ``target`` is the object as GRANT names it; ``extension`` is empty for an object of the system itself. An empty
    ``role`` is the owner. Privileges in ``grantable`` may be passed on; ``by`` is who granted, if not the owner.
    """

    kind = "member_privilege"
    presence = MEMBER_PRIVILEGES
    demands = True
    rank = 405
    section = "Privileges"
    aspect = "privilege"
    scope = "database"
    ordered = True
    extension: str
    target: str
    column: str
    role: str
    by: str = ""
    privileges: tuple[str, ...] = ()
    grantable: tuple[str, ...] = ()
    revoked: tuple[str, ...] = ()

    @property
    def id(self) -> ObjectId:
        return ObjectId("member_privilege", (self.target, self.column, self.role, self.by))

    @property
    def parent(self) -> ObjectId | None:
        return ObjectId("extension", (self.extension,)) if self.extension else None

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        yield from role_ids([self.role, self.by])
        if self.by:
            for other in catalog.of(MemberPrivilege):
                if other.target == self.target and other.role == self.by and other.grantable:
                    yield other.id

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        role = grantee(self.role)
        taken: tuple[str, ...] = ()
        if self.revoked:
            taken = (f"REVOKE {listed(self.revoked, self.column)} ON {self.target} FROM {role}",)
        given = grants(self.privileges, self.grantable, self.target, role, self.column)
        return acting_as(self.by, (*taken, *given))

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        role = grantee(self.role)
        taken = (
            (f"REVOKE {listed(self.privileges, self.column)} ON {self.target} FROM {role}",) if self.privileges else ()
        )
        given = grants(self.revoked, (), self.target, role, self.column)
        return acting_as(self.by, (*taken, *given))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{access_lists(of_extensions=True)}
            SELECT 'pg_init_privs'::regclass::oid, c.objid, c.objsubid, coalesce(e.extname, ''),
                   {_WORDS} || ' ' || coalesce({_TYPE}, o.identity), c.column_name, c.role, c.grantor,
                   c.privileges, c.grantable, c.revoked
            FROM (
                SELECT classid, objid, objsubid, column_name, role, coalesce(a.grantor, '') AS grantor,
                       coalesce(a.privileges, '{{}}') AS privileges, coalesce(a.grantable, '{{}}') AS grantable,
                       coalesce(b.privileges, '{{}}') AS revoked, coalesce(a.place, 0) AS place
                FROM granted a
                FULL JOIN (SELECT *, '' AS grantor FROM revoked) b
                    USING (classid, objid, objsubid, column_name, role, grantor)
            ) c
            CROSS JOIN LATERAL pg_identify_object(c.classid, c.objid, 0) o
            LEFT JOIN pg_depend d ON d.classid = c.classid AND d.objid = c.objid AND d.deptype = 'e'
            LEFT JOIN pg_extension e
              ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND e.oid >= 16384
            ORDER BY 4, 5, 6, c.place, c.role
            """
