"""Where things went that nobody drew: constraints of relationships, what traits stand for, parts without a name.

Entries may speak of them by the names that lowering gives. Those names are known only from lowering, which takes time,
so that is done only if something carried speaks of what is not drawn by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import EDGES, CatalogObject, ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.edits.meanings import meaning_of
from designer_kernel.design.edits.moves import GONE, Moves, Path
from designer_kernel.design.lower import lower
from designer_kernel.design.lowering import Placed
from designer_kernel.design.opaque import Opaque
from designer_kernel.design.parts import PARTS, Check, Exclusion, Key
from designer_kernel.errors import DesignerError

_IMPLIED: Final = frozenset(
    {"relation", "function", "constraint", "index", "trigger", "policy", "column", "domain_constraint"}
)


def add_implied_moves(moves: Moves, before: Design, after: Design) -> None:
    """Add what became of things that are not drawn by name, as far as carried entries speak of them."""
    if not moves and not _has_lost(before, after):
        return
    known = {one.key for one in after.opaque if one.effect == "fact"} | set(_named(before))
    spoken = {key for one in after.opaque for key in _spoken(one) if key.kind in _IMPLIED} - known
    if not spoken:
        return
    old, new = _lowered(before), _lowered(after)
    if old is None or new is None:
        return
    add_partitions(moves, {(one.schema, one.name): one.partition_of for one in old.of(Table) if one.partition_of})
    for key in spoken:
        if key in old and key not in new and key not in moves.others:
            now = _renamed(old[key], old, new, moves)
            if now is not None or moves.identity(key) not in new:
                moves.others[key] = now or GONE


def add_partitions(moves: Moves, parents: Mapping[Path, Path]) -> None:
    """Let the columns of partitions be renamed with those of what they are partitions of."""
    if not moves.columns:
        return
    for place in parents:
        above = place
        while above in parents and above not in moves.columns:
            above = parents[above]
        if above in moves.columns and above != place:
            moves.columns[place] = moves.columns[above]
            moves.wholes[place] = moves.wholes.get(above, above)


def _has_lost(before: Design, after: Design) -> bool:
    """Whether a relationship, a trait or a part is not what it was; what was only added takes nothing away."""
    now = {one.id: one for one in (*after.relationships, *after.entities)}
    if any(now.get(one.id) is not one for one in before.relationships):
        return before.relationships is not after.relationships
    if before.entities is after.entities:
        return False
    return any(
        getattr(entity, name) is not getattr(now[entity.id], name)
        for entity in before.entities
        if entity.id in now and now[entity.id] is not entity
        for name in ("traits", "attributes", *PARTS)
    )


def _named(design: Design) -> Iterator[ObjectId]:
    """Yield the identities of what is drawn by name."""
    relations: list[Placed] = [*design.entities, *design.views, *design.materialized_views]
    for item in relations:
        yield ObjectId("relation", (design.schema_of(item), item.name))
    for entity in design.entities:
        place = (design.schema_of(entity), entity.name)
        for attribute in entity.attributes:
            yield ObjectId("column", (*place, attribute.name))
        for part in entity.partitions:
            yield ObjectId("relation", (part.schema_name or place[0], part.name))
        constraints: list[Key | Check | Exclusion] = [*entity.keys, *entity.checks, *entity.exclusions]
        yield from (ObjectId("constraint", (*place, part.name)) for part in constraints if part.name)
        yield from (ObjectId("trigger", (*place, part.name)) for part in entity.triggers)
        yield from (ObjectId("policy", (*place, part.name)) for part in entity.policies)
        yield from (ObjectId("index", (place[0], part.name)) for part in entity.indexes if part.name)


def _spoken(one: Opaque) -> Iterator[ObjectId]:
    """Yield what an entry is about or needs."""
    yield from (ObjectId(kind, tuple(path)) for kind, *path in one.depends)
    if one.target:
        yield one.key
        return
    fact = one.fact
    if fact.parent is not None:
        yield fact.parent
    schema, table, index = (getattr(fact, name, None) for name in ("schema", "table", "index"))
    if isinstance(schema, str) and isinstance(index, str) and index:
        yield ObjectId("index", (schema, index))
        if isinstance(table, str):
            yield ObjectId("constraint", (schema, table, index))


def _lowered(design: Design) -> Catalog | None:
    try:
        return lower(design.model_copy(update={"opaque": ()}))
    except DesignerError:
        return None  # what contradicts itself is refused by others, in better words


def _renamed(fact: CatalogObject, old: Catalog, new: Catalog, moves: Moves) -> ObjectId | None:
    """Return the identity of the only new fact that says the same under another name."""
    parent = None if fact.parent is None else moves.identity(fact.parent)
    if parent == GONE:
        return None
    rivals = [
        other
        for key, other in new.items()
        if other.kind == fact.kind and key not in old and other.parent == parent and _is_alike(fact, other, moves)
    ]
    if len(rivals) > 1:
        rivals = [one for one in rivals if all(getattr(one, sql) == getattr(fact, sql) for sql in _sql_fields(fact))]
    return rivals[0].id if len(rivals) == 1 else None


def _sql_fields(fact: CatalogObject) -> list[str]:
    return [field.name for field in fields(fact) if field.metadata.get("sql")]


def _is_alike(fact: CatalogObject, other: CatalogObject, moves: Moves) -> bool:
    """Whether two facts are the same but for names, columns and SQL that follow renames."""
    for field in fields(fact):
        meaning = "own" if field.name in EDGES else meaning_of(fact.kind, field.name)
        value, there = getattr(fact, field.name), getattr(other, field.name)
        if meaning == "column" and _columns(fact, field.name, moves) != there:
            return False
        if meaning == "relation" and _relations(value, moves) != there:
            return False
        if meaning == "plain" and value != there:
            return False
    return True


def _relations(value: Any, moves: Moves) -> Any:
    if not value:
        return value
    if isinstance(value[0], tuple):
        return tuple(_relations(one, moves) for one in value)
    return moves.identity(ObjectId("relation", value)).path


def _columns(fact: CatalogObject, name: str, moves: Moves) -> Any:
    value = getattr(fact, name)
    place = (getattr(fact, "schema", ""), getattr(fact, "table", ""))
    renamed = moves.columns.get(place, {})
    return renamed.get(value, value) if isinstance(value, str) else tuple(renamed.get(one, one) for one in value)
