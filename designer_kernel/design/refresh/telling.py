"""What a refresh did, in words: what came, what went, and what is otherwise than it was."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final
from uuid import UUID

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.grant import Grant
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import EDGES, CatalogObject, ObjectId
from designer_kernel.design.design import Design

_OBJECTS: Final = ("entities", "views", "materialized_views", "functions", "enums", "domains")
_OTHERS: Final = ("schemas", "extensions", "roles")
_ELSEWHERE: Final = frozenset(
    {
        "column", "foreign_key", "not_null", "view", "materialized_view", "enum", "domain", "function", "schema",
        "extension", "role", "multirange", "sequence_owner", "index_attachment",
    }
)  # fmt: skip
"""Kinds whose new facts are told as attributes, relationships and objects that came, or follow from others."""

_LOST: Final = frozenset({"default", "grant", "primary_key"})
"""Kinds of parts that are told when they are gone; what is asked about is there until it is answered."""

_PLACE: Final = frozenset({*EDGES, "schema", "table", "column", "trigger", "rule", "index", "view", "on"})
"""Fields that say what a fact is about."""

_LONGEST: Final = 80


def named(design: Design) -> dict[UUID, str]:
    """Return the names of what a design draws: its objects, their attributes, and its relationships."""
    names = {one.id: design.qualified_name(one) for kind in _OBJECTS for one in getattr(design, kind)}
    names |= {one.id: one.name for kind in _OTHERS for one in getattr(design, kind)}
    for entity in design.entities:
        names |= {one.id: f"{names[entity.id]}.{one.name}" for one in entity.attributes}
    for link in design.relationships:
        ends = names.get(link.source_entity_id, "?"), names.get(link.target_entity_id, "?")
        names[link.id] = " → ".join(ends)
    return names


def changes(own: Catalog, meant: Catalog | None, there: Catalog) -> tuple[str, ...]:
    """Return what the database has otherwise than the design means it, from what to what."""
    told: list[str] = []
    for key, fact in there.items():
        ours = own.get(key)
        if ours is None:
            told += _new(fact, own)
        elif ours != fact and (meant is None or meant.get(key) != fact):
            told += _differing(ours, fact)
    told += [
        f"{_name(fact.parent)}: {_word(fact)} is gone there"
        for key, fact in own.items()
        if key not in there and fact.kind in _LOST and fact.parent is not None and fact.parent in there
    ]
    return tuple(told)


def _new(fact: CatalogObject, own: Catalog) -> list[str]:
    """Tell of a new fact about something that is drawn, or that stands alone and is not drawn."""
    parent = fact.parent
    if isinstance(fact, Table):
        above = None if fact.partition_of is None else ObjectId("relation", fact.partition_of)
        return [f"{_name(above)}: partition {fact.name} is new there"] if above is not None and above in own else []
    if fact.kind in _ELSEWHERE or (parent is not None and parent not in own):
        return []
    if parent is None or parent.kind == "schema":
        return [f"{_name(fact.id)}: {_kind(fact)} is new there"] if fact.placement == "own" else []
    return [f"{_name(parent)}: {_word(fact)} is new there"]


def _differing(ours: CatalogObject, fact: CatalogObject) -> list[str]:
    name = _name(fact.id)
    if ours.kind != fact.kind:
        return [f"{name}: {_kind(ours)} → {_kind(fact)}"]
    return [
        f"{name}: {field.name.replace('_', ' ')} {_said(was)} → {_said(now)}"
        for field in fields(fact)
        if field.name not in EDGES and (was := getattr(ours, field.name)) != (now := getattr(fact, field.name))
    ]


def _word(fact: CatalogObject) -> str:
    """Return what to call a part: by its name, or by what it says if it has none."""
    if isinstance(fact, Grant):
        return f"the grant of {', '.join(fact.privileges)} to {fact.role}"
    name = getattr(fact, "name", None)
    if name is None:
        said = (field.name for field in fields(fact) if field.name not in _PLACE)
        name = " ".join(_said(value) for one in said if isinstance(value := getattr(fact, one), str) and value)
    return f"{_kind(fact)} {name}".strip()


def _kind(fact: CatalogObject) -> str:
    return fact.kind.replace("_", " ")


def _name(key: ObjectId) -> str:
    return ".".join(key.path)


def _said(value: Any) -> str:
    if value in (None, "", ()):
        return "none"
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    elif isinstance(value, tuple):
        return f"{len(value)} {'item' if len(value) == 1 else 'items'}"
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
