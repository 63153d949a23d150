"""Between a design and the data of its file: entities are named there, and ids may be left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from designer_kernel.design import document_diagrams
from designer_kernel.design.design import COLLECTIONS, Design
from designer_kernel.design.document_shape import shaped
from designer_kernel.design.document_tree import Place, Tree
from designer_kernel.design.entity import Entity
from designer_kernel.design.identity import positional_id
from designer_kernel.design.objects import SchemaObject
from designer_kernel.design.parts import PARTS
from designer_kernel.design.relationship import Relationship

REFERENCES: Final = ("source_entity_id", "target_entity_id", "junction_entity_id", "tenant_entity_id")
"""Fields that hold the id of an entity; in a file they have no ``_id`` and hold its name."""

LISTS: Final = ("inherits", "members")
"""Fields that hold ids of entities; in a file they hold names."""

OFTEN: Final = ("entities", "relationships")
"""Collections of which a design may have thousands."""

WITH_IDS: Final = ("attributes", *PARTS)
"""Collections whose items have ids, in entities and in other items."""


def to_data(design: Design) -> dict[str, Any]:
    """Return the data of a design's file: defaults left out, entities named."""
    names = entity_names(design)
    written = {
        collection: [item_data(item, collection, names.get) for item in getattr(design, collection)]
        for collection in OFTEN
    }
    return with_rest(design, written, names)


def item_data(
    item: Entity | Relationship, collection: str, name_of: Callable[[str, str], str | None]
) -> dict[str, Any]:
    """Return the data of an item of a collection of `OFTEN`; ``name_of`` takes an id and what to call it otherwise."""
    data = item.model_dump(mode="json", exclude_defaults=True)
    if isinstance(item, Entity):
        for trait, dumped_trait in zip(item.traits, data.get("traits", ()), strict=True):
            _replace_trait(dumped_trait, trait.kind, name_of)
    data = _with_names(data, name_of)
    if isinstance(item, Entity):
        data.update((part, [shaped(one, part) for one in data[part]]) for part in WITH_IDS if part in data)
    return shaped(data, collection)


