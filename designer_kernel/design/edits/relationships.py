"""Edits of relationships."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

from pydantic import Field

from designer_kernel.design import bends
from designer_kernel.design.design import Design
from designer_kernel.design.edits._base import Edit, checked_changes, drop, insert, item_of, put, with_fields
from designer_kernel.design.edits.derived import implied_followed
from designer_kernel.design.edits.references import lineage
from designer_kernel.design.integrity import check_new_ids
from designer_kernel.design.membership import without_strangers
from designer_kernel.design.relationship import Relationship

FIELDS: Final = tuple(name for name in Relationship.model_fields if name not in {"id", *bends.FIELDS})
"""Fields of a relationship that `ChangeRelationship` changes."""

_MENDS: Final = dict.fromkeys(bends.FIELDS, "use bend_line")


class AddRelationship(Edit):
    """Adds a relationship."""

    kind: Literal["add_relationship"] = "add_relationship"
    relationship: Relationship

    def change(self, design: Design) -> Design:
        check_new_ids(design, (self.relationship.id,))
        return with_fields(design, relationships=insert(design.relationships, self.relationship))

    def describe(self, design: Design) -> str:
        return f"add relationship {_named(design, self.relationship)}"

    def reads(self, design: Design) -> frozenset[UUID]:
        return _ends(design, self.relationship)


class ChangeRelationship(Edit):
    """Changes fields of a relationship, see `FIELDS`."""

    kind: Literal["change_relationship"] = "change_relationship"
    relationship_id: UUID
    changes: dict[str, Any] = Field(min_length=1)

    def change(self, design: Design) -> Design:
        before = _find(design, self.relationship_id)
        checked_changes(self.changes, FIELDS, f"relationship {_named(design, before)}", _MENDS)
        after = before.replace(**self.changes)
        if bends.lie_elsewhere(before, after):
            design = bends.straightened(design, before.id)
            after = after.model_copy(update=dict.fromkeys(bends.FIELDS))
        changed = with_fields(design, relationships=put(design.relationships, after))
        is_renaming = {"name", "target_attributes"} & self.changes.keys()
        return implied_followed(design, changed, before.target_entity_id) if is_renaming else changed

    def describe(self, design: Design) -> str:
        found = _find(design, self.relationship_id)
        words = f"change {', '.join(self.changes)} of relationship {_named(design, found)}"
        is_bent = bends.lie_elsewhere(found, found.replace(**self.changes)) and bends.is_bent(design, found)
        return f"{words}; its line is no longer as it was laid by hand" if is_bent else words

    def reads(self, design: Design) -> frozenset[UUID]:
        before = _find(design, self.relationship_id)
        return _ends(design, before) | _ends(design, before.replace(**self.changes)) | {before.id}


class RemoveRelationship(Edit):
    """Removes a relationship."""

    kind: Literal["remove_relationship"] = "remove_relationship"
    relationship_id: UUID
    cascade: bool = False

    def change(self, design: Design) -> Design:
        found = _find(design, self.relationship_id)
        return without_strangers(with_fields(design, relationships=drop(design.relationships, (found.id,))))

    def describe(self, design: Design) -> str:
        return f"remove relationship {_named(design, _find(design, self.relationship_id))}"


def _find(design: Design, key: UUID) -> Relationship:
    return item_of(design.relationships, key, "relationship", design.name)


def _named(design: Design, relationship: Relationship) -> str:
    names = {entity.id: entity.name for entity in design.entities}
    ends = (relationship.source_entity_id, relationship.target_entity_id)
    return relationship.name or " → ".join(names.get(end, str(end)) for end in ends)


def _ends(design: Design, relationship: Relationship) -> frozenset[UUID]:
    ends = (relationship.source_entity_id, relationship.target_entity_id, relationship.junction_entity_id)
    return frozenset().union(*({end} | lineage(design, end) for end in ends if end))
