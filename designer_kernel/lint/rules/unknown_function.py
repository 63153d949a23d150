"""A trigger that calls a function which nobody declares."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from designer_kernel.catalog import types
from designer_kernel.design.edits import ChangePart, Edit
from designer_kernel.design.lowering import TRIGGER_FUNCTIONS
from designer_kernel.errors import InvalidSql
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("error", "PostgreSQL refuses a trigger whose function does not exist.")
def look(context: Context) -> Iterator[Found]:
    """Yield triggers whose function is not the design's, PostgreSQL's, or an extension's."""
    design = context.expanded.design
    functions = {function.name for function in design.functions}
    known = functions | TRIGGER_FUNCTIONS
    known |= {name for extension in design.extensions for name in extension.provides}
    schemas = {design.default_schema, *(design.schema_of(one) for one in design.functions)}
    for drawn, _effective in context.drawn():
        for trigger in drawn.triggers:
            schema, name = _path(trigger.function)
            if name in known or (schema and schema not in schemas):
                continue
            close = get_close_matches(name, functions, n=1)
            mend: Edit | None = None
            if close:
                mend = ChangePart(
                    entity_id=drawn.id, collection="triggers", part_id=trigger.id, changes={"function": close[0]}
                )
            yield Found(
                f"the trigger {trigger.name} of {drawn.name} calls {trigger.function!r}, which nobody declares",
                (trigger.id, drawn.id),
                mend,
                f"call {close[0]}" if close else "",
            )


def _path(text: str) -> tuple[str, str]:
    """Take a function's name apart; it has the grammar of a type's name."""
    try:
        parsed = types.parse(text)
    except InvalidSql:
        return "", text
    return parsed.schema, parsed.name
