"""Names of attributes in calls: a slip is refused at once, with what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.references import references
from designer_kernel.design.expansion import expand
from designer_kernel.errors import DesignerError, UnknownObject

if TYPE_CHECKING:
    from designer_kernel.design import Design, Entity


def refuse_unknown(design: Design, entity: Entity, names: Iterable[str], *expressions: str) -> None:
    """Refuse names, and columns in expressions, that the entity does not have.

    Attributes of traits, parents and relationships count. Of a design that cannot be expanded, and of an abstract
    entity, they are not known, and nothing is refused.

    Raises
    ------
    UnknownObject
        For the first such name.
    InvalidSql
        If an expression is none.
    """
    wanted = [*names]
    for text in expressions:
        wanted += sorted(references(" ".join(("SELECT", sqltext.expression(text)))).columns)
    try:
        effective = expand(design).design.find_entity(entity.id)
    except DesignerError:
        return
    if effective is None:
        return
    there = [attribute.name for attribute in effective.attributes]
    for name in wanted:
        if name not in there:
            close = get_close_matches(name, there, n=3, cutoff=0.5)
            mend = f"did you mean {', '.join(close)}?" if close else f"there are {', '.join(there) or 'none yet'}"
            raise UnknownObject(f"there is no attribute {name!r}", where=design.qualified_name(entity), mend=mend)
