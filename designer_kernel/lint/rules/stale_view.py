"""A view that names a table or column which is not there (any more)."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design import Entity
from designer_kernel.design.objects import MaterializedView, View
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule
from designer_kernel.lint.view_names import unknown_names


@rule("error", "PostgreSQL refuses the view. Views do not follow renames, since their columns are named by the query.")
def look(context: Context) -> Iterator[Found]:
    """Yield views whose query names unknown relations of the design's schemas, or unknown columns of its entities."""
    design = context.expanded.design
    relations: dict[tuple[str, str], object] = {}
    items: list[Entity | View | MaterializedView] = [*design.entities, *design.views, *design.materialized_views]
    for item in items:
        relations[design.schema_of(item), item.name] = item
    for partition in context.expanded.partitions:
        relations[design.schema_of(context.effective[partition.entity_id]), partition.name] = None
    named = {name for _schema, name in relations}
    provided = {name for extension in design.extensions for name in extension.provides}
    views: list[View | MaterializedView] = [*context.design.views, *context.design.materialized_views]
    for view in views:
        for message in _problems(context, view, relations, named | provided):
            yield Found(f"{view.name} {message}", (view.id,))


def _problems(
    context: Context, view: View | MaterializedView, relations: dict[tuple[str, str], object], known: set[str]
) -> Iterator[str]:
    tables, found = unknown_names(view.query, context.names)
    design = context.design
    schemas = {design.default_schema, *(schema for schema, _name in relations)}
    for schema, name in sorted(tables):
        is_ours = (schema or design.default_schema) in schemas and not (not schema and name.startswith("pg_"))
        is_known = (schema, name) in relations if schema else name in known
        if is_ours and not is_known:
            yield f"reads {name!r}, which is no entity or view of the design"
    for owner, name in sorted((context.effective[key].name, name) for key, name in found):
        yield f"speaks of {owner}.{name}, which does not exist"
