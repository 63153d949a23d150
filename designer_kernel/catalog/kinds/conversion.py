"""``CREATE CONVERSION``: between encodings of characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds._routines import routine_path
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion(CatalogObject):
    """A conversion from the encoding ``source`` to the encoding ``to``. ``function`` is a qualified name, quoted."""

    kind = "conversion"
    presence = "EXISTS (SELECT FROM pg_conversion WHERE oid >= 16384)"
    rank = 82
    section = "Conversions"
    schema: str
    name: str
    source: str
    to: str
    function: str
    is_default: bool = False

    @property
    def id(self) -> ObjectId:
        return ObjectId("conversion", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        word = "DEFAULT CONVERSION" if self.is_default else "CONVERSION"
        encodings = f"FOR {literal(self.source)} TO {literal(self.to)}"
        return (f"CREATE {word} {quote_path(self.schema, self.name)} {encodings} FROM {self.function}",)

    def address(self) -> str:
        return f"CONVERSION {quote_path(self.schema, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_conversion'::regclass::oid, v.oid, 0, n.nspname, v.conname,
                   pg_encoding_to_char(v.conforencoding), pg_encoding_to_char(v.contoencoding),
                   {routine_path("v.conproc")}, v.condefault
            FROM pg_conversion v
            JOIN pg_namespace n ON n.oid = v.connamespace
            WHERE n.nspname = ANY(%(schemas)s) AND {not_of_extension("pg_conversion", "v.oid")}
            ORDER BY n.nspname, v.conname
            """
