"""An enum or domain that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design.edits import RemoveObject
from designer_kernel.design.edits.references import meant_type, sql_of
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("info", "It is deployed all the same, and readers will look for its meaning.", needs_expansion=False)
def look(context: Context) -> Iterator[Found]:
    """Yield enums and domains that no attribute, domain, expression, view or function names."""
    design = context.design
    if not design.enums and not design.domains:
        return
    named = {attribute.data_type for _entity, attribute in context.attributes()}
    named |= {domain.data_type for domain in design.domains}
    used = {meant.id for name in named if (meant := meant_type(design, name)) is not None}
    texts = [view.query for view in design.views] + [view.query for view in design.materialized_views]
    texts += [function.definition for function in design.functions]
    texts += [sql for entity in design.entities for sql, _part in sql_of(entity)]
    everything = "\n".join(texts)
    for collection, items in (("enums", design.enums), ("domains", design.domains)):
        for item in items:
            if item.id not in used and item.name not in everything:
                yield Found(
                    f"nothing has the type {item.name}",
                    (item.id,),
                    RemoveObject(collection=collection, object_id=item.id),
                    f"remove {item.name}",
                )
