"""``CREATE LANGUAGE``: languages that no extension brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds._routines import replacing, routine_path
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(CatalogObject):
    """A procedural language; its functions are named by their paths."""

    kind = "language"
    presence = "EXISTS (SELECT FROM pg_language WHERE oid >= 16384)"
    rank = 22
    section = "Languages"
    scope = "database"
    name: str
    handler: str
    inline: str = ""
    validator: str = ""
    trusted: bool = False

    @property
    def id(self) -> ObjectId:
        return ObjectId("language", (self.name,))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        words = (("HANDLER", self.handler), ("INLINE", self.inline), ("VALIDATOR", self.validator))
        functions = "".join(f" {word} {function}" for word, function in words if function)
        return (f"CREATE {'TRUSTED ' if self.trusted else ''}LANGUAGE {quote(self.name)}{functions}",)

    def address(self) -> str:
        return f"LANGUAGE {quote(self.name)}"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(replacing(self.create(change.after, {})))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_language'::regclass::oid, l.oid, 0, l.lanname, {routine_path("l.lanplcallfoid")},
                   coalesce({routine_path("l.laninline")}, ''), coalesce({routine_path("l.lanvalidator")}, ''),
                   l.lanpltrusted
            FROM pg_language l
            WHERE l.lanispl AND l.oid >= 16384 AND {not_of_extension("pg_language", "l.oid")}
            ORDER BY l.lanname
            """
