"""How an item looks in a file: as somebody would write it by hand, with its identity where it is least in the way."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from designer_kernel.catalog import types
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.document_emit import BLOCK
from designer_kernel.design.identity import new_id
from designer_kernel.errors import DesignerError

TYPE_FIELDS: Final = ("data_type", "length", "precision", "scale", "is_array")
"""The fields of an attribute that are its type."""

_ANY: Final = new_id()
"""What stands for an identity where none is needed."""


def shaped(item: dict[str, Any], collection: str) -> dict[str, Any]:
    """Return the data of an item as it is written: its type in one field, its identity behind what says more.

    That is behind the name where an item has lines of its own, and at the end of an item on one line.
    """
    rest = dict(item)
    identity = rest.pop("id", None)
    if "data_type" in rest:
        rest = _with_whole_type(rest)
    if identity is None:
        return rest
    if "name" in rest and collection in BLOCK:
        return {"name": rest.pop("name"), "id": identity} | rest
    return rest | {"id": identity}


def _with_whole_type(item: dict[str, Any]) -> dict[str, Any]:
    """Return an attribute's data with its type in one field, if it is read back as just these fields."""
    fields = tuple(item.get(name) for name in TYPE_FIELDS)
    whole = _whole_type(*fields) if any(fields[1:]) else ""
    if not whole:
        return item
    return {
        name: whole if name == "data_type" else value
        for name, value in item.items()
        if name == "data_type" or name not in TYPE_FIELDS
    }


@lru_cache(maxsize=8192)
def _whole_type(
    data_type: str, length: int | None, precision: int | None, scale: int | None, is_array: bool | None
) -> str:
    """Return a type as people write it (``varchar(255)``); empty if that would be read as other fields."""
    given = {"data_type": data_type, "length": length, "precision": precision, "scale": scale}
    try:
        meant = Attribute(id=_ANY, name="a", **given, is_array=bool(is_array))
        for text in (types.short(meant.type), meant.type):
            if Attribute(id=_ANY, name="a", data_type=text) == meant:
                return text
    except (DesignerError, ValueError):
        return ""
    return ""
