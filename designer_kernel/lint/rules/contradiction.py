"""A trait or relationship that contradicts what it is applied to, so that the design cannot be expanded."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("error", "Nothing can be deployed until traits and relationships fit their entities.", needs_expansion=False)
def look(context: Context) -> Iterator[Found]:
    """Yield the problem that stopped the expansion, with the entities it names."""
    problem = context.problem
    if problem is None:
        return
    words = f" {problem.where.replace(':', ' ').replace('.', ' ').replace('→', ' ')} "
    named = [entity.id for entity in context.design.entities if f" {entity.name} " in words]
    message = f"{problem.where}: {problem.what}" if problem.where else problem.what
    yield Found(f"{message}; {problem.mend}" if problem.mend else message, tuple(named))
