"""What a design has to ask for: its tables with all their columns, and the foreign keys between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from designer_kernel.design.expansion import expand
from designer_kernel.errors import UnknownObject

if TYPE_CHECKING:
    from designer_kernel.design import Design


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the expanded design: ``name`` as the design tells it, with the schema unless that is the usual one."""

    name: str
    schema: str
    relation: str
    columns: Mapping[str, str]
    """The type of each column."""
    key: tuple[str, ...]
    origin: str = ""
    """What implies it, if nobody drew it."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns of one table that point at those of another."""

    child: str
    child_columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    is_tenant_key: bool = False
    """Whether it only says whose row it is, which nearly every table does."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables by name, and what relates them."""

    by_name: Mapping[str, Table]
    foreign_keys: tuple[ForeignKey, ...]
    default_schema: str = "public"
    _by_place: Mapping[tuple[str, str], Table] = field(default_factory=dict)

    def named(self, name: str) -> Table:
        """Return the table of an entity.

        Raises
        ------
        UnknownObject
            If the design has none of that name.
        """
        found = self.by_name.get(name) or self.at("", name)
        if found is None:
            close = get_close_matches(name, self.by_name, n=3)
            mend = f"did you mean {', '.join(close)}?" if close else f"there are {', '.join([*self.by_name][:20])}"
            raise UnknownObject(f"the design has no table {name!r}", where="query", mend=mend)
        return found

    def at(self, schema: str, relation: str) -> Table | None:
        """Return the table that SQL names so, or ``None``; without a schema, in ``public`` or the design's own."""
        for place in (schema,) if schema else dict.fromkeys(("public", self.default_schema)):
            if (found := self._by_place.get((place, relation))) is not None:
                return found
        return None


_last: tuple[Design, Tables] | None = None


def tables_of(design: Design) -> Tables:
    """Return what a design has to ask for; of the same design, the same.

    Raises
    ------
    InvalidDesign
        If the design contradicts itself.
    """
    global _last  # noqa: PLW0603 one pair, taken over whole: threads see the old one or the new one
    last = _last
    if last is not None and last[0] is design:
        return last[1]
    made = _tables(design)
    _last = (design, made)
    return made


def _tables(design: Design) -> Tables:
    expanded = expand(design)
    names = {entity.id: expanded.design.qualified_name(entity) for entity in expanded.design.entities}
    tables = [
        Table(
            names[entity.id],
            expanded.design.schema_of(entity),
            entity.name,
            {attribute.name: attribute.type for attribute in entity.attributes},
            entity.key,
            expanded.entity_origins.get(entity.id, ""),
        )
        for entity in expanded.design.entities
        if not entity.is_abstract
    ]
    keys = tuple(
        ForeignKey(
            names[key.child_entity_id], tuple(key.child_attributes), names[key.parent_entity_id],
            tuple(key.parent_attributes), key.relationship_id is None,
        )
        for key in expanded.foreign_keys
    )  # fmt: skip
    return Tables(
        {table.name: table for table in tables},
        keys,
        design.default_schema,
        {(table.schema, table.relation): table for table in tables},
    )
