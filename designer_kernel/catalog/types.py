"""Names of types, spelled as the server's ``format_type`` prints them: ``varchar(20)[]`` → ``character varying(20)[]``.

Source: PostgreSQL 18, ``src/backend/utils/adt/format_type.c`` and the manual's table "Data Types".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.spelling import closing, outside_brackets, split_list
from designer_kernel.errors import InvalidSql

INTERNAL: Final = {
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "varchar": "character varying",
    "bpchar": "character",
    "varbit": "bit varying",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "timetz": "time with time zone",
    "time": "time without time zone",
    "decimal": "numeric",
}
"""Internal names of `pg_type` with another spelling in SQL."""

LENGTH: Final = frozenset({"character varying", "character", "bit", "bit varying"})
"""Types whose one modifier is a length."""

SHORT: Final = {
    "character varying": "varchar",
    "character": "char",
    "bit varying": "varbit",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
}
"""What most people write for the longer names of SQL."""

PRECISION: Final = frozenset(
    {"timestamp with time zone", "timestamp without time zone", "time with time zone", "time without time zone"}
)
"""Types whose one modifier is a number of fractional digits."""

SUGGESTED: Final = (
    "bigint", "boolean", "bytea", "character varying", "cidr", "date", "daterange", "double precision", "inet",
    "integer", "interval", "jsonb", "numeric", "real", "smallint", "text", "time without time zone",
    "timestamp with time zone", "timestamp without time zone", "tsrange", "tstzrange", "tsvector", "uuid", "xml",
)  # fmt: skip
"""Types offered first, in the order of the alphabet."""

_WITHOUT_LENGTH: Final = {"character": "bpchar", "bit": '"bit"'}
"""Types that SQL's own words give the length 1; without any length they have names of their own."""

_SERIAL: Final = {"smallserial": "smallint", "serial2": "smallint", "serial": "integer", "serial4": "integer",
                  "bigserial": "bigint", "serial8": "bigint"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type taken apart. ``schema`` is empty for built-in types and for names yet to be resolved.

    ``modifiers`` are numbers, or SQL where an extension's type takes other words: ``geometry(Point,4326)``.
    """

    schema: str
    name: str
    modifiers: tuple[int | str, ...] = ()
    dimensions: int = 0
    fields: str = ""

    def __str__(self) -> str:
        """Spell the type as ``format_type`` does with an empty search path."""
        inner = f"({','.join(map(str, self.modifiers))})" if self.modifiers else ""
        if self.name == _WITHOUT_LENGTH["bit"]:
            text = self.name
        elif self.schema or self.name not in _BUILT_IN_SPELLINGS:
            text = (quote_path(self.schema, self.name) if self.schema else quote_path(self.name)) + inner
        elif self.name == "interval":
            text = "interval" + (f" {self.fields}" if self.fields else "") + inner
        elif " with" in self.name and inner:
            head, tail = self.name.split(" ", 1)
            text = f"{head}{inner} {tail}"
        else:
            text = self.name + inner
        return text + "[]" * self.dimensions

    @property
    def numbers(self) -> tuple[int, ...]:
        """The modifiers that are numbers."""
        return tuple(modifier for modifier in self.modifiers if isinstance(modifier, int))

    @property
    def element(self) -> TypeName:
        """The type without its array dimensions."""
        return replace(self, dimensions=0)


@lru_cache(maxsize=4096)
def parse(text: str, where: str = "") -> TypeName:
    """Take one type name apart.

    Raises
    ------
    InvalidSql
        If the text is not one type name, or one that no column can have (``SETOF``, ``serial``).
    """
    node = sqltext.type_node(text, where)
    names = [n.string.sval for n in node.names]
    if node.setof or node.pct_type:
        raise InvalidSql(f"{text!r} cannot be the type of a column", where=where, mend="name a plain type")
    schema, name = (names[-2] if len(names) > 1 else ""), names[-1]
    if name in _SERIAL and not schema:
        raise InvalidSql(
            f"{text!r} is a shorthand, not a type",
            where=where,
            mend=f"use {_SERIAL[name]} and make it an identity column",
        )
    if schema == "pg_catalog":
        schema = ""
    if not schema:
        name = INTERNAL.get(name, name)
    dimensions = 1 if node.array_bounds else 0  # the server keeps no number of dimensions or bounds
    if not schema and name.startswith("_") and (name[1:] in INTERNAL or name[1:] in _BUILT_IN_SPELLINGS):
        name, dimensions = INTERNAL.get(name[1:], name[1:]), 1  # how pg_type names arrays
    if name == "interval" and not schema:
        fields = _interval_fields(sqltext.type_name(text, where))
        return TypeName("", name, _precision_of_interval(node), dimensions, fields)
    modifiers = _modifiers(node, text)
    if name == "numeric" and not schema and len(modifiers) == 1:
        modifiers = (modifiers[0], 0)
    if not modifiers and not schema:
        name = _WITHOUT_LENGTH.get(name, name)
    return TypeName(schema, name, modifiers, dimensions)


def short(text: str) -> str:
    """Return a type's name as most people write it: ``character varying(20)[]`` → ``varchar(20)[]``.

    Raises
    ------
    InvalidSql
        If the text is not one type name, see `parse`.
    """
    return respelled(parse(text), SHORT) or text


def respelled(parsed: TypeName, names: Mapping[str, str]) -> str:
    """Return a built-in type under the other name that it has there, or an empty string if it has none."""
    name = "" if parsed.schema else names.get(parsed.name, "")
    inner = f"({','.join(map(str, parsed.modifiers))})" if parsed.modifiers else ""
    return f"{name}{inner}{'[]' * parsed.dimensions}" if name else ""


def _modifiers(node: Any, text: str) -> tuple[int | str, ...]:
    """Return what stands in brackets after a type's name: numbers, or all of it as it is spelled."""
    constants = [item.a_const for item in node.typmods if item.WhichOneof("node") == "a_const"]
    if len(constants) == len(node.typmods) and all(item.WhichOneof("val") == "ival" for item in constants):
        return tuple(item.ival.ival for item in constants)
    begin = outside_brackets(text, "(")
    return split_list(text[begin + 1 : closing(text, begin)])


def canonical(text: str, where: str = "") -> str:
    """Return a type's name as ``format_type`` prints it: ``int`` → ``integer``."""
    return str(parse(text, where))


def _interval_fields(canonical_text: str) -> str:
    words = canonical_text.lower().removesuffix("[]").removeprefix("interval").split("(")[0].strip()
    return words if words in {
        "year", "month", "day", "hour", "minute", "second", "year to month", "day to hour", "day to minute",
        "day to second", "hour to minute", "hour to second", "minute to second",
    } else ""  # fmt: skip


def _precision_of_interval(node: Any) -> tuple[int, ...]:
    values = [t.a_const.ival.ival for t in node.typmods]
    return (values[1],) if len(values) == 2 else ()


_BUILT_IN_SPELLINGS: Final = frozenset({*INTERNAL.values(), *SUGGESTED, "interval", "bit", "json", "money", "macaddr"})
