"""``CREATE ROLE``: roles belong to the server, not to a database; a catalog holds those that its other facts name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId
from designer_kernel.catalog.spelling import dollar_quote

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(CatalogObject):
    """A role that other facts name. Created without login if it does not exist; never altered."""

    kind = "role"
    rank = 10
    section = "Roles"
    on_demand = True
    name: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("role", (self.name,))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        body = (
            "\nBEGIN\n"
            f"    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {literal(self.name)}) THEN\n"
            f"        CREATE ROLE {quote(self.name)} NOLOGIN;\n"
            "    END IF;\nEND\n"
        )
        return (f"DO {dollar_quote(body)}",)

    def address(self) -> str:
        return f"ROLE {quote(self.name)}"

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return ()  # roles belong to the whole server

    @classmethod
    def introspection(cls, version: int) -> str:
        return """
            SELECT 'pg_authid'::regclass::oid, r.oid, 0, r.rolname
            FROM pg_roles r
            WHERE r.rolname NOT LIKE 'pg\\_%%'
            ORDER BY r.rolname
            """
