"""What the front end is told: a design, its picture and its findings as JSON documents. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID
from weakref import WeakKeyDictionary

from designer_kernel.catalog import types
from designer_kernel.design.expansion import expand
from designer_kernel.design.parts import PARTS
from designer_kernel.diagram.spelling import short_type
from designer_kernel.errors import DesignerError
from designer_kernel.studio.locations import is_shared

if TYPE_CHECKING:
    from designer_kernel.design import Attribute, Design, Entity
    from designer_kernel.design.expansion import Expanded
    from designer_kernel.lint import Finding
    from designer_kernel.studio.project import ProjectSession

Document = dict[str, Any]

_drawn: WeakKeyDictionary[ProjectSession, tuple[int, Document, Document]] = WeakKeyDictionary()


def drawn(session: ProjectSession) -> tuple[Document, Document]:
    """Return the documents of the design and its picture, made once per revision for all widgets of a session."""
    with session.lock:
        known = _drawn.get(session)
        if known is None or known[0] != session.revision:
            known = (session.revision, design_document(session.design), session.picture().to_dict())
            _drawn[session] = known
    return known[1], known[2]


def design_document(design: Design) -> Document:
    """Return a design with what the inspector shows beside it: whole types, implied attributes and foreign keys.

    A design that cannot be expanded has no implied attributes; its findings say why.
    """
    try:
        expanded: Expanded | None = expand(design)
    except DesignerError:
        expanded = None
    left_out = {"entities", "functions", "views", "materialized_views", "opaque"}
    document = design.model_dump(mode="json", exclude=left_out)
    document["entities"] = [entity_document(design, entity, expanded) for entity in design.entities]
    for collection in ("functions", "views", "materialized_views"):
        document[collection] = [{"id": str(item.id), "name": item.name} for item in getattr(design, collection)]
    document["types"] = suggested_types(design)
    document["carried"] = len(design.opaque)
    return document


def entity_document(design: Design, entity: Entity, expanded: Expanded | None) -> Document:
    """Return an entity with its own attributes, those that were ``added`` to it, and its ``foreign_keys``."""
    document = entity.model_dump(mode="json", exclude={"attributes", "position"})
    document["qualified_name"] = design.qualified_name(entity)
    document["attributes"] = [attribute_document(attribute) for attribute in entity.attributes]
    document["added"] = []
    document["foreign_keys"] = []
    effective = expanded.design.find_entity(entity.id) if expanded else None
    if expanded is None or effective is None:
        return document
    own = {attribute.id for attribute in entity.attributes}
    document["added"] = [
        attribute_document(attribute) | {"origin": expanded.origins.get(attribute.id, "")}
        for attribute in effective.attributes
        if attribute.id not in own
    ]
    names = {each.id: expanded.design.qualified_name(each) for each in expanded.design.entities}
    document["foreign_keys"] = [
        {
            "child_attributes": list(key.child_attributes),
            "parent": names.get(key.parent_entity_id, ""),
            "parent_attributes": list(key.parent_attributes),
            "on_delete": str(key.on_delete),
        }
        for key in expanded.foreign_keys
        if key.child_entity_id == entity.id
    ]
    return document


def attribute_document(attribute: Attribute) -> Document:
    """Return an attribute with its whole type as ``type``, in its usual spelling."""
    return attribute.model_dump(mode="json") | {"type": short_type(attribute.type)}


def suggested_types(design: Design) -> list[str]:
    """Return the types to offer: the design's own first, then the usual ones."""
    own = [design.qualified_name(item) for item in (*design.enums, *design.domains)]
    return [*own, *map(short_type, types.SUGGESTED)]


def finding_documents(design: Design, findings: list[Finding], prefix: str) -> list[Document]:
    """Return findings with what they speak of sorted out; ``key`` names one within its revision."""
    owners = _owners(design)
    return [_finding_document(finding, f"{prefix}.{index}", owners) for index, finding in enumerate(findings)]


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


def _owners(design: Design) -> dict[UUID, tuple[str, UUID]]:
    """Return for each id what it is and which entity holds it."""
    owners: dict[UUID, tuple[str, UUID]] = {r.id: ("relationship", r.id) for r in design.relationships}
    for entity in design.entities:
        owners[entity.id] = ("entity", entity.id)
        owners |= {attribute.id: ("attribute", entity.id) for attribute in entity.attributes}
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
    """Return the SQL of the design, or why it cannot be written."""
    with session.lock:
        revision = session.revision
        try:
            script = session.ddl()
        except DesignerError as error:
            return {"revision": revision, "text": "", "statements": 0, "error": error.as_dict()}
    return {"revision": revision, "text": script.text, "statements": len(script.statements), "error": None}
