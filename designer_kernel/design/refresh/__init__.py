"""`refresh`: a design brought up to date with the database that it describes.

What the database has not changed stays as it was drawn: identities, positions, areas, colours, traits. What was renamed
there is renamed here where the evidence leaves one answer; the rest is asked. What is drawn and not there stays drawn,
unless an answer says that it was dropped there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.design.design import Design
from designer_kernel.design.edits import Edit
from designer_kernel.design.edits.items import PutItems
from designer_kernel.design.losses import LossReport
from designer_kernel.design.refresh.holding import held_back
from designer_kernel.design.refresh.keeping import kept
from designer_kernel.design.refresh.matching import Answer, Decision, renames
from designer_kernel.design.refresh.telling import came_and_went, changes
from designer_kernel.design.refresh.updating import updated
from designer_kernel.errors import DesignerError

__all__ = ["Answer", "Decision", "Refresh", "refresh"]


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh comes to.

    ``edit`` makes ``design`` of the design that was given; ``None`` if nothing changed. ``renamed`` says which names
    were taken for new names of the same things, ``added``, ``removed`` and ``changed`` what else happened to it.
    ``decisions`` are open: what they are about stays as it is drawn until they are answered. ``is_elsewhere`` says
    that the database has no table of the design.
    """

    design: Design
    edit: Edit | None
    losses: LossReport
    renamed: tuple[tuple[str, str], ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    is_elsewhere: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether a decision is open that cannot wait: of a new name, or of what clashes with what is there."""
        return any(one.suggested != "keep" for one in self.decisions)


def refresh(
    design: Design,
    catalog: Catalog,
    *,
    meant: Catalog | None = None,
    decide: Mapping[str, Answer] | None = None,
    reword: Callable[[Catalog], Catalog | None] | None = None,
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
    reword
        Puts what the design means after renaming into the words of that server.

    Raises
    ------
    InvalidDesign
        If the design contradicts itself.
    """
    found = renames(design, catalog, decide or {})
    before, worded = design, meant
    if found.renamed:
        worded = reword(found.own) if reword is not None and meant is not None else None
        before, meant = (found.design, worded) if worded is not None else (before, meant)
    known = held_back(found, catalog) if found.held else catalog
    known, unsure = kept(found, known, worded, decide or {})
    try:
        after, losses = updated(before, found.design, found.own, known, meant)
    except DesignerError as error:
        if not unsure:
            raise
        clashing = tuple(replace(one, suggested="remove", evidence=f"{one.evidence}; {error.what}") for one in unsure)
        return Refresh(design, None, LossReport(()), decisions=found.decisions + clashing)
    added, removed = came_and_went(design, found.design, after)
    tables = [table.id for table in found.own.of(Table)]
    edit = PutItems.between(design, after, "refresh from the database")
    return Refresh(
        design=after if edit is not None else design,
        edit=edit,
        losses=losses,
        renamed=found.renamed,
        added=added,
        removed=removed,
        changed=changes(found.own, worded, known, found.former) if edit is not None else (),
        decisions=found.decisions + unsure,
        is_elsewhere=bool(tables) and not found.held and not any(table in catalog for table in tables),
    )
