"""What a refresh did, in words: what came, what went, and what is otherwise than it was."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.grant import Grant
from designer_kernel.catalog.kinds.identity_sequence import IdentitySequence
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import EDGES, CatalogObject, ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.expansion import expand
from designer_kernel.design.refresh.names import Former

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


def came_and_went(first: Design, before: Design, after: Design) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of what is new in a design, and of what it has lost.

    What a trait or a relationship stands for is there, whether it is drawn or not.

    Parameters
    ----------
    first, before
        The design as it was given, and with what was renamed under its new name.
    """
    old, new = _named(before), _named(after)
    if first is not before:
        old |= _named(first) - set(_drawn(first))  # implied under a name that the database keeps
    drawn, known = set(_drawn(before)), set(_drawn(after))
    return tuple(sorted(known - old)), tuple(sorted(drawn - new))


def _named(design: Design) -> set[str]:
    """Return the names of all that a design has, what it implies included."""
    expanded = expand(design)
    tables = {entity.id: design.qualified_name(entity) for entity in expanded.design.entities}
    links = {
        f"{tables[key.parent_entity_id]} → {tables[key.child_entity_id]}"
        for key in expanded.foreign_keys
        if key.parent_entity_id in tables and key.child_entity_id in tables
    }
    return {*_drawn(expanded.design), *_drawn(design), *links}


def _drawn(design: Design) -> list[str]:
    """Return the names of what a design draws: its objects, their attributes, and its relationships."""
    names = {one.id: design.qualified_name(one) for kind in _OBJECTS for one in getattr(design, kind)}
    names |= {one.id: one.name for kind in _OTHERS for one in getattr(design, kind)}
    for entity in design.entities:
        names |= {one.id: f"{names[entity.id]}.{one.name}" for one in entity.attributes}
    for link in design.relationships:
        ends = names.get(link.source_entity_id, "?"), names.get(link.target_entity_id, "?")
        names[link.id] = " → ".join(ends)
    return list(names.values())


def changes(own: Catalog, meant: Catalog | None, there: Catalog, former: Former) -> tuple[str, ...]:
    """Return what the database has otherwise than the design means it, from what to what.

    Names that the database keeps where a renaming changed them here are no change.
    """
    told: list[str] = []
    for key, fact in there.items():
        ours = own.get(key)
        if ours is None:
            if key not in former.kept and not _is_named_only(fact, former):
                told += _new(fact, own)
        elif ours != fact and (meant is None or meant.get(key) != fact):
            told += _differing(ours, fact)
    told += [
        f"{_name(fact.parent)}: {_word(fact)} is gone there"
        for key, fact in own.items()
        if key not in there and fact.kind in _LOST and fact.parent is not None and fact.parent in there
        and key not in former.followers
    ]  # fmt: skip
    return tuple(told)


def _is_named_only(fact: CatalogObject, former: Former) -> bool:
    """Whether a fact says nothing but that a sequence is still called after the former name of its table."""
    if not isinstance(fact, IdentitySequence) or not former.kept:
        return False
    plain = IdentitySequence(schema=fact.schema, name=fact.name, table=fact.table, column=fact.column)
    return replace(fact, depends=plain.depends) == plain


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
    name = _subject(fact)
    if ours.kind != fact.kind:
        return [f"{name}: {_kind(ours)} → {_kind(fact)}"]
    return [
        f"{name}: {_field(fact, field.name)} {_said(was)} → {_said(now)}"
        for field in fields(fact)
        if field.name not in EDGES and (was := getattr(ours, field.name)) != (now := getattr(fact, field.name))
    ]


def _field(fact: CatalogObject, name: str) -> str:
    return fact.kind if fact.kind == "comment" else name.replace("_", " ")


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


def _subject(fact: CatalogObject) -> str:
    """Return what a fact is about: the identity of a comment or a privilege begins with a kind."""
    return _name(fact.parent if fact.by_address and fact.parent is not None else fact.id)


def _said(value: Any) -> str:
    if value in (None, "", ()):
        return "none"
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    elif isinstance(value, tuple):
        return f"{len(value)} {'item' if len(value) == 1 else 'items'}"
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
