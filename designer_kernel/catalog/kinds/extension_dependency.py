"""``ALTER … DEPENDS ON EXTENSION``: what is to be dropped with an extension that does not own it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId
from designer_kernel.errors import UnknownObject

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionDependency(CatalogObject):
    """A function, trigger, index or materialized view goes when an extension goes."""

    kind = "extension_dependency"
    rank = 370
    section = "Dependencies on extensions"
    by_address = True
    on: ObjectId
    extension: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("extension_dependency", (self.on.kind, *self.on.path, self.extension))

    @property
    def parent(self) -> ObjectId:
        return self.on

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (ObjectId("extension", (self.extension,)),)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        held = catalog.get(self.on)
        if held is None:
            raise UnknownObject(
                f"{self.on} depends on the extension {self.extension!r}, but is not there", mend="remove the dependency"
            )
        return (f"ALTER {held.address()} DEPENDS ON EXTENSION {quote(self.extension)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return tuple(sql.replace(" DEPENDS ON", " NO DEPENDS ON") for sql in self.create(catalog, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        return """
            SELECT d.classid, d.objid, d.objsubid, x.extname
            FROM pg_depend d
            JOIN pg_extension x ON d.refclassid = 'pg_extension'::regclass AND x.oid = d.refobjid
            WHERE d.deptype = 'x'
            ORDER BY d.classid, d.objid, x.extname
            """
