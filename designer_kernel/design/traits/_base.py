"""What a trait is: a property of an entity that stands for several attributes, constraints and functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from designer_kernel.design.values import Value

if TYPE_CHECKING:
    from designer_kernel.design.expansion import Expansion


class Trait(Value):
    """Base of all traits. A trait is expanded in two steps, since keys and policies speak of all attributes.

    ``order`` decides which trait of an entity expands first.
    """

    order: ClassVar[int] = 100
    title: ClassVar[str] = ""

    def add_attributes(self, expansion: Expansion) -> None:
        """Add the attributes that the trait stands for."""

    def add_parts(self, expansion: Expansion) -> None:
        """Add the keys, indexes, policies, triggers, functions and tables that the trait stands for."""
