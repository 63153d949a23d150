"""Merging an edit that was made on an older revision, or saying why that cannot be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from designer_kernel import lint
from designer_kernel.design import bends, edits
from designer_kernel.design.design import COLLECTIONS, Design
from designer_kernel.design.diagrams import Diagram
from designer_kernel.design.entity import Entity
from designer_kernel.design.expansion import expand
from designer_kernel.design.identity import derived_id
from designer_kernel.design.objects import Area
from designer_kernel.design.parts import PARTS
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.values import Item
from designer_kernel.errors import DesignerError, EditConflict

if TYPE_CHECKING:
    from designer_kernel.design.edits import Edit

Aspect = tuple[UUID, Literal["content", "position", "order"]]
"""An item, and what of it: what it says, where its card stands, or how its attributes follow each other."""

_PARTS = ("attributes", *PARTS)


class MergeConflict(EditConflict):
    """An edit that does not fit what has changed since it was made.

    Parameters
    ----------
    same
        What both changed, with names for people; if they changed nothing in common, all that changed since.
    """

    def __init__(self, what: str, *, where: str = "", mend: str = "", same: Mapping[Aspect, str] | None = None) -> None:
        super().__init__(what, where=where, mend=mend)
        self.same = dict(same or {})


def merge(base: Design, current: Design, edit: Edit) -> Design:
    """Return ``current`` with an edit that was made looking at ``base``.

    The edit may change nothing that differs between ``base`` and ``current``: neither where it was made nor where it
    lands. The second half catches consequences, such as a removal that would take a relationship along which its
    author never saw. Nor may the two together be wrong where neither is alone: an index on an attribute that has been
    renamed since is no edit of that attribute, but would name nothing.

    Raises
    ------
    MergeConflict
        If it does; the message names both sides.
    """
    since = changed_items(base, current)
    try:
        landed = edits.apply(current, edit)
    except DesignerError as error:
        raise _conflict(edit, since, f"it no longer fits: {error.what}") from error
    touched = changed_items(current, landed)
    made = base
    with suppress(DesignerError):  # it may speak of something newer than its base; then only where it lands counts
        made = edits.apply(base, edit)
        touched |= changed_items(base, made)
    both = touched.keys() & since.keys()
    if both:
        raise _conflict(edit, {key: since[key] for key in both}, "both changed the same")
    wrong = errors_of(landed)
    if wrong and (wrong := wrong - errors_of(current)) and (wrong := wrong - errors_of(made)):
        raise _conflict(edit, since, f"together they are wrong: {min(wrong)}")
    return landed


def refuse_contradiction(before: Design, after: Design) -> None:
    """Refuse a design that contradicts itself, such as by a foreign key whose name is taken.

    If it did before, as a file by hand may, edits pass: they are what mends it.

    Raises
    ------
    DesignerError
        What it is that contradicts itself.
    """
    if _means_the_same(before, after):
        return
    try:
        expand(after)
    except DesignerError:
        if _is_consistent(before):
            raise


_QUIET = frozenset({"description", "position", "colour", *bends.FIELDS})
"""Fields that say nothing to PostgreSQL but comments."""


_SEEN = frozenset({"areas", "diagrams", "notes"})
"""Collections that say nothing to PostgreSQL at all."""


def _means_the_same(before: Design, after: Design) -> bool:
    """Whether two designs differ in nothing but what they say to people and where cards stand."""
    for name in type(before).model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if name in _SEEN:
            continue
        if name in COLLECTIONS:
            if len(old) != len(new) or not all(map(_is_alike, old, new)):
                return False
        elif name not in _QUIET and old != new:
            return False
    return True


def _is_alike(old: Item, new: Item) -> bool:
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    for name in type(old).model_fields:
        one, other = getattr(old, name), getattr(new, name)
        if one is other or name in _QUIET:
            continue
        if not (isinstance(old, Entity) and name in _PARTS):
            if one != other:
                return False
        elif len(one) != len(other) or not all(map(_is_alike, one, other)):
            return False
    return True


def _is_consistent(design: Design) -> bool:
    try:
        expand(design)
    except DesignerError:
        return False
    return True


def errors_of(design: Design) -> set[str]:
    """Return the errors that the rules find in a design."""
    return {f"{finding.message} ({finding.code})" for finding in lint.errors(design)}


def changed_items(before: Design, after: Design) -> dict[Aspect, str]:
    """Return what two designs do not share, with names for people, each item without the items inside it.

    Where a card stands counts apart from what it says, so that moving never conflicts with editing.
    """
    shared = _shared(before, after)
    old, new = _aspects(before, shared), _aspects(after, shared)
    changed = {key for key in old.keys() & new.keys() if old[key][1] != new[key][1]} | (old.keys() ^ new.keys())
    named = {key: (new.get(key) or old[key])[0] for key in changed}
    return named | dict(_reordered(before, after))


def _shared(before: Design, after: Design) -> frozenset[UUID]:
    """Return the ids of what two designs share: the very same values, which edits leave alone."""
    own = {item.id: item for name in COLLECTIONS for item in getattr(before, name)}
    others = (item for name in COLLECTIONS for item in getattr(after, name))
    return frozenset(item.id for item in others if own.get(item.id, own) is item)


def _reordered(before: Design, after: Design) -> Iterator[tuple[Aspect, str]]:
    """Yield the entities whose attributes follow each other differently; new and removed ones do not count."""
    old = {entity.id: entity for entity in before.entities}
    for entity in after.entities:
        was = old.get(entity.id)
        if was is None or was is entity:
            continue
        ids, known = [a.id for a in entity.attributes], [a.id for a in was.attributes]
        if ids != known and [i for i in ids if i in known] != [i for i in known if i in ids]:
            yield (entity.id, "order"), f"order of {_name(entity)}"


def _aspects(design: Design, without: frozenset[UUID]) -> dict[Aspect, tuple[str, object]]:
    own = {name: getattr(design, name) for name in type(design).model_fields if name not in COLLECTIONS}
    found: dict[Aspect, tuple[str, object]] = {(design.id, "content"): (design.name, own)}
    for item in _items(design, without):
        name = _name(item)
        left_out = {"position", *bends.FIELDS, *(_PARTS if isinstance(item, Entity) else ())}
        if isinstance(item, Area | Diagram):
            left_out = {"members", "positions", "bends"}
            found |= _held(item, name)
        content = {field: getattr(item, field) for field in type(item).model_fields if field not in left_out}
        found[item.id, "content"] = (name, content)
        if isinstance(item, Relationship):
            found[item.id, "position"] = (f"bends of {name}", (item.bends, item.target_bends))
        if "position" in type(item).model_fields:
            found[item.id, "position"] = (f"position of {name}", getattr(item, "position"))  # noqa: B009
    return found


def _held(item: Area | Diagram, name: str) -> dict[Aspect, tuple[str, object]]:
    """Return the members of an area or a diagram one by one, so that two people may add different ones."""
    found: dict[Aspect, tuple[str, object]] = {
        (derived_id(item.id, "members"), "content"): (f"members of {name}", item.members is None)
    }
    for member in item.members or ():
        found[derived_id(item.id, "member", str(member)), "content"] = (f"a member of {name}", True)
    for key, place in getattr(item, "positions", {}).items():
        found[derived_id(item.id, "position", str(key)), "position"] = (f"a position in {name}", place)
    for key, bent in getattr(item, "bends", {}).items():
        found[derived_id(item.id, "bends", str(key)), "position"] = (f"the bends of a line in {name}", bent)
    return found


def _items(design: Design, without: frozenset[UUID]) -> Iterator[Item]:
    """Yield the items of a design, apart from some objects and what is in them."""
    for collection in COLLECTIONS:
        for item in getattr(design, collection):
            if item.id not in without:
                yield item
                if isinstance(item, Entity):
                    for part in _PARTS:
                        yield from getattr(item, part)


def _name(item: Item) -> str:
    kind = type(item).__name__.lower()
    name = getattr(item, "name", None)
    return f"{kind} {name}" if name else f"{kind} {item.id}"


def _conflict(edit: Edit, since: dict[Aspect, str], reason: str) -> MergeConflict:
    theirs = ", ".join(sorted(since.values())[:5]) or "nothing"
    return MergeConflict(
        f"this edit ({edit.kind}) was made on an older revision and {reason}; changed since: {theirs}",
        where=edit.kind,
        mend="look at the design as it is now and make the edit again",
        same=since,
    )
