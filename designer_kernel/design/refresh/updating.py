"""A design with what a database has changed, and everything else as it was drawn."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design import integrity
from designer_kernel.design.bends import FIELDS as BENDS
from designer_kernel.design.design import Design
from designer_kernel.design.expansion import expand
from designer_kernel.design.identity import new_id
from designer_kernel.design.lift.recognition import recognised
from designer_kernel.design.lift.remainder import complete
from designer_kernel.design.losses import LossReport
from designer_kernel.design.lower import lower
from designer_kernel.design.membership import without_strangers
from designer_kernel.design.refresh.entities import Ids, merged, written_out
from designer_kernel.design.refresh.state import State, drawn_as_it_is
from designer_kernel.design.values import Item
from designer_kernel.errors import DesignerError

ItemT = TypeVar("ItemT", bound=Item)

OBJECTS = {
    "schemas": "schema",
    "extensions": "extension",
    "roles": "role",
    "enums": "type",
    "domains": "type",
    "views": "relation",
    "materialized_views": "relation",
}
"""Collections whose items are one object each, and the kind of its identity."""


def updated(
    before: Design, design: Design, own: Catalog, catalog: Catalog, meant: Catalog | None
) -> tuple[Design, LossReport]:
    """Return the design as the database has it, and what became of each fact of the database.

    Parameters
    ----------
    before
        The design as it was given.
    design
        The same with what was renamed under its new name.
    own
        What that design means.
    meant
        What ``before`` means in the server's words, if that is known.
    """
    state = State(before, design, own, catalog, meant)
    if state.is_equal:
        return design, complete(design.model_copy(update={"opaque": ()}), catalog, state.is_same, design.opaque)[1]
    theirs = drawn_as_it_is(catalog, design)
    for attempt in ATTEMPTS:
        attempt(state)
        try:
            drawn = _adopting(state, theirs)
            integrity.check(drawn)
            made = lower(drawn)
        except DesignerError:
            if attempt is ATTEMPTS[-1]:
                raise
            state.distrusted |= state.changed_tables
            continue
        wrong = state.wrong_tables(made)
        if not wrong:
            break
        state.distrusted |= wrong
    known = {entity.id for entity in design.entities}
    fresh = {entity.id for entity in drawn.entities} - known
    if fresh:
        drawn, made = recognised(drawn, made, catalog, fresh)
    return complete(drawn, catalog, state.is_same, design.opaque, made)


def _adopting(state: State, theirs: Design) -> Design:
    """Return the drawing, with what traits no longer stand for drawn as what it is."""
    drawn = _drawn(state, theirs)
    lost = state.lost(drawn)
    if not lost:
        return drawn
    state.adopted |= lost
    return _drawn(state, theirs)


def _trusting(state: State) -> None:
    """Keep traits of changed tables, and write out nothing that they stand for."""


def _writing_out_changes(state: State) -> None:
    """Write out the tables of which the drawing was wrong; `State.distrusted` holds them."""


def _writing_out_all(state: State) -> None:
    """Write out every table, so that no trait and no relationship adds anything."""
    state.write_out_all()


ATTEMPTS = (_trusting, _writing_out_changes, _writing_out_all)
"""How changed tables are drawn, until what is drawn means what the database has."""


def _drawn(state: State, theirs: Design) -> Design:
    """Return the drawing with the database's changes."""
    design = state.design
    changes: dict[str, Any] = {"opaque": ()}
    for collection, kind in OBJECTS.items():
        changes[collection] = _objects(state, getattr(design, collection), getattr(theirs, collection), kind, theirs)
    changes["functions"] = _functions(state, theirs)
    ids: Ids = {}
    changes["entities"] = _entities(state, theirs, ids)
    changes["relationships"] = _relationships(state, theirs, ids, {entity.id for entity in changes["entities"]})
    drawn = design.model_copy(update={name: _sorted(items) for name, items in changes.items()})
    return without_strangers(drawn)


def _sorted(items: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: item.id))


def _objects(
    state: State, ours: tuple[ItemT, ...], theirs: tuple[ItemT, ...], kind: str, lifted: Design
) -> tuple[ItemT, ...]:
    """Return objects: those of ours that are unchanged, theirs for those that changed or are new."""

    def key(design: Design, item: Any) -> ObjectId:
        path = (design.schema_of(item), item.name) if kind in {"type", "relation"} else (item.name,)
        return ObjectId(kind, path)

    there = {key(lifted, item): item for item in theirs}
    found: list[ItemT] = []
    for item in ours:
        own = key(state.design, item)
        if state.is_unchanged(own) or (own not in state.own and own not in there):
            found.append(item)
        elif own in there:
            found.append(_updated(item, there[own]))
    known = {key(state.design, item) for item in ours}
    implied = state.own.keys() - state.adopted
    found += [_fresh(item) for k, item in there.items() if k not in known and k not in implied]
    return tuple(found)


def _updated(item: ItemT, theirs: ItemT) -> ItemT:
    """Return an item of the database under the identity, place and words of ours."""
    kept: dict[str, Any] = {"id": item.id}
    for name in ("position", "colour", *BENDS):
        if name in type(item).model_fields:
            kept[name] = getattr(item, name)
    words: str = getattr(item, "description", "")
    if words and not getattr(theirs, "description", ""):
        kept["description"] = words
    return theirs.model_copy(update=kept)


def _fresh(item: ItemT) -> ItemT:
    return item.model_copy(update={"id": new_id()})


