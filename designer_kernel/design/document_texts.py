"""The texts of a design's items as they stand in its file: an edit writes anew only what it has changed.

The text of an item follows from the item, which never changes, and from the names of the entities that it speaks of.
"""

from __future__ import annotations

from typing import NamedTuple

from designer_kernel.design import document_emit
from designer_kernel.design.design import Design
from designer_kernel.design.document_names import OFTEN, entity_names, item_data, with_rest
from designer_kernel.design.entity import Entity
from designer_kernel.design.relationship import Relationship


class _Text(NamedTuple):
    """The text of an item, and the names of entities that stand in it, by their ids."""

    item: Entity | Relationship
    names: dict[str, str]
    text: str


class Texts:
    """The texts of the design that was written last, and of no other."""

    def __init__(self) -> None:
        self._known: dict[int, _Text] = {}

    def yaml(self, design: Design) -> str:
        """Return the text of a design's file as YAML; see `designer_kernel.design.document.to_yaml`."""
        names = entity_names(design)
        known: dict[int, _Text] = {}
        written: dict[str, list[str]] = {}
        for collection in OFTEN:
            texts = written[collection] = document_emit.Records()
            for item in getattr(design, collection):
                found = self._known.get(id(item))  # it holds the item, so no other one can have its id
                if found is None or any(names.get(key, key) != name for key, name in found.names.items()):
                    found = _text(item, collection, names)
                known[id(item)] = found
                texts.append(found.text)
        self._known = known
        return document_emit.document(with_rest(design, written, names))


def _text(item: Entity | Relationship, collection: str, names: dict[str, str]) -> _Text:
    used: dict[str, str] = {}

    def name_of(key: str, default: str) -> str:
        used[key] = names.get(key, default)
        return used[key]

    data = item_data(item, collection, name_of)
    return _Text(item, used, document_emit.record(collection, data))
