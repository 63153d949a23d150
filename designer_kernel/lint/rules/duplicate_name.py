"""Two indexes or keys of one name, or one that has the name of a table."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from designer_kernel.design.edits import ChangePart
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule(
    "error",
    "Indexes, and the keys and exclusions that they enforce, share one namespace per schema with tables and views.",
    needs_expansion=False,
)
def look(context: Context) -> Iterator[Found]:
    """Yield named indexes, keys and exclusions whose name is taken in their schema."""
    design = context.design
    taken: dict[tuple[str, str], tuple[str, UUID]] = {}
    for kind, items in (
        ("table", design.entities),
        ("view", design.views),
        ("materialized view", design.materialized_views),
    ):
        for item in items:
            taken[item.schema_name or design.default_schema, item.name] = (f"the {kind}", item.id)
    for entity in design.entities:
        for collection in ("keys", "indexes", "exclusions"):
            for part in getattr(entity, collection):
                if part.name is None:
                    continue
                key = (design.schema_of(entity), part.name)
                if key not in taken:
                    taken[key] = (f"one of {entity.name}", part.id)
                    continue
                owner, other = taken[key]
                yield Found(
                    f"{type(part).__name__.lower()} {part.name} of {entity.name} has the name of {owner}",
                    (part.id, entity.id, other),
                    ChangePart(entity_id=entity.id, collection=collection, part_id=part.id, changes={"name": None}),
                    "let PostgreSQL's pattern name it",
                )
