"""``COMMENT ON``: a fact of its own about any other fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote_path
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
