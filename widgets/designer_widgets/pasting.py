"""A part of a design as text, and back: entities with the relationships among them, with new ids and free names.

The text is JSON: ``{"schema_designer": 1, "entities": […], "relationships": […], "enums": […], "domains": […]}``.
DBML is taken too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from designer_kernel.catalog.identifiers import shorten
from designer_kernel.design import Design, Entity, Relationship, edits
from designer_kernel.design.identity import new_id
from designer_kernel.design.objects import Domain, Enum
from designer_kernel.design.problems import invalid
from designer_kernel.design.values import Position
from designer_kernel.errors import InvalidDesign
from designer_kernel.exchange.dbml import read_dbml
from designer_widgets.drafts import renamed_partition

_STEP: Final = (280.0, 260.0)
_BESIDE: Final = 40.0
_IN_ROW: Final = 4
_DBML: Final = re.compile(r"^\s*(//.*\n\s*)*(Table|Enum|Project|TablePartial|Ref)\b", re.IGNORECASE)
_SQL: Final = re.compile(r"^\s*(--.*\n\s*)*(CREATE|SET|ALTER|BEGIN)\b", re.IGNORECASE)

Items = Annotated[tuple[dict[str, Any], ...], Field(max_length=5000)]


class Part(BaseModel):
    """A part of a design, before its identities are made anew."""

    model_config = ConfigDict(extra="forbid")

    schema_designer: Literal[1]
    entities: Annotated[Items, Field(min_length=1)]
    relationships: Items = ()
    enums: Items = ()
    domains: Items = ()


def part_of(design: Design, entity_ids: Iterable[UUID]) -> Part:
    """Return entities of a design with the relationships among them."""
    chosen = [design.entity(key) for key in dict.fromkeys(entity_ids)]
    ids = {entity.id for entity in chosen}
    among = [r for r in design.relationships if {r.source_entity_id, r.target_entity_id} <= ids]
    return Part(
        schema_designer=1,
        entities=tuple(entity.model_dump(mode="json") for entity in chosen),
        relationships=tuple(r.model_dump(mode="json") for r in among),
    )


def read_part(text: str) -> Part:
    """Return the part that a text holds.

    Raises
    ------
    InvalidDesign
        If it holds none; SQL is named as such, since reading it takes a server.
    DocumentError
        If it is DBML with a mistake.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict) and "schema_designer" in data:
        try:
            return Part.model_validate(data)
        except ValidationError as error:
            raise invalid(error, "pasted text") from error
    if _DBML.match(text):
        read = read_dbml(text, "pasted").design
        collections = ("entities", "relationships", "enums", "domains")
        told = {name: [item.model_dump(mode="json") for item in getattr(read, name)] for name in collections}
        return Part.model_validate({"schema_designer": 1, **told})
    if _SQL.match(text):
        raise InvalidDesign("SQL is read by a server", where="pasted text", mend="choose Import, and put the SQL there")
    raise InvalidDesign(
        "the text holds no entities", where="pasted text", mend="copy entities in a designer, or a Table of DBML"
    )


def pasted(design: Design, part: Part, at: Position | None) -> tuple[edits.Edit, list[Entity]]:
    """Return one edit that adds a part, with its corner at a point or else beside what it is a copy of.

    Raises
    ------
    InvalidDesign
        If the part is no part of a design, or refers to what is neither in it nor in the design.
    """
    known = {entity.id for entity in design.entities}
    try:
        fresh = _with_new_ids(part.model_dump(mode="json"))
    except (RecursionError, ValueError) as error:
        raise InvalidDesign("it is nested too deeply", where="pasted text", mend="copy the entities anew") from error
    try:
        entities = [Entity.model_validate(one) for one in fresh["entities"]]
        relationships = [Relationship.model_validate(one) for one in fresh["relationships"]]
        types: list[tuple[str, Enum | Domain]] = [("enums", Enum.model_validate(one)) for one in fresh["enums"]]
        types += [("domains", Domain.model_validate(one)) for one in fresh["domains"]]
    except ValidationError as error:
        raise invalid(error, "pasted text") from error
    there = {(item.schema_name, item.name) for item in (*design.enums, *design.domains)}
    steps: list[edits.Edit] = [
        edits.AddObject(collection=collection, object=item)
        for collection, item in types
        if (item.schema_name, item.name) not in there
    ]
    taken = {entity.name for entity in design.entities} | {r.junction_name or "" for r in design.relationships}
    known |= {entity.id for entity in entities}
    made = [_placed(_named(_within(entity, known), taken), index) for index, entity in enumerate(entities)]
    made = _moved(made, at)
    steps += [edits.AddEntity(entity=entity) for entity in made]
    names = {relationship.name for relationship in design.relationships}
    steps += [edits.AddRelationship(relationship=_freed(one, known, names, taken)) for one in relationships]
    label = f"add {', '.join(entity.name for entity in made[:3])}{' and more' if len(made) > 3 else ''}"
    return edits.Compound(edits=tuple(steps), label=label), made


