"""What a trait is: a property of an entity that stands for several attributes, constraints and functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from designer_kernel.design.values import Value
from designer_kernel.errors import InvalidDesign

if TYPE_CHECKING:
    from designer_kernel.design.entity import Entity
    from designer_kernel.design.expansion import Expansion
    from designer_kernel.design.traits._recognition import Found, Sight


class Trait(Value):
    """Base of all traits. A trait is expanded in two steps, since keys and policies speak of all attributes.

    ``order`` decides which trait of an entity expands first.
    """

    kind: str
    order: ClassVar[int] = 100
    title: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    """What the trait does, in one sentence for people who look at a diagram."""

    def add_attributes(self, expansion: Expansion) -> None:
        """Add the attributes that the trait stands for."""

    def add_parts(self, expansion: Expansion) -> None:
        """Add the keys, indexes, policies, triggers, functions and tables that the trait stands for."""

    @classmethod
    def found(cls, sight: Sight, entity: Entity) -> Found | None:
        """Return the trait if a drawn entity looks as if it had it; a guess, which is checked."""
        return None


def require_attributes(expansion: Expansion, trait: str, names: tuple[str, ...]) -> None:
    """Refuse a trait that speaks of attributes which its entity does not have.

    Raises
    ------
    InvalidDesign
        Naming the trait, the entity and the attribute.
    """
    entity = expansion.entity
    for name in names:
        if entity.attribute(name) is None:
            raise InvalidDesign(
                f"the trait {trait} names {name!r}, which {entity.name!r} does not have",
                where=f"{entity.name}: trait {trait}",
                mend=f"name one of {', '.join(a.name for a in entity.attributes)}",
            )
