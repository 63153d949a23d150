"""An entity that nothing is related to."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("info", "It may be finished that way, or a relationship may have been forgotten.")
def look(context: Context) -> Iterator[Found]:
    """Yield entities without a relationship or tenant, in designs of more than one."""
    concrete = list(context.drawn())
    if len(concrete) < 2:
        return
    related = {end for key in context.expanded.foreign_keys for end in (key.child_entity_id, key.parent_entity_id)}
    for drawn, _effective in concrete:
        if drawn.id not in related:
            yield Found(f"{drawn.name} has no relationship", (drawn.id,))
