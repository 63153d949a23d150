"""Text of fixed length, which PostgreSQL pads with spaces."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design.edits import ChangeAttribute
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule(
    "info",
    "character(n) pads with spaces, which some functions ignore and others do not; it is no faster than varchar.",
    needs_expansion=False,
)
def look(context: Context) -> Iterator[Found]:
    """Yield attributes of the type character(n)."""
    for entity, attribute in context.attributes():
        if attribute.data_type in {"character", "char", "bpchar"}:
            yield Found(
                f"{entity.name}.{attribute.name} is padded with spaces to {attribute.length or 1} characters",
                (attribute.id, entity.id),
                ChangeAttribute(
                    entity_id=entity.id,
                    attribute_id=attribute.id,
                    changes={"data_type": "character varying", "length": attribute.length or 1},
                ),
                "use character varying",
            )
