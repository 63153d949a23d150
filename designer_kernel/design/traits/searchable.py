"""Searchable: a generated text-search vector over some attributes, with its GIN index."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from designer_kernel.design.traits._base import Trait
from designer_kernel.design.values import Name


class Searchable(Trait):
    """``weights`` maps attributes to ``A`` (weighs most) to ``D``; ``configuration`` is a text-search configuration."""

    order: ClassVar[int] = 50
    title: ClassVar[str] = "searchable"

    kind: Literal["searchable"] = "searchable"
    weights: Annotated[dict[Name, Literal["A", "B", "C", "D"]], Field(min_length=1)]
    configuration: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")] = "simple"
    attribute: Name = "search_vector"