def _functions(state: State, theirs: Design) -> tuple[Any, ...]:
    design = state.design
    ours = {function.id: state.function_key(function) for function in design.functions}
    there = {state.lifted_function_key(theirs, function): function for function in theirs.functions}
    found = []
    for function in design.functions:
        key = ours[function.id]
        if key is None or state.is_unchanged(key):
            found.append(function)
        elif key in there:
            found.append(_updated(function, there[key]))
    known = {key for key in ours.values() if key is not None} | (state.own.keys() - state.adopted)
    found += [_fresh(function) for key, function in there.items() if key not in known]
    return tuple(found)


def _entities(state: State, theirs: Design, ids: Ids) -> tuple[Any, ...]:
    design = state.design
    there = {(theirs.schema_of(entity), entity.name): entity for entity in theirs.entities}
    found = []
    for entity in design.entities:
        place = (design.schema_of(entity), entity.name)
        table = ObjectId("relation", place)
        if entity.is_abstract or (table not in state.own and table not in state.catalog):
            found.append(entity)
            continue
        other = there.get(place)
        if other is None:
            if table in state.catalog and state.is_table_same(table):
                found.append(entity)
            continue
        ids[other.id] = entity.id
        if state.is_table_same(table):
            found.append(entity)
        else:
            is_distrusted = table in state.distrusted
            found.append(written_out(entity, other) if is_distrusted else merged(state, entity, other))
            if is_distrusted:
                state.rewritten.add(entity.id)
    known = {ObjectId("relation", (design.schema_of(entity), entity.name)) for entity in design.entities}
    for place, entity in there.items():
        table = ObjectId("relation", place)
        if table in known:
            continue
        implied = state.implied_entity(place) if table in state.own and table not in state.adopted else None
        if implied is not None:  # a trait or a relationship stands for it; what is different is carried along
            ids[entity.id] = implied
            continue
        fresh = _fresh(entity)
        ids[entity.id] = fresh.id
        found.append(fresh)
    return tuple(found)


def _relationships(state: State, theirs: Design, ids: Ids, there: set[UUID]) -> tuple[Any, ...]:
    """Return ours that mean the same foreign keys as before, and theirs for all other foreign keys."""
    said: set[ObjectId] = set()
    found = []
    for relationship in state.design.relationships:
        keys = state.foreign_keys.get(relationship.id, [])
        ends = {relationship.source_entity_id, relationship.target_entity_id}
        rewritten = {relationship.target_entity_id, relationship.junction_entity_id} & state.rewritten
        if not rewritten and ends <= there and keys and all(state.is_unchanged(key) for key in keys):
            found.append(relationship)
            said.update(keys)
    for key, implied in state.implied_keys.items():
        if implied and state.is_unchanged(key):
            said.add(key)
    by_shape = {
        _shape(state.own, key): r for r in state.design.relationships for key in state.foreign_keys.get(r.id, ())[:1]
    }
    lowered = keys_of(theirs, state.catalog)[0]
    for relationship in theirs.relationships:
        keys = lowered.get(relationship.id, [])
        if keys and all(key in said for key in keys):
            continue
        source, target = ids.get(relationship.source_entity_id), ids.get(relationship.target_entity_id)
        if source not in there or target not in there:
            continue  # one end is implied, so that no relationship can be drawn to it; it is carried along
        old = by_shape.get(_shape(state.catalog, keys[0])) if keys else None
        moved: dict[str, UUID | None] = {"source_entity_id": source, "target_entity_id": target}
        if relationship.junction_entity_id is not None:
            moved["junction_entity_id"] = ids.get(relationship.junction_entity_id)
        drawn = relationship.model_copy(update=moved)
        found.append(_updated(old, drawn) if old is not None and old not in found else _fresh(drawn))
    return tuple(found)


def _shape(catalog: Catalog, key: ObjectId) -> tuple[object, ...]:
    """Return what a foreign key joins, whatever it is called."""
    fact = catalog.get(key)
    if not isinstance(fact, ForeignKey):
        return (key,)
    return (fact.schema, fact.table, fact.columns, fact.referenced_schema, fact.referenced_table)


def keys_of(design: Design, own: Catalog) -> tuple[dict[UUID, list[ObjectId]], dict[ObjectId, bool]]:
    """Return the foreign keys of each relationship, and which foreign keys no relationship means."""
    by_relationship: dict[UUID, list[ObjectId]] = {}
    implied: dict[ObjectId, bool] = {}
    facts = {(f.schema, f.table, f.name): f for f in own.of(ForeignKey)}
    unnamed: dict[tuple[str, str, tuple[str, ...], str, str], list[ObjectId]] = {}
    for fact in facts.values():
        shape = (fact.schema, fact.table, fact.columns, fact.referenced_schema, fact.referenced_table)
        unnamed.setdefault(shape, []).append(fact.id)
    expanded = expand(design)
    entities = {entity.id: entity for entity in expanded.design.entities}
    for key in expanded.foreign_keys:
        child, parent = entities[key.child_entity_id], entities[key.parent_entity_id]
        schema = design.schema_of(child)
        found = facts.get((schema, child.name, key.name or ""))
        shape = (schema, child.name, key.child_attributes, design.schema_of(parent), parent.name)
        same = unnamed.get(shape, [])
        identity = found.id if found is not None else same[0] if same else None
        if identity is None:
            continue
        if key.relationship_id is None:
            implied[identity] = True
        else:
            by_relationship.setdefault(key.relationship_id, []).append(identity)
    return by_relationship, implied
