"""What traits see of a drawing when they look for themselves in it, and what they say they have found.

A trait only makes a guess. Whether the design with the trait means the same catalog is for
`designer_kernel.design.lift.recognition` to find out, so a wrong guess costs time and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from designer_kernel.catalog import types
from designer_kernel.catalog.sqltext import is_plain
from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    from designer_kernel.design.attribute import Attribute
    from designer_kernel.design.design import Design
    from designer_kernel.design.entity import Entity
    from designer_kernel.design.objects import Function, View
    from designer_kernel.design.relationship import Relationship
    from designer_kernel.design.traits._base import Trait

_LIVE: Final = re.compile(r"\bFROM (?P<table>\S+)\s+WHERE \((?:\S+\.)?(?P<attribute>[^\s.]+) IS NULL\)\Z")


@dataclass(frozen=True, slots=True)
class Found:
    """A trait that an entity seems to have.

    ``changes`` are fields of the entity without what the trait stands for; ``bare`` are names of attributes that the
    trait would add just so; ``implied`` are the ids of functions, views, entities and relationships that it stands for,
    alone or with other entities. ``relationships`` are as they can be drawn beside the trait.
    """

    trait: Trait
    changes: dict[str, Any] = field(default_factory=dict)
    bare: frozenset[str] = frozenset()
    implied: frozenset[UUID] = frozenset()
    relationships: tuple[Relationship, ...] = ()


class Sight:
    """A drawing, by what traits look for."""

    def __init__(self, design: Design) -> None:
        self.design = design

    @cached_property
    def functions(self) -> dict[tuple[str, str], Function]:
        """The functions by schema and name; of several of one name, one."""
        return {(self.design.schema_of(function), function.name): function for function in self.design.functions}

    @cached_property
    def entities(self) -> dict[tuple[str, str], Entity]:
        """The entities by schema and name."""
        return {(self.design.schema_of(entity), entity.name): entity for entity in self.design.entities}

    @cached_property
    def by_id(self) -> dict[UUID, Entity]:
        """The entities by id."""
        return {entity.id: entity for entity in self.design.entities}

    @cached_property
    def live_views(self) -> dict[tuple[str, str], tuple[View, str]]:
        """The views that show rows of one table where one attribute is NULL, with that attribute."""
        found = {}
        for view in self.design.views:
            match = _LIVE.search(view.query)
            table = table_of(match["table"]) if match else None
            if match and table is not None and "JOIN" not in view.query:
                found[table] = (view, unquoted(match["attribute"]))
        return found

    @cached_property
    def _into(self) -> dict[UUID, list[Relationship]]:
        found: dict[UUID, list[Relationship]] = {}
        for relationship in self.design.relationships:
            found.setdefault(relationship.target_entity_id, []).append(relationship)
        return found

    def parents_of(self, entity: Entity) -> Iterable[Relationship]:
        """Return the relationships of which an entity is the child."""
        return (r for r in self._into.get(entity.id, ()) if r.junction_entity_id is None)

    def schema(self, entity: Entity) -> str:
        """Return the schema of an entity."""
        return self.design.schema_of(entity)

    def calls(self, function: str, schema: str, name: str) -> bool:
        """Whether a trigger's function is this one."""
        try:
            parsed = types.parse(function)
        except DesignerError:
            return False
        return parsed.name == name and (parsed.schema or self.design.default_schema) == schema


def is_as_added(attribute: Attribute, **wanted: Any) -> bool:
    """Whether an attribute has these fields, the type as the server calls it, and defaults for all others."""
    kind = wanted.pop("type")
    for name, info in type(attribute).model_fields.items():
        if name in {"id", "name", "data_type", "length", "precision", "scale", "is_array"}:
            continue
        if getattr(attribute, name) != wanted.get(name, info.default):
            return False
    return bool(attribute.type == kind)


def unquoted(text: str) -> str:
    """Return a name that stands in SQL."""
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def table_of(text: str) -> tuple[str, str] | None:
    """Return (schema, name) of a table that stands in SQL, or ``None`` if no schema is said."""
    try:
        parsed = types.parse(text) if is_plain(text) else None
    except DesignerError:
        return None
    return (parsed.schema, parsed.name) if parsed is not None and parsed.schema else None


def without(parts: Iterable[Any], gone: Iterable[Any]) -> tuple[Any, ...]:
    """Return parts without some of them."""
    ids = {part.id for part in gone}
    return tuple(part for part in parts if part.id not in ids)


def columns_of(parts: Iterable[Any]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Yield the indexes whose keys are plain attributes, with their names."""
    for part in parts:
        names = tuple(key.attribute for key in part.keys)
        if all(names) and not any(key.descending or key.nulls or key.operator_class or key.collation
                                  for key in part.keys):  # fmt: skip
            yield part, names
