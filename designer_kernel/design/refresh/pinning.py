"""Names that follow from others, written out: a database that renames a table leaves all other names as they are.

A foreign key that nobody named is called after its parent, ``tag_id`` after ``tags``. When the database calls that
table ``labels``, the column is still ``tag_id`` there, so the design has to say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.edits import Edit, RenameAttribute, apply
from designer_kernel.design.edits.derived import around, part_around
from designer_kernel.design.entity import Entity
from designer_kernel.design.expansion import Expanded, expand
from designer_kernel.design.identity import derived_id
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.values import RelationshipType

_ENDS = ("source", "target")


def renamed_alone(design: Design, edit: Edit, entity_id: UUID, catalog: Catalog) -> Design:
    """Return the design after an edit that renames, with the names that would follow as the database has them.

    Parameters
    ----------
    entity_id
        The entity that the edit is about.

    Raises
    ------
    DesignerError
        If the edit cannot be made.
    """
    after = apply(design, edit)
    links = [one for one in design.relationships_of(entity_id) if _is_implied(one)]
    if not links:
        return after
    ids = around(design, entity_id)
    was, becomes = expand(part_around(design, ids)), expand(part_around(after, ids))
    pinned = design
    for link in links:
        is_other = _columns(was, link) != _columns(becomes, link) or _is_of(edit, was, link)
        is_other |= _junction_name(was, link) != _junction_name(becomes, link)
        if is_other and not all(column in catalog for column in _ids(after, becomes, link)):
            pinned = _written_out(pinned, was, link)
    return apply(pinned, edit) if pinned is not design else after


def _is_implied(link: Relationship) -> bool:
    """Whether names of a relationship's foreign keys follow from others."""
    if link.relationship_type is RelationshipType.MANY_TO_MANY:
        return not (link.junction_source_attributes and link.junction_target_attributes)
    return not link.target_attributes


def _columns(expanded: Expanded, link: Relationship) -> dict[str, tuple[str, ...]]:
    """Return the columns of each foreign key of a relationship, those of tenants left out."""
    found = {}
    for end, key in zip(_ENDS, _keys(expanded, link), strict=False):
        trait = expanded.design.entity(key.child_entity_id).trait("tenant_scoped")
        tenant = trait.attribute if trait is not None and trait.kind == "tenant_scoped" else None
        shared = len(key.child_attributes) > 1 and key.child_attributes[0] == tenant
        found[end] = key.child_attributes[1:] if shared else key.child_attributes
    return found


def _keys(expanded: Expanded, link: Relationship) -> Iterator[Any]:
    return (key for key in expanded.foreign_keys if key.relationship_id == link.id)


def _is_of(edit: Edit, expanded: Expanded, link: Relationship) -> bool:
    """Whether an edit renames a column of a relationship's foreign keys."""
    if not isinstance(edit, RenameAttribute):
        return False
    attribute = expanded.design.entity(edit.entity_id).attribute(edit.attribute_id)
    old = attribute.name if attribute is not None else ""
    return any(key.child_entity_id == edit.entity_id and old in key.child_attributes for key in _keys(expanded, link))


def _junction_name(expanded: Expanded, link: Relationship) -> str | None:
    if link.relationship_type is not RelationshipType.MANY_TO_MANY:
        return None
    name: str = expanded.design.entity(next(_keys(expanded, link)).child_entity_id).name
    return name


def _ids(design: Design, expanded: Expanded, link: Relationship) -> Iterator[ObjectId]:
    """Yield the identities of the columns of a relationship's foreign keys."""
    for key in _keys(expanded, link):
        child = expanded.design.entity(key.child_entity_id)
        for name in key.child_attributes:
            yield ObjectId("column", (design.schema_of(child), child.name, name))


def _written_out(design: Design, expanded: Expanded, link: Relationship) -> Design:
    """Return the design with the columns of a relationship drawn, and a junction that it needs for that."""
    columns = _columns(expanded, link)
    child: Entity = expanded.design.entity(next(_keys(expanded, link)).child_entity_id)
    if link.relationship_type is not RelationshipType.MANY_TO_MANY:
        design = _with_columns(design, child, columns["source"])
        return _with_link(design, link.replace(target_attributes=columns["source"]))
    pairs = columns["source"] + columns["target"]
    if link.junction_entity_id is None:
        bare = Entity(
            id=derived_id(link.id, "junction"),
            name=child.name,
            schema_name=child.schema_name,
            description=child.description,
            traits=child.traits,
        )
        entities = sorted((*design.entities, bare), key=lambda one: one.id.int)
        design = design.model_copy(update={"entities": tuple(entities)})
    design = _with_columns(design, child, pairs)
    changes = {f"junction_{end}_attributes": columns[end] for end in _ENDS}
    return _with_link(design, link.replace(junction_name=None, junction_entity_id=child.id, **changes))


def _with_link(design: Design, link: Relationship) -> Design:
    """Return the design with a relationship in its new state."""
    links = tuple(link if one.id == link.id else one for one in design.relationships)
    return design.model_copy(update={"relationships": links})


def _with_columns(design: Design, whole: Entity, names: tuple[str, ...]) -> Design:
    """Return the design with attributes drawn that an entity had from a relationship."""
    entity = design.entity(whole.id)
    drawn = {attribute.name: attribute for attribute in entity.attributes}
    is_whole_key = set(whole.key) <= {*drawn, *names}
    attributes = tuple(
        drawn.get(one.name) or (one if is_whole_key else one.model_copy(update={"is_primary_key": False}))
        for one in whole.attributes
        if one.name in drawn or one.name in names
    )
    now = entity.model_copy(update={"attributes": attributes})
    entities = tuple(now if one.id == now.id else one for one in design.entities)
    return design.model_copy(update={"entities": entities})
