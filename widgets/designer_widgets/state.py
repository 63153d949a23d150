"""What the front end is told: a design, its picture and its findings as JSON documents. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import blake2s
from typing import TYPE_CHECKING, Any
from uuid import UUID
from weakref import WeakKeyDictionary

from designer_kernel.design.expansion import expand
from designer_kernel.design.parts import PARTS
from designer_kernel.diagram.spelling import short_type
from designer_kernel.errors import DesignerError
from designer_kernel.studio.locations import is_shared

if TYPE_CHECKING:
    from designer_kernel.design import Attribute, Design, Entity
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
        self._entities: dict[UUID, tuple[Entity, tuple[Any, ...], Document]] = {}
        self._shapes: dict[str, tuple[Card | Edge, Document]] = {}

    def design_document(self, design: Design) -> Document:
        """Return a design with what the inspector shows beside it: whole types, implied attributes and foreign keys.

        A design that cannot be expanded has no implied attributes; its findings say why.
        """
        left_out = {"entities", "functions", "views", "materialized_views", "opaque"}
        document = design.model_dump(mode="json", exclude=left_out)
        implied = Implied(design)
        known, self._entities = self._entities, {}
        for entity in design.entities:
            facts = (design.qualified_name(entity), *implied.of(entity))
            before = known.get(entity.id)
            if before is not None and before[0] is entity and before[1] == facts:
                self._entities[entity.id] = before
            else:
                self._entities[entity.id] = (entity, facts, entity_document(entity, *facts))
        document["entities"] = [told for _entity, _facts, told in self._entities.values()]
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
        self._keys: dict[UUID, list[Document]] = {}
        try:
            expanded = expand(design)
        except DesignerError:
            return
        self._origins = expanded.origins
        self._entities = {entity.id: entity for entity in expanded.design.entities}
        names = {key: expanded.design.qualified_name(entity) for key, entity in self._entities.items()}
        for key in expanded.foreign_keys:
            told = {
                "child_attributes": list(key.child_attributes),
                "parent": names.get(key.parent_entity_id, ""),
                "parent_attributes": list(key.parent_attributes),
                "on_delete": str(key.on_delete),
            }
            self._keys.setdefault(key.child_entity_id, []).append(told)

    def of(self, entity: Entity) -> tuple[list[tuple[Attribute, str]], list[Document]]:
        """Return the attributes that were added to an entity, with where they come from, and its foreign keys."""
        effective = self._entities.get(entity.id)
        if effective is None:
            return [], []
        own = {attribute.id for attribute in entity.attributes}
        added = [(one, self._origins.get(one.id, "")) for one in effective.attributes if one.id not in own]
        return added, self._keys.get(entity.id, [])


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


def finding_documents(design: Design, findings: list[Finding], prefix: str = "") -> list[Document]:
    """Return findings with what they speak of sorted out; ``key`` names one as long as it is found."""
    owners = _owners(design, {target for finding in findings for target in finding.target_ids})
    seen: Counter[str] = Counter()
    documents = []
    for finding in findings:
        words = "\0".join([prefix, finding.code, finding.message, *map(str, finding.target_ids)])
        key = blake2s(words.encode(errors="surrogatepass"), digest_size=12).hexdigest()
        seen[key] += 1
        documents.append(_finding_document(finding, f"{key}.{seen[key]}", owners))
    return documents


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


def _finding_document(finding: Finding, key: str, owners: Mapping[UUID, tuple[str, UUID]]) -> Document:
    found: dict[str, list[str]] = {"entity": [], "attribute": [], "relationship": []}
    for target in finding.target_ids:
        kind, owner = owners.get(target, ("", target))
        if kind == "attribute":
            found["attribute"].append(str(target))
        if kind in {"entity", "attribute"}:
            found["entity"].append(str(owner))
        elif kind == "relationship":
            found["relationship"].append(str(target))
    return {
        "key": key,
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "reason": finding.reason,
        "mend_label": finding.mend_label if finding.mend is not None else "",
        "entity_ids": list(dict.fromkeys(found["entity"])),
        "attribute_ids": found["attribute"],
        "relationship_ids": found["relationship"],
    }


def _owners(design: Design, wanted: set[UUID]) -> dict[UUID, tuple[str, UUID]]:
    """Return for each of some ids what it is and which entity holds it."""
    owners: dict[UUID, tuple[str, UUID]] = {r.id: ("relationship", r.id) for r in design.relationships}
    owners |= {entity.id: ("entity", entity.id) for entity in design.entities}
    inside = wanted - owners.keys()
    for entity in design.entities if inside else ():
        owners |= {one.id: ("attribute", entity.id) for one in entity.attributes if one.id in inside}
        owners |= {part.id: ("entity", entity.id) for name in PARTS for part in getattr(entity, name)}
    return owners


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
