"""``CREATE TRANSFORM``: how values of a type pass into and out of a language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds._routines import replacing
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform(CatalogObject):
    """A transform; functions are named with their argument types, and one of them may be missing."""

    kind = "transform"
    presence = "EXISTS (SELECT FROM pg_transform WHERE oid >= 16384)"
    rank = 82
    section = "Transforms"
    scope = "database"
    type: str
    language: str
    from_sql: str = ""
    to_sql: str = ""

    @property
    def id(self) -> ObjectId:
        return ObjectId("transform", (self.type, self.language))

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (ObjectId("language", (self.language,)),)

    def type_names(self) -> Iterable[str]:
        return (self.type,)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        words = (("FROM SQL", self.from_sql), ("TO SQL", self.to_sql))
        functions = ", ".join(f"{word} WITH FUNCTION {function}" for word, function in words if function)
        return (f"CREATE {self.address()} ({functions})",)

    def address(self) -> str:
        return f"TRANSFORM FOR {self.type} LANGUAGE {quote(self.language)}"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(replacing(self.create(change.after, {})))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_transform'::regclass::oid, t.oid, 0, format_type(t.trftype, NULL), l.lanname,
                   CASE WHEN t.trffromsql <> 0 THEN t.trffromsql::oid::regprocedure::text ELSE '' END,
                   CASE WHEN t.trftosql <> 0 THEN t.trftosql::oid::regprocedure::text ELSE '' END
            FROM pg_transform t
            JOIN pg_language l ON l.oid = t.trflang
            WHERE {not_of_extension("pg_transform", "t.oid")}
            ORDER BY 4, 5
            """
