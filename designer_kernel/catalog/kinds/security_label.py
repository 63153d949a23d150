"""``SECURITY LABEL``: what a label provider such as SELinux's keeps about an object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds._parts import PARTS, address_of, part_of, whole_of
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityLabel(CatalogObject):
    """The label that a provider keeps on an object. Creating it needs a server that has loaded the provider."""

    kind = "security_label"
    presence = "EXISTS (SELECT FROM pg_seclabel)"
    rank = 910
    section = "Security labels"
    aspect = "label"
    by_address = True
    on: ObjectId
    provider: str
    label: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("security_label", (self.provider, self.on.kind, *self.on.path))

    @property
    def parent(self) -> ObjectId:
        return self.on

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        whole = whole_of(self.on)
        return () if whole is None else (whole,)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        target = address_of(catalog, self.on, "the label")
        return (f"SECURITY LABEL FOR {quote(self.provider)} ON {target} IS {literal(self.label)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return (f"SECURITY LABEL FOR {quote(self.provider)} ON {address_of(catalog, self.on, 'the label')} IS NULL",)

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT d.classid, d.objid, d.objsubid, d.part, d.path, d.provider, d.label
            FROM ({PARTS.format(source="pg_seclabel")}) d
            ORDER BY d.classid, d.objid, d.objsubid, d.provider
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        owner, part, path, provider, label = row
        return cls(on=part_of(owner, part, path), provider=provider, label=label)
