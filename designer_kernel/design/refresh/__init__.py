"""`refresh`: a design brought up to date with the database that it describes.

What the database has not changed stays as it was drawn: identities, positions, areas, colours, traits. What was renamed
there is renamed here where the evidence leaves one answer; the rest is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.design.design import Design
from designer_kernel.design.edits import Edit
from designer_kernel.design.edits.items import PutItems
from designer_kernel.design.losses import LossReport
from designer_kernel.design.lowering import Placed
from designer_kernel.design.refresh.holding import held_back
from designer_kernel.design.refresh.matching import Answer, Decision, renames
from designer_kernel.design.refresh.updating import updated

__all__ = ["Answer", "Decision", "Refresh", "refresh"]


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh comes to.

    ``edit`` makes ``design`` of the design that was given; ``None`` if nothing changed. ``renamed`` says which names
    were taken for new names of the same things. ``decisions`` are open: what they are about stays as it is drawn until
    they are answered.
    """

    design: Design
    edit: Edit | None
    losses: LossReport
    renamed: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()


def refresh(
    design: Design,
    catalog: Catalog,
    *,
    meant: Catalog | None = None,
    decide: Mapping[str, Answer] | None = None,
) -> Refresh:
    """Return the design as the database has it now.

    Parameters
    ----------
    catalog
        What the database holds.
    meant
        What the design means in the words of that server, from a shadow database; without it SQL of the design that
        the server has rewritten counts as changed.
    decide
        Answers to decisions, by their ``key``.

    Raises
    ------
    InvalidDesign
        If the design contradicts itself.
    """
    found = renames(design, catalog, decide or {})
    known = held_back(found, catalog) if found.held else catalog
    after, losses = updated(design, found.design, found.own, known, meant)
    gone = _names(found.design) - _names(after)
    edit = PutItems.between(design, after, "refresh from the database")
    return Refresh(
        design=after if edit is not None else design,
        edit=edit,
        losses=losses,
        renamed=found.renamed,
        removed=tuple(sorted(gone)),
        decisions=found.decisions,
    )


def _names(design: Design) -> set[str]:
    items: list[Placed] = [*design.entities, *design.views, *design.materialized_views, *design.functions]
    names = {design.qualified_name(item) for item in (*items, *design.enums, *design.domains)}
    return names | {f"{design.qualified_name(e)}.{a.name}" for e in design.entities for a in e.attributes}
