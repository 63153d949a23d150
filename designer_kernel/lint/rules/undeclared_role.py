"""A role that policies or grants name and that the design does not declare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from designer_kernel.design.edits import AddObject
from designer_kernel.design.identity import derived_id
from designer_kernel.design.objects import MaterializedView, Role, View
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule

_KEYWORDS: Final = frozenset({"public", "current_user", "session_user", "current_role"})


@rule(
    "info",
    "It is created with the design if the server lacks it; a misspelt role would be a new one, without members.",
    needs_expansion=False,
)
def look(context: Context) -> Iterator[Found]:
    """Yield each role that is named but not declared, with who names it."""
    design = context.design
    declared = {role.name for role in design.roles}
    users: dict[str, list[UUID]] = defaultdict(list)
    for entity in design.entities:
        for policy in entity.policies:
            for name in policy.roles:
                users[name] += [policy.id, entity.id]
        for trait in entity.traits:
            for name in trait.roles if trait.kind == "tenant_scoped" else ():
                users[name].append(entity.id)
    views: list[View | MaterializedView] = [*design.views, *design.materialized_views]
    for view in views:
        for name in view.grant_select_to:
            users[name].append(view.id)
    for name, targets in users.items():
        if name not in declared and name.lower() not in _KEYWORDS and not name.startswith("pg_"):
            role = Role(id=derived_id(design.id, "lint", "role", name), name=name)
            yield Found(
                f"the role {name} is named but not declared",
                tuple(dict.fromkeys(targets)),
                AddObject(collection="roles", object=role),
                f"declare the role {name}",
            )
