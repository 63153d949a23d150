"""A name so long that names made from it will be cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule

LIMIT: Final = 45
"""Bytes; constraints are named after table and column, and PostgreSQL keeps 63 bytes of a name."""


@rule("info", "Names of constraints and indexes are made from it and shortened at 63 bytes.", needs_expansion=False)
def look(context: Context) -> Iterator[Found]:
    """Yield entities and attributes with long names."""
    for entity in context.design.entities:
        if len(entity.name.encode()) > LIMIT:
            yield Found(f"the name {entity.name} has {len(entity.name.encode())} bytes", (entity.id,))
        for attribute in entity.attributes:
            size = len(attribute.name.encode())
            if size > LIMIT:
                yield Found(f"the name {attribute.name} in {entity.name} has {size} bytes", (attribute.id, entity.id))
