"""JSON kept as text."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design.edits import ChangeAttribute
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule(
    "info",
    "json is parsed anew at every access, has no equality and cannot be indexed; jsonb loses only the order of keys "
    "and white space.",
    needs_expansion=False,
)
def look(context: Context) -> Iterator[Found]:
    """Yield attributes of the type json."""
    for entity, attribute in context.attributes():
        if attribute.data_type == "json":
            yield Found(
                f"{entity.name}.{attribute.name} is json",
                (attribute.id, entity.id),
                ChangeAttribute(entity_id=entity.id, attribute_id=attribute.id, changes={"data_type": "jsonb"}),
                "use jsonb",
            )
