"""Diagrams and notes in a file: they name the entities, views and diagrams that they speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from designer_kernel.design.document_tree import MAX_KEY, Tree

Path = tuple[str | int, ...]
Resolve = Callable[[Any, Any, Path, Mapping[str, str], str], None]
"""Puts the id in the place of a name: holder, key, path, what is known, and what the name means."""

VIEWS: Final = ("views", "materialized_views")


def named(data: dict[str, Any], names: Mapping[str, str]) -> None:
    """Put names in the place of ids, in the data of a design that is written; ``names`` are those of all cards."""
    called = {diagram["id"]: diagram["name"] for diagram in data.get("diagrams", ())}
    for diagram in data.get("diagrams", ()):
        if "members" in diagram:
            diagram["members"] = [names.get(key, key) for key in diagram["members"]]
        if "positions" in diagram:
            diagram["positions"] = {_key(names, key): place for key, place in diagram["positions"].items()}
    for note in data.get("notes", ()):
        if "diagram_id" in note:
            key = note.pop("diagram_id")
            note["diagram"] = called.get(key, key)


def _key(names: Mapping[str, str], key: str) -> str:
    """Return how a card is called as a key: a name that is too long for one stays an id."""
    name = names.get(key, key)
    return name if len(name) <= MAX_KEY else key


def resolved(tree: Tree, data: dict[str, Any], entities: Mapping[str, str], resolve: Resolve) -> None:
    """Put ids in the place of names, in the data of a file that is read."""
    cards = _with_views(data, entities)
    diagrams: dict[str, str] = {}
    for position, diagram in enumerate(_dicts(data.get("diagrams"))):
        path: Path = ("diagrams", position)
        if isinstance(diagram.get("name"), str):
            diagrams.setdefault(diagram["name"], diagram["id"])
        if isinstance(diagram.get("members"), list):
            for index in range(len(diagram["members"])):
                resolve(diagram["members"], index, (*path, "members", index), cards, "entity or view")
        if isinstance(diagram.get("positions"), dict):
            diagram["positions"] = _placed(tree, diagram["positions"], (*path, "positions"), cards, resolve)
    diagrams |= {one["id"]: one["id"] for one in _dicts(data.get("diagrams")) if isinstance(one.get("id"), str)}
    for position, note in enumerate(_dicts(data.get("notes"))):
        if "diagram" in note:
            resolve(note, "diagram", ("notes", position, "diagram"), diagrams, "diagram")
            note["diagram_id"] = note.pop("diagram")


def _placed(
    tree: Tree, positions: dict[str, Any], path: Path, cards: Mapping[str, str], resolve: Resolve
) -> dict[str, Any]:
    """Return the places with ids as their keys, whose places in the file are still known."""
    found: dict[str, Any] = {}
    places = tree.places[id(found)] = {}
    for name, place in positions.items():
        holder = [name]
        resolve(holder, 0, (*path, name), cards, "entity or view")
        if holder[0] in found:
            tree.refuse(f"{name[:80]!r} is placed twice", tree.place_of((*path, name)), "remove one of them")
        found[holder[0]] = place
        places[holder[0]] = tree.places[id(positions)][name]
    return found


def _with_views(data: dict[str, Any], entities: Mapping[str, str]) -> dict[str, str]:
    known = dict(entities)
    default = data.get("default_schema") or "public"
    for collection in VIEWS:
        for view in _dicts(data.get(collection)):
            name, key = view.get("name"), view.get("id")
            if isinstance(name, str) and isinstance(key, str):
                schema = view.get("schema_name")
                if schema in (None, default):
                    known.setdefault(name, key)
                known.setdefault(f"{schema or default}.{name}", key)
                known.setdefault(key, key)
    return known


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one if isinstance(one, dict) else {} for one in value] if isinstance(value, list) else []
