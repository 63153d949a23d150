"""A part of an entity that names an attribute which the entity does not have."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from designer_kernel.design import Entity
from designer_kernel.design.edits import RemovePart
from designer_kernel.design.edits.references import names_of
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule

_COLLECTIONS = ("keys", "indexes", "triggers")


@rule("error", "PostgreSQL refuses a key, index or trigger on a column that does not exist.")
def look(context: Context) -> Iterator[Found]:
    """Yield keys, indexes, triggers and primary keys that name what is not there."""
    for drawn, effective in context.drawn():
        yield from context.known.once(_unknown, drawn, effective)


def _unknown(drawn: Entity, effective: Entity) -> Iterator[Found]:
    known = {attribute.name for attribute in effective.attributes}
    for collection in _COLLECTIONS:
        for part in getattr(drawn, collection):
            for name in names_of(part):
                if name not in known:
                    yield Found(
                        f"{type(part).__name__.lower()} of {drawn.name} names {name!r}{_close(name, known)}",
                        (part.id, drawn.id),
                        RemovePart(entity_id=drawn.id, collection=collection, part_id=part.id),
                        f"remove the {type(part).__name__.lower()}",
                    )
                    break
    for name in drawn.primary_key:
        if name not in known:
            yield Found(f"the primary key of {drawn.name} names {name!r}{_close(name, known)}", (drawn.id,))


def _close(name: str, known: set[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f", which it does not have; did you mean {close[0]!r}?" if close else ", which it does not have"
