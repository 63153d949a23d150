"""Searchable: a generated text-search vector over some attributes, with its GIN index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.literals import literal
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.parts import Index, IndexKey
from designer_kernel.design.traits._base import Trait, require_attributes
from designer_kernel.design.values import Name

if TYPE_CHECKING:
    from designer_kernel.design.expansion import Expansion


class Searchable(Trait):
    """``weights`` maps attributes to ``A`` (weighs most) to ``D``; ``configuration`` is a text-search configuration."""

    order: ClassVar[int] = 50
    title: ClassVar[str] = "searchable"
    summary: ClassVar[str] = "Some attributes can be searched as text, with the best matches first."

    kind: Literal["searchable"] = "searchable"
    weights: Annotated[dict[Name, Literal["A", "B", "C", "D"]], Field(min_length=1)]
    configuration: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")] = "simple"
    attribute: Name = "search_vector"

    def add_attributes(self, expansion: Expansion) -> None:
        require_attributes(expansion, "searchable", tuple(self.weights))
        configuration = f"{literal(self.configuration)}::pg_catalog.regconfig"
        expression = " || ".join(
            f"setweight(to_tsvector({configuration}, COALESCE({quote(name)}, '')), '{weight}')"
            for name, weight in self.weights.items()
        )
        expansion.add_attribute(
            Attribute(
                id=expansion.derived("searchable", self.attribute),
                name=self.attribute,
                data_type="tsvector",
                generated=expression,
                description=f"Text search over {', '.join(self.weights)}.",
            ),
            "trait searchable",
        )

    def add_parts(self, expansion: Expansion) -> None:
        expansion.add_part(
            "indexes",
            Index(
                id=expansion.derived("searchable", "index"),
                keys=(IndexKey(attribute=self.attribute),),
                method="gin",
            ),
        )
