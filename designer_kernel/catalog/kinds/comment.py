"""``COMMENT ON``: a fact of its own about any other fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds.column import part_named
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId
from designer_kernel.errors import UnknownObject

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(CatalogObject):
    """The comment on an object."""

    kind = "comment"
    rank = 900
    section = "Comments"
    by_address = True
    placement = "follows"
    on: ObjectId
    text: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("comment", (self.on.kind, *self.on.path))

    @property
    def parent(self) -> ObjectId:
        return self.on

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        # The columns of a view are no facts of their own.
        return (ObjectId("relation", self.on.path[:2]),) if self.on.kind == "column" else ()

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        described = catalog.get(self.on)
        if described is not None:
            target = described.address()
        elif self.on.kind == "column":
            target = f"COLUMN {quote_path(*self.on.path)}"
        else:
            raise UnknownObject(f"a comment is about {self.on}, which is not there", mend="remove the comment")
        return (f"COMMENT ON {target} IS {literal(self.text)}",)

    @classmethod
    def introspection(cls, version: int) -> str:
        return """
            SELECT CASE WHEN t.oid IS NULL THEN d.classoid ELSE 'pg_class'::regclass::oid END,
                   coalesce(t.typrelid, d.objoid), d.objsubid, a.attname, d.description
            FROM pg_description d
            LEFT JOIN pg_type t ON d.classoid = 'pg_type'::regclass AND t.oid = d.objoid AND t.typtype = 'c'
            LEFT JOIN pg_attribute a
              ON d.classoid = 'pg_class'::regclass AND d.objsubid > 0
             AND a.attrelid = d.objoid AND a.attnum = d.objsubid
            WHERE d.objoid >= 16384 AND d.classoid <> 'pg_extension'::regclass
            ORDER BY d.classoid, d.objoid, d.objsubid
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        on, column, text = row
        return cls(on=part_named(on, column), text=text)
