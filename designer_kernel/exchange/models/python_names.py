"""Names for classes and attributes of a Python module: identifiers, unique, and near to the names in the database."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from typing import Final

from designer_kernel.design.naming import singular

_RESERVED: Final = frozenset({"metadata", "registry", "type_annotation_map", "query"})
"""Names that SQLAlchemy's declarative classes keep for themselves."""

_MODULE: Final = frozenset({
    "Any", "Base", "SqlType", "Mapped", "MetaData", "Column", "Table", "Index", "Identity", "Computed", "ForeignKey",
    "text", "literal_column", "event", "dt", "decimal", "uuid", "postgresql", "relationship", "mapped_column",
    "BEFORE_TABLES", "AFTER_TABLES", "DeclarativeBase", "UserDefinedType", "Connection", "annotations", "BigInteger",
    "Boolean", "CHAR", "Date", "Double", "Integer", "LargeBinary", "Numeric", "REAL", "SmallInteger", "String",
    "Text", "Uuid", "CheckConstraint", "ForeignKeyConstraint", "PrimaryKeyConstraint", "UniqueConstraint",
}) | frozenset(dir(builtins))  # fmt: skip


def _capitalised(text: str) -> str:
    words = re.split(r"[^0-9A-Za-z\u00aa-\uffff]+", text)
    return "".join(word[:1].upper() + word[1:] for word in words if word)


class PythonNames:
    """Gives names that are unique within one class or module."""

    def __init__(self, *, is_module: bool) -> None:
        self._taken = set(_MODULE if is_module else _RESERVED)

    def class_name(self, table: str, schema: str = "") -> str:
        """Return a name for a class: ``order_items`` → ``OrderItem``, with the schema if there is one already."""
        name = _capitalised(singular(table)) or "Model"
        return self._free(_capitalised(schema) + name if name in self._taken else name)

    def attribute(self, name: str) -> str:
        """Return a name for an attribute: ``class`` → ``class_``."""
        return self._free(re.sub(r"\W", "_", name) or "_")

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
        return name
