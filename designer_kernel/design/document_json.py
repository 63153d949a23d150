"""JSON as design files use it: read within limits and with places, which the standard reader does not give."""

from __future__ import annotations

import json
import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined] # typeshed leaves it out
from typing import Any, Final

from designer_kernel.design.document_emit import escaped
from designer_kernel.design.document_tree import Place, Tree

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORDS: Final = {"true": True, "false": False, "null": None}
_WORD = re.compile(r"true|false|null")


def read(text: str, name: str) -> Tree:
    """Return the data of a JSON text.

    Raises
    ------
    DocumentError
        With line and column, for text that is not JSON or beyond the limits.
    """
    reader = _Reader(text, name)
    reader.read()
    return reader.tree


def write(data: dict[str, Any]) -> str:
    """Return data as indented JSON."""
    return escaped(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)) + "\n"


class _Reader:
    """Reads values from left to right; `at` is the index of the next character."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.at, self.tree = text, 0, Tree(name)
        self.line, self.line_start, self.counted = 1, 0, 0

    def read(self) -> None:
        self._skip()
        self.tree.data = self._value(0)
        self._skip()
        if self.at < len(self.text):
            self._refuse("something follows the end of the JSON")

    def _place(self) -> Place:
        """Return the place of the next character; lines are counted once, from where the last place was."""
        lines = self.text.count("\n", self.counted, self.at)
        if lines:
            self.line += lines
            self.line_start = self.text.rfind("\n", self.counted, self.at) + 1
        self.counted = self.at
        return Place(self.line, self.at - self.line_start + 1)

    def _refuse(self, what: str) -> None:
        self.tree.refuse(f"this is not JSON: {what}", self._place(), "correct it here, or just before")

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _take(self, character: str) -> bool:
        if not self.text.startswith(character, self.at):
            return False
        self.at += 1
        self._skip()
        return True

    def _value(self, depth: int) -> Any:
        place = self._place()
        self.tree.count(place, depth)
        if self._take("{"):
            return self._mapping(depth)
        if self._take("["):
            return self._list(depth)
        if self.text.startswith('"', self.at):
            return self._string()
        for pattern in (_WORD, _NUMBER):
            match = pattern.match(self.text, self.at)
            if match:
                value = _WORDS[match[0]] if pattern is _WORD else self.tree.number(match[0], place)
                self.at = match.end()
                return value
        self._refuse("a value should stand here")
        return None

    def _string(self) -> str:
        place = self._place()
        value: str
        try:
            value, self.at = scanstring(self.text, self.at + 1, True)
        except JSONDecodeError as error:
            self.at = error.pos
            self._refuse(error.msg[:1].lower() + error.msg[1:])
        if "\x00" in value:
            self.tree.refuse("the text holds a NUL character", place, "remove it")
        if any("\ud800" <= character <= "\udfff" for character in value):
            self.tree.refuse("the text holds a lone surrogate", place, "remove the broken character")
        return value

    def _mapping(self, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        self.tree.places[id(mapping)] = {}
        while not self._take("}"):
            if mapping and not self._take(","):
                self._refuse("a comma or } should stand here")
            if not self.text.startswith('"', self.at):
                self._refuse("a key in double quotes should stand here")
            key_place, key = self._place(), self._string()
            self._skip()
            if not self._take(":"):
                self._refuse("a colon should stand here")
            place = self._place()
            self.tree.put(mapping, key, self._value(depth + 1), key_place, place)
            self._skip()
        return mapping

    def _list(self, depth: int) -> list[Any]:
        items: list[Any] = []
        places = self.tree.places[id(items)] = {}
        while not self._take("]"):
            if items and not self._take(","):
                self._refuse("a comma or ] should stand here")
            place = self._place()
            places[len(items)] = (place, place)
            self.tree.add(items, self._value(depth + 1))
            self._skip()
        return items
