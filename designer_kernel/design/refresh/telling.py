"""What a refresh did, in words: what came, what went, and what is otherwise than it was."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final
from uuid import UUID

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.design import Design

_OBJECTS: Final = ("entities", "views", "materialized_views", "functions", "enums", "domains")
_OTHERS: Final = ("schemas", "extensions", "roles")
_PARTS: Final = frozenset({"default", "primary_key", "unique", "check", "exclusion", "index", "trigger", "policy"})
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
    told = []
    for key, fact in there.items():
        ours = own.get(key)
        if ours is None or ours == fact or (meant is not None and meant.get(key) == fact):
            if ours is None and fact.parent is not None and fact.parent in own and fact.kind in _PARTS:
                told.append(f"{_name(fact.parent)}: {fact.kind.replace('_', ' ')} {key.path[-1]} is new there")
            continue
        if ours.kind != fact.kind:
            told.append(f"{_name(key)}: {ours.kind} → {fact.kind}".replace("_", " "))
            continue
        for field in fields(fact):
            was, now = getattr(ours, field.name), getattr(fact, field.name)
            if was != now and field.name != "depends":
                told.append(f"{_name(key)}: {field.name.replace('_', ' ')} {_said(was)} → {_said(now)}")
    return tuple(told)


def _name(key: ObjectId) -> str:
    return ".".join(key.path)


def _said(value: Any) -> str:
    if value in (None, "", ()):
        return "none"
    if isinstance(value, tuple):
        return f"{len(value)} {'item' if len(value) == 1 else 'items'}"
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
