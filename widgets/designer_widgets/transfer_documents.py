"""What the front end is told of importing and exporting, as JSON documents. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.design.design import COLLECTIONS, Design
from designer_kernel.design.losses import grouped

if TYPE_CHECKING:
    from designer_kernel.design.losses import Loss, LossReport
    from designer_kernel.design.refresh import Decision, Refresh
    from designer_kernel.exchange.transfer import Exported
    from designer_kernel.studio.adding import Addition
    from designer_kernel.studio.carried import Carried
    from designer_kernel.studio.exports import Notation
    from designer_kernel.studio.importing import Candidate

Document = dict[str, Any]

NO_IMPORT: Final[Document] = {"key": "", "design": [], "losses": {}}
"""The trait ``transfer`` while nothing is being imported."""

PAGE: Final = 200
"""Entries of a loss report that are sent at once."""

MOST_STATEMENTS: Final = 500
MOST_SQL: Final = 1_200
MOST_NAMES: Final = 300

_DRAWN: Final = ("entities", "relationships", "views", "materialized_views", "enums", "domains", "functions", "opaque")
_WORDS: Final = {
    "entities": ("entity", "entities"), "opaque": ("fact carried along", "facts carried along"),
    "materialized_views": ("materialized view", "materialized views"), "enums": ("enum", "enums"),
}  # fmt: skip


def candidate_document(key: str, title: str, candidate: Candidate, design: Design, added: Addition | None) -> Document:
    """Return what was read: numbers, losses, what failed with its mends, suggestions, and what can be done.

    Parameters
    ----------
    key
        Names it in what is asked about it.
    design
        The design as it is now; an empty one is only replaced.
    added
        What adding it to the design comes to.
    """
    is_empty = not any(design.items())
    can_add = None if added is None or is_empty else {"clashes": list(added.clashes), "is_new": added.edit is not None}
    return {
        "key": key,
        "title": title,
        "kind": candidate.kind,
        "design": counts(candidate.imported.design),
        "losses": loss_counts(candidate.imported.losses),
        "script": _script(candidate),
        "suggestions": _suggestions(candidate),
        "is_empty": is_empty,
        "add": can_add,
        "can_refresh": candidate.is_real and not is_empty,
        "refresh": None,
    }


def comparison_document(key: str, title: str) -> Document:
    """Return the beginning of a refresh from the target."""
    return NO_IMPORT | {
        "key": key,
        "title": title,
        "kind": "refresh",
        "script": None,
        "suggestions": [],
        "is_empty": False,
        "add": None,
        "can_refresh": True,
        "refresh": None,
    }


def refresh_document(
    design: Design, done: Refresh, asked: Mapping[str, Decision], answers: Mapping[str, Any]
) -> Document:
    """Return what a refresh would change, and what is to be decided: open questions, and those that were answered."""
    unanswered = {one.key for one in done.decisions if one.suggested != "keep"}
    unsure = {one.key for one in done.decisions if one.suggested == "keep"}  # it stays unless told
    before, after = _named_items(design), _named_items(done.design)
    kept = before.keys() & after.keys()
    old, new = _named_attributes(design, kept), _named_attributes(done.design, kept)
    added = [name for key, (name, _) in after.items() if key not in before]
    added += [name for key, name in new.items() if key not in old]
    removed = [name for key, (name, _) in before.items() if key not in after]
    removed += [name for key, name in old.items() if key not in new]
    return {
        "is_equal": done.edit is None,
        "matched": sum(key in before for key in after),
        "added": _listed(added),
        "removed": _listed(removed),
        "changed": _listed(list(done.changed)),
        "renamed": [list(pair) for pair in done.renamed[:MOST_NAMES]],
        "decisions": [
            {"key": one.key, "kind": one.kind, "old": one.old, "new": one.new, "evidence": one.evidence}
            | {"answer": answers.get(one.key, "keep" if one.key in unsure else ""), "is_open": one.key in unanswered}
            for one in asked.values()
            if one.key in unanswered or one.key in unsure or one.key in answers
        ],
        "losses": loss_counts(done.losses),
    }


def _listed(names: list[str]) -> Document:
    return {"count": len(names), "names": sorted(names)[:MOST_NAMES]}


def _named_attributes(design: Design, entities: Container[Any]) -> dict[Any, str]:
    """Return the attributes of some entities, as people call them."""
    return {
        attribute.id: f"attribute {design.qualified_name(entity)}.{attribute.name}"
        for entity in design.entities
        if entity.id in entities
        for attribute in entity.attributes
    }


def _named_items(design: Design) -> dict[Any, tuple[str, Any]]:
    named: dict[Any, tuple[str, Any]] = {}
    entities = {entity.id: design.qualified_name(entity) for entity in design.entities}
    for collection in COLLECTIONS:
        for item in getattr(design, collection):
            kind = type(item).__name__.lower()
            if collection == "opaque":
                named[item.key] = (f"{item.kind.replace('_', ' ')} {item.name}", item.model_dump(exclude={"id"}))
                continue
            if hasattr(item, "schema_name"):
                name = design.qualified_name(item)
            elif collection == "relationships":
                name = f"{entities.get(item.source_entity_id)} → {entities.get(item.target_entity_id)}"
            else:
                name = getattr(item, "name", "")  # a note has none
            named[item.id] = (f"{kind} {name}", item)
    return named


def counts(design: Design) -> list[list[Any]]:
    """Return how much of what a design holds: ``[12, "entities"]``."""
    found = []
    for collection in _DRAWN:
        number = len(getattr(design, collection))
        one, many = _WORDS.get(collection, (collection.removesuffix("s"), collection))
        if number:
            found.append([number, one if number == 1 else many])
    return found


def loss_counts(report: LossReport) -> dict[str, int]:
    """Return how many objects have which outcome."""
    return dict(Counter(entry.outcome for entry in report))


def loss_page(report: LossReport, outcomes: Iterable[str], search: str, offset: int) -> Document:
    """Return the entries that are looked for, from ``offset``: the gravest first, then as they were met."""
    wanted, words = set(outcomes), search.lower().split()
    order = ("refused", "changed", "opaque", "kept")
    found: list[Loss] = []
    for outcome in order:
        fits = [one for one in report if one.outcome == outcome and _fits(one, wanted, words)]
        found += fits if words else grouped(fits)  # who searches wants each of them
    return {
        "total": len(found),
        "offset": offset,
        "counts": loss_counts(report),
        "entries": [
            [one.outcome, one.kind.replace("_", " "), one.object, one.reason] for one in found[offset : offset + PAGE]
        ],
    }


def _fits(entry: Loss, outcomes: set[str], words: list[str]) -> bool:
    text = f"{entry.object} {entry.kind.replace('_', ' ')} {entry.reason}".lower()
    return (not outcomes or entry.outcome in outcomes) and all(word in text for word in words)


def export_document(name: str, notation: Notation, exported: Exported) -> Document:
    """Return an export: its text, the name of its file, and how much was lost."""
    return {
        "notation": notation.name,
        "label": notation.label,
        "file": f"{name}{notation.suffix}",
        "media_type": notation.media_type,
        "text": exported.text,
        "losses": loss_counts(exported.losses),
        "is_lossless": exported.losses.is_lossless,
    }


def carried_document(one: Carried) -> Document:
    """Return one fact that is carried along."""
    return {
        "id": str(one.id),
        "kind": one.kind.replace("_", " "),
        "name": one.name,
        "reason": one.reason,
        "sql": one.sql[: 4 * MOST_SQL],
        "entity_id": str(one.entity_id) if one.entity_id else None,
    }


def _script(candidate: Candidate) -> Document | None:
    reading = candidate.reading
    if reading is None:
        return None
    return {
        "counts": dict(reading.counts),
        "notes": list(reading.notes),
        "applied": [{"id": mend.id, "title": mend.title} for mend in reading.applied],
        "failed": [
            {
                "line": one.where.partition(":")[0],
                "sql": one.sql[:MOST_SQL],
                "message": one.message,
                "mends": [
                    {
                        "id": mend.id,
                        "title": mend.title,
                        "explanation": mend.explanation,
                        "is_last_resort": mend.is_last_resort,
                    }
                    for mend in one.mends
                    if mend.changes
                ],
                "advice": [mend.explanation for mend in one.mends if not mend.changes],
            }
            for one in reading.failed[:MOST_STATEMENTS]
        ],
    }


def _suggestions(candidate: Candidate) -> list[Document]:
    if candidate.proposal is None:
        return []
    return [
        {
            "id": one.id,
            "table": one.table,
            "columns": ", ".join(one.columns),
            "kind": one.kind,
            "value": one.value,
            "evidence": one.evidence,
            "confidence": round(one.confidence, 2),
            "is_accepted": one.is_accepted,
        }
        for one in candidate.proposal.suggestions
    ]
