"""A design as rows and back, without loss; what differs between two designs, as rows.

An entity is a row and each of its attributes another, so that an edit writes what it changed and no more. Designs share
the items that an edit left alone; these are not even looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, get_args
from uuid import UUID

from pydantic import TypeAdapter

from designer_kernel.design.attribute import Attribute
from designer_kernel.design.design import COLLECTIONS, Design
from designer_kernel.design.entity import Entity
from designer_kernel.store.design_json import plain, restored

Table = Literal["entities", "attributes", "relationships", "design_objects"]

TABLES: Final[tuple[Table, ...]] = get_args(Table)
"""The tables that hold the items of designs; each row refers to those of tables before its own."""

_OWN: Final = ("entities", "relationships")
"""Collections that have a table of their own."""


@dataclass(frozen=True, slots=True)
class Row:
    """One item of a design.

    Attributes
    ----------
    definition
        All that it says, as `designer_kernel.store.design_json` keeps it.
    entity_id, ordinal
        Of an attribute: whose it is, and its place there.
    collection
        The field of the design that holds it.
    """

    table: Table
    id: UUID
    definition: dict[str, Any]
    entity_id: UUID | None = None
    ordinal: int = 0
    collection: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON-ready values."""
        place = {"entity_id": str(self.entity_id), "ordinal": self.ordinal} if self.entity_id else {}
        kind = {"collection": self.collection} if self.table == "design_objects" else {}
        return {"table": self.table, "definition": self.definition, **place, **kind}

    @classmethod
    def of_json(cls, data: dict[str, Any]) -> Row:
        """Return a row from the values of `to_json`."""
        table, definition = data["table"], data["definition"]
        entity = data.get("entity_id")
        collection = data.get("collection") or ("" if table == "attributes" else table)
        return cls(
            table,
            UUID(definition["id"]),
            definition,
            UUID(entity) if entity else None,
            data.get("ordinal", 0),
            collection,
        )