def _with_new_ids(data: Any) -> Any:
    """Return data in which every identity, and all that refers to it, is a new one."""
    ids: dict[str, str] = {}

    def collect(value: Any) -> None:
        if isinstance(value, Mapping):
            if isinstance(value.get("id"), str):
                ids[value["id"]] = str(new_id())
            for one in value.values():
                collect(one)
        elif isinstance(value, list | tuple):
            for one in value:
                collect(one)

    def replaced(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: replaced(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [replaced(one) for one in value]
        return ids.get(value, value) if isinstance(value, str) else value

    collect(data)
    return replaced(data)


def _within(entity: Entity, known: set[UUID]) -> Entity:
    """Refuse what an entity cannot do without, such as its tenants, in a design that does not have it."""
    tenant = entity.trait("tenant_scoped")
    tenant_id = tenant.tenant_entity_id if tenant is not None and tenant.kind == "tenant_scoped" else None
    missing = {*entity.inherits, *({tenant_id} if tenant_id else ())} - known
    if missing:
        raise InvalidDesign(
            f"{entity.name!r} needs an entity that is not here: its tenants, or one that it inherits from",
            where=entity.name,
            mend="copy that entity with it",
        )
    return entity


def _named(entity: Entity, taken: set[str]) -> Entity:
    """Return an entity under a free name; names of its constraints are left to the naming rules."""
    name = _free(entity.name, taken)
    if name == entity.name:
        return entity
    unnamed = {
        field: tuple(part.replace(name=None) for part in getattr(entity, field))
        for field in ("keys", "checks", "indexes", "exclusions")
    }
    partitions = tuple(renamed_partition(part, entity.name, name) for part in entity.partitions)
    named: Entity = entity.replace(name=name, primary_key_name=None, partitions=partitions, **unnamed)
    return named


def _free(name: str, taken: set[str]) -> str:
    found = next(n for i in range(1, len(taken) + 3) if (n := shorten(f"{name}_{i}") if i > 1 else name) not in taken)
    taken.add(found)
    return found


def _placed(entity: Entity, index: int) -> Entity:
    if entity.position is not None:
        return entity
    row, column = divmod(index, _IN_ROW)
    placed: Entity = entity.replace(position=Position(x=column * _STEP[0], y=row * _STEP[1]))
    return placed


def _moved(entities: list[Entity], at: Position | None) -> list[Entity]:
    places = [entity.position for entity in entities if entity.position is not None]
    left, top = min(place.x for place in places), min(place.y for place in places)
    dx, dy = (at.x - left, at.y - top) if at is not None else (_BESIDE, _BESIDE)
    return [
        entity.replace(position=Position(x=entity.position.x + dx, y=entity.position.y + dy))
        for entity in entities
        if entity.position is not None
    ]


def _freed(relationship: Relationship, known: set[UUID], names: set[str | None], taken: set[str]) -> Relationship:
    """Return a relationship whose names are free, and whose junction is one of the copies or made anew."""
    changes: dict[str, Any] = {"name": None} if relationship.name in names else {}
    if relationship.junction_entity_id is not None and relationship.junction_entity_id not in known:
        changes |= {"junction_entity_id": None, "junction_source_attributes": (), "junction_target_attributes": ()}
    if relationship.junction_name:
        changes["junction_name"] = _free(relationship.junction_name, taken)
    freed: Relationship = relationship.replace(**changes) if changes else relationship
    return freed
