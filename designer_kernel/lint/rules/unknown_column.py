"""SQL of an entity that names a column which its table does not have."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from designer_kernel.design import Entity
from designer_kernel.design.edits import columns
from designer_kernel.design.edits.references import home_of, sql_of
from designer_kernel.design.values import Item
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule

_SYSTEM = {"ctid", "tableoid", "xmin", "xmax", "cmin", "cmax"}
_PARTS = ("attributes", "checks", "indexes", "exclusions", "policies", "triggers")


@rule("error", "PostgreSQL refuses an expression about a column that does not exist.")
def look(context: Context) -> Iterator[Found]:
    """Yield checks, indexes, policies, generated attributes and others that name unknown columns."""
    for drawn, effective in context.drawn():
        if not any(context.known.once(_with_sql, drawn)):
            continue
        known = {attribute.name for attribute in effective.attributes}
        for collection in _PARTS:
            for part in getattr(drawn, collection):
                for name in _unknown(context, drawn, part):
                    if name not in _SYSTEM:
                        close = get_close_matches(name, known, n=1)
                        hint = f"; did you mean {close[0]!r}?" if close else ""
                        yield Found(
                            f"{_kind(part)} of {drawn.name} speaks of {name!r}, which it does not have{hint}",
                            (part.id, drawn.id),
                        )


def _with_sql(entity: Entity) -> Iterator[bool]:
    """Yield whether any part of an entity holds SQL; most have none."""
    yield any(True for collection in _PARTS for part in getattr(entity, collection) for _sql in sql_of(part))


def _unknown(context: Context, entity: Entity, part: Item) -> Iterator[str]:
    for sql, holder in sql_of(part):
        home = home_of(entity, holder)
        yield from columns.unknown_columns(sql, home=home, names=context.names)


def _kind(part: Item) -> str:
    name = getattr(part, "name", None)
    kind = type(part).__name__.lower()
    return f"the {kind} {name}" if name else f"a {kind}"
