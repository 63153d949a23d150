"""The function that moves old rows to their archive, with every row that could not stay without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.literals import literal
from designer_kernel.design.implied import EffectiveForeignKey
from designer_kernel.design.traits._functions import definition as function_definition
from designer_kernel.design.values import Action
from designer_kernel.errors import InvalidDesign

if TYPE_CHECKING:
    from designer_kernel.design.entity import Entity
    from designer_kernel.design.expansion import Expansion

_PHYSICAL: Final = ("tableoid", "ctid")
"""What identifies a row without a key; ``ctid`` alone repeats in each partition."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An entity whose rows move, and the foreign keys that make them follow rows which move before them."""

    entity: Entity
    keys: tuple[EffectiveForeignKey, ...] = ()


def moved_with(expansion: Expansion, entity: Entity) -> list[Moved]:
    """Return the entity and all whose rows cannot stay without its rows, parents before their children.

    Raises
    ------
    InvalidDesign
        If the entities cascade into one another in a circle, so that rows would be deleted without being moved.
    """
    reached = _reached(expansion, entity)
    keys = [
        key
        for key in _foreign_keys(expansion)
        if key.parent_entity_id in reached and key.child_entity_id in reached and not _may_stay(key)
    ]
    moved: list[Moved] = []
    waiting = list(reached)
    while waiting:
        ready = (member for member in waiting if not _needs(keys, member, waiting))
        member = next(ready, waiting[0])  # in a circle the nearest begins
        open_keys = _needs(keys, member, waiting)
        if any(key.on_delete is Action.CASCADE for key in open_keys):
            raise InvalidDesign(
                f"rows of {expansion.entities[open_keys[0].parent_entity_id].name!r} and "
                f"{expansion.entities[member].name!r} are deleted with one another in a circle, so they cannot all be "
                "moved to an archive",
                where=f"{entity.name}: trait archived",
                mend="let one of the relationships between them set NULL or refuse instead of CASCADE",
            )
        waiting.remove(member)
        follows = tuple(key for key in keys if key.child_entity_id == member and key not in open_keys)
        moved.append(Moved(expansion.entities[member], follows))
    return moved


def _reached(expansion: Expansion, entity: Entity) -> dict[UUID, None]:
    reached: dict[UUID, None] = {entity.id: None}
    waiting = [entity.id]
    while waiting:
        parent = waiting.pop(0)
        for key in _foreign_keys(expansion):
            if key.parent_entity_id == parent and key.child_entity_id not in reached and not _may_stay(key):
                reached[key.child_entity_id] = None
                waiting.append(key.child_entity_id)
    return reached


def _foreign_keys(expansion: Expansion) -> list[EffectiveForeignKey]:
    """Return the foreign keys in an order that a database can tell too: that of their names."""

    def place(key: EffectiveForeignKey) -> tuple[str, str, tuple[str, ...]]:
        child = expansion.entities[key.child_entity_id]
        return expansion.schema(child), child.name, key.child_attributes

    return sorted(expansion.foreign_keys, key=place)


def _may_stay(key: EffectiveForeignKey) -> bool:
    """Whether a child's row only loses its reference when the parent's row goes."""
    return key.is_nullable and key.on_delete in {Action.SET_NULL, Action.SET_DEFAULT}


def _needs(keys: Sequence[EffectiveForeignKey], member: UUID, waiting: list[UUID]) -> list[EffectiveForeignKey]:
    """Return the member's keys to others that are not placed yet."""
    return [
        key
        for key in keys
        if key.child_entity_id == member and key.parent_entity_id != member and key.parent_entity_id in waiting
    ]


def definition(
    expansion: Expansion, name: str, moved: Sequence[Moved], archives: Sequence[str], age: str, after: str
) -> str:
    """Return the CREATE FUNCTION statement.

    Its one statement finds all rows to move, deletes them and keeps them: foreign keys are checked at its end, when
    no row is left that a cascade could delete unseen.
    """
    numbers = {member.entity.id: number for number, member in enumerate(moved)}
    steps = [_picked(expansion, moved, age, after)]
    for number, member in enumerate(moved):
        table = quote_path(expansion.schema(member.entity), member.entity.name)
        archive = quote_path(expansion.schema(member.entity), archives[number])
        columns = ", ".join(quote(a.name) for a in member.entity.attributes)
        match = " AND ".join(f"t.{name} = s.{name}" for name in _identity(member.entity))
        removed = [f"DELETE FROM {table} AS t USING rows_{number} AS s", f"WHERE {match} RETURNING t.*"]
        kept = [f"INSERT INTO {archive} ({columns})", f"SELECT {columns} FROM removed_{number} RETURNING 1"]
        steps.append(_step(f"rows_{number}", _rows(expansion, number, moved, numbers)))
        steps += [_step(f"removed_{number}", removed), _step(f"kept_{number}", kept)]
    body = f"\n    WITH RECURSIVE {_SEPARATOR.join(steps)}\n    SELECT count(*) FROM kept_0\n"
    signature = ("batch integer DEFAULT 10000", "bigint")
    return function_definition((expansion.schema(), name), signature, "sql", body)


_SEPARATOR: Final = ",\n    "


def _step(name: str, lines: Sequence[str]) -> str:
    inside = "".join(f"\n        {line}" for line in lines)
    return f"{name} AS ({inside}\n    )"


def _picked(expansion: Expansion, moved: Sequence[Moved], age: str, after: str) -> str:
    """Return the step that picks and locks the old rows, skipping what others work on."""
    entity = moved[0].entity
    return _step(
        "picked",
        [
            f"SELECT {_columns(entity, moved)} FROM {quote_path(expansion.schema(entity), entity.name)} AS t",
            f"WHERE t.{quote(age)} < now() - {literal(after)}::interval",
            f"ORDER BY t.{quote(age)} LIMIT batch FOR UPDATE SKIP LOCKED",
        ],
    )


def _rows(expansion: Expansion, number: int, moved: Sequence[Moved], numbers: dict[UUID, int]) -> list[str]:
    """Return the lines that find the rows of an entity: picked, following a parent, or children of those."""
    member = moved[number]
    entity = member.entity
    columns = _columns(entity, moved)
    table = quote_path(expansion.schema(entity), entity.name)
    lines = [f"SELECT {columns} FROM picked AS t"] if number == 0 else []
    for key in member.keys:
        if key.parent_entity_id != entity.id:
            source = f"rows_{numbers[key.parent_entity_id]}"
            lines += ["UNION"] * bool(lines)
            lines.append(f"SELECT {columns} FROM {table} AS t JOIN {source} AS s ON {_pairs(key)}")
    own = [f"({_pairs(key)})" for key in member.keys if key.parent_entity_id == entity.id]
    if own:
        lines += ["UNION", f"SELECT {columns} FROM {table} AS t JOIN rows_{number} AS s ON {' OR '.join(own)}"]
    return lines


def _pairs(key: EffectiveForeignKey) -> str:
    return " AND ".join(
        f"t.{quote(child)} = s.{quote(parent)}"
        for child, parent in zip(key.child_attributes, key.parent_attributes, strict=True)
    )


def _identity(entity: Entity) -> tuple[str, ...]:
    return tuple(quote(name) for name in entity.key) or _PHYSICAL


def _columns(entity: Entity, moved: Sequence[Moved]) -> str:
    """Return what must be known of a row that moves: what identifies it, and what children refer to."""
    referenced = (
        quote(name)
        for member in moved
        for key in member.keys
        if key.parent_entity_id == entity.id
        for name in key.parent_attributes
    )
    return ", ".join(f"t.{name}" for name in dict.fromkeys((*_identity(entity), *referenced)))
