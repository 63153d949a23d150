"""What a line drawn from a card means: which end refers to which, over which attributes, as one edit."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from designer_kernel.catalog import types
from designer_kernel.catalog.identifiers import shorten
from designer_kernel.design import Attribute, Design, Entity, Relationship, edits
from designer_kernel.design.expansion import expand
from designer_kernel.design.naming import singular
from designer_kernel.design.values import Cardinality, RelationshipType
from designer_kernel.errors import DesignerError, InvalidDesign, UnknownObject


@dataclass(frozen=True)
class Stroke:
    """A line as it was drawn: from rows of a card to a card, perhaps to a row of it; ``is_many`` for many-to-many."""

    source_id: UUID
    source_rows: tuple[UUID, ...]
    target_id: UUID
    target_row: UUID | None = None
    is_many: bool = False


def connection(design: Design, stroke: Stroke) -> tuple[list[edits.Edit], Relationship]:
    """Return the edits that a line means, and the relationship that they make.

    The line begins at the parent, and its child gets the foreign key: the attribute that the line ends at, if its type
    fits, or one named after the parent. A line from attributes that identify no row, to a key that they fit, is read
    from the child's side.

    Raises
    ------
    InvalidDesign
        If the attributes can neither be referred to nor refer to the other end, or an end has no key.
    UnknownObject
        If an end is not there.
    """
    ends = _Ends(design, stroke)
    steps: list[edits.Edit] = []
    if stroke.is_many:
        relationship = _many(ends)
    else:
        referenced, columns = _over(ends)
        if columns is None:
            steps, columns = _columns(ends, referenced)
        relationship = _one(ends, referenced, columns, steps)
    steps.append(edits.AddRelationship(relationship=relationship))
    _refuse_broken(design, steps)
    return steps, relationship


class _Ends:
    """Both ends as SQL sees them, with what traits and relationships add."""

    def __init__(self, design: Design, stroke: Stroke) -> None:
        self.design = design
        entities = {entity.id: entity for entity in design.entities}
        with suppress(DesignerError):  # a design with a mistake elsewhere can be drawn on
            entities |= {entity.id: entity for entity in expand(design).design.entities}
        self.names = {entity.name for entity in entities.values()}
        self.parent = entities[design.entity(stroke.source_id).id]
        self.child = entities[design.entity(stroke.target_id).id]
        self.chosen = tuple(_row(self.parent, key).name for key in stroke.source_rows)
        self.dropped = _row(self.child, stroke.target_row) if stroke.target_row else None

    @property
    def is_self(self) -> bool:
        """Whether the line leads back to where it began."""
        return self.parent.id == self.child.id

    def turn(self) -> None:
        """Read the line from its other end."""
        self.parent, self.child = self.child, self.parent

    def key(self) -> tuple[str, ...]:
        """Return the parent's key, without the tenant that both ends share anyway."""
        ours, theirs = self.child.trait("tenant_scoped"), self.parent.trait("tenant_scoped")
        shared = theirs.attribute if ours and theirs and theirs.kind == "tenant_scoped" else None
        key = self.parent.key
        return tuple(name for name in key if name != shared) if len(key) > 1 else key


def _over(ends: _Ends) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """Return the referenced attributes (none: the primary key), and the child's if the line says which."""
    chosen = ends.chosen
    if not chosen or frozenset(chosen) in ends.parent.unique_sets():
        return (() if frozenset(chosen) == frozenset(ends.key()) else chosen), None
    dropped = ends.dropped
    is_key = dropped is not None and frozenset({dropped.name}) in ends.child.unique_sets()
    key = (dropped.name,) if dropped is not None and is_key and len(chosen) == 1 else ends.child.key
    columns = _paired(ends.child, key, ends.parent, chosen)
    is_meant = is_key or len(chosen) > 1 or chosen == _derived_names(ends.child, key, is_self=ends.is_self)
    if columns is not None and is_meant:
        own = ends.child.key
        ends.turn()
        return (() if key == own else key), columns
    if len(chosen) > 1:
        raise InvalidDesign(
            f"{', '.join(chosen)} of {ends.parent.name!r} neither identify a row nor fit {ends.child.name!r}'s key",
            where=ends.design.qualified_name(ends.design.entity(ends.parent.id)),
            mend=f"add a key over {', '.join(chosen)}, or choose as many attributes as that key has, of its types",
        )
    return (), None


