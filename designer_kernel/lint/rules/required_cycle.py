"""Entities that each need a row of the next before they can have one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from designer_kernel.design.edits import ChangeRelationship
from designer_kernel.design.implied import EffectiveForeignKey
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("warning", "No first row can be inserted: each needs another one that is not there yet.")
def look(context: Context) -> Iterator[Found]:
    """Yield circles of required foreign keys that are checked at once; a deferrable one breaks the circle."""
    outgoing: dict[UUID, list[EffectiveForeignKey]] = defaultdict(list)
    for key in context.expanded.foreign_keys:
        if not key.is_nullable and not key.deferrable:
            outgoing[key.child_entity_id].append(key)
    for circle in _circles(outgoing):
        drawn = [key for key in circle if key.relationship_id is not None]
        names = " → ".join(context.effective[key.child_entity_id].name for key in (*circle, circle[0]))
        mend = drawn and ChangeRelationship(
            relationship_id=drawn[-1].relationship_id, changes={"deferrable": "DEFERRED"}
        )
        yield Found(
            f"required foreign keys run in a circle: {names}",
            (*(key.relationship_id for key in drawn if key.relationship_id), circle[0].child_entity_id),
            mend or None,
            "check the last one at the end of the transaction" if mend else "",
        )


def _circles(outgoing: dict[UUID, list[EffectiveForeignKey]]) -> Iterator[list[EffectiveForeignKey]]:
    """Yield one circle for each group of entities that run in circles, by depth-first search without recursion."""
    done: set[UUID] = set()
    for start in list(outgoing):
        if start in done:
            continue
        trail: list[EffectiveForeignKey] = []
        on_trail = {start}
        stack = [iter(outgoing[start])]
        while stack:
            key = next(stack[-1], None)
            if key is None:
                stack.pop()
                last = trail.pop() if trail else None
                finished = last.parent_entity_id if last else start
                done.add(finished)
                on_trail.discard(finished)
            elif key.parent_entity_id in on_trail:
                begin = next(
                    (n for n, one in enumerate(trail) if one.child_entity_id == key.parent_entity_id), len(trail)
                )
                yield [*trail[begin:], key]
            elif key.parent_entity_id not in done:
                trail.append(key)
                on_trail.add(key.parent_entity_id)
                stack.append(iter(outgoing.get(key.parent_entity_id, ())))
