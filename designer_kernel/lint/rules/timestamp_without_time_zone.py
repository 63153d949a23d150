"""A moment in time kept without its time zone."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design.edits import ChangeAttribute
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule(
    "warning",
    "The same value means different moments to clients in different time zones; "
    "timestamp with time zone costs the same and does not.",
    needs_expansion=False,
)
def look(context: Context) -> Iterator[Found]:
    """Yield attributes of the type timestamp without time zone."""
    for entity, attribute in context.attributes():
        if attribute.data_type in {"timestamp", "timestamp without time zone"}:
            yield Found(
                f"{entity.name}.{attribute.name} is a timestamp without time zone",
                (attribute.id, entity.id),
                ChangeAttribute(
                    entity_id=entity.id, attribute_id=attribute.id, changes={"data_type": "timestamp with time zone"}
                ),
                "use timestamp with time zone",
            )