def _columns(ends: _Ends, referenced: tuple[str, ...]) -> tuple[list[edits.Edit], tuple[str, ...]]:
    """Return the child's attributes that refer to the parent; none, if they are added by the relationship itself."""
    names = referenced or ends.key()
    targets = [attribute for name in names if (attribute := ends.parent.attribute(name)) is not None]
    dropped = ends.dropped
    if dropped is not None and len(targets) == 1 and _may_refer(ends, dropped) and _fits(targets[0], dropped):
        return [], (dropped.name,)
    derived = _derived_names(ends.parent, names, is_self=ends.is_self)
    there = [ends.child.attribute(name) for name in derived]
    if there and all(
        one is not None and _may_refer(ends, one) and _fits(target, one)
        for one, target in zip(there, targets, strict=False)
    ):
        return [], derived
    if not any(there):
        return [], ()
    steps: list[edits.Edit] = []
    taken = {attribute.name for attribute in ends.child.attributes}
    for name, target in zip(derived, targets, strict=False):
        free = next(n for i in range(2, len(taken) + 3) if (n := shorten(f"{name}_{i}")) not in taken)
        taken.add(free)
        made = Attribute(name=free, data_type=target.type, is_nullable=ends.is_self, collation=target.collation)
        steps.append(edits.AddAttribute(entity_id=ends.child.id, attribute=made))
    return steps, tuple(step.attribute.name for step in steps if isinstance(step, edits.AddAttribute))


def _one(
    ends: _Ends, referenced: tuple[str, ...], columns: tuple[str, ...], steps: Sequence[edits.Edit]
) -> Relationship:
    there = [] if steps else [a for name in columns if (a := ends.child.attribute(name)) is not None]
    is_optional = any(a.is_nullable for a in there) if there else ends.is_self
    is_unique = bool(there) and frozenset(columns) in ends.child.unique_sets()
    return Relationship(
        source_entity_id=ends.parent.id,
        target_entity_id=ends.child.id,
        relationship_type=RelationshipType.ONE_TO_ONE if is_unique else RelationshipType.ONE_TO_MANY,
        source_cardinality=Cardinality.ZERO_OR_ONE if is_optional else Cardinality.ONE,
        target_cardinality=Cardinality.ZERO_OR_ONE if is_unique else Cardinality.ZERO_OR_MANY,
        source_attributes=referenced,
        target_attributes=columns,
    )


def _many(ends: _Ends) -> Relationship:
    """Return a many-to-many relationship; its junction has a name that is free."""
    is_key = frozenset(ends.chosen) in ends.parent.unique_sets() and frozenset(ends.chosen) != frozenset(ends.key())
    usual = shorten(f"{ends.parent.name}_{ends.child.name}")
    free = next(n for i in range(1, len(ends.names) + 3) if (n := f"{usual}_{i}" if i > 1 else usual) not in ends.names)
    return Relationship(
        source_entity_id=ends.parent.id,
        target_entity_id=ends.child.id,
        relationship_type=RelationshipType.MANY_TO_MANY,
        source_cardinality=Cardinality.ZERO_OR_MANY,
        target_cardinality=Cardinality.ZERO_OR_MANY,
        source_attributes=ends.chosen if is_key else (),
        junction_name=None if free == usual else shorten(free),
    )


def _may_refer(ends: _Ends, attribute: Attribute) -> bool:
    """Whether an attribute of the child can become a foreign key: its own, filled by nobody else, not its identity."""
    own = ends.design.entity(ends.child.id).attribute(attribute.id) is not None
    is_made = attribute.identity is not None or attribute.generated is not None
    in_use = any(
        attribute.name in r.target_attributes
        for r in ends.design.relationships
        if r.target_entity_id == ends.child.id and r.relationship_type is not RelationshipType.MANY_TO_MANY
    )
    return own and not is_made and not in_use and ends.child.key != (attribute.name,)


def _paired(parent: Entity, key: tuple[str, ...], child: Entity, chosen: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the child's attributes in the order of the key that they fit, by name or else as they were chosen."""
    if not key or len(key) != len(chosen):
        return None
    by_name = []
    for name, derived in zip(key, _derived_names(parent, key, is_self=False), strict=True):
        by_name.append(next((c for c in (derived, name) if c in chosen), None))
    order = tuple(name for name in by_name if name is not None)
    columns = order if len(set(order)) == len(chosen) else chosen
    pairs = [(parent.attribute(a), child.attribute(b)) for a, b in zip(key, columns, strict=True)]
    return columns if all(a is not None and b is not None and _fits(a, b) for a, b in pairs) else None


def _derived_names(parent: Entity, key: Sequence[str], *, is_self: bool) -> tuple[str, ...]:
    """Return what the foreign key's attributes are called unless somebody says otherwise."""
    prefix = singular(parent.name)
    if is_self:
        prefix = f"parent_{prefix}" if len(key) > 1 else "parent"
    return tuple(shorten(f"{prefix}_{name}") for name in key)


def _fits(one: Attribute, other: Attribute) -> bool:
    a, b = types.parse(one.type), types.parse(other.type)
    return (a.schema, a.name, a.dimensions) == (b.schema, b.name, b.dimensions)


def _row(entity: Entity, key: UUID) -> Attribute:
    found = entity.attribute(key)
    if found is None:
        raise UnknownObject(
            f"{entity.name!r} has no such attribute", where=entity.name, mend="draw the line again, from a row"
        )
    return found


def _refuse_broken(design: Design, steps: Sequence[edits.Edit]) -> None:
    """Refuse a line that the design cannot be expanded with; what was wrong before is left to its findings."""
    try:
        expand(design)
    except DesignerError:
        return
    expand(edits.apply(design, edits.Compound(edits=tuple(steps))))
