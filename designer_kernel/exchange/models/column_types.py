"""PostgreSQL's types as SQLAlchemy writes them, and the Python type that an attribute of a model has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from designer_kernel.catalog import types
from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.errors import InvalidSql
from designer_kernel.exchange.models.named_types import NamedTypes, Written
from designer_kernel.exchange.models.spelling import literal

_RANGES: Final = {
    "int4": "int", "int8": "int", "num": "decimal.Decimal", "ts": "dt.datetime", "tstz": "dt.datetime",
    "date": "dt.date",
}  # fmt: skip
_PLAIN: Final = {
    "smallint": Written("SmallInteger", "int"),
    "integer": Written("Integer", "int"),
    "bigint": Written("BigInteger", "int"),
    "boolean": Written("Boolean", "bool"),
    "text": Written("Text", "str"),
    "real": Written("REAL", "float"),
    "double precision": Written("Double", "float"),
    "date": Written("Date", "dt.date"),
    "uuid": Written("Uuid", "uuid.UUID"),
    "bytea": Written("LargeBinary", "bytes"),
    "json": Written("postgresql.JSON", "Any"),
    "jsonb": Written("postgresql.JSONB", "Any"),
    "inet": Written("postgresql.INET", "Any"),
    "cidr": Written("postgresql.CIDR", "Any"),
    "macaddr": Written("postgresql.MACADDR", "str"),
    "macaddr8": Written("postgresql.MACADDR8", "str"),
    "money": Written("postgresql.MONEY", "str"),
    "oid": Written("postgresql.OID", "int"),
    "tsvector": Written("postgresql.TSVECTOR", "str"),
    "tsquery": Written("postgresql.TSQUERY", "str"),
} | {
    f"{stem}range": Written(f"postgresql.{stem.upper()}RANGE", f"postgresql.Range[{inner}]")
    for stem, inner in _RANGES.items()
} | {
    f"{stem}multirange": Written(f"postgresql.{stem.upper()}MULTIRANGE", f"list[postgresql.Range[{inner}]]")
    for stem, inner in _RANGES.items()
}  # fmt: skip

_SIZED: Final = {
    "character varying": ("String", "str"),
    "character": ("CHAR", "str"),
    "numeric": ("Numeric", "decimal.Decimal"),
    "bit": ("postgresql.BIT", "str"),
}
_TIMES: Final = {
    "timestamp with time zone": ("DateTime", True, "dt.datetime"),
    "timestamp without time zone": ("DateTime", False, "dt.datetime"),
    "time with time zone": ("Time", True, "dt.time"),
    "time without time zone": ("Time", False, "dt.time"),
}


def written(column: Column, named: NamedTypes) -> Written:
    """Return the type of a column; one that SQLAlchemy has no class for is written in SQL."""
    try:
        parsed = types.parse(column.type)
    except InvalidSql:
        return _sql(column, "Any")
    inner = _element(parsed, named)
    if column.collation:
        annotation = inner.annotation if inner is not None else "Any"
        inner = _collated(inner, parsed, column)
        if inner is None:
            return _sql(column, f"list[{annotation}]" if parsed.dimensions else annotation)
    if not parsed.dimensions or inner is None:
        return inner or _sql(column, "Any")
    # PostgreSQL does not keep the number of dimensions; without one SQLAlchemy takes lists of any depth.
    return Written(f"postgresql.ARRAY({inner.expression})", f"list[{inner.annotation}]")


def _element(parsed: types.TypeName, named: NamedTypes) -> Written | None:
    """Return a type without the brackets of an array."""
    name, modifiers = parsed.name, parsed.modifiers
    if parsed.schema:
        return _named(parsed, named)
    if name in _PLAIN and not modifiers:
        return _PLAIN[name]
    if name in _SIZED:
        function, annotation = _SIZED[name]
        return Written(_call(function, map(str, modifiers)), annotation)
    if name in _TIMES:
        function, with_zone, annotation = _TIMES[name]
        function = f"postgresql.{name.partition(' ')[0].upper()}" if modifiers else function
        given = ["timezone=True"] * with_zone + [f"precision={n}" for n in modifiers]
        return Written(_call(function, given), annotation)
    if name == "interval":
        fields = [f"fields={literal(parsed.fields.upper())}"] * bool(parsed.fields)
        return Written(_call("postgresql.INTERVAL", [*fields, *(f"precision={n}" for n in modifiers)]), "dt.timedelta")
    return None


def _call(function: str, arguments: Iterable[str]) -> str:
    given = ", ".join(arguments)
    return f"{function}({given})" if given else function


def _named(parsed: types.TypeName, named: NamedTypes) -> Written:
    def spelled(base: types.TypeName) -> Written | None:
        return None if base.dimensions else _element(base, named)

    inside = f"({','.join(map(str, parsed.modifiers))})" if parsed.modifiers else ""
    found = None if inside else named.find(parsed.schema, parsed.name, spelled)
    return found or Written(f"SqlType({literal(quote_path(parsed.schema, parsed.name) + inside)})", "Any")


def _collated(inner: Written | None, parsed: types.TypeName, column: Column) -> Written | None:
    collation = column.collation
    if inner is None or column.collation_schema or "." in collation or collation.startswith('"'):
        return None
    if parsed.name == "text" and not parsed.schema:
        return Written(f"Text(collation={literal(collation)})", "str")
    if parsed.name == "character varying":
        given = [*map(str, parsed.modifiers), f"collation={literal(collation)}"]
        return Written(f"String({', '.join(given)})", "str")
    return None


def _sql(column: Column, annotation: str) -> Written:
    path = (column.collation_schema, column.collation) if column.collation_schema else (column.collation,)
    rest = f" COLLATE {quote_path(*path)}" if column.collation else ""
    return Written(f"SqlType({literal(column.type + rest)})", annotation)
