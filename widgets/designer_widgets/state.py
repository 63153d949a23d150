"""What the front end is told: a design, its picture and its findings as JSON documents. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID
from weakref import WeakKeyDictionary

from designer_kernel.design.expansion import expand
from designer_kernel.design.implied import EffectiveForeignKey
from designer_kernel.diagram.spelling import short_type
from designer_kernel.errors import DesignerError
from designer_kernel.studio.locations import is_shared

if TYPE_CHECKING:
    from designer_kernel.design import Attribute, Design, Entity, Relationship
    from designer_kernel.diagram.shapes import Card, Edge, Picture
    from designer_kernel.lint import Finding
    from designer_kernel.studio.project import ProjectSession

Document = dict[str, Any]

_sheets: WeakKeyDictionary[ProjectSession, Sheets] = WeakKeyDictionary()


def drawn(session: ProjectSession) -> tuple[Document, Document]:
    """Return the documents of the design and its picture, made once per revision for all widgets of a session."""
    with session.lock:
        sheets = _sheets.setdefault(session, Sheets())
        picture = session.sketch()
        if sheets.revision != session.revision:
            sheets.design = sheets.design_document(session.design)
            sheets.revision = session.revision
        if sheets.drawn is not picture:
            sheets.picture = sheets.picture_document(picture)
            sheets.drawn = picture
    return sheets.design, sheets.picture


class Sheets:
    """Documents of one session; what an edit left as it was is the same object in the next document."""

    def __init__(self) -> None:
        self.revision = -1
        self.design: Document = {}
        self.drawn: Picture | None = None
        self.picture: Document = {}
        self._entities: dict[UUID, tuple[tuple[object, ...], Document]] = {}
        self._relationships: dict[UUID, tuple[Relationship, Document]] = {}
        self._shapes: dict[str, tuple[Card | Edge, Document]] = {}

    def design_document(self, design: Design) -> Document:
        """Return a design with what the inspector shows beside it: whole types, implied attributes and foreign keys.

        A design that cannot be expanded has no implied attributes; its findings say why.
        """
        left_out = {"entities", "relationships", "functions", "views", "materialized_views", "opaque"}
        document = design.model_dump(mode="json", exclude=left_out)
        implied = Implied(design)
        entities, self._entities = self._entities, {}
        for entity in design.entities:
            facts = implied.facts(entity)
            told = entities.get(entity.id)
            if told is None or not _are_same(told[0], facts):
                told = facts, entity_document(entity, design.qualified_name(entity), *implied.of(entity))
            self._entities[entity.id] = told
        document["entities"] = [told for _facts, told in self._entities.values()]
        lines, self._relationships = self._relationships, {}
        for one in design.relationships:
            line = lines.get(one.id)
            self._relationships[one.id] = line if line and line[0] is one else (one, one.model_dump(mode="json"))
        document["relationships"] = [told for _one, told in self._relationships.values()]
        for collection in ("functions", "views", "materialized_views"):
            document[collection] = [{"id": str(item.id), "name": item.name} for item in getattr(design, collection)]
        document["carried"] = len(design.opaque)
        return document

    def picture_document(self, picture: Picture) -> Document:
        """Return a picture as its document."""
        known, self._shapes = self._shapes, {}
        shapes: tuple[Card | Edge, ...] = (*picture.cards, *picture.edges)
        for shape in shapes:
            before = known.get(shape.id)
            same = before is not None and (before[0] is shape or before[0] == shape)
            self._shapes[shape.id] = before if before is not None and same else (shape, shape.to_dict())
        told = picture.frame()
        told["cards"] = [self._shapes[card.id][1] for card in picture.cards]
        told["edges"] = [self._shapes[edge.id][1] for edge in picture.edges]
        return told


class Implied:
    """What a design implies for each of its entities: attributes that were added, and foreign keys."""

    def __init__(self, design: Design) -> None:
        self._entities: dict[UUID, Entity] = {}
        self._origins: Mapping[UUID, str] = {}
        self._keys: dict[UUID, list[EffectiveForeignKey]] = {}
        self._names = {entity.id: design.qualified_name(entity) for entity in design.entities}
        try:
            expanded = expand(design)
        except DesignerError:
            return
        self._origins = expanded.origins
        self._entities = {entity.id: entity for entity in expanded.design.entities}
        self._names |= {key: expanded.design.qualified_name(entity) for key, entity in self._entities.items()}
        for key in expanded.foreign_keys:
            self._keys.setdefault(key.child_entity_id, []).append(key)

    def facts(self, entity: Entity) -> tuple[object, ...]:
        """Return what the document of an entity follows from.

        The very same entity has its attributes from the same places, see `designer_kernel.design.expansion_steps`.
        """
        keys = self._keys.get(entity.id, ())
        parents = [self._names.get(key.parent_entity_id, "") for key in keys]
        return entity, self._entities.get(entity.id), *keys, self._names[entity.id], *parents

    def of(self, entity: Entity) -> tuple[list[tuple[Attribute, str]], list[Document]]:
        """Return the attributes that were added to an entity, with where they come from, and its foreign keys."""
        effective = self._entities.get(entity.id)
        if effective is None:
            return [], []
        own = {attribute.id for attribute in entity.attributes}
        added = [(one, self._origins.get(one.id, "")) for one in effective.attributes if one.id not in own]
        return added, [self._key_document(key) for key in self._keys.get(entity.id, ())]

    def _key_document(self, key: EffectiveForeignKey) -> Document:
        return {
            "child_attributes": list(key.child_attributes),
            "parent": self._names.get(key.parent_entity_id, ""),
            "parent_attributes": list(key.parent_attributes),
            "on_delete": str(key.on_delete),
        }


def _are_same(known: tuple[object, ...], facts: tuple[object, ...]) -> bool:
    """Whether both are the same entities, and keys and names that say the same."""
    return len(known) == len(facts) and all(
        one is other or (isinstance(one, str | EffectiveForeignKey) and one == other)
        for one, other in zip(known, facts, strict=True)
    )


def design_document(design: Design) -> Document:
    """Return the document of a design; see `Sheets.design_document`."""
    return Sheets().design_document(design)


def entity_document(
    entity: Entity, qualified_name: str, added: list[tuple[Attribute, str]], foreign_keys: list[Document]
) -> Document:
    """Return an entity with its own attributes, those that were ``added`` to it, and its ``foreign_keys``."""
    document = entity.model_dump(mode="json", exclude={"attributes", "position"})
    document["qualified_name"] = qualified_name
    document["attributes"] = [attribute_document(attribute) for attribute in entity.attributes]
    document["added"] = [attribute_document(attribute) | {"origin": origin} for attribute, origin in added]
    document["foreign_keys"] = foreign_keys
    return document


def attribute_document(attribute: Attribute) -> Document:
    """Return an attribute with its whole type as ``type``, in its usual spelling."""
    return attribute.model_dump(mode="json") | {"type": short_type(attribute.type)}


def verdict_words(judged: list[Finding]) -> str:
    """Return PostgreSQL's judgement in short."""
    if not judged:
        return "created all of it"
    return f"has {len(judged)} objection{'s' if len(judged) > 1 else ''}"


