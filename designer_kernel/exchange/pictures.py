"""What becomes of a design in notations that draw it: entities, attributes and relationships, and little besides."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from designer_kernel.design.design import COLLECTIONS
from designer_kernel.design.losses import Loss

if TYPE_CHECKING:
    from designer_kernel.design import Attribute, Design, Entity, Relationship

_KINDS: Final = {"entities": "entity", "opaque": "opaque object"}
_PARTS: Final = {
    "keys": "key", "checks": "check", "indexes": "index", "exclusions": "exclusion", "policies": "policy",
    "triggers": "trigger", "partitions": "partition",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """What a notation shows of a design.

    ``collections`` are those of a design that it draws. ``reason`` says why the others are not there.
    """

    reason: str
    collections: Container[str] = frozenset({"entities", "relationships"})
    has_descriptions: bool = False
    """Whether entities and relationships say what they are for."""

    longest: int | None = None
    """How long an attribute's description may be."""

    has_positions: bool = False


def losses_of(design: Design, picture: Picture) -> Iterator[Loss]:
    """Yield what becomes of each object of a design in a picture."""
    for collection in COLLECTIONS:
        for item in getattr(design, collection):
            name = str(getattr(item, "name", "") or item.id)
            kind = _KINDS.get(collection, collection.removesuffix("s")).replace("_", " ")
            is_elsewhere = getattr(item, "diagram_id", None) is not None  # a note on a saved diagram
            if collection not in picture.collections or is_elsewhere:
                yield Loss(name, kind, "refused", picture.reason)
            elif collection == "entities":
                yield from _of_entity(design, item, picture)
            elif collection == "relationships":
                yield _of_relationship(design, item, picture)
            else:
                lost = {"its definition": getattr(item, "query", "")}
                yield _partly(name, kind, lost)
    if not picture.has_positions and any(entity.position is not None for entity in design.entities):
        yield Loss(design.name, "layout", "refused", picture.reason)


def _of_entity(design: Design, entity: Entity, picture: Picture) -> Iterator[Loss]:
    where = design.qualified_name(entity)
    lost = {
        "its description": entity.description and not picture.has_descriptions,
        "how its rows are divided": entity.partition_method,
        "row security": entity.row_security != "OFF",
        "UNLOGGED": entity.is_unlogged,
        "the name of the primary key": entity.primary_key_name,
        "that the primary key is DEFERRABLE": entity.primary_key_deferrable,
        "what it inherits, other than the columns,": entity.inherits,
    }
    yield _partly(where, "entity", lost)
    for attribute in entity.attributes:
        yield _of_attribute(f"{where}.{attribute.name}", attribute, picture)
    for trait in entity.traits:
        yield Loss(
            f"{where}.{trait.kind}", "trait", "changed", "only the attributes and relationships it adds are shown"
        )
    for parts, kind in _PARTS.items():
        for number, part in enumerate(getattr(entity, parts), 1):
            name = part.name or f"{kind} {number}"
            yield Loss(f"{where}.{name}", kind, "refused", picture.reason)


def _of_attribute(where: str, attribute: Attribute, picture: Picture) -> Loss:
    longest = picture.longest
    lost = {
        "its default": attribute.default_value,
        "its expression": attribute.generated,
        "that it counts by itself": attribute.identity,
        "its collation": attribute.collation,
        "the rest of its description": longest is not None and len(attribute.description.strip()) > longest,
    }
    return _partly(where, "attribute", lost)


def _of_relationship(design: Design, relationship: Relationship, picture: Picture) -> Loss:
    source, target = (design.entity(end).name for end in (relationship.source_entity_id, relationship.target_entity_id))
    lost = {
        "ON DELETE": relationship.on_delete_action != "NO ACTION",
        "ON UPDATE": relationship.on_update_action != "NO ACTION",
        "MATCH FULL": relationship.match_full,
        "DEFERRABLE": relationship.deferrable,
        "NOT VALID": not relationship.is_valid,
        "its description": relationship.description and not picture.has_descriptions,
    }
    return _partly(relationship.name or f"{source} → {target}", "relationship", lost)


def _partly(name: str, kind: str, lost: Mapping[str, object]) -> Loss:
    """Return that something is kept, or changed since some of its properties, if it has them, are not shown."""
    words = [word for word, is_there in lost.items() if is_there]
    return Loss(name, kind, "changed", f"not shown: {', '.join(words)}") if words else Loss(name, kind, "kept")
