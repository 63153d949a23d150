"""PostgreSQL's types as SQLAlchemy writes them, and the Python type that an attribute of a model has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from designer_kernel.catalog import types
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import InvalidSql
from designer_kernel.exchange.models.spelling import listed, literal


@dataclass(frozen=True, slots=True)
class Written:
    """A type as an expression of SQLAlchemy, and as an annotation of Python."""

    expression: str
    annotation: str


_PLAIN: Final = {
    "smallint": Written("SmallInteger()", "int"),
    "integer": Written("Integer()", "int"),
    "bigint": Written("BigInteger()", "int"),
    "boolean": Written("Boolean()", "bool"),
    "text": Written("Text()", "str"),
    "real": Written("REAL()", "float"),
    "double precision": Written("Double()", "float"),
    "date": Written("Date()", "dt.date"),
    "uuid": Written("Uuid()", "uuid.UUID"),
    "bytea": Written("LargeBinary()", "bytes"),
    "json": Written("postgresql.JSON()", "Any"),
    "jsonb": Written("postgresql.JSONB()", "Any"),
    "inet": Written("postgresql.INET()", "Any"),
    "cidr": Written("postgresql.CIDR()", "Any"),
    "macaddr": Written("postgresql.MACADDR()", "str"),
    "macaddr8": Written("postgresql.MACADDR8()", "str"),
    "money": Written("postgresql.MONEY()", "str"),
    "oid": Written("postgresql.OID()", "int"),
    "tsvector": Written("postgresql.TSVECTOR()", "str"),
    "tsquery": Written("postgresql.TSQUERY()", "str"),
} | {
    f"{stem}{kind}": Written(f"postgresql.{stem.upper()}{kind.upper()}()", "Any")
    for stem in ("int4", "int8", "num", "ts", "tstz", "date")
    for kind in ("range", "multirange")
}  # fmt: skip

_SIZED: Final = {
    "character varying": ("String", "str"),
    "character": ("CHAR", "str"),
    "numeric": ("Numeric", "decimal.Decimal"),
    "bit": ("postgresql.BIT", "str"),
}
_TIMES: Final = {
    "timestamp with time zone": ("postgresql.TIMESTAMP", True, "dt.datetime"),
    "timestamp without time zone": ("postgresql.TIMESTAMP", False, "dt.datetime"),
    "time with time zone": ("postgresql.TIME", True, "dt.time"),
    "time without time zone": ("postgresql.TIME", False, "dt.time"),
}


def written(column: Column, catalog: Catalog) -> Written:
    """Return the type of a column; one that SQLAlchemy has no class for is written in SQL."""
    try:
        parsed = types.parse(column.type)
    except InvalidSql:
        return _sql(column, "Any")
    inner = _element(parsed, catalog)
    if column.collation:
        annotation = inner.annotation if inner is not None else "Any"
        inner = _collated(inner, parsed, column)
        if inner is None:
            return _sql(column, f"list[{annotation}]" if parsed.dimensions else annotation)
    if not parsed.dimensions or inner is None:
        return inner or _sql(column, "Any")
    # PostgreSQL does not keep the number of dimensions; without one SQLAlchemy takes lists of any depth.
    return Written(f"postgresql.ARRAY({inner.expression})", f"list[{inner.annotation}]")


def _element(parsed: types.TypeName, catalog: Catalog) -> Written | None:
    name, modifiers = parsed.name, parsed.modifiers
    if parsed.schema:
        return _named(parsed, catalog)
    if name in _PLAIN and not modifiers:
        return _PLAIN[name]
    if name in _SIZED:
        function, annotation = _SIZED[name]
        return Written(f"{function}({', '.join(map(str, modifiers))})", annotation)
    if name in _TIMES:
        function, with_zone, annotation = _TIMES[name]
        given = [f"timezone={with_zone}"] + [f"precision={n}" for n in modifiers]
        return Written(f"{function}({', '.join(given)})", annotation)
    if name == "interval":
        given = [f"fields={literal(parsed.fields.upper())}"] * bool(parsed.fields) + [
            f"precision={n}" for n in modifiers
        ]
        return Written(f"postgresql.INTERVAL({', '.join(given)})", "dt.timedelta")
    return None


def _named(parsed: types.TypeName, catalog: Catalog) -> Written:
    found = catalog.get(ObjectId("type", (parsed.schema, parsed.name)))
    if isinstance(found, Enum) and found.labels:
        labels, place = listed(found.labels), f"name={literal(found.name)}, schema={literal(found.schema)}"
        # the script before the tables makes the type
        return Written(f"postgresql.ENUM({labels}, {place}, create_type=False)", "str")
    inside = f"({','.join(map(str, parsed.modifiers))})" if parsed.modifiers else ""
    return Written(f"SqlType({literal(quote_path(parsed.schema, parsed.name) + inside)})", "Any")


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


def imports(expressions: Collection[str]) -> list[str]:
    """Return the names that expressions take from SQLAlchemy itself."""
    names = {expression.partition("(")[0] for expression in expressions}
    inner = {
        expression.partition("ARRAY(")[2].partition("(")[0] for expression in expressions if "ARRAY(" in expression
    }
    return sorted(name for name in names | inner if name and "." not in name and name != "SqlType")