def failed_rules(error: Exception) -> Document:
    """Return what is shown in the place of findings when the rules themselves fail on a design."""
    what = str(error).splitlines()[0] if str(error) else type(error).__name__
    return {
        "key": "",
        "code": "rules-failed",
        "severity": "error",
        "message": f"the design could not be checked: {what}",
        "reason": "undo the last change, or ask PostgreSQL",
        "mend_label": "",
        "entity_ids": [],
        "attribute_ids": [],
        "relationship_ids": [],
    }


def history_document(session: ProjectSession, told: str = "") -> Document:
    """Return the revision, what can be undone and redone, the file's name, and what a screen reader is told."""
    history = session.history
    return {
        "revision": session.revision,
        "can_undo": history.can_undo,
        "can_redo": history.can_redo,
        "undo_label": history.undo_label,
        "redo_label": history.redo_label,
        "file": session.place if is_shared(session.place) else session.path.name,
        "losses": len(session.losses),
        "told": told,
    }


def ddl_document(session: ProjectSession) -> Document:
    """Return the SQL of the design in blocks, of which an edit changes few; or why it cannot be written."""
    with session.lock:
        revision = session.revision
        try:
            script = session.ddl()
        except DesignerError as error:
            return {"revision": revision, "blocks": [], "statements": 0, "error": error.as_dict()}
    blocks = [{"key": block.key, "text": block.text} for block in script.blocks]
    return {"revision": revision, "blocks": blocks, "statements": len(script.statements), "error": None}
