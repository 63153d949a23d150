"""`lift`: from what PostgreSQL holds to what a person would have drawn.

The law is ``lower(lift(catalog).design) == catalog``, for every catalog. It holds by construction: what can be drawn is
drawn, that drawing is lowered, and where the two catalogs differ, fact by fact, the design carries along what is
missing as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.memory import without_collection
from designer_kernel.design.design import Design
from designer_kernel.design.lift.drawing import blank, draw, with_areas
from designer_kernel.design.lift.grants import without_disorder
from designer_kernel.design.lift.recognition import recognised
from designer_kernel.design.lift.remainder import complete
from designer_kernel.design.losses import LossReport
from designer_kernel.design.lower import lower
from designer_kernel.errors import DesignerError

__all__ = ["Lifted", "lift"]


@dataclass(frozen=True, slots=True)
class Lifted:
    """A design that was read from a catalog, and what became of each of its objects."""

    design: Design
    losses: LossReport


@without_collection()
def lift(catalog: Catalog, *, name: str = "imported", default_schema: str | None = None, traits: bool = True) -> Lifted:
    """Return the design that a catalog means.

    Parameters
    ----------
    name
        What to call the design.
    default_schema
        The schema whose name can be left out; by default the one with most tables.
    """
    empty = blank(catalog, name, default_schema)
    try:
        drawn = draw(catalog, empty)
        made = lower(drawn)
        calm = without_disorder(drawn, made, catalog)
        drawn, made = calm, made if calm is drawn else lower(calm)
        drawn, made = recognised(drawn, made, catalog)
        return Lifted(*complete(with_areas(drawn), catalog, made=made))
    except DesignerError:  # names and SQL that no server would give
        return Lifted(*complete(empty, catalog))
