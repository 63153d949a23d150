"""Row-level security that lets nobody in."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design.edits import ChangeEntity
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("warning", "With row-level security and no policy, everyone but the owner sees an empty table.")
def look(context: Context) -> Iterator[Found]:
    """Yield entities with row-level security and no policy."""
    for drawn, effective in context.drawn():
        if effective.row_security != "OFF" and not effective.policies:
            yield Found(
                f"{drawn.name} has row-level security but no policy",
                (drawn.id,),
                ChangeEntity(entity_id=drawn.id, changes={"row_security": "OFF"}),
                "switch row-level security off",
            )
