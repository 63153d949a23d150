"""A boolean with three values."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design.edits import ChangeAttribute
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule(
    "info",
    "NULL is neither true nor false: rows with it are in no answer to either question.",
    needs_expansion=False,
)
def look(context: Context) -> Iterator[Found]:
    """Yield nullable booleans without a default or generation expression."""
    for entity, attribute in context.attributes():
        is_open = attribute.is_nullable and attribute.default_value is None and attribute.generated is None
        if attribute.data_type in {"boolean", "bool"} and not attribute.is_array and is_open:
            yield Found(
                f"{entity.name}.{attribute.name} may be true, false or NULL",
                (attribute.id, entity.id),
                ChangeAttribute(
                    entity_id=entity.id,
                    attribute_id=attribute.id,
                    changes={"is_nullable": False, "default_value": "false"},
                ),
                "make it required, false by default",
            )
