"""An index that another index or key already does the work of."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design import Entity
from designer_kernel.design.edits import RemovePart
from designer_kernel.design.parts import Index
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("warning", "Every index costs space and slows down each write; this one answers nothing that the other does not.")
def look(context: Context) -> Iterator[Found]:
    """Yield plain indexes that are the beginning of another one, or equal to a key."""
    for drawn, effective in context.drawn():
        for index in drawn.indexes:
            other = _better(effective, index)
            if other:
                yield Found(
                    f"the index on {_listed(index)} of {drawn.name} is covered by {other}",
                    (index.id, drawn.id),
                    RemovePart(entity_id=drawn.id, collection="indexes", part_id=index.id),
                    "remove the index",
                )


def _better(entity: Entity, index: Index) -> str:
    """Return what covers an index, or an empty string."""
    if index.is_unique or index.method != "btree" or index.predicate is not None or index.include:
        return ""
    wanted = [_key(key) for key in index.keys]
    plain = [(name, "", False, "", "", None) for name in entity.key]
    if plain[: len(wanted)] == wanted:
        return "the primary key"
    for key in entity.keys:
        if [(name, "", False, "", "", None) for name in key.attributes][: len(wanted)] == wanted:
            return f"the unique key on {', '.join(key.attributes)}"
    if len(wanted) == 1 and any(
        a.is_unique and (a.name, "", False, "", "", None) == wanted[0] for a in entity.attributes
    ):
        return f"the unique attribute {wanted[0][0]}"
    for other in entity.indexes:
        if other.id == index.id or other.method != "btree" or other.predicate is not None:
            continue
        keys = [_key(key) for key in other.keys]
        is_later_twin = keys == wanted and not other.include and other.id > index.id and not other.is_unique
        if keys[: len(wanted)] == wanted and not is_later_twin:
            return f"the index on {_listed(other)}"
    return ""


def _key(key: object) -> tuple[object, ...]:
    fields = ("attribute", "expression", "descending", "nulls", "operator_class", "collation")
    values = tuple(getattr(key, field) for field in fields)
    return (values[0], values[1] or "", *values[2:])


def _listed(index: Index) -> str:
    return ", ".join(key.attribute or f"({key.expression})" for key in index.keys)
