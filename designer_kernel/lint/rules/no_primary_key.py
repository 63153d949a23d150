"""An entity without a primary key."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design import Attribute, Entity
from designer_kernel.design.edits import AddAttribute, ChangeAttribute, Edit
from designer_kernel.design.identity import derived_id
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("warning", "Without one, rows cannot be told apart, referred to, or replicated logically.")
def look(context: Context) -> Iterator[Found]:
    """Yield concrete entities that have no primary key, not even by inheritance."""
    for drawn, effective in context.drawn():
        yield from context.known.once(_without_key, drawn, effective)


def _without_key(drawn: Entity, effective: Entity) -> Iterator[Found]:
    if not effective.key and effective.attributes:
        mend, label = _mend(drawn, effective)
        yield Found(f"{drawn.name} has no primary key", (drawn.id,), mend, label)


def _mend(drawn: Entity, effective: Entity) -> tuple[Edit | None, str]:
    own = drawn.attribute("id")
    if own is not None:
        changes = {"is_primary_key": True, "is_nullable": False}
        return ChangeAttribute(entity_id=drawn.id, attribute_id=own.id, changes=changes), "make id the primary key"
    if effective.attribute("id") is not None:
        return None, ""
    key = Attribute(
        id=derived_id(drawn.id, "lint", "primary_key"),
        name="id",
        data_type="bigint",
        is_nullable=False,
        is_primary_key=True,
        identity="ALWAYS",
    )
    return AddAttribute(entity_id=drawn.id, attribute=key, position=0), "add a primary key id"
