"""Names for classes and attributes of a Python module: identifiers, unique, and near to the names in the database."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable
from typing import Final, Self

from designer_kernel.design.naming import singular

_RESERVED: Final = frozenset({"metadata", "registry", "type_annotation_map", "query"})
"""Names that SQLAlchemy's declarative classes keep for themselves."""

_USED: Final = frozenset({
    "Any", "bool", "bytes", "decimal", "dt", "enum", "float", "int", "list", "literal_column", "mapped_column",
    "postgresql", "relationship", "str", "text", "uuid",
})  # fmt: skip
"""Names that the lines of a class use, so that no attribute may hide them there."""

_MODULE: Final = frozenset({
    "Any", "AFTER_TABLES", "annotations", "Base", "BEFORE_TABLES", "BigInteger", "Boolean", "CHAR", "CheckConstraint",
    "Column", "Computed", "Connection", "Date", "DateTime", "decimal", "DeclarativeBase", "Double", "dt", "enum",
    "event", "ForeignKey", "ForeignKeyConstraint", "Identity", "Index", "Integer", "Interval", "LargeBinary",
    "literal_column", "Mapped", "mapped_column", "MetaData", "Numeric", "postgresql", "PrimaryKeyConstraint", "REAL",
    "relationship", "Sequence", "SmallInteger", "SqlType", "String", "Table", "Text", "text", "Time",
    "UniqueConstraint", "UserDefinedType", "Uuid", "uuid",
}) | frozenset(dir(builtins))  # fmt: skip
"""What a module imports or defines beside its models."""


def _capitalised(text: str) -> str:
    words = re.split(r"[^0-9A-Za-z\u00aa-\uffff]+", text)
    return "".join(word[:1].upper() + word[1:] for word in words if word)


class PythonNames:
    """Gives names that are unique within one class or module."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._given: set[str] = set()

    @classmethod
    def for_module(cls) -> Self:
        """Return names for what a module defines."""
        return cls(_MODULE)

    def for_class(self) -> Self:
        """Return names for the attributes of a class in this module."""
        return type(self)(_RESERVED | _USED | self._given)

    @classmethod
    def for_members(cls) -> Self:
        """Return names for the members of an enumeration."""
        return cls(())

    def class_name(self, table: str, schema: str = "") -> str:
        """Return a name for a class: ``order_items`` → ``OrderItem``, with the schema if there is one already."""
        return self.type_name(singular(table), schema)

    def type_name(self, name: str, schema: str = "") -> str:
        """Return a name for a class of what has one name for all: ``order_status`` → ``OrderStatus``."""
        name = _capitalised(name) or "Model"
        return self._free(_capitalised(schema) + name if name in self._taken else name)

    def constant(self, name: str, schema: str = "") -> str:
        """Return a name for a constant of a module: ``order_status`` → ``ORDER_STATUS``."""
        name = _words(name).upper()
        return self._free(f"{_words(schema).upper()}_{name}" if name in self._taken else name)

    def variable(self, name: str, schema: str = "") -> str:
        """Return a name for a table that is no class: ``user_roles``."""
        name = _words(name)
        return self._free(f"{_words(schema)}_{name}" if name in self._taken else name)

    def member(self, label: str) -> str:
        """Return a name for a member of an enumeration: ``in progress`` → ``IN_PROGRESS``."""
        return self._free(_words(label).upper().strip("_") or "EMPTY")

    def attribute(self, name: str) -> str:
        """Return a name for an attribute or a variable: ``class`` → ``class_``."""
        return self._free(_words(name) or "_")

    def _free(self, wanted: str) -> str:
        # Python reads identifiers in this normal form; two names must not become one there.
        name = unicodedata.normalize("NFKC", wanted)
        if not name.isidentifier():
            name = re.sub(r"\W", "_", f"_{name}")
        if not name.strip("_") or name.startswith("__"):  # SQLAlchemy passes over names that begin with two
            name = name.lstrip("_") or "name"
        if name[:1].isdigit():
            name = f"_{name}"
        if keyword.iskeyword(name) or name in self._taken:
            name = f"{name}_"
        stem, number = name, 1
        while name in self._taken:
            number += 1
            name = f"{stem}{number}"
        self._taken.add(name)
        self._given.add(name)
        return name


def _words(text: str) -> str:
    return re.sub(r"\W", "_", text)
