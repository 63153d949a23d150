"""Identity along a history: what was renamed by a migration, or kept, is the same thing in the next version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias
from uuid import UUID

from designer_kernel.catalog import sqltext
from designer_kernel.design import document
from designer_kernel.design.design import Design
from designer_kernel.design.identity import new_id
from designer_kernel.errors import InvalidSql

Name: TypeAlias = tuple[str, ...]
"""A kind and a path: ``("relation", "shop", "orders")``."""

_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_KINDS: Final = {
    "OBJECT_TABLE": "relation", "OBJECT_VIEW": "relation", "OBJECT_MATVIEW": "relation", "OBJECT_COLUMN": "column",
    "OBJECT_TYPE": "type", "OBJECT_DOMAIN": "type", "OBJECT_SCHEMA": "schema",
}  # fmt: skip


def continued(before: Design, after: Design, statements: Iterable[str]) -> Design:
    """Return a design whose parts have the identities of those of the design before it that they come from.

    Parameters
    ----------
    statements
        What leads from one to the other; those that rename count.
    """
    old = _names(before)
    for sql in statements:
        for name, new in _renames(sql, old):
            old = {_moved(key, name, new): value for key, value in old.items()}
    known = set(old.values())
    changed = {
        value: old[key] if key in old else new_id()
        for key, value in _names(after).items()
        if old.get(key) != value and (key in old or value in known)
    }
    if before.id != after.id:
        changed[after.id] = before.id
    if not changed:
        return after
    words = {str(new): str(kept) for new, kept in changed.items()}
    text = document.to_json(after)
    return document.read(_UUID.sub(lambda found: words.get(found[0], found[0]), text))


def _names(design: Design) -> dict[Name, UUID]:
    found: dict[Name, UUID] = {("schema", item.name): item.id for item in design.schemas}
    for item in (*design.enums, *design.domains):
        found["type", design.schema_of(item), item.name] = item.id
    for view in (*design.views, *design.materialized_views):
        found["relation", design.schema_of(view), view.name] = view.id
    for entity in design.entities:
        table = (design.schema_of(entity), entity.name)
        found["relation", *table] = entity.id
        found |= {("column", *table, attribute.name): attribute.id for attribute in entity.attributes}
    return found


def _renames(sql: str, there: Mapping[Name, UUID]) -> Iterator[tuple[Name, str]]:
    """Yield what a statement renames, by its name as it is now, and its new name."""
    if "rename" not in sql.lower():
        return
    try:
        tree = sqltext.parsed(sql)
    except InvalidSql:
        return
    if tree.WhichOneof("node") != "rename_stmt":
        return
    node = tree.rename_stmt
    kind = _KINDS.get(_enum(node, "rename_type"), "")
    path = _path(node, kind)
    if kind == "schema":
        yield (kind, *path), node.newname  # a design does not list the schema whose name is left out
        return
    matching = [name for name in there if name[0] == kind and name[-len(path) :] == path] if path else []
    own = [name for name in matching if len(name) == len(path) + 1 or name[1] == "public"]
    for name in (own or matching)[:1]:
        yield name, node.newname


def _path(node: Any, kind: str) -> Name:
    if kind == "schema":
        return (node.subname,)
    if kind == "type":
        items = [part.string.sval for part in node.object.list.items]
        return tuple(items)
    relation = tuple(filter(None, (node.relation.schemaname, node.relation.relname)))
    return (*relation, node.subname) if kind == "column" else relation


def _moved(key: Name, name: Name, new: str) -> Name:
    """Return what something is called when another thing, or it itself, has a new name."""
    kind, *path = name
    place = len(path) - 1
    parts = list(key[1:])
    is_it = key == name
    is_part = (kind == "relation" and key[0] == "column" and parts[: place + 1] == path) or (
        kind == "schema" and key[0] != "schema" and parts[:1] == path
    )
    if not (is_it or is_part):
        return key
    parts[place] = new
    return (key[0], *parts)


def _enum(node: Any, name: str) -> str:
    value = type(node).DESCRIPTOR.fields_by_name[name].enum_type.values_by_number.get(getattr(node, name))
    return value.name if value is not None else ""
