"""What the expansion of a design did before, step by step: what an edit has not touched is looked up, not done again.

A step follows from the values that it reads, and values never change: the very same relationship between the very
same entities means the same again, down to the identity of what it leads to. So whoever works on an expansion can
tell by identity what an edit has left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from designer_kernel.design.entity import Entity
from designer_kernel.design.implied import EffectiveForeignKey
from designer_kernel.design.relationship import Relationship

if TYPE_CHECKING:
    from designer_kernel.design.expansion import Expansion


class Tied(NamedTuple):
    """What a relationship between two entities came to: both as they were and became, and the foreign key."""

    relationship: Relationship
    parent: Entity
    child: Entity
    parent_after: Entity
    child_after: Entity
    key: EffectiveForeignKey
    origins: Mapping[UUID, str]


class Steps:
    """The steps of one expansion. It holds those that were taken, and none of the expansions before.

    Parameters
    ----------
    before
        The steps of an expansion of about the same design.
    """

    def __init__(self, before: Steps | None = None) -> None:
        self._known = before.tied if before is not None else {}
        self._seen = before.stages if before is not None else {}
        self._origins = before.origins if before is not None else {}
        self.origins: dict[UUID, str] = {}
        self.tied: dict[tuple[int, int, int], Tied] = {}
        self.stages: dict[str, dict[UUID, Entity]] = {}

    def finish(self) -> None:
        """Let go of the steps before."""
        self._known, self._seen, self._origins = {}, {}, {}

    def tie(
        self, expansion: Expansion, relationship: Relationship, make: Callable[[Expansion, Relationship], None]
    ) -> None:
        """Add the foreign key of a relationship; ``make`` does so, unless it has done so before."""
        entities = expansion.entities
        parent = entities.get(relationship.source_entity_id)
        child = entities.get(relationship.target_entity_id)
        if parent is None or child is None:
            make(expansion, relationship)  # which says what is wrong
            return
        key = (id(relationship), id(parent), id(child))
        known = self._known.get(key)  # it holds all three, so no other value can have their ids
        if known is None:
            make(expansion, relationship)
            after = entities[child.id]
            own = {attribute.id for attribute in child.attributes}
            origins = {a.id: expansion.origins[a.id] for a in after.attributes if a.id not in own}
            made = expansion.foreign_keys[-1]
            self.tied[key] = Tied(relationship, parent, child, entities[parent.id], after, made, origins)
            return
        self.tied[key] = known
        entities[child.id] = known.child_after
        entities[parent.id] = known.parent_after
        expansion.foreign_keys.append(known.key)
        expansion.origins.update(known.origins)

    def settle(self, stage: str, expansion: Expansion) -> None:
        """Put the entity that was there at this stage before in the place of one that is equal to it.

        That is one whose attributes come from the same places, too: whoever knows an entity knows where all that it
        has comes from.
        """
        seen, entities = self._seen.get(stage, {}), expansion.entities
        self.origins = expansion.origins
        for key, entity in entities.items():
            before = seen.get(key)
            if before is not None and before is not entity and before == entity and self._is_of_same_origin(entity):
                entities[key] = before
        self.stages[stage] = dict(entities)

    def _is_of_same_origin(self, entity: Entity) -> bool:
        return all(self.origins.get(one.id) == self._origins.get(one.id) for one in entity.attributes)
