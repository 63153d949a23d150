"""Adding one design to another: all of it, or the reasons why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from designer_kernel.design.design import COLLECTIONS, Design
from designer_kernel.design.identity import new_id
from designer_kernel.design.lower import lower
from designer_kernel.design.values import Item
from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog
    from designer_kernel.design.edits import Edit

SHARED: Final = ("schemas", "extensions", "roles", "enums", "domains")
"""Collections whose items two designs may have in common."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What adding comes to: the edit, or the names that both designs use for different things."""

    edit: Edit | None
    clashes: tuple[str, ...] = ()


def addition(design: Design, other: Design, label: str = "") -> Addition:
    """Return the edit that adds another design, if both together mean exactly what each means alone.

    What both have in common, such as an extension or an equal type, is there once. The edit is called ``label``.
    """
    from designer_kernel.design.edits.items import PutItems

    ours, theirs = lower(design), lower(other)
    clashes = tuple(sorted(_clashes(ours, theirs)))
    if clashes:
        return Addition(None, clashes)
    both = _together(design, other)
    try:
        meant = lower(both)
    except DesignerError as error:
        return Addition(None, (f"{error.where}: {error.what}" if error.where else error.what,))
    wrong = sorted(_names(key for key in {*ours, *theirs} if meant.get(key) != (ours.get(key) or theirs.get(key))))
    if wrong:
        return Addition(None, tuple(wrong))
    return Addition(cast("Edit", PutItems.between(design, both, label or f"add {other.name}")))


def _clashes(ours: Catalog, theirs: Catalog) -> Iterator[str]:
    """Yield what both mean, and mean differently, or cannot share; nothing inside of what is named already."""
    clashing = {key for key in theirs if key in ours and (key.kind == "relation" or ours[key] != theirs[key])}
    for key in clashing:
        above = ours[key].parent
        while above is not None and above not in clashing and above in ours:
            above = ours[above].parent
        if above not in clashing:
            yield f"{ours[key].kind.replace('_', ' ')} {'.'.join(key.path)}"


def _names(keys: Iterable[Any]) -> set[str]:
    return {f"{key.kind.replace('_', ' ')} {'.'.join(key.path)}" for key in keys}


def _together(design: Design, other: Design) -> Design:
    taken = {item.id for item in design.items()}
    renumbered = _with_own_ids(other, taken)
    changes: dict[str, tuple[Item, ...]] = {}
    for collection in COLLECTIONS:
        mine: tuple[Item, ...] = getattr(design, collection)
        known = {_key(design, item) for item in mine} if collection in (*SHARED, "opaque") else set()
        more = [
            _placed(_named_apart(item, mine) if collection == "diagrams" else item, design, other)
            for item in getattr(renumbered, collection)
            if _key(other, item) not in known
        ]  # fmt: skip
        changes[collection] = tuple(sorted((*mine, *more), key=lambda item: item.id))
    return design.model_copy(update=changes)


def _named_apart(item: Item, mine: tuple[Item, ...]) -> Item:
    """Return a diagram under a name that no diagram of the other design has."""
    taken = {getattr(one, "name", "") for one in mine}
    own = name = getattr(item, "name", "")
    number = 2
    while name in taken:
        name, number = f"{own[:190]} {number}", number + 1
    return item if name == own else item.model_copy(update={"name": name})


def _key(design: Design, item: Any) -> tuple[Any, ...]:
    if hasattr(item, "key") and hasattr(item, "effect"):
        return (item.key, item.effect)
    if hasattr(item, "schema_name"):
        return (design.schema_of(item), item.name)
    return (getattr(item, "name", item.id),)


def _placed(item: Item, design: Design, other: Design) -> Item:
    """Return an item that stays in its schema, where the two designs have different default schemas."""
    if not hasattr(item, "schema_name") or design.default_schema == other.default_schema:
        return item
    name = item.schema_name or other.default_schema
    return item.model_copy(update={"schema_name": None if name == design.default_schema else name})


def _with_own_ids(other: Design, taken: set[UUID]) -> Design:
    """Return a design none of whose identities is taken: two files may be copies of one. Its order stays."""
    if not any(item.id in taken for item in other.items()):
        return other
    fresh = {str(item.id): str(new_id()) for item in other.items()}
    return Design.model_validate(_replaced(other.model_dump(mode="json"), fresh))


def _replaced(value: Any, fresh: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {fresh.get(key, key): _replaced(one, fresh) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(one, fresh) for one in value]
    return fresh.get(value, value) if isinstance(value, str) else value
