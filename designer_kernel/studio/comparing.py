"""What differs between two states of a design: in words, as a picture, and as the SQL that leads there."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from designer_kernel.design import bends
from designer_kernel.design.entity import Entity
from designer_kernel.design.parts import PARTS, Index
from designer_kernel.design.relationship import Relationship

if TYPE_CHECKING:
    from designer_kernel.design import Design
    from designer_kernel.design.values import Item
    from designer_kernel.diagram.comparison import Compared
    from designer_kernel.postgres.server import Progress
    from designer_kernel.studio.planning import Planned

_PLACE: Final = frozenset(
    {"id", "name", "position", "colour", "created_at", "updated_at", "attributes", *PARTS, *bends.FIELDS}
)
"""Fields that do not make a thing another one: its name is told by itself, and its parts are things of their own."""

_LONGEST: Final = 60


@dataclass(frozen=True)
class Comparison:
    """Two states of a design, and what differs.

    Attributes
    ----------
    before, after
        The two states.
    old, new
        What they are called: ``version 1``, ``now``.
    """

    before: Design
    after: Design
    old: str = "before"
    new: str = "after"

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """What differs, one thing a line: added, removed, renamed, changed."""
        return tuple(_told(self.before, self.after))

    def __bool__(self) -> bool:
        return bool(self.lines)

    def __str__(self) -> str:
        head = f"{self.old} → {self.new}"
        return "\n".join([head, *self.lines]) if self.lines else f"{head}: nothing differs"

    @cached_property
    def picture(self) -> Compared:
        """Both states in one picture: what was added, removed and changed."""
        from designer_kernel.diagram.comparison import compared

        return compared(self.before, self.after)

    def plan(
        self, *, progress: Progress | None = None, cancel: threading.Event | None = None, **options: Any
    ) -> Planned:
        """Return the plan between the two states, on the embedded server; see `designer_kernel.studio.planning`.

        Raises
        ------
        DesignerError
            If one of them contradicts itself, or PostgreSQL refuses a part of it.
        """
        from designer_kernel.studio.planning import plan_between
        from designer_kernel.studio.states import state_of_design

        sides = state_of_design(self.before, label=self.old), state_of_design(self.after, label=self.new)
        return plan_between(*sides, progress=progress, cancel=cancel, **options)

    def sql(self) -> str:
        """Return the SQL that leads from one to the other."""
        return "\n".join(f"{sql};" for step in self.plan(salvage=False).plan.up for sql in step.statements)


def _told(before: Design, after: Design) -> Iterator[str]:
    old, new = dict(_things(before)), dict(_things(after))
    same = _same(old, new)
    names = {was: new[now][0] for was, now in same.items()}
    come, gone = new.keys() - set(same.values()), old.keys() - same.keys()
    yield from _alone("added", new, come)
    yield from _alone("removed", old, gone)
    for key, now in same.items():
        (was, item), (name, other) = old[key], new[now]
        if name != _carried(key, was, old, names) and not _is_nameless(item, other):
            yield f"renamed: {_kind(item)} {was} → {name}"
        yield from (f"changed: {_kind(other)} {name}: {what}" for what in _changes(item, other))


_Key = tuple[UUID, ...]
_Things = Mapping[_Key, tuple[str, "Item"]]


def _alone(what: str, things: _Things, some: AbstractSet[_Key]) -> Iterator[str]:
    """Yield what came or went, without the parts of what came or went as a whole."""
    for key, (name, item) in things.items():
        if key in some and _whole(key) not in some:
            yield f"{what}: {_kind(item)} {name}"


def _whole(key: _Key) -> _Key | None:
    return key[:-1] if len(key) > 1 else None


def _carried(key: _Key, was: str, old: _Things, names: Mapping[_Key, str]) -> str:
    """Return what a thing is called if only the entity that it is a part of was renamed."""
    whole = _whole(key)
    item = old[key][1]
    if isinstance(item, Relationship):
        ends = (item.source_entity_id, item.target_entity_id)
        return " → ".join(names.get((end,), "?") for end in ends)
    if whole is None or whole not in names:
        return was
    return names[whole] + was.removeprefix(old[whole][0])


def _things(design: Design) -> Iterator[tuple[_Key, tuple[str, Item]]]:
    """Yield all that a design draws, by identity, with its name."""
    yield (design.id,), (design.name, design)
    entities = {entity.id: design.qualified_name(entity) for entity in design.entities}
    for item in design.items():
        if isinstance(item, Entity):
            yield (item.id,), (entities[item.id], item)
            for part in ("attributes", *PARTS):
                for one in getattr(item, part):
                    yield (item.id, one.id), (_name(one, f"{entities[item.id]}."), one)
    parts = {one.id for entity in design.entities for part in ("attributes", *PARTS) for one in getattr(entity, part)}
    for item in design.items():
        if item.id in parts or isinstance(item, Entity):
            continue
        if isinstance(item, Relationship):
            ends = (entities.get(end, "?") for end in (item.source_entity_id, item.target_entity_id))
            yield (item.id,), (" → ".join(ends), item)
        else:
            yield (item.id,), (_name(item), item)


def _name(item: Item, owner: str = "") -> str:
    """Return what to call an item; what has no name of its own is told by what it is about."""
    name = getattr(item, "name", None)
    if name:
        return f"{owner}{name}"
    if isinstance(item, Index):
        about = [key.attribute or key.expression or "" for key in item.keys]
    else:
        about = [str(one) for one in getattr(item, "attributes", ())] or [str(getattr(item, "expression", ""))]
    told = ", ".join(filter(None, about)) or f"of {type(item).__name__.lower()} {str(item.id)[-6:]}"
    return f"{owner.rstrip('.')} ({told})".lstrip()


def _is_nameless(*items: Item) -> bool:
    """Whether things are told by what they are about, which is no name that could become another."""
    return not any(isinstance(item, Relationship) or getattr(item, "name", "") is not None for item in items)


def _kind(item: Item) -> str:
    return {"MaterializedView": "materialized view", "Namespace": "schema"}.get(
        type(item).__name__, type(item).__name__.lower()
    )


def _same(old: _Things, new: _Things) -> dict[_Key, _Key]:
    """Return which thing of one state is which of the other: by identity, or else by kind and name."""
    found = {key: key for key in old if key in new}
    taken = set(found.values())
    by_name = {(type(item), name): key for key, (name, item) in new.items() if key not in taken}
    for key, (name, item) in old.items():
        other = by_name.get((type(item), name))
        if key not in found and other is not None:
            found[key] = other
    return found


def _changes(old: Item, new: Item) -> Iterator[str]:
    """Yield the fields that differ, from what to what."""
    for field in type(new).model_fields:
        was, now = getattr(old, field, None), getattr(new, field)
        if field not in _PLACE and was != now and not _holds_items(now) and not _holds_items(was):
            yield f"{field.replace('_', ' ')} {_shown(was)} → {_shown(now)}"


def _holds_items(value: Any) -> bool:
    return isinstance(value, UUID) or (
        isinstance(value, tuple) and any(isinstance(one, UUID) or hasattr(one, "id") for one in value)
    )


def _shown(value: Any) -> str:
    if value is None or value in ("", ()):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join(str(getattr(value, "value", value)).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
