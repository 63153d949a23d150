"""Triggers and policies."""

from __future__ import annotations

from typing import Final

from designer_kernel.catalog import types
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.policy import Policy
from designer_kernel.catalog.kinds.trigger import Trigger
from designer_kernel.design import parts
from designer_kernel.design.lift.sketch import Sketch, is_expression
from designer_kernel.design.lowering import TRIGGER_FUNCTIONS
from designer_kernel.design.trusted import trusted
from designer_kernel.errors import DesignerError

_ROLE_WORDS: Final = frozenset({"none", "public", "current_user", "current_role", "session_user"})


def draw_trigger(sketch: Sketch, trigger: Trigger) -> parts.Trigger | None:
    """Return the part that a trigger is, or ``None`` if it cannot be drawn."""
    function = _function(sketch, *trigger.function)
    if function is None or not trigger.events or (trigger.condition and not is_expression(trigger.condition)):
        return None
    return trusted(
        parts.Trigger,
        id=sketch.id("trigger", trigger.schema, trigger.table, trigger.name),
        name=trigger.name,
        timing=trigger.timing,
        events=trigger.events,
        update_attributes=trigger.update_columns,
        for_each_row=trigger.for_each_row,
        condition=trigger.condition or None,
        function=function,
        arguments=trigger.arguments,
        description=sketch.description(trigger.id),
    )


def _function(sketch: Sketch, schema: str, name: str) -> str | None:
    """Return how a trigger of a design names its function."""
    if schema == "pg_catalog":
        return name if name in TRIGGER_FUNCTIONS else None
    try:
        bare = quote(name)
        is_bare = schema == sketch.home and (schema, name) in sketch.functions
        if is_bare and types.parse(bare) == types.TypeName("", name):
            return bare
        path = quote_path(schema, name)
        return path if types.parse(path) == types.TypeName(schema, name) else None
    except DesignerError:
        return None


def draw_policy(sketch: Sketch, policy: Policy) -> parts.Policy | None:
    """Return the part that a policy is, or ``None`` if it cannot be drawn."""
    if any(text and not is_expression(text) for text in (policy.using, policy.check)):
        return None
    if any(role.lower() in _ROLE_WORDS for role in policy.roles):
        return None
    return trusted(
        parts.Policy,
        id=sketch.id("policy", policy.schema, policy.table, policy.name),
        name=policy.name,
        command=policy.command,
        permissive=policy.permissive,
        roles=policy.roles,
        grants=False,
        using=policy.using or None,
        check=policy.check or None,
        description=sketch.description(policy.id),
    )
