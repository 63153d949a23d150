"""What all rules look at: the design, what it expands to, and the indexes that answer their questions quickly."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from uuid import UUID

from designer_kernel.catalog.known import Known
from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design.edits import columns
from designer_kernel.design.edits.references import relation_homes, resolver
from designer_kernel.design.expansion import Expanded, expand
from designer_kernel.design.implied import EffectiveForeignKey
from designer_kernel.design.objects import MaterializedView, View
from designer_kernel.errors import DesignerError


class Context:
    """A design under inspection.

    Parameters
    ----------
    design
        The design.
    known
        What rules said of it before.
    """

    def __init__(self, design: Design, known: Known | None = None) -> None:
        self.design = design
        self.known = known or Known()
        self.problem: DesignerError | None = None
        try:
            self.expanded = expand(design)
        except DesignerError as error:
            self.problem = error
            concrete = design.model_copy(update={"entities": tuple(e for e in design.entities if not e.is_abstract)})
            self.expanded = Expanded(
                design=concrete,
                origins={},
                entity_origins={},
                foreign_keys=(),
                partition_by={},
                partitions=(),
                grants=(),
            )

    @cached_property
    def own(self) -> dict[UUID, Entity]:
        """The entities that a person drew, by id."""
        return {entity.id: entity for entity in self.design.entities}

    @cached_property
    def effective(self) -> dict[UUID, Entity]:
        """The concrete entities with everything that they inherit and that traits and relationships add."""
        return {entity.id: entity for entity in self.expanded.design.entities}

    @cached_property
    def foreign_keys_of(self) -> dict[UUID, list[EffectiveForeignKey]]:
        """The foreign keys of each child entity."""
        found: dict[UUID, list[EffectiveForeignKey]] = defaultdict(list)
        for key in self.expanded.foreign_keys:
            found[key.child_entity_id].append(key)
        return found

    @cached_property
    def names(self) -> columns.Names:
        """How SQL of the design resolves names, all effective attributes included."""
        raw = resolver(self.design)
        by_name = {(self.design.schema_of(e), e.name): e.id for e in self.effective.values()}
        homes = relation_homes(self.expanded.design)
        known = {key: frozenset(a.name for a in entity.attributes) for key, entity in self.effective.items()}

        def entity_of(schema: str, name: str) -> UUID | None:
            return by_name.get((schema or homes.get(name, self.design.default_schema), name))

        def columns_of(key: UUID) -> frozenset[str]:
            return known[key] if key in known else raw.columns_of(key)

        return columns.Names(entity_of, columns_of)

    @cached_property
    def relations(self) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
        """All (schema, name) pairs by which SQL may name a relation, the schema empty too; and the design's schemas.

        Partitions, what is carried along and what extensions provide count.
        """
        design = self.expanded.design
        items: list[Entity | View | MaterializedView] = [*design.entities, *design.views, *design.materialized_views]
        known = {(design.schema_of(item), item.name) for item in items}
        for part in self.expanded.partitions:
            known.add((design.schema_of(self.effective[part.entity_id]), part.name))
        known |= {(path[0], path[1]) for path in self.carried("relation")}
        schemas = {design.default_schema, *(schema for schema, _name in known)}
        provided = {name for extension in design.extensions for name in extension.provides}
        known |= {(schema, name) for schema in schemas for name in provided}
        return frozenset(known | {("", name) for _schema, name in known}), frozenset(schemas)

    def carried(self, kind: str) -> frozenset[tuple[str, ...]]:
        """Return the paths of the objects of a kind of identity that are not drawn, but carried along whole."""
        keys = (one.key for one in self.design.opaque if one.effect == "fact")
        return frozenset(key.path for key in keys if key.kind == kind)

    @cached_property
    def has_unknown_providers(self) -> bool:
        """Whether an extension does not say what it provides, as one that was read from a server does not."""
        return any(not extension.provides for extension in self.design.extensions)

    def drawn(self) -> tuple[tuple[Entity, Entity], ...]:
        """Return every concrete entity that a person drew, as drawn and as it becomes."""
        return self._drawn

    def attributes(self) -> tuple[tuple[Entity, Attribute], ...]:
        """Return every attribute that a person drew, with its entity."""
        return self._attributes

    @cached_property
    def _drawn(self) -> tuple[tuple[Entity, Entity], ...]:
        pairs = ((entity, self.effective.get(entity.id)) for entity in self.design.entities)
        return tuple((entity, effective) for entity, effective in pairs if effective is not None)

    @cached_property
    def _attributes(self) -> tuple[tuple[Entity, Attribute], ...]:
        return tuple((entity, attribute) for entity in self.design.entities for attribute in entity.attributes)
