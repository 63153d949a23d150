"""Merging an edit that was made on an older revision, or saying why that cannot be done."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from designer_kernel.design import edits
from designer_kernel.design.design import COLLECTIONS, Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.values import Item
from designer_kernel.errors import DesignerError, EditConflict

if TYPE_CHECKING:
    from designer_kernel.design.edits import Edit

_PARTS = ("attributes", "keys", "checks", "indexes", "exclusions", "policies", "triggers")


def merge(base: Design, current: Design, edit: Edit) -> Design:
    """Return ``current`` with an edit that was made looking at ``base``.

    The edit may change nothing that differs between ``base`` and ``current``: neither where it was made nor where it
    lands. The second half catches consequences, such as a removal that would take a relationship along which its
    author never saw.

    Raises
    ------
    EditConflict
        If it does; the message names both sides.
    """
    since = changed_items(base, current)
    try:
        landed = edits.apply(current, edit)
    except DesignerError as error:
        raise _conflict(edit, since, f"it no longer fits: {error.what}") from error
    touched = changed_items(current, landed)
    try:
        touched |= changed_items(base, edits.apply(base, edit))
    except DesignerError:
        pass  # it speaks of something newer than its base, so only where it lands counts
    both = touched.keys() & since.keys()
    if both:
        raise _conflict(edit, {key: since[key] for key in both}, "both changed the same")
    return landed


def changed_items(before: Design, after: Design) -> dict[UUID, str]:
    """Return ids and names of the items that two designs do not share, each item without the items inside it."""
    old, new = _shallow(before), _shallow(after)
    return {
        key: (new.get(key) or old[key])[0]
        for key in old.keys() | new.keys()
        if old.get(key) != new.get(key)
    }


def _shallow(design: Design) -> dict[UUID, tuple[str, object]]:
    """Return every item by id, as its name and its fields that are no items."""
    own = {name: getattr(design, name) for name in type(design).model_fields if name not in COLLECTIONS}
    found: dict[UUID, tuple[str, object]] = {design.id: (design.name, own)}
    for item in design.items():
        found[item.id] = (_name(item), _fields(item) if isinstance(item, Entity) else item)
    return found


def _fields(entity: Entity) -> dict[str, object]:
    return {name: getattr(entity, name) for name in type(entity).model_fields if name not in _PARTS}


def _name(item: Item) -> str:
    kind = type(item).__name__.lower()
    name = getattr(item, "name", None)
    return f"{kind} {name}" if name else f"{kind} {item.id}"


def _conflict(edit: Edit, since: dict[UUID, str], reason: str) -> EditConflict:
    theirs = ", ".join(sorted(since.values())[:5]) or "nothing"
    return EditConflict(
        f"this edit ({edit.kind}) was made on an older revision and {reason}; changed since: {theirs}",
        where=edit.kind,
        mend="look at the design as it is now and make the edit again",
    )
