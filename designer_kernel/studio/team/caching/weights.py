"""How many bytes values have in memory, near enough to keep a limit."""

from __future__ import annotations

import gc
import sys
from types import ModuleType
from typing import Any, Final

from designer_kernel.design.design import COLLECTIONS, Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.parts import PARTS
from designer_kernel.design.values import Item

_MODEL: Final = 800
"""Of a model, beside the length of all that it says as JSON: the object, and the set of the fields that were given."""

_PLAIN: Final = (str, bytes, int, float, bool, type(None))


def of_design(design: Design) -> int:
    """Return the bytes of a design without its items."""
    items = sum(len(getattr(design, name)) for name in COLLECTIONS)
    said = design.model_dump_json(exclude=set(COLLECTIONS))
    return _MODEL + 8 * items + len(said)


def items_of(design: Design) -> list[Item]:
    """Return the items that states of a design share."""
    return [item for name in COLLECTIONS for item in getattr(design, name)]


def of_item(item: Item) -> int:
    """Return the bytes of an item with all that is in it."""
    inside = ("attributes", "traits", *PARTS) if isinstance(item, Entity) else ()
    models = 1 + sum(len(getattr(item, name)) for name in inside)
    return _MODEL * models + len(item.model_dump_json())


def of_anything(value: Any) -> int:
    """Return the bytes of a value with all that it holds, each object counted once."""
    total, seen, waiting = 0, {id(value)}, [value]
    while waiting:
        one = waiting.pop()
        total += sys.getsizeof(one)
        if isinstance(one, _PLAIN):
            continue
        for held in gc.get_referents(one):
            if id(held) not in seen and not (callable(held) or isinstance(held, ModuleType)):  # the program itself
                seen.add(id(held))
                waiting.append(held)
    return total