@dataclass(frozen=True, slots=True)
class Patch:
    """What makes one state of a design of another: rows that come or change, and rows that go.

    Attributes
    ----------
    head
        What the design says itself, if that changes.
    put
        Rows in their new state.
    gone
        Rows that are not there any more: their tables and ids.
    """

    head: dict[str, Any] | None = None
    put: tuple[Row, ...] = ()
    gone: tuple[tuple[Table, UUID], ...] = ()

    @property
    def ids(self) -> frozenset[UUID]:
        """The items that it is about."""
        return frozenset(row.id for row in self.put) | {key for _, key in self.gone}

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON-ready values, without what is empty."""
        said = {
            "head": self.head,
            "put": [row.to_json() for row in self.put],
            "gone": [[table, str(key)] for table, key in self.gone],
        }
        return {name: value for name, value in said.items() if value}

    @classmethod
    def of_json(cls, data: dict[str, Any]) -> Patch:
        """Return a patch from the values of `to_json`."""
        return cls(
            data.get("head"),
            tuple(Row.of_json(one) for one in data.get("put", ())),
            tuple((table, UUID(key)) for table, key in data.get("gone", ())),
        )


def head_of(design: Design) -> dict[str, Any]:
    """Return what a design says itself, apart from its items."""
    return plain(design, without=set(COLLECTIONS))


def rows_of(design: Design, *, without: Collection[UUID] = ()) -> Iterator[Row]:
    """Yield the rows of a design, apart from some items and what is in them."""
    for entity in design.entities:
        if entity.id not in without:
            yield Row("entities", entity.id, plain(entity, without={"attributes"}), collection="entities")
            for place, attribute in enumerate(entity.attributes):
                yield Row("attributes", attribute.id, plain(attribute), entity.id, place)
    for relationship in design.relationships:
        if relationship.id not in without:
            yield Row("relationships", relationship.id, plain(relationship), collection="relationships")
    for collection in COLLECTIONS:
        if collection not in _OWN:
            for item in getattr(design, collection):
                if item.id not in without:
                    yield Row("design_objects", item.id, plain(item), collection=collection)


def difference(before: Design, after: Design) -> tuple[Patch, Patch]:
    """Return what makes ``after`` of ``before``, and what makes it ``before`` again."""
    shared = _shared(before, after)
    old = {row.id: row for row in rows_of(before, without=shared)}
    new = {row.id: row for row in rows_of(after, without=shared)}
    heads = head_of(before), head_of(after)
    is_same = heads[0] == heads[1]
    return (
        _patch(old, new, None if is_same else heads[1]),
        _patch(new, old, None if is_same else heads[0]),
    )


def patched(design: Design, patch: Patch) -> Design:
    """Return a design with some of its rows in another state.

    Raises
    ------
    pydantic.ValidationError
        If an entity would contradict itself.
    """
    changes: dict[str, Any] = {}
    for collection in COLLECTIONS:
        if collection == "entities":
            items = _patched_entities(design, patch)
        else:
            items = _patched_items(getattr(design, collection), collection, patch)
        if items is not None:
            changes[collection] = tuple(sorted(items, key=lambda item: item.id.int))
    if patch.head is not None:
        bare = Design.model_validate(restored(patch.head))
        changes |= {name: getattr(bare, name) for name in Design.model_fields if name not in COLLECTIONS}
    return design.model_copy(update=changes) if changes else design


def _shared(before: Design, after: Design) -> set[UUID]:
    """Return the ids of the items of collections that two designs share: the very same values."""
    shared: set[UUID] = set()
    for collection in COLLECTIONS:
        new = {item.id: item for item in getattr(after, collection)}
        shared.update(item.id for item in getattr(before, collection) if new.get(item.id, shared) is item)
    return shared


def _patch(old: dict[UUID, Row], new: dict[UUID, Row], head: dict[str, Any] | None) -> Patch:
    put = tuple(row for key, row in new.items() if old.get(key) != row)
    gone = tuple((row.table, key) for key, row in old.items() if key not in new or new[key].table != row.table)
    return Patch(head, put, gone)


def _patched_items(items: tuple[Any, ...], collection: str, patch: Patch) -> list[Any] | None:
    """Return the items of a collection in their new state; ``None`` if nothing in it changes."""
    put = [_item(row) for row in patch.put if row.collection == collection]
    leaving = patch.ids
    if not put and not any(item.id in leaving for item in items):
        return None
    return [item for item in items if item.id not in leaving] + put


def _patched_entities(design: Design, patch: Patch) -> list[Entity] | None:
    moved = patch.ids
    put = {row.id: _item(row) for row in patch.put if row.table == "entities"}
    given: defaultdict[UUID | None, list[Row]] = defaultdict(list)
    for row in patch.put:
        if row.table == "attributes":
            given[row.entity_id].append(row)
    gone = {key for table, key in patch.gone if table == "entities"}
    result: list[Entity] = []
    is_changed = bool(gone)
    for old in design.entities:
        if old.id in gone and old.id not in put:
            continue
        is_touched = old.id in put or old.id in given or any(one.id in moved for one in old.attributes)
        is_changed |= is_touched
        result.append(_with_attributes(put.pop(old.id, old), old, moved, given[old.id]) if is_touched else old)
    result += [_with_attributes(entity, None, moved, given[key]) for key, entity in put.items()]
    return result if is_changed or put else None


def _with_attributes(entity: Entity, old: Entity | None, moved: Collection[UUID], given: list[Row]) -> Entity:
    kept = [(place, one) for place, one in enumerate(old.attributes if old else ()) if one.id not in moved]
    kept += [(row.ordinal, _item(row)) for row in given]
    attributes = tuple(one for _, one in sorted(kept, key=lambda pair: pair[0]))
    changed: Entity = entity.replace(attributes=attributes)
    return changed


def _item(row: Row) -> Any:
    return _kind(row.collection).validate_python(restored(row.definition))


@cache
def _kind(collection: str) -> TypeAdapter[Any]:
    """Return what makes an item of a collection; of no collection are attributes."""
    if not collection:
        return TypeAdapter(Attribute)
    return TypeAdapter(get_args(Design.model_fields[collection].annotation)[0])
