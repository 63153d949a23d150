"""``CREATE DOMAIN``."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.objects import CatalogObject, ObjectId, sql_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain(CatalogObject):
    """A type with constraints. ``checks`` are pairs of constraint name and expression over ``VALUE``."""

    kind = "domain"
    schema: str
    name: str
    type: str
    not_null: bool = False
    default: str = sql_text()
    checks: tuple[tuple[str, str], ...] = sql_text(default=())

    @property
    def id(self) -> ObjectId:
        return ObjectId("type", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))
