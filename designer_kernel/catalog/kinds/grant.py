"""``GRANT``: privileges of one role on one object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.column import part_named
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId
from designer_kernel.errors import InvalidDesign

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

PUBLIC: Final = "public"
"""The role that stands for everybody; PostgreSQL reserves this name."""

TARGETS: Final = {"relation": "TABLE", "column": "TABLE", "schema": "SCHEMA", "type": "TYPE"}
"""What GRANT calls the kinds of object that privileges are on."""


HABIT: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")
"""The order in which people name the privileges on a table."""

GRANTED: Final = """
                SELECT o.classid, o.objid, o.objsubid, acl.grantee,
                       array_agg(DISTINCT acl.privilege_type ORDER BY acl.privilege_type) AS privileges
                FROM (
                    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, c.relnamespace AS place,
                           c.relowner AS owner, c.relacl AS acl, '' AS given
                    FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm')
                    UNION ALL
                    SELECT 'pg_class'::regclass::oid, c.oid, a.attnum, c.relnamespace, c.relowner, a.attacl, ''
                    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND a.attacl IS NOT NULL
                    UNION ALL
                    SELECT 'pg_namespace'::regclass::oid, n.oid, 0, n.oid, n.nspowner, n.nspacl, '' FROM pg_namespace n
                    UNION ALL
                    SELECT 'pg_proc'::regclass::oid, p.oid, 0, p.pronamespace, p.proowner, p.proacl, 'EXECUTE'
                    FROM pg_proc p
                    UNION ALL
                    SELECT 'pg_type'::regclass::oid, t.oid, 0, t.typnamespace, t.typowner, t.typacl, 'USAGE'
                    FROM pg_type t
                ) o
                JOIN pg_namespace s ON s.oid = o.place
                CROSS JOIN aclexplode(o.acl) acl
                WHERE o.acl IS NOT NULL AND s.nspname = ANY(%(schemas)s) AND acl.grantee <> o.owner
                  AND NOT (acl.grantee = 0 AND acl.privilege_type = o.given)
                  AND NOT EXISTS (
                      SELECT FROM pg_init_privs i CROSS JOIN aclexplode(i.initprivs) ia
                      WHERE i.classoid = o.classid AND i.objoid = o.objid AND i.objsubid = o.objsubid
                        AND ia.grantee = acl.grantee AND ia.privilege_type = acl.privilege_type)
                GROUP BY o.classid, o.objid, o.objsubid, acl.grantee"""
"""Privileges that somebody granted: neither the owner's own, nor those that everybody has on a new object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(CatalogObject):
    """The privileges that a role holds on a relation, a schema or a function, sorted."""

    kind = "grant"
    rank = 400
    section = "Privileges"
    aspect = "privilege"
    by_address = True
    on: ObjectId
    role: str
    privileges: tuple[str, ...]

    @property
    def id(self) -> ObjectId:
        return ObjectId("grant", (self.on.kind, *self.on.path, self.role))

    @property
    def parent(self) -> ObjectId:
        return self.on

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        yield ObjectId("role", (self.role,))
        if self.on.kind == "column":
            yield ObjectId("relation", self.on.path[:2])

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        path = self.on.path
        columns = f" ({quote(path[-1])})" if self.on.kind == "column" else ""
        habit = sorted(self.privileges, key=lambda p: (HABIT.index(p) if p in HABIT else len(HABIT), p))
        privileges = ", ".join(f"{privilege}{columns}" for privilege in habit)
        if self.on.kind == "function":
            target = f"ROUTINE {quote_path(*path[:2])}({path[2]})"
        elif self.on.kind in TARGETS:
            target = f"{TARGETS[self.on.kind]} {quote_path(*path[:2])}"
        else:
            raise InvalidDesign(f"privileges cannot be granted on {self.on}", mend="grant them on a table or a schema")
        return (f"GRANT {privileges} ON {target} TO {'PUBLIC' if self.role == PUBLIC else quote(self.role)}",)

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT g.classid, g.objid, g.objsubid, a.attname,
                   CASE WHEN g.grantee = 0 THEN 'public' ELSE r.rolname END, g.privileges
            FROM ({GRANTED}) g
            LEFT JOIN pg_roles r ON r.oid = g.grantee
            LEFT JOIN pg_attribute a
              ON g.classid = 'pg_class'::regclass AND a.attrelid = g.objid AND a.attnum = g.objsubid AND g.objsubid > 0
            WHERE g.grantee = 0 OR r.rolname IS NOT NULL
            ORDER BY g.classid, g.objid, g.objsubid, 5
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        on, column, role, privileges = row
        return cls(on=part_named(on, column), role=role, privileges=tuple(privileges))
