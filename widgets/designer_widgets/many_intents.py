"""What a view may ask of several entities at once, as values; each is one change."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from designer_widgets.intent_bases import Changing

Entities = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=10_000)]
Name = Annotated[str, Field(max_length=200)]


class ChangeMany(Changing):
    """Change fields of entities, the same for all: their schema, colour, row-level security."""

    kind: Literal["change_many"]
    entity_ids: Entities
    changes: Annotated[dict[Literal["schema_name", "colour", "row_security", "is_unlogged"], Any], Field(min_length=1)]


class CommentMany(Changing):
    """Put words before the comments of entities; those that begin so already stay as they are."""

    kind: Literal["comment_many"]
    entity_ids: Entities
    prefix: Annotated[str, Field(min_length=1, max_length=1000)]


class RenameMany(Changing):
    """Put something before and after the names of entities."""

    kind: Literal["rename_many"]
    entity_ids: Entities
    before: Name = ""
    after: Name = ""


class AttributeToMany(Changing):
    """Add the attribute that a line of SQL describes to all entities that have none of its name."""

    kind: Literal["attribute_to_many"]
    entity_ids: Entities
    line: Annotated[str, Field(max_length=20_000)]


class AttributeFromMany(Changing):
    """Remove the attribute of a name from all entities that have it."""

    kind: Literal["attribute_from_many"]
    entity_ids: Entities
    name: Name


class TraitOfMany(Changing):
    """Give entities a trait; without one, take theirs of that kind away."""

    kind: Literal["trait_of_many"]
    entity_ids: Entities
    trait_kind: Name
    trait: dict[str, Any] | None = None


ManyIntent = ChangeMany | CommentMany | RenameMany | AttributeToMany | AttributeFromMany | TraitOfMany
