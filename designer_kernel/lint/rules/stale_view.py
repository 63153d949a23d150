"""A view that names a table or column which is not there (any more)."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design.objects import MaterializedView, View
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule
from designer_kernel.lint.view_names import unknown_names


@rule("error", "PostgreSQL refuses the view. Views do not follow renames, since their columns are named by the query.")
def look(context: Context) -> Iterator[Found]:
    """Yield views whose query names unknown relations of the design's schemas, or unknown columns of its entities."""
    views: list[View | MaterializedView] = [*context.design.views, *context.design.materialized_views]
    for view in views:
        for message in _problems(context, view):
            yield Found(f"{view.name} {message}", (view.id,))


def _problems(context: Context, view: View | MaterializedView) -> Iterator[str]:
    known, schemas = context.relations
    tables, found = unknown_names(view.query, context.names)
    for schema, name in sorted(tables):
        is_ours = schema in schemas if schema else not name.startswith("pg_")
        if is_ours and (schema, name) not in known and not context.has_unknown_providers:
            yield f"reads {name!r}, which is no entity or view of the design"
    for owner, name in sorted((context.effective[key].name, name) for key, name in found):
        yield f"speaks of {owner}.{name}, which does not exist"
