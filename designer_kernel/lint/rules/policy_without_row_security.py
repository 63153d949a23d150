"""A policy that is never asked."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design.edits import ChangeEntity
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("warning", "Policies have no effect until row-level security is enabled on the table.")
def look(context: Context) -> Iterator[Found]:
    """Yield entities with policies whose row-level security is off."""
    for drawn, effective in context.drawn():
        if effective.row_security == "OFF" and effective.policies:
            names = ", ".join(policy.name for policy in effective.policies)
            yield Found(
                f"{drawn.name} has policies ({names}) but no row-level security",
                (drawn.id, *(policy.id for policy in drawn.policies)),
                ChangeEntity(entity_id=drawn.id, changes={"row_security": "ENABLED"}),
                "enable row-level security",
            )
