"""Searchable: a generated text-search vector over some attributes, with its GIN index."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from pydantic import Field

from designer_kernel.catalog import types
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.literals import literal
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.parts import Index, IndexKey
from designer_kernel.design.traits._base import Trait, require_attributes
from designer_kernel.design.traits._recognition import Found, Sight, columns_of, unquoted, without
from designer_kernel.design.values import Name

if TYPE_CHECKING:
    from designer_kernel.design.entity import Entity
    from designer_kernel.design.expansion import Expansion

_TERM: Final = re.compile(
    r"""setweight\(to_tsvector\('([a-z_][a-z0-9_]*)'::regconfig, """
    r"""\(*COALESCE\(("(?:[^"]|"")+"|[^\s,"]+), ''::[a-z ]+\)[^|]*?\), '([A-D])'::"char"\)"""
)
"""One term of the vector, as the server words it."""


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
        terms = [self._term(expansion, name) for name in self.weights]
        expression = reduce(lambda done, term: f"({done} || {term})", terms)
        expansion.add_attribute(
            Attribute(
                id=expansion.derived("searchable", self.attribute),
                name=self.attribute,
                data_type="tsvector",
                generated=expression,
                description=_description(self.weights),
            ),
            "trait searchable",
        )

    @classmethod
    def found(cls, sight: Sight, entity: Entity) -> Found | None:
        for attribute in entity.attributes:
            terms = _TERM.findall(attribute.generated) if attribute.generated else ()
            if not terms or attribute.data_type != "tsvector" or len({term[0] for term in terms}) > 1:
                continue
            weights = {unquoted(name): weight for _configuration, name, weight in terms}
            told = _description(weights)
            index = next(
                (i for i, names in columns_of(entity.indexes) if names == (attribute.name,) and i.method == "gin"), None
            )
            if index is None or len(weights) != len(terms):
                continue
            is_bare = attribute.description == told and attribute.is_nullable
            return Found(
                cls(weights=weights, configuration=terms[0][0], attribute=attribute.name),
                {"indexes": without(entity.indexes, (index,))},
                frozenset({attribute.name} if is_bare else ()),
            )
        return None

    def _term(self, expansion: Expansion, name: str) -> str:
        """Return what one attribute adds, worded as the server words it."""
        attribute = expansion.entity.attribute(name)
        assert attribute is not None
        text = {
            "text": f"COALESCE({quote(name)}, ''::text)",
            "character varying": f"(COALESCE({quote(name)}, ''::character varying))::text",
        }.get(types.parse(attribute.type).name, f"COALESCE({quote(name)}, '')")
        configuration = f"{literal(self.configuration)}::regconfig"
        return f"setweight(to_tsvector({configuration}, {text}), '{self.weights[name]}'::\"char\")"

    def add_parts(self, expansion: Expansion) -> None:
        expansion.add_part(
            "indexes",
            Index(
                id=expansion.derived("searchable", "index"),
                keys=(IndexKey(attribute=self.attribute),),
                method="gin",
            ),
        )


def _description(names: Iterable[str]) -> str:
    return f"Text search over {', '.join(names)}."
