"""What every step of drawing needs: facts by what they are parts of, identities in order, names that need no saying."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from itertools import count
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from designer_kernel.catalog import sqltext, types
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import shorten
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.identity import positional_id
from designer_kernel.errors import DesignerError

MAX_TEXT: Final = 100_000
"""Longest comment that is a description."""

Parts = dict[str, list[Any]]
"""The parts of a fact by their kind."""

TYPE_FIELDS: Final = ("data_type", "length", "precision", "scale", "is_array")


class Sketch:
    """A catalog while it is drawn."""

    def __init__(self, catalog: Catalog, home: str) -> None:
        self.catalog = catalog
        self.home = home
        self.functions: set[tuple[str, str]] = set()
        self._places = count(1)
        self._parts: dict[ObjectId, list[CatalogObject]] = defaultdict(list)
        self._names: Counter[tuple[str, str]] = Counter()
        for fact in catalog.values():
            parent = fact.parent
            if parent is not None:
                self._parts[parent].append(fact)
            key = fact.id
            if key.kind in {"relation", "index"} or (key.kind == "constraint" and len(key.path) == 3):
                self._names[key.path[0], key.path[-1]] += 1
        self._types: dict[str, dict[str, Any] | None] = {}
        self._own_types = {key.path[1] for key in catalog if key.kind == "type" and key.path[0] == home}

    def id(self, kind: str, *path: str) -> UUID:
        """Return the identity of the next thing drawn; they sort in the order of drawing."""
        return positional_id(next(self._places), "lift", kind, *path)

    def parts(self, key: ObjectId) -> Parts:
        """Return the parts of a fact by their kind."""
        found: Parts = {}
        for fact in self._parts.get(key, ()):
            found.setdefault(fact.kind, []).append(fact)
        return found

    def schema_name(self, schema: str) -> str | None:
        """Return a schema as a field of an item: ``None`` for the default schema."""
        return None if schema == self.home else schema

    def description(self, key: ObjectId) -> str:
        """Return the comment on a fact, as far as it can be a description."""
        for fact in self._parts.get(key, ()):
            if fact.kind == "comment":
                text: str = fact.text  # type: ignore[attr-defined] # the kind says so
                return text if len(text) <= MAX_TEXT else ""
        return ""

    def type_fields(self, text: str) -> dict[str, Any] | None:
        """Return the fields of an attribute of a type, or ``None`` if an attribute cannot have it."""
        if text not in self._types:
            self._types[text] = _type_fields(self.shown_type(text))
        return self._types[text]

    def shown_type(self, text: str) -> str:
        """Return a type as people write it: without its schema, where that says the same, and by its short name."""
        try:
            parsed = types.parse(text)
            if not parsed.schema:
                return types.short(text)
            if parsed.schema != self.home or parsed.name not in self._own_types:
                return text
            bare = types.TypeName("", parsed.name, parsed.modifiers, parsed.dimensions, parsed.fields)
            return str(bare) if types.parse(str(bare)) == bare else text
        except DesignerError:
            return text

    def is_given(self, schema: str, name: str, stem: str, suffix: str) -> bool:
        """Whether a name is the one that lowering gives by itself: made of a stem and a suffix, and there only once."""
        return name == shorten(f"{stem}_{suffix}") and self._names[schema, name] == 1


@lru_cache(maxsize=8192)
def is_expression(text: str) -> bool:
    """Whether a text can be an expression of a design."""
    try:
        sqltext.settled_expression(text)
    except DesignerError:
        return False
    return True


def _type_fields(text: str) -> dict[str, Any] | None:
    try:
        made = Attribute(name="any", data_type=text)
    except (ValidationError, DesignerError):
        return None
    return {name: getattr(made, name) for name in TYPE_FIELDS}
