"""An entity without attributes."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("warning", "PostgreSQL makes a table without columns, but nothing can be kept in it.")
def look(context: Context) -> Iterator[Found]:
    """Yield entities that have no attribute, not even by inheritance, traits or relationships."""
    for drawn, effective in context.drawn():
        if not effective.attributes:
            yield Found(f"{drawn.name} has no attributes", (drawn.id,))
