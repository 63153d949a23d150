"""YAML as design files use it: read from the parser's events within limits, written for small diffs.

Only the part of YAML is read that people write by hand: no anchors, aliases or tags, and of plain scalars only
``true``, ``false``, ``null`` and numbers mean anything but text (YAML 1.2, core schema), so ``no`` and ``on`` are text.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from designer_kernel.design.document_tree import MAX_KEY, Place, Tree

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?\Z")
_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}


def read(text: str, name: str) -> Tree:
    """Return the data of one YAML document.

    Raises
    ------
    DocumentError
        With line and column, for text that is not YAML, or more of YAML than design files use.
    """
    tree = Tree(name)
    try:
        _Reader(tree, _LOADER(text)).read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        tree.refuse(f"this is not YAML: {error.problem or error.context}", place, "correct the line, or the one before")
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        tree.refuse("the file holds a character that YAML does not allow", place, "remove it, or write it as \\u….")
    return tree


class _Reader:
    """Composes plain data from parser events; PyYAML's own composer knows no limits."""

    def __init__(self, tree: Tree, loader: Any) -> None:
        self.tree = tree
        self.next = loader.get_event

    def read(self) -> None:
        self.next()  # stream start
        event = self.next()
        if isinstance(event, yaml.StreamEndEvent):
            self.tree.refuse("the file is empty", Place(1, 1), "begin with format: 1 and name: …")
        self.tree.data = self._value(self.next(), 0)
        self.next()  # document end
        event = self.next()
        if not isinstance(event, yaml.StreamEndEvent):
            self.tree.refuse("the file holds a second document", _place(event), "remove it; a file is one design")

    def _value(self, event: Any, depth: int) -> Any:
        place = _place(event)
        self.tree.count(place, depth)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self.tree.refuse("anchors and aliases are not read", place, "write the value out")
        if event.tag is not None:
            self.tree.refuse(f"the tag {event.tag[:80]!r} is not read", place, "remove it")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place)
        return self._mapping(depth) if isinstance(event, yaml.MappingStartEvent) else self._sequence(depth)

    def _scalar(self, event: Any, place: Place) -> Any:
        text: str = event.value
        if not event.implicit[0]:  # quoted or a block
            return text
        if text in _WORDS:
            return _WORDS[text]
        is_number = text[0] in "-0123456789" and _NUMBER.match(text)
        return self.tree.number(text, place) if is_number else text

    def _mapping(self, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        self.tree.places[id(mapping)] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key_place = _place(event)
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag or len(event.value) > MAX_KEY:
                self.tree.refuse("a key is the name of a field", key_place, "write it as name: value")
            value = self.next()
            self.tree.put(mapping, event.value, self._value(value, depth + 1), key_place, _place(value))
        return mapping

    def _sequence(self, depth: int) -> list[Any]:
        items: list[Any] = []
        places = self.tree.places[id(items)] = {}
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            place = _place(event)
            places[len(items)] = (place, place)
            self.tree.add(items, self._value(event, depth + 1))
        return items


def _place(event: Any) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1)
