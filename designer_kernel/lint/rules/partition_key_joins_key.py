"""A partitioned entity whose keys do not hold the partition attribute."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design.traits import Partitioned
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("info", "PostgreSQL keeps keys unique only within a partition, so the partition attribute joins each of them.")
def look(context: Context) -> Iterator[Found]:
    """Yield partitioned entities whose drawn keys become wider."""
    for drawn, effective in context.drawn():
        trait = effective.trait("partitioned")
        if not isinstance(trait, Partitioned):
            continue
        keys = [
            drawn.key,
            *(key.attributes for key in drawn.keys),
            *((a.name,) for a in drawn.attributes if a.is_unique),
        ]
        narrow = [key for key in keys if key and trait.attribute not in key]
        if narrow:
            listed = "; ".join(", ".join(key) for key in narrow)
            yield Found(f"{trait.attribute} joins the keys ({listed}) of {drawn.name}", (drawn.id,))