def with_rest(design: Design, written: Mapping[str, list[Any]], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the data of a design whose collections of `OFTEN` are ``written`` already."""
    data = design.model_dump(mode="json", exclude_defaults=True, exclude=set(OFTEN))
    data["areas"] = [_with_names(item, names.get) for item in data.get("areas", ())]
    document_diagrams.named(data, entity_names(design, with_views=True) if design.diagrams else {})
    for collection in COLLECTIONS:
        if collection in data:
            data[collection] = [shaped(item, collection) for item in data[collection]]
    data |= written
    head: dict[str, Any] = {"format": design.format}
    head |= {name: data[name] for name in ("name", "id") if name in data}
    rest = {name: data[name] for name in type(design).model_fields if name in data and name not in head}
    return head | {name: value for name, value in rest.items() if value != []}


def to_design_data(tree: Tree) -> Any:
    """Return the data that `Design` is made of; what has no id gets a repeatable one, names become ids.

    Raises
    ------
    DocumentError
        If a name means no entity.
    """
    data = tree.data
    if not isinstance(data, dict):
        return data
    data.setdefault("id", str(positional_id(0, "design", str(data.get("name")))))
    seen: dict[str, Place] = {}
    for collection in COLLECTIONS:
        items = data.get(collection)
        if isinstance(items, list):
            _give_ids(tree, items, (collection,), seen)
    for relationship in _dicts(data.get("relationships")):
        _spell_cardinalities(relationship)
    _resolve(tree, data)
    return data


def entity_names(design: Design, *, with_views: bool = False) -> dict[str, str]:
    """Return how the file names each entity, and each view where it is asked for.

    That is by its qualified name if that means it alone, otherwise by its id.
    """
    by_name: dict[str, UUID] = {}
    items: list[Entity | SchemaObject] = [*design.entities]
    if with_views:
        items += [*design.views, *design.materialized_views]
    for item in items:
        by_name.setdefault(design.qualified_name(item), item.id)
    return {str(key): name for name, key in by_name.items()}


def _replace_trait(dumped: dict[str, Any], kind: str, name_of: Callable[[str, str], str | None]) -> None:
    rest = _with_names(dumped, name_of)
    dumped.clear()
    dumped.update({"kind": kind} | rest)


def _with_names(dumped: dict[str, Any], name_of: Callable[[str, str], str | None]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in dumped.items():
        if key in REFERENCES:
            result[key.removesuffix("_id")] = name_of(value, value)
        elif key in LISTS:
            result[key] = [name_of(one, one) for one in value]
        else:
            result[key] = value
    return result


def _give_ids(tree: Tree, items: list[Any], path: tuple[str, ...], seen: dict[str, Place]) -> None:
    """Give each item without an id one that follows from its place and name; refuse an id that is there twice."""
    for position, item in enumerate(items):
        if not isinstance(item, dict):
            continue
        here = (*path, str(item.get("schema_name") or ""), str(item.get("name") or position))
        if item.get("id") is None:
            item["id"] = str(positional_id(position, *here))
        elif isinstance(item["id"], str):
            _see(tree, item, seen)
        for part in WITH_IDS:
            is_key_of_index = part == "keys" and path[-1] == "indexes"  # no item: it has no id
            if isinstance(item.get(part), list) and not is_key_of_index:
                _give_ids(tree, item[part], (*here, part), seen)


def _see(tree: Tree, item: dict[str, Any], seen: dict[str, Place]) -> None:
    key, place = item["id"].lower(), tree.places[id(item)]["id"][1]
    if key in seen:
        tree.refuse(f"the id {key[:80]} is used twice, first in line {seen[key].line}", place, "leave one of them out")
    seen[key] = place


def _resolve(tree: Tree, data: dict[str, Any]) -> None:
    """Replace names of entities by their ids, in place, so that the places of the tree stay true."""
    known = _known_entities(data)

    def resolve(
        holder: Any, key: Any, path: tuple[str | int, ...], known: Mapping[str, str] = known, what: str = "entity"
    ) -> None:
        value = holder[key]
        if not isinstance(value, str):
            return
        if value not in known:
            close = _closest(value, known, what)
            tree.refuse(f"there is no {what} {value[:80]!r}", tree.place_of(path), close)
        holder[key] = known[value]

    for collection in ("entities", "relationships", "areas"):
        for position, item in enumerate(_dicts(data.get(collection))):
            path = (collection, position)
            _resolve_item(tree, item, path, resolve)
            for index, trait in enumerate(_dicts(item.get("traits"))):
                _resolve_item(tree, trait, (*path, "traits", index), resolve)
    document_diagrams.resolved(tree, data, known, resolve)


def _spell_cardinalities(item: dict[str, Any]) -> None:
    """Take the number 1 for the cardinality ``1``, as people write it."""
    for field in ("source_cardinality", "target_cardinality"):
        if item.get(field) == 1 and not isinstance(item[field], bool):
            item[field] = "1"


def _resolve_item(tree: Tree, item: dict[str, Any], path: tuple[str | int, ...], resolve: Callable[..., None]) -> None:
    for field in REFERENCES:
        name = field.removesuffix("_id")
        if name in item:
            resolve(item, name, (*path, name))
            if field in item:
                tree.refuse(f"{name} and {field} name the same thing", tree.place_of(path), "give one of them")
            item[field] = item.pop(name)
    for field in LISTS:
        if isinstance(item.get(field), list):
            for index in range(len(item[field])):
                resolve(item[field], index, (*path, field, index))


def _known_entities(data: dict[str, Any]) -> dict[str, str]:
    """Return the id of each entity by every name that may mean it: qualified ones first, then plain ones, then ids."""
    default = data.get("default_schema") or "public"
    known: dict[str, str] = {}
    entities = [e for e in _dicts(data.get("entities")) if isinstance(e.get("name"), str) and isinstance(e["id"], str)]
    for entity in entities:
        schema = entity.get("schema_name")
        known.setdefault(entity["name"] if schema in (None, default) else f"{schema}.{entity['name']}", entity["id"])
    for entity in entities:
        known.setdefault(f"{entity.get('schema_name') or default}.{entity['name']}", entity["id"])
    for entity in entities:
        known.setdefault(entity["name"], entity["id"])
        known.setdefault(entity["id"], entity["id"])
    return known


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one if isinstance(one, dict) else {} for one in value] if isinstance(value, list) else []


def _closest(name: str, known: Mapping[str, str], what: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"name {'an' if what[0] == 'e' else 'a'} {what} of this file"
