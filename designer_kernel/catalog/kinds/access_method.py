"""``CREATE ACCESS METHOD``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds._routines import routine_path
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessMethod(CatalogObject):
    """A way to keep tables or indexes; ``type`` is ``TABLE`` or ``INDEX``."""

    kind = "access_method"
    presence = "EXISTS (SELECT FROM pg_am WHERE oid >= 16384)"
    rank = 24
    section = "Access methods"
    scope = "database"
    name: str
    type: str
    handler: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("access_method", (self.name,))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (f"CREATE {self.address()} TYPE {self.type} HANDLER {self.handler}",)

    def address(self) -> str:
        return f"ACCESS METHOD {quote(self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_am'::regclass::oid, m.oid, 0, m.amname, CASE m.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END,
                   {routine_path("m.amhandler")}
            FROM pg_am m
            WHERE m.oid >= 16384 AND {not_of_extension("pg_am", "m.oid")}
            ORDER BY m.amname
            """
