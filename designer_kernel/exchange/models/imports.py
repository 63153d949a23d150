"""The imports of a generated module: what its code uses, found in its syntax tree."""

from __future__ import annotations

import ast
from typing import Final

_STANDARD: Final = {"dt": "import datetime as dt", "decimal": "import decimal", "enum": "import enum"}
_STANDARD_LAST: Final = {"uuid": "import uuid", "Any": "from typing import Any"}
_CORE: Final = frozenset({
    "BigInteger", "Boolean", "CHAR", "CheckConstraint", "Column", "Computed", "Date", "DateTime", "Double",
    "ForeignKey", "ForeignKeyConstraint", "Identity", "Index", "Integer", "LargeBinary", "MetaData", "Numeric",
    "PrimaryKeyConstraint", "REAL", "Sequence", "SmallInteger", "String", "Table", "Text", "Time", "UniqueConstraint",
    "Uuid", "event", "literal_column", "text",
})  # fmt: skip
_ORM: Final = frozenset({"DeclarativeBase", "Mapped", "mapped_column", "relationship"})


def imports(body: str) -> str:
    """Return the imports that the rest of a module needs, sorted as formatters sort them."""
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    lines = [line for name, line in (_STANDARD | _STANDARD_LAST).items() if name in used]
    own = [
        _taken("sqlalchemy", used & _CORE),
        "from sqlalchemy.dialects import postgresql" if "postgresql" in used else "",
        _taken("sqlalchemy.engine", used & {"Connection"}),
        _taken("sqlalchemy.orm", used & _ORM),
        _taken("sqlalchemy.types", used & {"UserDefinedType"}),
    ]
    return "\n".join([*lines, *([""] if lines else []), *filter(None, own)])


def _taken(module: str, names: set[str]) -> str:
    """Return the import of names from a module: constants first, then classes, then the rest."""
    ordered = sorted(names, key=lambda name: (not name.isupper(), not name[:1].isupper(), name))
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= 88 or not names:
        return line if names else ""
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in ordered) + ")"
