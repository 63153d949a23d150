"""A function whose statements name a table which is not there (any more)."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.lint.context import Context
from designer_kernel.lint.function_names import relations_of
from designer_kernel.lint.registry import Found, rule


@rule("warning", "The function is created but fails when it is called. Functions do not follow renames.")
def look(context: Context) -> Iterator[Found]:
    """Yield functions that name unknown relations of the design's schemas."""
    known, schemas = context.relations
    for function in context.design.functions:
        for schema, name in sorted(relations_of(function.definition)):
            is_ours = schema in schemas if schema else not name.startswith("pg_")
            if is_ours and (schema, name) not in known and not context.has_unknown_providers:
                yield Found(f"{function.name} names {name!r}, which is no entity or view of the design", (function.id,))
